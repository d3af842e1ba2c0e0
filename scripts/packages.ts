/** Programs and packages of folders that have a package of their own: the web demos and the site. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs a program to its end; what it said is in the error where it failed. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(program, args, { cwd, maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${[program, ...args].join(' ')} failed.\n${stdout}${stderr}`, { cause: error });
  }
}

const changedAt = async (file: string): Promise<number> =>
  (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;

/** Installs what a folder needs, where its lock is newer than what is there; it is no part of the root's `npm ci`. */
export async function install(folder: string): Promise<void> {
  const isFresh =
    (await changedAt(join(folder, 'package-lock.json'))) <=
    (await changedAt(join(folder, 'node_modules/.package-lock.json')));
  if (!isFresh) await run('npm', ['ci', '--no-audit', '--no-fund'], folder);
}
