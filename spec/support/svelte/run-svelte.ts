import { build, type Plugin, transformSync } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compile, compileModule } from 'svelte/compiler';

type Side = 'client' | 'server';

/** Compiles components, and modules with runes, for one side. */
const svelte = (generate: Side): Plugin => ({
  name: 'svelte',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, 'utf8'), { filename: path, generate }).js.code,
    }));
    onLoad({ filter: /\.svelte\.ts$/ }, ({ path }) => {
      const { code } = transformSync(readFileSync(path, 'utf8'), { loader: 'ts' });
      return { contents: compileModule(code, { filename: path, generate }).js.code };
    });
  },
});

/** Bundles the app for one side, as an app's own build does, runs it, and answers with what it says, as JSON. */
export async function runSvelte(side: Side, ...args: readonly string[]): Promise<unknown> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, `${side}.ts`)],
    bundle: true,
    splitting: false,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    conditions: side === 'client' ? ['browser', 'development'] : ['development'],
    external: ['jsdom', 'rxjs', 'ws', 'esm-env'],
    plugins: [svelte(side)],
    logLevel: 'silent',
  });
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-', ...args], {
    input: outputFiles[0]?.text ?? '',
    encoding: 'utf8',
    timeout: 50_000,
  });
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`${side}.ts said no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}
