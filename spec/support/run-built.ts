import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * Runs a script of this folder in a process of its own, built first: on the fly, functions would be given names, and weigh
 * twice as much. Answers with what it says, as JSON.
 */
export async function runBuilt(script: string, ...flags: readonly string[]): Promise<unknown> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, script)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    logLevel: 'silent',
  });
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--input-type=module'], {
    input: outputFiles[0]?.text ?? '',
    encoding: 'utf8',
    timeout: 50_000,
  });
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`${script} said no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}
