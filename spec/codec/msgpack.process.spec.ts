import { expect } from 'chai';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

describe('msgpack, in a process of its own', () => {
  it('works where code may not be made from strings', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { msgpack } from './lib/msgpack.js';
          const codec = msgpack();
          const decoded = codec.decode(codec.encode({ action: 15, messages: [{ data: new Uint8Array([1, 2]) }] }));
          let evaluates = true;
          try { new Function('return 1')(); } catch { evaluates = false; }
          console.log(JSON.stringify({ evaluates, decoded }));`,
        resolveDir: resolve(import.meta.dirname, '../..'),
      },
      bundle: true,
      write: false,
      format: 'esm',
    });
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', '--input-type=module', '-'],
      { input: outputFiles[0]!.text, encoding: 'utf8', timeout: 30_000 },
    );
    expect(stdout, stderr).to.equal(
      '{"evaluates":false,"decoded":{"action":15,"messages":[{"data":{"0":1,"1":2}}]}}\n',
    );
  }).timeout(60_000);
});
