import { readFile, writeFile } from 'node:fs/promises';
import type { SeedStorage } from '../../relay/index.js';
import { systemRandomBytes } from '../../rx/clock.js';
import { toHex } from '../../codec/hex.js';
import { CommandError, Exit, UsageError } from '../exit.js';

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

/**
 * Makes the file where it is not there yet, and checks it where it is, before a client needs it: to the client a file that
 * fails is an attempt to connect that fails.
 */
export async function checkSeedFile(file: string): Promise<void> {
  const { getItem, setItem } = seedFile(file);
  const seed = await getItem('');
  if (typeof seed !== 'string') await setItem('', toHex(systemRandomBytes(32)));
  else if (!/^[\da-f]{64}$/i.test(seed))
    throw new UsageError(
      `The file ${file} holds no seed: 64 hexadecimal digits are expected. Name another one with --seed-file.`,
    );
}

function codeOf(thrown: unknown): string {
  const { code } = (thrown ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

const unusable = (file: string, done: string, thrown: unknown): Error =>
  new CommandError(
    `The file ${file} cannot be ${done} (${codeOf(thrown)}). Name another one with --seed-file.`,
    Exit.failed,
  );
