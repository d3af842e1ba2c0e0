import { expect } from 'chai';
import { build } from 'esbuild';
import { lib } from '../architecture/source.js';

/** The files of `lib/` that a page carries for the sake of a binding. */
async function carriedBy(binding: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [`${lib}/${binding}.ts`],
    absWorkingDir: lib,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    packages: 'external',
  });
  return Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
}

describe('the weight of bindings', () => {
  for (const binding of ['angular', 'react', 'svelte', 'vue'])
    it(`${binding} takes types alone of a client, and folds messages`, async () => {
      const others = (await carriedBy(binding)).filter((file) => !file.startsWith('view/'));
      expect(others).to.have.members([`${binding}.ts`, 'ably/messages/fold.ts']);
    });
});
