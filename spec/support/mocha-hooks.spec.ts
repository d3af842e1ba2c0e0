import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { secretsIn } from './secrets.js';

const config = JSON.parse(readFileSync('.mocharc.json', 'utf8')) as Readonly<
  Record<string, string | string[]>
>;
const fixture = 'spec/support/fixtures/leaking.ts';

/** Runs the specs of the fixture whose titles hold `words`, with what .mocharc.json says of everything but the specs. */
async function run(words: string, ...args: readonly string[]) {
  const wiring = ['import', 'require'].map((option) => `--${option}=${String(config[option])}`);
  const child = spawn(process.execPath, [
    ...['node_modules/mocha/bin/mocha.js', '--no-config', ...wiring, fixture, '--fgrep', words, ...args],
  ]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, verdict: err.slice(err.indexOf('The run wrote')) };
}

describe('the watch over the output of the specs', function () {
  this.timeout(60_000); // each starts a process of mocha
  it('lets a run pass that gives nothing away', async () => {
    const { code, out, verdict } = await run('says nothing', '--reporter=spec');
    expect([code, verdict]).to.deep.equal([0, '']);
    expect(out).to.contain('1 passing');
  });

  for (const args of [['--reporter=spec'], ['--reporter=dot'], ['--reporter=dot', '--exit']])
    it(`fails a run whose specs all pass and print secrets, and repeats none: ${args.join(' ')}`, async () => {
      const { code, out, verdict } = await run('prints', ...args);
      const during = `during ${fixture}, "a leaking suite prints`;
      expect(code).to.equal(1);
      expect(out.includes('4 passing'), 'all pass').to.equal(true);
      expect(secretsIn(verdict)).to.deep.equal([]);
      expect(verdict.includes('known-to-nobody'), 'repeats the title').to.equal(false);
      expect(verdict.split('\n').filter((line) => line.startsWith(' '))).to.deep.equal([
        `  a key, on stdout, ${during} a key in a URL"`,
        `  a registered secret, on stdout, ${during} a registered token in two pieces"`,
        `  a token of the emulator, on stderr, ${during} a token of the emulator as a warning"`,
        ...(args.includes('--reporter=spec')
          ? [`  a registered secret, on stdout, during ${fixture}, a title that holds a secret`]
          : []),
      ]);
    });

  it("finds what only mocha's report on a failure shows", async () => {
    const { code, verdict } = await run('fails', '--reporter=dot');
    expect(code).to.equal(1);
    expect(secretsIn(verdict)).to.deep.equal([]);
    expect(verdict).to.contain(
      `a key, on stdout, in the report on ${fixture}, "a leaking suite fails with a key`,
    );
  });
});
