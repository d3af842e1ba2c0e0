import { expect } from 'chai';
import { build } from 'esbuild';

describe('testing: the entry point', () => {
  it('contains neither `ws` nor a module of Node, also in its version for Node', async () => {
    const { metafile } = await build({
      entryPoints: ['lib/testing/index.ts'],
      ...{ bundle: true, write: false, metafile: true, format: 'esm', platform: 'node', logLevel: 'silent' },
      external: ['rxjs', 'ws'],
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    const names = [...new Set(imports.map(({ path }) => path))].sort();
    expect(names).deep.equal(['rxjs', 'rxjs/testing', 'rxjs/webSocket']);
  }).timeout(60_000);
});
