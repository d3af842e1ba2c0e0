import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { Action } from '../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../lib/ably/wire/frames.js';
import { createEmulator, listen, type ListeningEmulator } from '../../lib/emulator/index.js';

describe('emulator: on sockets', () => {
  let server: ListeningEmulator;
  beforeEach(async () => {
    server = await listen({ maxFrameSize: 2000 });
  });
  afterEach(() => server.close());

  const open = (query = `v=6&key=${server.key}`): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${server.port}/?${query}`);
  const frame = async (socket: WebSocket): Promise<ProtocolMessage> => {
    const [data] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(data.toString()) as ProtocolMessage;
  };

  it('listens on loopback, at the address it returns', async () => {
    expect(server.url).equal(`http://127.0.0.1:${server.port}`);
    const response = await fetch(`${server.url}/time`);
    expect(response.headers.get('x-content-type-options')).equal('nosniff');
    expect(await response.json()).length(1);
  });

  it('answers HTTP errors as the protocol does, a body without end too', async () => {
    const url = `${server.url}/channels/a%2Fb/messages?key=${server.key}`;
    const body = JSON.stringify({ data: 'x'.repeat(5000) });
    const response = await fetch(url, { method: 'POST', body });
    expect(response.status).equal(413);
    expect(((await response.json()) as { error: { code: number } }).error.code).equal(40009);
    const fine = await fetch(url, { method: 'POST', body: '{"data":"x"}' });
    expect(await fine.json()).property('channel', 'a/b');
  });

  it('opens, tells the error and closes when the key is unknown', async () => {
    const socket = open('v=6&key=none.key:secret');
    expect((await frame(socket)).error?.code).equal(40400);
    expect((await once(socket, 'close'))[0]).equal(1000);
  });

  it('CD2d: ends only the connection whose frame is too large (1009), or breaks the WebSocket protocol', async () => {
    const [large, broken, fine] = [open(), open(), open()];
    await Promise.all([large, broken, fine].map((socket) => once(socket, 'message')));
    large.send('x'.repeat(3000));
    expect((await once(large, 'close'))[0]).equal(1009);
    expect(server.emulator.connections).length(2);
    (broken as unknown as { _socket: { write(data: Buffer): void } })._socket.write(
      Buffer.from([0xff, 0xff]),
    );
    await once(broken, 'close');
    fine.send('{"action":0,"id":"a"}');
    expect(await frame(fine)).deep.equal({ action: Action.heartbeat, id: 'a' });
  });

  it('pings a client that sees pings, and drops, closes and refuses as it is told', async () => {
    const pinging = await listen({ maxIdleInterval: 20 });
    const at = `ws://127.0.0.1:${pinging.port}/?v=6&heartbeats=false&key=${pinging.key}`;
    const [first, second] = [new WebSocket(at), new WebSocket(at)];
    await Promise.all([once(first, 'ping'), once(second, 'ping')]);
    pinging.emulator.connections[0]?.drop();
    pinging.emulator.connections[0]?.close(4001, 'because');
    const codes = await Promise.all(
      [first, second].map(async (socket) => (await once(socket, 'close'))[0] as number),
    );
    expect(codes.sort()).deep.equal([1006, 4001]);
    pinging.emulator.refuse();
    const [error] = (await once(new WebSocket(at), 'error')) as [Error];
    expect(error).instanceOf(Error);
    await pinging.close();
  });

  it('drops without a word when told to close with a code that cannot be sent', async () => {
    const socket = open();
    await once(socket, 'message');
    server.emulator.connections[0]?.close(1006);
    expect((await once(socket, 'close'))[0]).equal(1006);
  });

  it('serves no WebSocket at another path, and bears what is not HTTP', async () => {
    const [error] = (await once(new WebSocket(`ws://127.0.0.1:${server.port}/other`), 'error')) as [Error];
    expect(error.message).contain('404');
    const raw = connect(server.port, '127.0.0.1');
    raw.end('nonsense\r\n\r\n');
    raw.resume();
    await once(raw, 'close');
    expect((await fetch(`${server.url}//time?x=%`)).status).equal(404);
    expect((await fetch(`${server.url}/time`)).status).equal(200);
  });

  it('leaves an emulator that was given as it is, and closes twice', async () => {
    const emulator = createEmulator({ keys: ['mine.key:hush'] });
    const given = await listen({ emulator });
    expect(given.key).equal('mine.key:hush');
    const socket = new WebSocket(`ws://127.0.0.1:${given.port}/?v=6&key=${given.key}`);
    await once(socket, 'message');
    await Promise.all([given.close(), given.close(), once(socket, 'close')]);
    emulator.dispose();
  });

  it('rejects with what to do when the port is taken', async () => {
    const thrown = await listen({ port: server.port }).catch((error: unknown) => error);
    expect((thrown as Error).message).equal(
      `Port ${server.port} of 127.0.0.1 is in use: end what listens there, perhaps another emulator, or choose another port (0 is any free one).`,
    );
  });
});
