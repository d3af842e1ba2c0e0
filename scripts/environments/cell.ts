import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** One environment: the packages that it consists of, a small program, and the commands that run it. */
export interface Cell {
  readonly kind: string;
  readonly name: string;
  /** Exact versions, beside the package itself and rxjs. */
  readonly packages: Readonly<Record<string, string>>;
  /** Files of the project, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Commands, one after the other; the first word is a program of the project, a path in it or `node`. */
  readonly runs: readonly (readonly string[])[];
  /** Text that the last command has to say. */
  readonly says: RegExp;
  /** A remark for the table. */
  readonly note?: string;
}

/** What came of a cell: the versions that ran, and the error where it failed. */
export interface Outcome {
  readonly cell: Cell;
  readonly error?: string;
  readonly seconds: number;
}

const limits = { install: 240_000, run: 90_000 } as const;

/** Runs a command to its end; rejects where it fails, or does not end by itself. */
const run = (
  command: string,
  args: readonly string[],
  { cwd, ms }: { cwd: string; ms: number },
): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1', CI: '1' };
    execFile(
      command,
      [...args],
      { cwd, timeout: ms, killSignal: 'SIGKILL', maxBuffer: 1e8, env },
      (error, out, err) => {
        if (error)
          reject(new Error(`${error.killed ? `It did not end within ${ms / 1000} s. ` : ''}${out}${err}`));
        else resolve(out + err);
      },
    );
  });

/** Installs the packages of a cell in a temporary folder, runs it there and removes the folder. */
export async function outcomeOf(cell: Cell, tarball: string): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), 'rx-realtime-environment-'));
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 1000);
  try {
    const dependencies = { rxjs: '7.8.2', ...cell.packages, 'rx-realtime': `file:${tarball}` };
    const manifest = { private: true, type: 'module', dependencies };
    for (const [path, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...cell.files })) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
    await run('npm', ['install', ...quietly], { cwd, ms: limits.install });
    let said = '';
    for (const [command = '', ...args] of cell.runs)
      said = await run(programOf(command, cwd), args, { cwd, ms: limits.run });
    if (!cell.says.test(said)) throw new Error(`It said: ${said}`);
    return { cell, seconds: seconds() };
  } catch (error) {
    return { cell, error: error instanceof Error ? error.message : String(error), seconds: seconds() };
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function programOf(command: string, cwd: string): string {
  if (command === 'node') return process.execPath;
  return command.includes('/') ? join(cwd, command) : join(cwd, 'node_modules/.bin', command);
}

/** The version of a package of this repository's own tree. */
export const ownVersionOf = (name: string): string =>
  (
    JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as {
      readonly version: string;
    }
  ).version;
