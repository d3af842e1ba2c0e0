import { expect } from 'chai';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** As the build has it: on the fly, functions would be given names, and weigh twice as much. */
async function built(script: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, '../../support', script)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

describe('the weight of a client', () => {
  let stages: Readonly<Record<string, number>>;

  before(async function () {
    this.timeout(60_000);
    const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--input-type=module'], {
      input: await built('weigh-clients.ts'),
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect(stdout, stderr).to.match(/^\{.*\}\n$/);
    stages = JSON.parse(stdout) as typeof stages;
  });

  for (const [stage, most] of [
    ['made', 40_000],
    ['connected', 70_000],
    ['disposed', 2000],
  ] as const)
    it(`${stage}: takes at most ${most} bytes of heap`, () => {
      expect(stages[stage]).to.be.within(-2000, most);
    });
});
