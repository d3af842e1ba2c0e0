import { build, type Plugin } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { differing, eagerCoders, webVersionOf, withLazyCoders } from '../../scripts/build-plugins.js';

const root = resolve(import.meta.dirname, '../..');
const sourceOf = (name: string): string => {
  const file = resolve(root, 'lib', `${name}.ts`);
  return existsSync(file) ? file : resolve(root, 'lib', name, 'index.ts');
};

/** The plugins of the build, as esbuild has them. */
const asBuilt: Plugin = {
  name: 'as built',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: differing }, ({ path, importer }) =>
      importer.includes('node_modules') ? undefined : { path: webVersionOf(path, importer) },
    );
    onLoad({ filter: eagerCoders }, ({ path }) => ({ contents: withLazyCoders(readFileSync(path, 'utf8')) }));
  },
};

/** An entry point as browsers, Jest with jsdom and React Native get it: one script, with all that it imports. */
export async function scriptOf(name: string, external: readonly string[] = []): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [sourceOf(name)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'browser',
    target: 'es2022',
    external: external.flatMap((one) => [one, `${one}/*`]),
    plugins: [asBuilt],
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** What a script exports where there is JavaScript and, but for `globals`, nothing else. */
export function exportsOf(script: string, globals: object = {}): Readonly<Record<string, unknown>> {
  const module = { exports: {} };
  runInNewContext(script, { ...globals, module, exports: module.exports });
  return module.exports;
}
