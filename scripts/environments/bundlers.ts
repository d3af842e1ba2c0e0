import type { Cell } from './cell.js';
import { asModule, hello } from './programs.js';

interface Bundler {
  readonly name: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly run: readonly string[];
}

/** The same API for two bundlers. */
const asWebpack = (take: string): string => `
${take}
bundle(
  {
    ...{ mode: 'production', target: 'web', entry: './main.js' },
    output: { path: import.meta.dirname + '/out', filename: 'main.cjs' },
  },
  (error, stats) => {
    if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
  },
);`;

const all: readonly Bundler[] = [
  {
    name: 'esbuild 0.28.2',
    packages: { esbuild: '0.28.2' },
    run: [
      ...['esbuild', 'main.js', '--bundle', '--minify', '--format=iife', '--platform=browser'],
      '--outfile=out/main.cjs',
    ],
  },
  {
    name: 'Rollup 4.68.5',
    packages: { rollup: '4.68.5', '@rollup/plugin-node-resolve': '16.0.3' },
    run: [
      ...[
        'rollup',
        'main.js',
        '--format=iife',
        '--failAfterWarnings',
        '--plugin=node-resolve={browser:true}',
      ],
      '--file=out/main.cjs',
    ],
  },
  {
    name: 'Vite 8.3.8',
    packages: { vite: '8.3.8' },
    files: {
      'index.html': '<script type="module" src="main.js"></script>',
      'vite.config.js': `export default {
        build: { outDir: 'out', modulePreload: false, rollupOptions: { output: { entryFileNames: 'main.cjs', format: 'iife' } } },
      };`,
    },
    run: ['vite', 'build'],
  },
  {
    name: 'webpack 5.112.2',
    packages: { webpack: '5.112.2' },
    files: { 'build.mjs': asWebpack("import bundle from 'webpack';") },
    run: ['node', 'build.mjs'],
  },
  {
    name: 'Rspack 2.3.2',
    packages: { '@rspack/core': '2.3.2' },
    files: { 'build.mjs': asWebpack("import { rspack as bundle } from '@rspack/core';") },
    run: ['node', 'build.mjs'],
  },
];

/** Bundles for browsers, minified, and runs the bundle. */
export const bundlers: readonly Cell[] = all.map(({ name, packages, files, run }) => ({
  kind: 'Bundler',
  name,
  packages,
  files: { 'main.js': asModule, ...files },
  runs: [run, ['node', 'out/main.cjs']],
  says: hello,
}));
