import { buildSync } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const from = fileURLToPath(new URL('.', import.meta.url));
/** Beside the folder of the bench, so that both find the package at the same place. */
const to = new URL('../.bench/', import.meta.url);

function compile(): URL {
  rmSync(to, { recursive: true, force: true });
  buildSync({
    entryPoints: readdirSync(from, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => from + file),
    outdir: fileURLToPath(to),
    outbase: from,
    format: 'esm',
    target: 'node20',
  });
  return to;
}

let folder: URL | undefined;

/** What a process is started with. */
interface Start {
  readonly file: URL;
  readonly execArgv: readonly string[];
}

/** Those that import from outside the bench; they are compiled as they start. */
const wide: readonly string[] = ['./flapping/client.ts'];

/** A file of the bench, compiled. All are compiled once: a compiler in each process would triple the time of its start. */
export const compiled = (file: string): Start =>
  wide.includes(file)
    ? { file: new URL(file, import.meta.url), execArgv: ['--import', 'tsx/esm'] }
    : { file: new URL(file.replace(/\.ts$/, '.js'), (folder ??= compile())), execArgv: [] };
