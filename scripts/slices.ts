import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { differing, webVersionOf } from './build-plugins.js';

/** Minified and gzipped bytes of each slice of one entry. */
type Slices = ReadonlyMap<string, { readonly minified: number; readonly gzipped: number }>;

const webPlatform: Plugin = {
  name: 'web-platform',
  setup: ({ onResolve }) =>
    onResolve({ filter: differing }, ({ path, resolveDir }) => ({
      path: webVersionOf(path, join(resolveDir, 'importer')),
    })),
};

/** The folder of `lib/` where a file lies, a floor below for `lib/ably`; packages stand apart. */
const sliceOf = (path: string): string =>
  /node_modules\/(@[^/]+|[^/]+)/.exec(path)?.[1] ??
  /^lib\/(?:ably\/)?([^/]+)\/[^]/.exec(path)?.[1] ??
  'loose files';

/** Bundles `contents`, which import from `packageName`, as an app does, but from the sources, since a build has no folders any more. */
async function slicesOf(root: string, packageName: string, contents: string): Promise<Slices> {
  const fromSource: Plugin = {
    name: 'from-source',
    setup: ({ onResolve, resolve: find }) =>
      onResolve({ filter: new RegExp(`^${packageName}(/|$)`) }, ({ path, kind }) => {
        const name = path.slice(packageName.length + 1) || 'index';
        return find(`./lib/${name}`, { resolveDir: root, kind });
      }),
  };
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    external: ['rxjs', 'node:*'],
    plugins: [fromSource, webPlatform],
    logLevel: 'silent',
  });
  const { contents: code = new Uint8Array() } = outputFiles[0] ?? {};
  const share = gzipSync(code, { level: 9 }).length / code.length;
  const minified = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs))
      minified.set(sliceOf(path), (minified.get(sliceOf(path)) ?? 0) + bytesInOutput);
  return new Map(
    Array.from(minified, ([name, bytes]) => [name, { minified: bytes, gzipped: bytes * share }]),
  );
}

/** The slices of entries, each a module, as a Markdown table; the gzipped size of a slice is its share of the whole. */
export async function slicesTable(
  root: string,
  packageName: string,
  entries: Readonly<Record<string, string>>,
): Promise<string> {
  const columns = await Promise.all(
    Object.values(entries).map((contents) => slicesOf(root, packageName, contents)),
  );
  const largest = (name: string): number =>
    Math.max(...columns.map((column) => column.get(name)?.minified ?? 0));
  const names = Array.from(new Set(columns.flatMap((column) => [...column.keys()])))
    .filter((name) => largest(name) >= 50)
    .sort((a, b) => largest(b) - largest(a));
  const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
  return [
    `| kB, minified / gzipped | ${Object.keys(entries).join(' | ')} |`,
    `| --- | ${'---: | '.repeat(columns.length)}`,
    ...names.map((name) => {
      const cells = columns.map((column) => column.get(name));
      const texts = cells.map((cell) =>
        cell ? `${kilobytes(cell.minified)} / ${kilobytes(cell.gzipped)}` : '',
      );
      return `| ${name} | ${texts.join(' | ')} |`;
    }),
  ].join('\n');
}
