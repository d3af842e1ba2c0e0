import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { exportsOf, scriptOf } from './support/as-built.js';

const { exports: entryPoints } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
};
const names = Object.entries(entryPoints)
  .filter(([, conditions]) => typeof conditions === 'object')
  .map(([path]) => (path === '.' ? 'index' : path.slice('./'.length)));

/** Those of frameworks and SDKs, which are the same everywhere. */
const bindings: readonly string[] = ['angular', 'react', 'svelte', 'vue', 'walletconnect'];
/** Stands for all that a framework exports. */
const anything: unknown = new Proxy(function () {}, {
  get: (target, name) => (name === 'prototype' ? (target.prototype as unknown) : anything),
  apply: () => anything,
});

describe('entry points', () => {
  it('are all that package.json names, for every place', () => {
    expect(names).to.include.members(['index', 'core', 'auth', 'relay', 'emulator', 'msgpack', 'crypto']);
    for (const [path, conditions] of Object.entries(entryPoints))
      if (typeof conditions === 'object' && !bindings.includes(path.slice('./'.length)))
        expect(conditions, path).to.include.keys('browser', 'deno', 'bun', 'node', 'default');
  });

  for (const name of names)
    it(`${name}: the import needs nothing of the platform, no TextEncoder, URL, fetch, crypto or timer`, async () => {
      const isBinding = bindings.includes(name);
      const script = await scriptOf(name, isBinding ? ['react', 'vue', 'svelte', '@angular/core'] : []);
      const globals = isBinding ? { require: () => anything } : {};
      expect(Object.keys(exportsOf(script, globals))).to.not.deep.equal([]);
    }).timeout(60_000);

  it('emulator: cannot listen away from Node, and says what to do', async () => {
    const { listen } = exportsOf(await scriptOf('emulator'), { Error }) as {
      readonly listen: () => Promise<unknown>;
    };
    const error: unknown = await listen().catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message').that.contains('Use inMemory()');
  }).timeout(60_000);
});
