import { readFile, writeFile } from 'node:fs/promises';
import type { SeedStorage } from '../../relay/index.js';
import { CommandError, Exit } from '../exit.js';

/** Keeps the seed of a client in a file that its owner alone can read. */
export const seedFile = (file: string): SeedStorage => ({
  getItem: async () => {
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return null;
      throw unusable(file, 'read', thrown);
    }
  },
  setItem: async (_name, seed) => {
    try {
      await writeFile(file, `${seed}\n`, { mode: 0o600, flag: 'wx' });
    } catch (thrown) {
      throw unusable(file, 'written', thrown);
    }
  },
});

function codeOf(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

const unusable = (file: string, done: string, thrown: unknown): Error =>
  new CommandError(
    `The file ${file} cannot be ${done} (${codeOf(thrown)}). Name another one with --seed-file.`,
    Exit.failed,
  );
