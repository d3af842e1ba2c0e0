import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { secret } from '../support/secrets.js';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command; `whenTold` is called with what it has printed as soon as that has "Ctrl-C" in it. */
async function run(
  args: readonly string[],
  whenTold?: (out: string) => Promise<'SIGINT' | 'SIGTERM'>,
): Promise<Ran> {
  const child = spawn(process.execPath, ['--import', 'tsx/esm', 'lib/cli.ts', ...args]);
  let [out, err, told] = ['', '', false];
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
    if (!whenTold || told || !out.includes('Ctrl-C stops')) return;
    told = true;
    whenTold(out).then(
      (signal) => child.kill(signal),
      () => child.kill('SIGKILL'),
    );
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('the command rx-realtime', () => {
  const key = secret('mine.key:hush');

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`emulator: prints the address and the key, serves, and stops cleanly on ${signal}`, async () => {
      const statuses: number[] = [];
      const { code, out } = await run(['emulator', '--port', '0', '--key', key], async (text) => {
        const [url = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(text) ?? [];
        statuses.push((await fetch(`${url}/channels/a/messages?key=${key}`)).status);
        return signal;
      });
      expect([code, statuses]).deep.equal([0, [200]]);
      expect(out).contain(key);
    });
  }

  const cases: readonly [string, readonly string[], number, RegExp][] = [
    ['an unknown option', ['emulator', '--wat'], 2, /--wat/],
    ['an unknown command', ['frob'], 2, /"frob" is unknown/],
    ['one argument too many', ['emulator', 'x'], 2, /"x"/],
    ['a bad port', ['emulator', '--port', '99999'], 2, /99999.*0 to 65535/],
    ['a bad key, without repeating it', ['emulator', '--key', 'hush'], 2, /^(?!.*hush).*app\.key:secret/],
    ['a host that is not here', ['emulator', '--host', '192.0.2.1'], 1, /192\.0\.2\.1.*choose another/],
  ];
  for (const [title, args, code, text] of cases) {
    it(`ends with ${code} and says why: ${title}`, async () => {
      const ran = await run(args);
      expect([ran.code, ran.out]).deep.equal([code, '']);
      expect(ran.err).match(text);
    });
  }

  it('shows its usage', async () => {
    const { code, out } = await run(['emulator', '--help']);
    expect(code).equal(0);
    expect(out).match(/--port.*--host.*--key/s);
  });
});
