import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import {
  createEmulator,
  createRelay,
  type RecordedLine,
  type RecordingOptions,
  recordingOf,
  type RelayEmulator,
} from '../../../lib/emulator/index.js';
import { virtually } from '../../support/virtual-time.js';
import { connectTo, steps } from '../fake-client.js';

describe('emulator: a recording', () => {
  const inWords = (line: RecordedLine): unknown => {
    if ('version' in line) return ['start', line.startedAt, ...line.servers];
    if ('direction' in line)
      return [line.t, line.direction, line.frame['action'] ?? line.frame['method'] ?? line.frame['result']];
    return line.event === 'full'
      ? [line.t, 'full']
      : [line.t, line.event, ...('by' in line ? [line.by, line.code] : [])];
  };

  for (const format of ['json', 'msgpack'] as const)
    it(
      `tells of openings, frames, silences and ends of ${format}, with their times`,
      virtually(({ scheduler, act }) => {
        const emulator = createEmulator({ scheduler, random: steps(), maxIdleInterval: 0 });
        const lines: RecordedLine[] = [];
        const open = connectTo(emulator, { format });
        const recording = recordingOf(emulator).subscribe((line) => lines.push(line));
        const seen: unknown[] = [];
        recording.add(() => seen.push('over'));
        act('-abcd', {
          a: () => open.attach('chat'),
          b: () => connectTo(emulator, { format, clientId: 'ann', recover: 'other!key' }),
          c: () => {
            emulator.connections[1]?.silence();
            emulator.publish('chat', { data: new Uint8Array([1]) });
            emulator.connections[1]?.drop();
          },
          d: () => {
            open.session.ended();
            emulator.dispose();
          },
        });
        scheduler.flush();
        expect(lines.map(inWords)).deep.equal([
          ['start', 0, 'ably'],
          [0, 'open'],
          [1, 'in', Action.attach],
          [1, 'out', Action.attached],
          [2, 'open'],
          [2, 'out', Action.connected],
          [3, 'silence'],
          [3, 'out', Action.message],
          [3, 'close', 'server', undefined],
          [4, 'close', 'client', undefined],
        ]);
        expect(lines[4]).deep.include({ format, clientId: 'ann', cameFrom: 'other' });
        expect(JSON.stringify(lines[7])).contain('"data":"AQ=="').contain('"encoding":"base64"');
        expect(JSON.stringify(lines)).not.contain(open.key());
        expect(seen).deep.equal(['over']);
      }),
    );

  const recorded = (options: RecordingOptions): readonly RecordedLine[] => {
    const emulator = createEmulator();
    const lines: RecordedLine[] = [];
    recordingOf(emulator, options).subscribe((line) => lines.push(line));
    const client = connectTo(emulator);
    client.attach('chat');
    client.attach('chat');
    emulator.dispose();
    return lines;
  };

  it('ends with the line `full` where it would be too large', () => {
    expect(recorded({ maxBytes: 600 }).map((line) => ('event' in line ? line.event : 'line'))).deep.equal([
      'line',
      'open',
      'line',
      'full',
    ]);
    expect(recorded({})).length(8);
  });

  it('tells of an emulator and a relay together', () => {
    const emulator = createEmulator();
    const relay: RelayEmulator = createRelay({ checkJwt: false });
    const lines: RecordedLine[] = [];
    recordingOf([emulator, relay]).subscribe((line) => lines.push(line));
    const session = relay.connect(
      { params: new URLSearchParams() },
      { send: () => undefined, close: () => undefined, terminate: () => undefined },
    );
    session.receive('{"id":1,"jsonrpc":"2.0","method":"irn_subscribe","params":{"topic":"nonsense"}}');
    expect(
      lines
        .slice(1, 3)
        .map(inWords)
        .map((words) => (words as unknown[]).slice(1)),
    ).deep.equal([['open'], ['in', 'irn_subscribe']]);
    expect(lines[3]).deep.include({ server: 'relay', connection: 'socket-1', direction: 'out' });
    emulator.dispose();
    relay.dispose();
  });
});
