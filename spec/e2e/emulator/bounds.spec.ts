import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import {
  listen,
  listenRelay,
  type ListeningEmulator,
  type ListenOptions,
} from '../../../lib/emulator/index.js';
import type { LogEvent } from '../../../lib/base/log.js';
import { sayTo, statusIn, upgradeLines } from './raw-http.js';

describe('emulator: bounds of a socket', () => {
  const servers: { readonly close: () => Promise<void> }[] = [];
  const sockets: Socket[] = [];
  const told: string[] = [];
  const log = (_: unknown, { message }: LogEvent): void => void told.push(message);
  const started = async (options: ListenOptions): Promise<ListeningEmulator> => {
    const server = await listen({ log, ...options });
    servers.push(server);
    return server;
  };
  const raw = (port: number, text: string): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    socket.write(text, 'latin1');
    return socket;
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => server.close()));
    told.splice(0);
  });

  it('closes a socket that says nothing, or that never comes to the end of its headers', async () => {
    const { port } = await started({ headersTimeout: 50 });
    expect(statusIn(await sayTo(port, 'GET /time HTTP/1.1', 'Host: localhost', 'Connection: close'))).equal(
      200,
    );
    for (const text of ['', 'GET /time HTTP/1.1\r\nHost: localhost\r\nX-A: '])
      await once(raw(port, text).resume(), 'close');
  });

  it('closes a socket whose body does not end', async () => {
    const { port } = await started({ requestTimeout: 50 });
    const head = 'POST /channels/a/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{';
    await once(raw(port, head).resume(), 'close');
  });

  it('leaves a WebSocket alone that says nothing', async () => {
    const { port, emulator, key } = await started({
      headersTimeout: 20,
      requestTimeout: 20,
      maxIdleInterval: 30,
    });
    const socket = raw(port, `${upgradeLines(`/?v=6&key=${key}`, 'Host: localhost').join('\r\n')}\r\n\r\n`);
    for (let count = 0; count < 6; count += 1) await once(socket, 'data'); // pings, each 30 ms after the other
    expect([emulator.connections.length, socket.destroyed]).deep.equal([1, false]);
  });

  const openAndStopReading = async ({ port, key }: ListeningEmulator): Promise<Socket> => {
    const lines = upgradeLines(`/?v=6&format=json&key=${key}`, 'Host: localhost');
    const socket = raw(port, `${lines.join('\r\n')}\r\n\r\n`);
    await once(socket, 'data');
    return socket.pause();
  };

  it('drops a client that never reads, and says so in the log once', async () => {
    const server = await started({ maxWaiting: 1_000_000 });
    await openAndStopReading(server);
    const [connection] = server.emulator.connections;
    for (let count = 0; server.emulator.connections.length > 0; count += 1) {
      connection?.sendRaw('x'.repeat(100_000));
      expect(count).below(1000);
      if (count % 50 === 49) await new Promise(setImmediate);
    }
    connection?.sendRaw('x');
    expect(told).deep.equal([
      'The emulator has dropped a client that did not read: more than 1000000 bytes waited for it. It can connect again; the option `maxWaiting` is the limit.',
    ]);
  });

  it('drops a client that asks for pongs and never reads them', async () => {
    const server = await started({ maxWaiting: 10_000 });
    const socket = await openAndStopReading(server);
    const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)]);
    const pings = Buffer.concat(Array<Buffer>(20_000).fill(ping));
    const ready = (): Promise<unknown> =>
      new Promise((resolve) => void socket.once('drain', resolve).once('close', resolve));
    while (server.emulator.connections.length > 0) {
      if (!socket.write(pings) && !socket.closed) await ready();
      await new Promise(setImmediate);
    }
    expect(told).length(1);
  });

  it('answers pings', async () => {
    const { port, key } = await started({});
    const lines = upgradeLines(`/?v=6&key=${key}`, 'Host: localhost');
    const answer = await sayTo(port, ...lines, '', '\x89\x82\0\0\0\0hi\x88\x80\0\0\0\0');
    expect(answer).contain('\x8a\x02hi');
  });

  it('rejects a limit that is none', async () => {
    for (const start of [listen, listenRelay])
      for (const options of [{ headersTimeout: -1 }, { requestTimeout: 1.5 }, { maxWaiting: Infinity }]) {
        const thrown = await start(options).catch((error: unknown) => error);
        expect(thrown).instanceOf(TypeError).property('message').contain(Object.keys(options)[0]);
      }
  });
});
