import { expect } from 'chai';
import { inMemoryRelay, type InMemoryRelay, type InMemoryRelayOptions } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { topicOf } from './fake-relay-client.js';

type Seen = [at: number, what: string, detail?: unknown][];

interface Scene extends Virtual {
  readonly memory: InMemoryRelay;
  readonly open: (query?: string) => { readonly socket: WebSocket; readonly seen: Seen };
}

const scene = (options: InMemoryRelayOptions, body: (scene: Scene) => void): (() => void) =>
  virtually((virtual) => {
    const { scheduler } = virtual;
    const memory = inMemoryRelay({ scheduler, checkJwt: false, ...options });
    virtual.act('10m x', { x: () => memory.relay.dispose() });
    body({
      ...virtual,
      memory,
      open: (query = '') => {
        const socket = new memory.webSocketCtor(`wss://anywhere/?${query}`);
        const seen: Seen = [];
        socket.onopen = () => seen.push([scheduler.now(), 'open']);
        socket.onmessage = ({ data }) => seen.push([scheduler.now(), 'message', data]);
        socket.onerror = () => seen.push([scheduler.now(), 'error']);
        socket.onclose = ({ code, reason }) => seen.push([scheduler.now(), 'close', `${code} ${reason}`]);
        return { socket, seen };
      },
    });
  });

const call = (method: string, params: object): string =>
  `{"id":"1795299120092952065","jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;

describe('relay emulator: in memory', () => {
  it(
    'opens, answers and closes, each after its latency',
    scene({ latency: 10 }, ({ act, open }) => {
      const { socket, seen } = open();
      act('30ms a 29ms b 1m c', {
        a: () => socket.send(call('irn_unsubscribe', { topic: topicOf(1) })),
        b: () => socket.close(1000),
        c: () =>
          expect(seen).deep.equal([
            [20, 'open'],
            [50, 'message', '{"id":1795299120092952065,"jsonrpc":"2.0","result":true}'],
            [80, 'close', '1000 '],
          ]),
      });
    }),
  );

  it(
    'fails to open where HTTP would say why, and opens to close where that is wanted',
    scene({ projects: [] }, ({ act, open }) => {
      const [refused, closed] = [open(), open('useOnCloseEvent=true&projectId=p')];
      act('10ms x', {
        x: () => {
          expect(refused.seen).deep.equal([
            [0, 'error'],
            [0, 'close', '1006 '],
          ]);
          expect(closed.seen).deep.equal([
            [0, 'open'],
            [0, 'close', '3000 Project not found: use one of the option `projects`.'],
          ]);
        },
      });
    }),
  );

  it(
    'drops, and leaves a half-open socket as it is',
    scene({ latency: 10 }, ({ act, memory, open }) => {
      const [dropped, silent] = [open('clientId=ann'), open('clientId=bob')];
      act('50ms a 100ms b', {
        a: () => {
          memory.relay.connections[0]?.drop();
          memory.relay.connections[0]?.silence();
          silent.socket.send(call('irn_unsubscribe', { topic: topicOf(1) }));
        },
        b: () => {
          expect(dropped.seen.slice(1)).deep.equal([[60, 'close', '1006 ']]);
          expect(silent.seen).length(1);
        },
      });
    }),
  );

  it('takes calls over HTTP without a network', async () => {
    const { relay, fetch } = inMemoryRelay({ checkJwt: false });
    const body = call('irn_publish', { topic: topicOf(1), message: 'x', ttl: 300, tag: 0 });
    const response = await fetch('https://anywhere/rpc?clientId=ann', { method: 'POST', body });
    expect([response.status, relay.accepted.length]).deep.equal([200, 1]);
    relay.dispose();
  });

  it(
    'carries many messages to a subscriber that acknowledges, each once, and holds none back',
    scene({}, ({ act, memory, open }) => {
      const [{ socket: ann }, { socket: bob, seen }] = [open('clientId=ann'), open('clientId=bob')];
      const texts = Array.from({ length: 400 }, (_, n) => `message ${n}`);
      act('10ms a 10ms b 10s c', {
        a: () => {
          bob.send(call('irn_subscribe', { topic: topicOf(1) }));
          bob.addEventListener('message', ({ data }) => {
            const [, id] = /^\{"id":(\d{15}),.*irn_subscription/.exec(data as string) ?? [];
            if (id !== undefined) bob.send(`{"id":${id},"jsonrpc":"2.0","result":true}`);
          });
        },
        b: () => {
          for (const message of texts)
            ann.send(call('irn_publish', { topic: topicOf(1), message, ttl: 300, tag: 0 }));
        },
        c: () => {
          expect(seen.length).equal(2 + texts.length);
          expect([memory.relay.mailbox('bob'), memory.relay.connections[1]?.pending]).deep.equal([[], []]);
        },
      });
    }),
  );
});
