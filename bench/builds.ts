/** The builds that can be measured: ours, and the one in the folder that `BENCH_BASELINE` names. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type BuildName = 'ours' | 'before';
export const isBuild = (name: string): name is BuildName => name === 'ours' || name === 'before';

/** The variable that names the folder of the contestant `before`; empty is the same as not set. */
const given = process.env['BENCH_BASELINE'] ?? '';
export const hasBaseline = given !== '';

const folders: Readonly<Record<BuildName, string>> = {
  ours: fileURLToPath(new URL('..', import.meta.url)),
  before: resolve(given),
};
export const folderOf = (build: BuildName): string => folders[build];

interface Manifest {
  readonly name?: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
const parsed = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
const manifestOf = (folder: string): Manifest => parsed(join(folder, 'package.json'));

export const versionOf = (build: BuildName): string => manifestOf(folders[build]).version;

/** The folder's dependencies that are installed neither there nor above. */
function dependenciesMissingIn(folder: string): readonly string[] {
  const { resolve: found } = createRequire(join(folder, 'package.json'));
  return Object.keys(manifestOf(folder).dependencies ?? {}).filter(
    (name) => !found.paths(name)?.some((modules) => existsSync(join(modules, name))),
  );
}

/** Says what keeps the folder of `BENCH_BASELINE` from being measured, and how to mend it. */
export function faultOfBaseline(): string | undefined {
  const folder = folders.before;
  const there = `BENCH_BASELINE is "${given}", but ${folder}`;
  if (!existsSync(folder)) return `${there} does not exist. Name a folder that holds a built rx-realtime.`;
  if (!existsSync(join(folder, 'package.json')))
    return `${there} has no package.json. Name the folder of the package, not its dist.`;
  const [expected, found] = [manifestOf(folders.ours).name, manifestOf(folder).name];
  if (found !== expected) return `${there} holds the package "${found}". Name one that holds "${expected}".`;
  const missing = dependenciesMissingIn(folder);
  if (missing.length > 0)
    return `${there} lacks the dependencies ${missing.join(', ')}. Run \`npm ci\` in it.`;
  if (!existsSync(join(folder, 'dist', 'index.js')))
    return `${there} has no dist/index.js. Run \`npm run build\` in it.`;
  return undefined;
}

/** RxJS is a peer dependency, so the baseline gets ours: to a copy of its own, our schedulers would be foreign. */
const hooks = (baseline: string, parent: string): string => `
  export const resolve = (specifier, context, next) =>
    /^rxjs(\\/|$)/.test(specifier) && context.parentURL?.startsWith(${JSON.stringify(baseline)})
      ? next(specifier, { ...context, parentURL: ${JSON.stringify(parent)} })
      : next(specifier, context);`;
let isHooked = false;
function shareRxJS(): void {
  if (isHooked) return;
  isHooked = true;
  const code = hooks(pathToFileURL(join(folders.before, 'dist')).href, import.meta.url);
  register(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Imports from an entry point of a build. Throws an error that says what the build lacks. */
export async function load<Exports extends object>(
  build: BuildName,
  entry: string,
  names: readonly (keyof Exports & string)[],
): Promise<Exports> {
  const file = join(folders[build], 'dist', `${entry}.js`);
  if (!existsSync(file)) throw new Error(`There is no ${file}.`);
  if (build === 'before') shareRxJS();
  const exported = (await import(pathToFileURL(file).href)) as Exports;
  const missing = names.filter((name) => !(name in exported));
  if (missing.length > 0) throw new Error(`${file} does not export ${missing.join(', ')}.`);
  return exported;
}
