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
  return answerOf(script, [...flags, '--input-type=module'], outputFiles[0]?.text);
}

/** The same, not built: its imports are made when it makes them, so that a page can be there before a framework is. */
export const runScript = (script: string, ...args: readonly string[]): unknown =>
  answerOf(script, ['--import', 'tsx/esm', resolve(import.meta.dirname, script), ...args]);

function answerOf(script: string, args: readonly string[], input?: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    ...(input !== undefined && { input }),
    encoding: 'utf8',
    timeout: 50_000,
  });
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`${script} said no JSON: ${stdout}${stderr}`);
  return JSON.parse(stdout);
}
