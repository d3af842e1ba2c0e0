import { expect } from 'chai';
import { Signal } from '../../../lib/cli/terminal.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

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
});
