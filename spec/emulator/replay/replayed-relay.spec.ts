import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import {
  createRelay,
  inMemoryRelay,
  type InMemoryRelay,
  listenRelay,
  type RecordedLine,
  recordingOf,
} from '../../../lib/emulator/index.js';
import { RelayClient } from '../../../lib/relay/index.js';
import { topicOf } from '../../support/relay-world.js';

type Seen = (readonly [t: number, what: unknown])[];
type At = (ms: number, deed: () => void) => void;
interface Played {
  readonly seen: Seen;
  readonly outcomes: readonly Promise<string>[];
}

const [topic, other] = [topicOf(1), topicOf(2)];
const quiet = { relayUrl: 'ws://127.0.0.1', log: () => undefined };

const inVirtualTime = (body: (scheduler: TestScheduler, at: At) => void): void => {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => body(scheduler, (ms, deed) => void timer(ms, scheduler).subscribe(deed)));
};

/** A client that subscribes to two topics, and publishes at 30 ms and 40 ms; what it sees, with the times. */
function clientOf(memory: InMemoryRelay, scheduler: TestScheduler): Played & { readonly end: () => void } {
  const seen: Seen = [];
  const outcomes: Promise<string>[] = [];
  const see = (what: unknown): void => void seen.push([scheduler.now(), what]);
  const { webSocketCtor } = memory;
  const client = new RelayClient({
    ...quiet,
    scheduler,
    webSocketCtor,
    random: () => 0.5,
    failFast: true,
  });
  client.connectionState$.subscribe(see);
  for (const name of [topic, other]) {
    client.channel(name).messages$.subscribe(({ message }) => see(message));
    client.channel(name).state$.subscribe((state) => see([name.at(-1), state]));
  }
  for (const ms of [30, 40])
    timer(ms, scheduler).subscribe(() => {
      const told = client.publish(topic, `own ${ms}`, { ttl: 300, tag: 0 }).then(
        () => 'published',
        () => 'refused',
      );
      outcomes.push(told);
    });
  return { seen, outcomes, end: () => void client.dispose() };
}

describe('relay emulator: a replay', () => {
  /** Records a session with two pushes at once, a refused publish, a cut and a message that is missed meanwhile. */
  function recorded(): Played & { readonly lines: readonly RecordedLine[] } {
    const lines: RecordedLine[] = [];
    let played: Played | undefined;
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({ scheduler, latency: 1, random: () => 0.5, checkJwt: false });
      const { relay } = memory;
      recordingOf(relay).subscribe((line) => lines.push(line));
      const client = clientOf(memory, scheduler);
      played = client;
      at(20, () => relay.publish(topic, 'first'));
      at(20, () => relay.publish(other, 'of the other'));
      at(35, () =>
        relay.faults.refuse({ code: -32600, message: 'Not today.', data: 'x' }, { method: 'irn_publish' }),
      );
      at(50, () => {
        relay.connections[0]?.drop();
        relay.publish(topic, 'missed');
      });
      at(3000, () => relay.publish(topic, 'last'));
      at(5000, client.end);
      at(6000, () => memory.close());
    });
    return { lines, seen: played?.seen ?? [], outcomes: played?.outcomes ?? [] };
  }

  function replayed(replay: string | readonly RecordedLine[], speed?: number): Played {
    let played: Played | undefined;
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({ scheduler, latency: 1, replay, ...(speed !== undefined && { speed }) });
      const client = clientOf(memory, scheduler);
      played = client;
      at(5000, client.end);
      at(6000, () => memory.close());
    });
    return { seen: played?.seen ?? [], outcomes: played?.outcomes ?? [] };
  }

  it('shows a client the same at the same times: pushes, a refusal, a cut', async () => {
    const { seen, outcomes, lines } = recorded();
    const words = seen.map(([, what]) => what);
    expect(words).to.include.members(['first', 'of the other', 'missed', 'last', 'disconnected']);
    expect(await Promise.all(outcomes)).to.deep.equal(['published', 'refused']);
    const again = replayed(lines);
    expect(again.seen).to.deep.equal(seen);
    expect(await Promise.all(again.outcomes)).to.deep.equal(['published', 'refused']);
    expect(replayed(lines.map((line) => JSON.stringify(line)).join('\n')).seen).to.deep.equal(seen);
  });

  it('plays at another speed', () => {
    const { lines } = recorded();
    const last = replayed(lines, 2).seen.filter(([, what]) => what === 'last');
    expect(last.map(([t]) => t < 2000)).to.deep.equal([true]);
  });

  const start = { version: 1, startedAt: 0, servers: ['relay'] };
  const open = (connection: string, t: number, clientId?: string): object => ({
    ...{ t, server: 'relay', connection, event: 'open', format: 'json', clientId },
  });
  const frame = (t: number, direction: 'in' | 'out', content: object, connection = 'one'): object => ({
    ...{ t, server: 'relay', connection, direction, frame: content },
  });
  const pushed = (id: unknown, name: string, message: string): object => ({
    ...{ id, jsonrpc: '2.0', method: 'irn_subscription' },
    params: { id: 's', data: { topic: name, message } },
  });
  const call = (id: unknown, method: string, params: object): object => ({
    ...{ id, jsonrpc: '2.0', method, params },
  });
  const textOf = (...lines: object[]): string => lines.map((line) => JSON.stringify(line)).join('\n');

  interface Raw {
    readonly seen: (readonly [t: number, text: string])[];
    readonly send: (data: string | Uint8Array<ArrayBuffer>) => void;
    readonly closes: number[];
  }
  function connect(memory: InMemoryRelay, scheduler: TestScheduler, query = ''): Raw {
    const socket = new memory.webSocketCtor(`wss://any/?${query}`);
    const raw: Raw = { seen: [], closes: [], send: (data) => socket.send(data) };
    socket.onmessage = ({ data }) => raw.seen.push([scheduler.now(), String(data)]);
    socket.onclose = ({ code }) => raw.closes.push(code);
    return raw;
  }

  it('answers calls of one name in order, under the ids of the client, and leaves unanswered what was not answered', () => {
    let seen: Raw['seen'] = [];
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({
        scheduler,
        replay: textOf(
          ...[
            start,
            open('one', 0),
            frame(1, 'in', call('1000000000000000001', 'irn_publish', { topic: 'a' })),
          ],
          ...[frame(3, 'out', { id: '1000000000000000001', result: true })],
          ...[frame(5, 'in', call(1000000002, 'irn_publish', { topic: 'b' }))],
          ...[frame(6, 'in', call(1000000003, 'irn_publish', { topic: 'a' }))],
          ...[frame(9, 'out', { id: 1000000003, error: { code: 7, message: 'no' } })],
          ...[frame(9, 'out', { id: 1000000003, error: { code: 7, message: 'no' } })],
        ),
      });
      const client = connect(memory, scheduler);
      at(100, () => {
        for (const id of ['1795299120092952065', '"1795299120092952066"', '7', '8'])
          client.send(`{"id":${id},"jsonrpc":"2.0","method":"irn_publish","params":{"topic":"z"}}`);
      });
      at(200, () => {
        ({ seen } = client);
        memory.close();
      });
    });
    expect(seen).to.deep.equal([
      [100, '{"id":8,"jsonrpc":"2.0","result":true}'],
      [102, '{"id":1795299120092952065,"jsonrpc":"2.0","result":true}'],
      [103, '{"id":7,"jsonrpc":"2.0","error":{"code":7,"message":"no"}}'],
      [103, '{"id":7,"jsonrpc":"2.0","error":{"code":7,"message":"no"}}'],
    ]);
  });

  it('pushes after the subscription of the client to the topic, however it is made, and all else after the opening', () => {
    let seen: Raw['seen'] = [];
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({
        scheduler,
        replay: textOf(
          ...[start, open('one', 0), frame(2, 'out', pushed(1, 'sticky', 'at once'))],
          ...[frame(10, 'in', call(11, 'irn_batchSubscribe', { topics: ['a', 'b'] }))],
          ...[frame(12, 'out', { id: 11, result: ['ia', 'ib'] })],
          ...[frame(20, 'out', pushed(2, 'a', 'for a')), frame(20, 'out', pushed(3, 'b', 'for b'))],
          ...[frame(30, 'in', call(12, 'irn_subscribe', { topic: 'a' }))],
          ...[frame(31, 'out', pushed(4, 'a', 'again'))],
          ...[frame(32, 'in', call(13, 'wc_proposeSession', { pairingTopic: 'p' }))],
          ...[frame(35, 'out', pushed(5, 'p', 'settled'))],
        ),
      });
      const client = connect(memory, scheduler);
      const ask = (id: number, method: string, params: object): void =>
        client.send(JSON.stringify(call(id, method, params)));
      at(100, () => ask(1, 'irn_subscribe', { topic: 'b' }));
      at(200, () => ask(2, 'irn_batchSubscribe', { topics: ['b', 'a'] }));
      at(300, () => ask(3, 'irn_batchSubscribeBlocking', { topics: ['a'] }));
      at(400, () => ask(4, 'wc_proposeSession', { pairingTopic: 'p' }));
      at(500, () => ask(5, 'irn_fetchMessages', { topic: 'a' }));
      at(501, () => client.send('{"id":2,"jsonrpc":"2.0","result":true}'));
      at(502, () => client.send('nonsense'));
      at(600, () => {
        ({ seen } = client);
        memory.close();
      });
    });
    const inShort = seen.map(([t, text]) => {
      const { params, result, error } = JSON.parse(text) as Record<string, Record<string, unknown>>;
      return [t, (params?.['data'] as { message: string } | undefined)?.message ?? result ?? error?.['data']];
    });
    expect(inShort).to.deep.equal([
      ...[
        [2, 'at once'],
        [100, 'b'],
        [110, 'for b'],
      ],
      ...[
        [202, ['ia', 'ib']],
        [210, 'for a'],
      ],
      ...[
        [300, [{ id: 'a' }]],
        [301, 'again'],
        [403, 'settled'],
      ],
      ...[
        [500, { messages: [], hasMore: false }],
        [502, 'Serialization'],
      ],
    ]);
  });

  it('pushes the messages of a topic that a recorded call names twice', () => {
    let seen: Raw['seen'] = [];
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({
        scheduler,
        replay: textOf(
          ...[start, open('one', 0), frame(1, 'in', call(11, 'irn_batchSubscribe', { topics: ['a', 'a'] }))],
          ...[frame(5, 'out', pushed(1, 'a', 'for a'))],
        ),
      });
      const client = connect(memory, scheduler);
      at(100, () => client.send(JSON.stringify(call(1, 'irn_subscribe', { topic: 'a' }))));
      at(200, () => {
        ({ seen } = client);
        memory.close();
      });
    });
    const texts = seen.map(([t, text]) => [t, /"message":"(.*)"/.exec(text)?.[1]]);
    expect(texts).to.deep.equal([
      [100, undefined],
      [104, 'for a'],
    ]);
  });

  for (const [method, params] of [
    ['irn_subscribe', { topic: 'a' }],
    ['irn_subscribeBlocking', { topic: 'a' }],
    ['irn_batchSubscribe', { topics: ['a'] }],
    ['irn_batchSubscribeBlocking', { topics: ['a'] }],
    ['wc_proposeSession', { pairingTopic: 'a' }],
    ['wc_approveSession', { pairingTopic: 'b', sessionTopic: 'a' }],
  ] as const)
    it(`pushes to a client that subscribes by ${method}`, () => {
      let seen: Raw['seen'] = [];
      inVirtualTime((scheduler, at) => {
        const replay = textOf(
          ...[start, open('one', 0), frame(1, 'in', call(11, method, params))],
          frame(5, 'out', pushed(1, 'a', 'for a')),
        );
        const memory = inMemoryRelay({ scheduler, replay });
        const client = connect(memory, scheduler);
        at(100, () => client.send(JSON.stringify(call(1, method, params))));
        at(200, () => {
          ({ seen } = client);
          memory.close();
        });
      });
      expect(seen.filter(([, text]) => text.includes('"for a"')).map(([t]) => t)).to.deep.equal([104]);
    });

  it('answers a binary frame as one that cannot be read, and calls nothing by it', () => {
    let seen: Raw['seen'] = [];
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({ scheduler, replay: textOf(start, open('one', 0)) });
      const client = connect(memory, scheduler);
      at(5, () => client.send(new TextEncoder().encode(JSON.stringify(call(7, 'irn_publish', {})))));
      at(10, () => {
        ({ seen } = client);
        memory.close();
      });
    });
    const answers = seen.map(([t, text]) => [
      t,
      JSON.parse(text) as { id?: unknown; error?: { data?: unknown } },
    ]);
    expect(answers).to.have.length(1);
    expect(answers[0]?.[1]).to.have.nested.property('error.data', 'Serialization');
    expect(answers[0]?.[1]).to.not.have.property('id', 7);
  });

  it('gives each client the connections of one client of the recording, and then says so', () => {
    let closes: unknown;
    let seen: unknown;
    inVirtualTime((scheduler, at) => {
      const memory = inMemoryRelay({
        scheduler,
        projects: [],
        replay: textOf(
          ...[start, open('one', 0, 'ann'), frame(1, 'out', pushed(1, 'a', 'ann'), 'one')],
          ...[open('two', 2, 'bob'), frame(3, 'out', pushed(2, 'a', 'bob'), 'two')],
          ...[{ t: 9, server: 'relay', connection: 'one', event: 'close', by: 'client' }],
          ...[open('three', 20, 'ann'), frame(21, 'out', pushed(3, 'a', 'ann again'), 'three')],
          ...[{ t: 30, server: 'relay', connection: 'three', event: 'close', by: 'server', code: 4010 }],
        ),
      });
      const clients: Raw[] = [];
      const come = (clientId: string) => () =>
        void clients.push(connect(memory, scheduler, new URLSearchParams({ clientId }).toString()));
      at(1, come('x'));
      at(2, come('y'));
      for (const ms of [40, 60]) at(ms, come('x'));
      at(70, come('z'));
      at(100, () => {
        closes = clients.map((client) => [...client.closes]);
        seen = clients.map((client) => client.seen.map(([, text]) => /"message":"(.*)"/.exec(text)?.[1]));
        memory.close();
      });
    });
    expect(seen).to.deep.equal([['ann'], ['bob'], ['ann again'], [], []]);
    expect(closes).to.deep.equal([[1006], [], [4010], [3000], [3000]]);
  });

  it('is half-open while the recorded connection was, and takes no call meanwhile for one of the recording', () => {
    let seen: Raw['seen'] = [];
    inVirtualTime((scheduler, at) => {
      const silence = (t: number, on: boolean): object => ({
        ...{ t, server: 'relay', connection: 'one', event: 'silence', on },
      });
      const memory = inMemoryRelay({
        scheduler,
        replay: textOf(
          ...[start, open('one', 0), silence(10, true), silence(20, false)],
          ...[1, 2].map((id) => frame(30, 'in', call(id, 'irn_publish', {}))),
          ...[frame(30, 'out', { id: 1, result: true }), frame(30, 'out', { id: 2, result: 'second' })],
        ),
      });
      const client = connect(memory, scheduler);
      for (const ms of [5, 15, 25]) at(ms, () => client.send(JSON.stringify(call(ms, 'irn_publish', {}))));
      at(40, () => {
        ({ seen } = client);
        memory.close();
      });
    });
    expect(seen.map(([t, text]) => [t, (JSON.parse(text) as { result: unknown }).result])).to.deep.equal([
      [5, true],
      [25, 'second'],
    ]);
  });

  it('refuses a recording without the relay, one that is broken, and a speed that is none', () => {
    const ofAbly = { t: 0, server: 'ably', connection: 'abc', event: 'open', format: 'json' };
    expect(() => inMemoryRelay({ replay: textOf(start, ofAbly) })).to.throw(
      TypeError,
      /has no connection of a client of the relay/,
    );
    expect(() => inMemoryRelay({ replay: '{"version":1}\n[]' })).to.throw(
      TypeError,
      /line 2 is not an object/,
    );
    expect(() => inMemoryRelay({ speed: 0 })).to.throw(TypeError, /`speed` is 0/);
  });

  it('plays on sockets, to a client without credentials, and leaves HTTP to the own mailboxes', async () => {
    const relay = createRelay({ checkJwt: false });
    const server = await listenRelay({
      relay,
      replay: textOf(start, open('one', 0), frame(5, 'out', pushed(1, topic, 'once upon a time'))),
    });
    const client = new RelayClient({ ...quiet, relayUrl: server.url });
    const heard = new Promise((resolve) => {
      client.channel(topic).messages$.subscribe(({ message }) => {
        resolve(message);
      });
    });
    expect(await heard).to.equal('once upon a time');
    const response = await fetch(`${server.url.replace('ws:', 'http:')}/rpc`, {
      method: 'POST',
      body: JSON.stringify(call('1795299120092952065', 'irn_fetchMessages', { topic })),
    });
    expect(await response.json()).to.deep.include({ result: { messages: [], hasMore: false } });
    await client.dispose();
    await server.close();
    relay.dispose();
  });
});
