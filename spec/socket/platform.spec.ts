import { platformOf, type WebSocketCtor, type WebSocketLike } from '../../lib/socket/types.js';
import { expect } from 'chai';
import { type EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { asyncScheduler, lastValueFrom, NEVER } from 'rxjs';
import { WebSocket, type WebSocket as PeerSocket } from 'ws';
import { upgradeResponse } from '../../lib/emulator/host/sockets/upgrade-response.js';
import { throughSocket } from '../../lib/socket/socket.js';
import { platform } from '../../lib/socket/platform.js';
import { platform as web } from '../../lib/socket/platform.web.js';
import { fakeNetwork } from '../support/fake-socket.js';
import { loopback, type Loopback } from '../support/loopback.js';

describe('platform', () => {
  let server: Loopback;
  beforeEach(async () => {
    server = await loopback();
  });
  afterEach(() => server.stop());

  /** A socket that is open, and the TCP stream at the other end of it. */
  async function open(): Promise<{ socket: WebSocketLike; stream: Socket }> {
    const peer = once(server.server, 'connection') as Promise<[unknown, { socket: Socket }]>;
    const socket = platform.dial({ url: server.url }, () => undefined);
    await new Promise((done) => (socket.onopen = done));
    return { socket, stream: (await peer)[1].socket };
  }

  it('RSC7d1: says what it is', () => {
    expect([platform.headers, platform.pings, platform.agent]).to.deep.equal([
      true,
      true,
      `nodejs/${process.versions.node}`,
    ]);
  });

  it('sends what is sent in one turn as one write', async () => {
    const { socket, stream } = await open();
    const chunks: number[] = [];
    const arrived = new Promise<void>((done) => {
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk.length);
        if (chunks.reduce((sum, length) => sum + length) >= 100 * 16) done();
      });
    });
    for (let count = 0; count < 100; count += 1) socket.send('0123456789'); // a frame of 6 + 10 bytes each
    await arrived;
    expect(chunks).to.deep.equal([1600]);
    socket.close();
  });

  it('sends text as text and bytes as bytes, in order', async () => {
    const peer = once(server.server, 'connection') as Promise<[PeerSocket]>;
    const socket = platform.dial({ url: server.url }, () => undefined);
    const heard: unknown[] = [];
    const [other] = await peer;
    const all = new Promise<void>((done) => {
      other.on('message', (data: Buffer, binary) => {
        heard.push(binary ? [...data] : data.toString());
        if (heard.length === 3) done();
      });
    });
    await new Promise<void>((done) => {
      if (socket.readyState === 1) done();
      else socket.onopen = () => done();
    });
    socket.send('a');
    socket.send(new Uint8Array([1, 2]));
    socket.send('b');
    await all;
    expect(heard).to.deep.equal(['a', [1, 2], 'b']);
    socket.close();
  });

  it('what was sent before the close of the same turn still leaves', async () => {
    const { socket, stream } = await open();
    const received = once(stream, 'data') as Promise<[Buffer]>;
    socket.send('last words');
    socket.close();
    expect((await received)[0].length).to.be.at.least(16);
  });

  it('tells how long a server that refuses the handshake asks to be left alone, in seconds or by a date', async () => {
    const headers = [
      { 'retry-after': '7' },
      { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' },
      { 'retry-after': 'soon' },
      {},
    ];
    const http = createServer();
    http.on('upgrade', (_, stream) =>
      stream.end(upgradeResponse({ status: 503, headers: headers.shift() ?? {} })),
    );
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const ends: unknown[] = [];
    while (headers.length > 0)
      ends.push(
        await lastValueFrom(
          NEVER.pipe(throughSocket(() => platform.dial({ url }, () => undefined), asyncScheduler)),
        ),
      );
    http.close();
    const end = { type: 'closed', code: 1006, reason: 'Unexpected server response: 503', unopened: true };
    expect(ends).to.deep.equal([{ ...end, retryAfter: 7000 }, { ...end, retryAfter: 90_000 }, end, end]);
  });

  it('hands on text as a string and bytes as bytes', async () => {
    const peer = once(server.server, 'connection') as Promise<[PeerSocket]>;
    const socket = platform.dial({ url: server.url }, () => undefined);
    const seen: unknown[] = [];
    const all = new Promise<void>((done) => {
      socket.onmessage = ({ data }: MessageEvent<unknown>) => {
        seen.push(data);
        if (seen.length === 2) done();
      };
    });
    const [other] = await peer;
    other.send('é');
    other.send(new Uint8Array([1, 2]));
    await all;
    expect(seen[0]).to.equal('é');
    expect([...(seen[1] as Uint8Array)]).to.deep.equal([1, 2]);
    socket.close();
  });
});

describe('a socket that is hung up', () => {
  const platforms = {
    platform,
    'ws as webSocketCtor': platformOf(WebSocket as unknown as WebSocketCtor, ''),
  };
  for (const [name, { dial }] of Object.entries(platforms))
    it(`is over after about a second when the peer never answers, ${name}`, async () => {
      const server = await loopback();
      const peer = once(server.server, 'connection') as Promise<[unknown, { socket: Socket }]>;
      let socket: WebSocketLike | undefined;
      const dialled = (): WebSocketLike => (socket = dial({ url: server.url }, () => undefined));
      await new Promise<void>((done) => {
        const connection = NEVER.pipe(throughSocket(dialled, asyncScheduler)).subscribe(({ type }) => {
          if (type === 'opened') void hangUp();
        });
        const hangUp = async (): Promise<void> => {
          (await peer)[1].socket.pause(); // reads no more, and so never answers
          const before = performance.now();
          (socket as unknown as EventEmitter).once('close', (code) => {
            expect(code).to.equal(1006);
            expect(performance.now() - before).to.be.at.least(900);
            done();
          });
          connection.unsubscribe();
        };
      });
      await server.stop();
    }).timeout(20_000); // far less than the 30 s for which ws itself waits
});

describe('platform.web', () => {
  it('takes the WebSocket there is, for bytes as ArrayBuffers, and can neither send headers nor hear pings', () => {
    const net = fakeNetwork();
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    Object.defineProperty(globalThis, 'WebSocket', { value: net.ctor, configurable: true, writable: true });
    try {
      web.dial({ url: 'wss://x' }, () => undefined);
    } finally {
      if (before) Object.defineProperty(globalThis, 'WebSocket', before);
      else Reflect.deleteProperty(globalThis, 'WebSocket');
    }
    expect([net.last().url, net.last().binaryType]).to.deep.equal(['wss://x', 'arraybuffer']);
    expect([web.headers, web.pings, web.agent]).to.deep.equal([false, false, '']);
  });
});
