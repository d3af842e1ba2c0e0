import { expect } from 'chai';
import { filter, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import {
  createEmulator,
  inMemory,
  type InMemory,
  type RecordedLine,
  recordingOf,
} from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { msgpack } from '../../../lib/msgpack.js';
import { steps } from '../fake-client.js';

type Seen = (readonly [t: number, what: unknown])[];
interface Played {
  readonly seen: Seen;
  readonly outcomes: readonly Promise<string>[];
}
type At = (ms: number, deed: () => void) => void;

describe('emulator: a replay', () => {
  const formats = { json: () => ({}), msgpack: () => ({ codec: msgpack() }) } as const;
  type Format = keyof typeof formats;

  const inVirtualTime = (body: (scheduler: TestScheduler, at: At) => void): void => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => body(scheduler, (ms, deed) => void timer(ms, scheduler).subscribe(deed)));
  };

  /** A client of ours that subscribes, and publishes at 30 ms and 40 ms; what it sees, with the times. */
  function clientOf(
    memory: InMemory,
    scheduler: TestScheduler,
    format: Format,
  ): [RealtimeClient, Seen, Promise<string>[]] {
    const seen: Seen = [];
    const outcomes: Promise<string>[] = [];
    const see = (what: unknown): void => void seen.push([scheduler.now(), what]);
    const client = new RealtimeClient({
      ...{ key: memory.key, clientId: 'ann', scheduler, random: steps() },
      ...{ webSocketCtor: memory.webSocketCtor, fetch: memory.fetch, ...formats[format]() },
    });
    client.connection.changes$.subscribe(({ current }) => see(current));
    const channel = client.channel('chat');
    channel.messages$.subscribe(({ name, data }) => see([name, data]));
    channel.discontinuities$.subscribe(() => see('discontinuity'));
    for (const ms of [30, 40])
      timer(ms, scheduler).subscribe(() => {
        const told = channel.publish('own', `${ms}`).then(
          () => 'published',
          () => 'refused',
        );
        outcomes.push(told);
      });
    return [client, seen, outcomes];
  }

  /** Records a session with a doubled message, a refused publish, a cut and a message that is missed meanwhile. */
  function recorded(format: Format): Played & { readonly lines: readonly RecordedLine[] } {
    const lines: RecordedLine[] = [];
    let [seen, outcomes]: [Seen, Promise<string>[]] = [[], []];
    inVirtualTime((scheduler, at) => {
      const memory = inMemory({ scheduler, latency: 1, random: steps() });
      const { emulator } = memory;
      recordingOf(emulator).subscribe((line) => lines.push(line));
      const [client, all, published] = clientOf(memory, scheduler, format);
      [seen, outcomes] = [all, published];
      const sent: ProtocolMessage[] = [];
      at(15, () => {
        emulator.connections[0]?.sent$
          .pipe(filter(({ action }) => action === Action.message))
          .subscribe((frame) => sent.push(frame));
      });
      at(20, () => emulator.publish('chat', { name: 'twice', data: new Uint8Array([1, 2]) }));
      at(22, () => sent.forEach((frame) => emulator.connections[0]?.send(frame)));
      at(35, () => emulator.connections[0]?.nack());
      at(50, () => {
        emulator.connections[0]?.drop();
        emulator.publish('chat', { name: 'missed', data: { a: 1 } });
      });
      at(90, () => emulator.publish('chat', { name: 'last', data: 'z' }));
      at(200, () => client.dispose());
      at(300, () => memory.close());
    });
    return { seen, outcomes, lines };
  }

  /** The same client before the recording. */
  function replayedTo(format: Format, replay: string | readonly RecordedLine[], speed?: number): Played {
    let [seen, outcomes]: [Seen, Promise<string>[]] = [[], []];
    inVirtualTime((scheduler, at) => {
      const memory = inMemory({ scheduler, latency: 1, replay, ...(speed !== undefined && { speed }) });
      const [client, all, published] = clientOf(memory, scheduler, format);
      [seen, outcomes] = [all, published];
      at(200, () => client.dispose());
      at(300, () => memory.close());
    });
    return { seen, outcomes };
  }

  for (const format of ['json', 'msgpack'] as const) {
    it(`shows a client of ${format} the same at the same times: a doubled message, a NACK, a cut`, async () => {
      const { seen, outcomes, lines } = recorded(format);
      const words = seen.map(([, what]) => (Array.isArray(what) ? (what as unknown[])[0] : what));
      expect(words.filter((word) => word === 'twice')).length(2);
      expect(words).include.members(['missed', 'last']);
      expect(words.filter((word) => word === 'own')).length(1);
      expect(await Promise.all(outcomes)).deep.equal(['published', 'refused']);
      const again = replayedTo(format, lines);
      expect(again.seen).deep.equal(seen);
      expect(await Promise.all(again.outcomes)).deep.equal(['published', 'refused']);
      const text = lines.map((line) => JSON.stringify(line)).join('\r\n');
      for (const saved of [text, `\ufeff${text}`]) expect(replayedTo(format, saved).seen).deep.equal(seen);
    });

    it(`plays a recording of the other format to a client of ${format}`, () => {
      const { seen, lines } = recorded(format === 'json' ? 'msgpack' : 'json');
      expect(replayedTo(format, lines).seen).deep.equal(seen);
    });
  }

  it('plays at another speed', () => {
    const { lines } = recorded('json');
    const last = replayedTo('json', lines, 2).seen.filter(
      ([, what]) => JSON.stringify(what) === '["last","z"]',
    );
    expect(last.map(([t]) => t < 60)).deep.equal([true]);
  });

  const start = { version: 1, startedAt: 0, servers: ['ably'] };
  const place = { server: 'ably', connection: 'abc' };
  const open = { t: 0, ...place, event: 'open', format: 'json' };
  const textOf = (...lines: unknown[]): string =>
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const wrong: readonly (readonly [title: string, text: string, said: RegExp])[] = [
    ['an empty file', '', /line 1 is not the first line/],
    ['another file', '{"name":"x"}', /line 1 is not the first line/],
    ['a later version', '{"version":2}', /line 1 is not the first line/],
    ['a broken line', textOf(start, open, '', '{"t":1,'), /line 4 is not JSON/],
    ['a line that is no object', textOf(start, '[]'), /line 2 is not an object/],
    ['a line without a time', textOf(start, { ...open, t: 'soon' }), /line 2 has no time/],
    ['an unknown server', textOf(start, { ...open, server: 'mqtt' }), /line 2 names no server/],
    [
      'a line without a connection',
      textOf(start, { ...open, connection: 1 }),
      /line 2 names no `connection`/,
    ],
    ['an unknown event', textOf(start, { ...open, event: 'explode' }), /line 2 is neither a frame/],
    [
      'a frame that is none',
      textOf(start, open, { t: 1, ...place, direction: 'in', frame: 1 }),
      /line 3 is neither/,
    ],
    [
      'a frame before its connection',
      textOf(start, { t: 1, ...place, event: 'close' }),
      /line 2 is of the connection "abc"/,
    ],
    ['no connection', textOf(start), /has no connection of an Ably client/],
  ];
  for (const [title, replay, said] of wrong) {
    it(`refuses ${title}, and says which line`, () => {
      expect(() => inMemory({ replay })).throw(TypeError, said);
    });
  }

  it('refuses a speed that is none', () => {
    for (const speed of [0, -1, Infinity, NaN, '2' as unknown as number])
      expect(() => inMemory({ speed })).throw(TypeError, /`speed` is .*: give it a number above 0/);
  });

  interface Raw {
    readonly frames: ProtocolMessage[];
    readonly send: (frame: object) => void;
    readonly closes: number[];
  }
  function connect(memory: InMemory, params: object = {}): Raw {
    const raw: Raw = { frames: [], closes: [], send: (frame) => socket.send(JSON.stringify(frame)) };
    const query = new URLSearchParams({ key: memory.key, ...params }).toString();
    const socket = new memory.webSocketCtor(`ws://any/?${query}`);
    socket.onmessage = ({ data }) => raw.frames.push(JSON.parse(data as string) as ProtocolMessage);
    socket.onclose = ({ code }) => raw.closes.push(code);
    return raw;
  }
  const frame = (t: number, direction: 'in' | 'out', content: object, connection = 'abc'): object => ({
    ...{ t, server: 'ably', connection, direction, frame: content },
  });
  const connected = (connection: string): object => ({
    ...{
      action: 4,
      connectionId: connection,
      connectionDetails: { connectionKey: `${connection}!…`, maxIdleInterval: 0 },
    },
  });

  it('gives each client the next connection, a client that resumes the one that came from its own, and then says so', () => {
    const seen: unknown[] = [];
    inVirtualTime((scheduler, at) => {
      const memory = inMemory({
        scheduler,
        replay: textOf(
          ...[start, open, frame(0, 'out', connected('abc')), frame(5, 'out', { action: 17 })],
          ...[{ ...open, connection: 'def' }, frame(0, 'out', connected('def'), 'def')],
          ...[{ t: 9, ...place, event: 'close', by: 'client' }],
          ...[{ ...open, t: 9, cameFrom: 'abc' }, frame(9, 'out', { ...connected('abc'), flags: 4 })],
        ),
      });
      const clients = [connect(memory)];
      at(1, () => clients.push(connect(memory)));
      at(20, () => {
        const key = clients[0]?.frames[0]?.connectionDetails?.connectionKey ?? '';
        clients.push(connect(memory, { resume: key }), connect(memory, { resume: key }), connect(memory));
      });
      at(30, () => {
        const [first, second, third, fourth, fifth] = clients;
        seen.push(
          first?.frames.map(({ action }) => action),
          [...(first?.closes ?? [])],
          second?.frames.length,
          [...(second?.closes ?? [])],
        );
        seen.push(
          third?.frames.map(({ connectionId, flags }) => [
            connectionId === first?.frames[0]?.connectionId,
            flags,
          ]),
        );
        seen.push([fourth, fifth].map((each) => each?.frames[0]?.error?.message?.slice(0, 41)));
        memory.close();
      });
    });
    expect(seen).deep.equal([
      ...[[Action.connected, Action.auth], [1006], 1, []],
      [[true, 4]],
      Array(2).fill('The recording has no further connection f'),
    ]);
  });

  it('plays frames of a channel from the ATTACH of the client on, and leaves unanswered what was not answered', () => {
    const seen: Seen = [];
    inVirtualTime((scheduler, at) => {
      const replay = textOf(
        ...[start, open, frame(0, 'out', connected('abc'))],
        ...[frame(2, 'out', { action: 15, channel: 'before', messages: [{ data: 'b' }] })],
        ...[
          frame(10, 'in', { action: 10, channel: 'a' }),
          frame(13, 'out', { action: 11, channel: 'a', flags: 1 }),
        ],
        ...[
          frame(20, 'out', {
            action: 15,
            channel: 'a',
            id: 'abc:0',
            connectionId: 'abc',
            messages: [{ id: 'abc:0:0' }],
          }),
        ],
        ...[frame(21, 'in', { action: 15, msgSerial: 7, channel: 'a', messages: [{}] })],
        ...[frame(22, 'in', { action: 15, msgSerial: 8, channel: 'a', messages: [{}] })],
        ...[frame(24, 'out', { action: 2, msgSerial: 8, count: 1, error: { code: 50000 } })],
      );
      const memory = inMemory({ scheduler, replay });
      const client = connect(memory);
      const { push } = client.frames;
      client.frames.push = (...frames) => {
        for (const { action, channel, flags, msgSerial } of frames)
          seen.push([scheduler.now(), [action, channel ?? msgSerial, flags]]);
        return push.apply(client.frames, frames);
      };
      at(100, () => {
        client.send({ action: 10, channel: 'a' });
        client.send({ action: 10, channel: 'before' });
        client.send({ action: 10, channel: 'unknown' });
        for (const msgSerial of [0, 1, 2])
          client.send({ action: 15, channel: 'a', msgSerial, messages: [{}] });
        client.send({ action: 0, id: 'ping' });
      });
      at(200, () => client.send({ action: 7 }));
      at(300, () => {
        const own = client.frames[0]?.connectionId ?? '';
        const message = client.frames.find(({ action, channel }) => action === 15 && channel === 'a');
        expect(message).deep.include({ connectionId: own, id: `${own}:0`, messages: [{ id: `${own}:0:0` }] });
        expect(client.closes).deep.equal([1000]);
        memory.close();
      });
    });
    expect(seen).deep.equal([
      [0, [Action.connected, undefined, undefined]],
      [100, [Action.attached, 'before', 3080192]],
      [100, [Action.attached, 'unknown', 3080192]],
      [100, [Action.ack, 2, undefined]],
      [100, [Action.heartbeat, undefined, undefined]],
      [102, [Action.message, 'before', undefined]],
      [102, [Action.nack, 1, undefined]],
      [103, [Action.attached, 'a', 1]],
      [110, [Action.message, 'a', undefined]],
      [200, [Action.closed, undefined, undefined]],
    ]);
  });

  it('is half-open while the recorded connection was, and says ERROR to frames that are none', () => {
    const seen: unknown[] = [];
    inVirtualTime((scheduler, at) => {
      const replay = textOf(
        ...[start, open, frame(0, 'out', connected('abc'))],
        ...[
          { t: 10, ...place, event: 'silence', on: true },
          { t: 20, ...place, event: 'silence', on: false },
        ],
      );
      const memory = inMemory({ scheduler, replay });
      const client = connect(memory);
      for (const ms of [5, 15, 25]) at(ms, () => client.send({ action: 0, id: `${ms}` }));
      at(30, () => client.send([]));
      at(40, () => {
        seen.push(...client.frames.map(({ id, error }) => id ?? error?.code), ...client.closes);
        memory.close();
      });
    });
    expect(seen).deep.equal([undefined, '5', '25', 80013, 1000]);
  });

  it('takes nothing that a client says while it is half-open for something that it asks', () => {
    let [seen, closes]: [unknown[], readonly number[]] = [[], []];
    inVirtualTime((scheduler, at) => {
      const publish = { action: Action.message, channel: 'a', msgSerial: 0 };
      const replay = textOf(
        ...[start, open, frame(0, 'out', connected('abc'))],
        ...[
          { t: 10, ...place, event: 'silence', on: true },
          { t: 20, ...place, event: 'silence', on: false },
        ],
        ...[frame(30, 'in', publish), frame(30, 'out', { action: Action.nack, msgSerial: 0, count: 1 })],
      );
      const memory = inMemory({ scheduler, replay });
      const client = connect(memory);
      at(15, () => {
        client.send(publish);
        client.send([]);
      });
      at(25, () => client.send(publish));
      at(40, () => {
        seen = client.frames.slice(1).map(({ action }) => action);
        closes = [...client.closes];
        memory.close();
      });
    });
    expect([seen, closes]).deep.equal([[Action.nack], []]);
  });

  it('leaves the HTTP of the emulator as it is', async () => {
    const emulator = createEmulator();
    const memory = inMemory({ emulator, replay: textOf(start, open) });
    expect((await memory.fetch('http://any/time')).status).equal(200);
    memory.close();
    emulator.dispose();
  });
});
