import { expect } from 'chai';
import { createServer } from 'node:net';
import { Signal } from '../../../lib/cli/terminal.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

/** A port of this machine on which something listens, until it is closed. */
const taken = (): Promise<{ readonly port: string; readonly close: () => Promise<unknown> }> =>
  new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' ? String(address?.port) : '';
      resolve({ port, close: () => new Promise((closed) => server.close(closed)) });
    });
  });

/** Starts servers by a command line, stops them as soon as they are announced, and gives what was printed. */
async function announced(...args: readonly string[]): Promise<string> {
  const terminal = new FakeTerminal();
  terminal.onOut = () => terminal.stop$.next(Signal.SIGINT);
  expect(await terminal.run(...args)).equal(0);
  return terminal.written.out;
}

describe('cli: the announcement of servers', () => {
  const any = ['--allow-origin', '*'];
  const cases: readonly [readonly string[], boolean][] = [
    [['emulator', ...any], true],
    [['emulator', '--relay', ...any], true],
    [['relay', ...any], false],
    [['emulator', '--host', '0.0.0.0', ...any], false],
    [['emulator', '--host', '0.0.0.0', '--auth', ...any], true],
    [['emulator', '--host', '0.0.0.0', '--auth'], false],
  ];
  for (const [args, isWarned] of cases)
    it(`${args.join(' ')}: ${isWarned ? 'warns' : 'does not warn'} that any page gets a token from /auth`, async () => {
      expect((await announced(...args)).includes('Any page that a browser')).equal(isWarned);
    });

  for (const [flag, warning] of [
    ['--sandbox', 'POST /apps gives an app'],
    ['--console', 'The console shows everything'],
  ] as const)
    it(`emulator --host 0.0.0.0: warns of ${flag} where it is given, and only there`, async () => {
      const said = [
        await announced('emulator', '--host', '0.0.0.0', flag),
        await announced('emulator', flag),
      ];
      const other = await announced('emulator', '--host', '0.0.0.0');
      expect([...said, other].map((text) => text.includes(warning))).deep.equal([true, false, false]);
    });
});

describe('cli: servers of which one cannot start', () => {
  it('leave the port of the other', async () => {
    const [busy, free] = [await taken(), await taken()];
    await free.close();
    const terminal = new FakeTerminal();
    const ports = ['--port', busy.port, '--relay-port', free.port];
    expect(await terminal.run('emulator', '--relay', ...ports)).not.equal(0);
    await busy.close();
    expect(await announced('relay', '--port', free.port)).includes(`:${free.port}`);
  });
});
