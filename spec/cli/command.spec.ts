import { expect } from 'chai';
import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { logOf } from '../../lib/cli/command.js';
import type { LogEvent, LogLevel } from '../../lib/index.js';
import type { Terminal } from '../../lib/cli/terminal.js';

/** Lines on stderr of one entry of a log. */
function told(level: LogLevel, event: LogEvent, verbose = false): readonly string[] {
  const lines: string[] = [];
  const writer = { isTerminal: false, write: (text: string) => void lines.push(text) };
  const terminal: Terminal = {
    ...{ env: {}, out: writer, err: writer, stop$: NEVER, network: {} },
    ...{ input: (async function* () {})(), scheduler: new VirtualTimeScheduler() },
  };
  logOf({ verbose }, terminal)(level, event);
  return lines;
}

describe('cli: the log of a client', () => {
  it('tells warnings and errors, and the rest with --verbose', () => {
    expect(told('warn', { message: 'Look.', error: new Error('why') })).deep.equal([
      'rx-realtime: Look. Error: why\n',
    ]);
    expect(told('info', { message: 'The connection is connected.', about: 'connected' })).deep.equal([]);
    expect(told('info', { message: 'The connection is connected.', about: 'connected' }, true)).deep.equal([
      'rx-realtime: The connection is connected.\n',
    ]);
  });

  it('leaves out a key on its way to this machine, and a failure that is told at the end, in whatever words', () => {
    const entries = [
      { message: 'Any words.', about: 'plain key' },
      { message: 'Any words.', about: 'failed' },
    ];
    expect(entries.map((entry) => told('warn', entry))).deep.equal([[], []]);
    expect(told('error', { message: 'The connection is failed.' })).length(1);
    expect(told('error', { message: 'Any words.', about: 'suspended' })).length(1);
    expect(entries.map((entry) => told('warn', entry, true).length)).deep.equal([1, 1]);
  });
});
