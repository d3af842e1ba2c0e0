import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { exportsOf, scriptOf } from './support/as-built.js';

const { exports: entryPoints } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
};
const names = Object.entries(entryPoints)
  .filter(([, conditions]) => typeof conditions === 'object')
  .map(([path]) => (path === '.' ? 'index' : path.slice('./'.length)));

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
