import { expect } from 'chai';
import { build, type Plugin } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { differing, eagerCoders, webVersionOf, withLazyCoders } from '../scripts/build-plugins.js';

const root = resolve(import.meta.dirname, '..');
const { exports: entryPoints } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
};
const names = Object.entries(entryPoints)
  .filter(([, conditions]) => typeof conditions === 'object')
  .map(([path]) => (path === '.' ? 'index' : path.slice('./'.length)));
const sourceOf = (name: string): string => {
  const file = resolve(root, 'lib', `${name}.ts`);
  return existsSync(file) ? file : resolve(root, 'lib', name, 'index.ts');
};

/** The plugins of the build, as esbuild has them. */
const asBuilt: Plugin = {
  name: 'as built',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: differing }, ({ path, importer }) =>
      importer.includes('node_modules') ? undefined : { path: webVersionOf(path, importer) },
    );
    onLoad({ filter: eagerCoders }, ({ path }) => ({ contents: withLazyCoders(readFileSync(path, 'utf8')) }));
  },
};

/** An entry point as browsers, Jest with jsdom and React Native get it: one script, with all that it imports. */
async function scriptOf(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [sourceOf(name)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'browser',
    target: 'es2022',
    plugins: [asBuilt],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** What a script exports where there is JavaScript and, but for `globals`, nothing else. */
function exportsOf(script: string, globals: object = {}): Readonly<Record<string, unknown>> {
  const module = { exports: {} };
  runInNewContext(script, { ...globals, module, exports: module.exports });
  return module.exports;
}

describe('entry points', () => {
  it('are all that package.json names, for every place', () => {
    expect(names).to.include.members(['index', 'core', 'auth', 'relay', 'emulator', 'msgpack', 'crypto']);
    for (const [path, conditions] of Object.entries(entryPoints))
      if (typeof conditions === 'object')
        expect(conditions, path).to.include.keys('browser', 'react-native', 'node', 'default');
  });

  for (const name of names)
    it(`${name}: the import needs nothing of the platform, no TextEncoder, URL, fetch, crypto or timer`, async () => {
      const script = await scriptOf(name);
      expect(Object.keys(exportsOf(script))).to.not.deep.equal([]);
    }).timeout(60_000);

  it('emulator: cannot listen away from Node, and says what to do', async () => {
    const { listen } = exportsOf(await scriptOf('emulator'), { Error }) as {
      readonly listen: () => Promise<unknown>;
    };
    const error: unknown = await listen().catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message').that.contains('Use inMemory()');
  }).timeout(60_000);
});
