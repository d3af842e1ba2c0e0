import { readFileSync } from 'node:fs';
import { expect } from 'chai';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly license?: string }>>;
}

/** Until this version they are under the Apache License; later ones may not be installed. */
const last = '2.21.8';
const ofVendor = /(^|\/)node_modules\/@walletconnect\/(core|utils|types|sign-client)$/;

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

describe('package-lock.json', () => {
  const { packages } = read('package-lock.json') as Lock;

  it(`has the official relay client in version ${last} and in no other, wherever it stands`, () => {
    const found = Object.entries(packages).filter(([path]) => ofVendor.test(path));
    expect(found.map(([path]) => path.replace(/.*@walletconnect\//, ''))).include.members([
      'core',
      'sign-client',
      'types',
      'utils',
    ]);
    expect([...new Set(found.map(([, { version }]) => version))]).deep.equal([last]);
    expect([...new Set(found.map(([, { license }]) => license))]).deep.equal(['Apache-2.0']);
  });

  it('has them pinned in package.json, those that come by others too', () => {
    const { devDependencies, overrides = {} } = read('package.json') as Record<
      string,
      Record<string, string>
    >;
    for (const name of ['core', 'sign-client', 'types'])
      expect(devDependencies?.[`@walletconnect/${name}`]).equal(last);
    const ofVendorOnly = Object.entries(overrides).filter(([name]) => name.startsWith('@walletconnect/'));
    expect(Object.fromEntries(ofVendorOnly)).deep.equal(
      Object.fromEntries(
        ['core', 'sign-client', 'types', 'utils'].map((name) => [`@walletconnect/${name}`, last]),
      ),
    );
  });
});
