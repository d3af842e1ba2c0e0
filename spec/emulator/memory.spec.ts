import { expect } from 'chai';
import { asyncScheduler, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { webSocket } from 'rxjs/webSocket';
import { Action } from '../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../lib/ably/wire/frames.js';
import { inMemory, type InMemory, type InMemoryOptions } from '../../lib/emulator/index.js';

type Seen = [number, string, unknown?][];

/** A raw client in virtual time; what it sees, with the time. */
function virtually(
  options: InMemoryOptions,
  body: (memory: InMemory, seen: Seen, socket: WebSocket) => void,
): Seen {
  const seen: Seen = [];
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(() => {
    const memory = inMemory({ scheduler, maxIdleInterval: 0, ...options });
    const socket = new memory.webSocketCtor(`ws://anywhere/?v=6&key=${memory.key}`);
    socket.onopen = () => seen.push([scheduler.now(), 'open']);
    socket.onmessage = ({ data }) =>
      seen.push([scheduler.now(), 'message', (JSON.parse(data as string) as ProtocolMessage).action]);
    socket.onerror = () => seen.push([scheduler.now(), 'error']);
    socket.onclose = ({ code }) => seen.push([scheduler.now(), 'close', code]);
    body(memory, seen, socket);
    timer(100_000, scheduler).subscribe(() => memory.emulator.dispose());
  });
  return seen;
}

const at = (ms: number, act: () => void): unknown => timer(ms).subscribe(act);

describe('emulator: in memory', () => {
  it('opens, carries frames and closes, each after its latency', () => {
    const seen = virtually({ latency: 10 }, (_memory, _seen, socket) => {
      expect(socket.readyState).equal(0);
      at(30, () => socket.send('{"action":0}'));
      at(60, () => {
        socket.close(1000);
        expect(socket.readyState).equal(2);
      });
    });
    expect(seen).deep.equal([
      [20, 'open'],
      [20, 'message', Action.connected],
      [50, 'message', Action.heartbeat],
      [80, 'close', 1000],
    ]);
  });

  it('CD2d: closes with 1009 when a frame is too large, in bytes', () => {
    const seen = virtually({ latency: 10, maxFrameSize: 30 }, (memory, _seen, socket) => {
      at(30, () => socket.send('{"action":0,"id":"01234567"}'));
      at(60, () => socket.send('{"action":0,"id":"ÄÖÜÄÖÜÄÖ"}'));
      at(100, () => expect(memory.emulator.connections).deep.equal([]));
    });
    expect(seen.slice(2)).deep.equal([
      [50, 'message', Action.heartbeat],
      [80, 'close', 1009],
    ]);
  });

  it('never calls back synchronously, without latency either', () => {
    const seen = virtually({}, (_memory, early, socket) => {
      expect(early).deep.equal([]);
      at(1, () => {
        socket.send('{"action":0}');
        socket.send('{"action":7}');
        expect(early).length(2);
      });
    });
    expect(seen.slice(2)).deep.equal([
      [1, 'message', Action.heartbeat],
      [1, 'message', Action.closed],
      [1, 'close', 1000],
    ]);
  });

  it('fails to open when connections are refused without a word', () => {
    const seen = virtually({ latency: 10 }, ({ emulator }) => emulator.refuse());
    expect(seen).deep.equal([
      [20, 'error'],
      [20, 'close', 1006],
    ]);
  });

  it('drops with 1006', () => {
    const seen = virtually({ latency: 10 }, ({ emulator }) => at(50, () => emulator.connections[0]?.drop()));
    expect(seen[2]).deep.equal([60, 'close', 1006]);
  });

  it('leaves a close unanswered while half-open, until the close times out', () => {
    const seen = virtually({}, ({ emulator }, _seen, socket) => {
      at(10, () => emulator.connections[0]?.silence());
      at(20, () => socket.close());
    });
    expect(seen[2]).deep.equal([30_020, 'close', 1006]);
  });

  it('runs in virtual time without being given a scheduler', () => {
    const seen: number[] = [];
    new TestScheduler(() => undefined).run(() => {
      const { emulator, webSocketCtor, key } = inMemory({ latency: 1000, maxIdleInterval: 5000 });
      const socket = new webSocketCtor(`ws://x/?heartbeats=true&key=${key}`);
      const start = asyncScheduler.now();
      socket.onmessage = () => seen.push(asyncScheduler.now() - start);
      at(14_000, () => emulator.dispose());
    });
    expect(seen).deep.equal([2000, 7000, 12_000]);
  });

  it('RTP2b1: has members leave at their time after a drop', () => {
    const counts: (readonly [number, number])[] = [];
    const seen = virtually({ latency: 10, connectionStateTtl: 500 }, ({ emulator }, _seen, socket) => {
      const send = (frame: object): void => socket.send(JSON.stringify(frame));
      at(30, () => send({ action: Action.attach, channel: 'chat' }));
      at(60, () =>
        send({
          ...{ action: Action.presence, channel: 'chat', msgSerial: 0 },
          presence: [{ action: 2, clientId: 'ann' }],
        }),
      );
      at(100, () => emulator.connections[0]?.drop());
      for (const ms of [69, 71, 599, 601])
        at(ms, () => counts.push([ms, emulator.presence('chat').members.length]));
    });
    expect(seen.slice(2)).deep.equal([
      [50, 'message', Action.attached],
      [80, 'message', Action.presence],
      [80, 'message', Action.ack],
      [110, 'close', 1006],
    ]);
    expect(counts).deep.equal([
      [69, 0],
      [71, 1],
      [599, 1],
      [601, 0],
    ]);
  });

  it('works below rxjs/webSocket', () => {
    const seen: unknown[] = [];
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const { emulator, webSocketCtor, key } = inMemory({ scheduler, maxIdleInterval: 0 });
      const socket$ = webSocket<ProtocolMessage>({ url: `ws://x/?key=${key}`, WebSocketCtor: webSocketCtor });
      const subscription = socket$.subscribe(({ action }) => seen.push(action));
      at(5, () => socket$.next({ action: Action.attach, channel: 'a' }));
      at(10, () => subscription.unsubscribe());
      at(20, () => expect(emulator.connections).deep.equal([]));
      at(30, () => emulator.dispose());
    });
    expect(seen).deep.equal([Action.connected, Action.attached]);
  });

  it('gives bytes as the socket wants them', async () => {
    const { emulator, webSocketCtor, key } = inMemory();
    const socket = new webSocketCtor(`ws://x/?format=msgpack&key=${key}`);
    socket.binaryType = 'arraybuffer';
    const { data } = await new Promise<MessageEvent>((resolve) =>
      socket.addEventListener('message', resolve),
    );
    expect(data).instanceOf(ArrayBuffer);
    emulator.dispose();
  });

  it('fetches, with headers, body and abort', async () => {
    const { emulator, fetch, key } = inMemory({ latency: 5 });
    const headers = { authorization: `Basic ${btoa(key)}`, 'content-type': 'application/json' };
    const url = 'https://anywhere/channels/a%2Fb/messages';
    const posted = await fetch(url, { method: 'POST', headers, body: '{"data":"x"}' });
    expect([posted.status, posted.ok]).deep.equal([201, true]);
    expect(await (await fetch(url, { headers })).json())
      .property('0')
      .include({ data: 'x' });
    expect((await fetch(url)).status).equal(401);
    const aborted = await fetch(url, { headers, signal: AbortSignal.abort() }).catch(
      (error: unknown) => error,
    );
    expect((aborted as Error).name).equal('AbortError');
    emulator.dispose();
  });
});
