import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { dealt } from './tiers.js';

/** The seed of all random lives of a run, so that one printed line is enough to live them again. */
const seed = process.env['CHAOS_SEED'] ?? String(randomInt(2 ** 31));

/** Says with what the random lives of this run can be had again. */
export const seedLine = `random lives: CHAOS_SEED=${seed}`;

interface Run {
  /** How many processes the files are dealt out to; more than one show what they print when they are done. */
  readonly processes: number;
  /** Arguments for mocha. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs mocha over `files`; whether all has passed. */
export async function runMocha(
  files: readonly string[],
  { processes, args = [], env }: Run,
): Promise<boolean> {
  const isAlone = processes === 1;
  const passed = await Promise.all(
    dealt(files, processes).map(async (hand) => {
      const mocha = spawn(
        process.execPath,
        ['node_modules/mocha/bin/mocha.js', ...(process.stdout.isTTY ? ['--color'] : []), ...args, ...hand],
        {
          stdio: ['inherit', isAlone ? 'inherit' : 'pipe', isAlone ? 'inherit' : 'pipe'],
          env: { ...process.env, CHAOS_SEED: seed, ...env },
        },
      );
      const printed: Uint8Array[] = [];
      for (const stream of [mocha.stdout, mocha.stderr])
        stream?.on('data', (bytes: Uint8Array) => printed.push(bytes));
      const [code] = (await once(mocha, 'close')) as [number | null];
      process.stdout.write(Buffer.concat(printed));
      return code === 0;
    }),
  );
  return !passed.includes(false);
}
