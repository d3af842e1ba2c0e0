import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { createRelay, listen, listenRelay, type ListeningRelay } from '../../../lib/emulator/index.js';
import { topicOf } from './fake-relay-client.js';

const topic = topicOf(1);

describe('relay emulator: on sockets', () => {
  let server: ListeningRelay;
  beforeEach(async () => {
    server = await listenRelay({ checkJwt: false, projects: ['p'], limits: { frame: 2000 } });
  });
  afterEach(() => server.close());

  const open = async (clientId: string): Promise<WebSocket> => {
    const socket = new WebSocket(`${server.url}/?clientId=${clientId}&projectId=p`);
    await once(socket, 'open');
    return socket;
  };
  const textFrom = async (socket: WebSocket): Promise<string> =>
    String(((await once(socket, 'message')) as [Buffer])[0]);
  const call = (id: string, method: string, params: object): string =>
    `{"id":${id},"jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;

  it('carries a message from one socket to another, with ids of 19 digits as they are', async () => {
    const [ann, bob] = [await open('ann'), await open('bob')];
    bob.send(call('1795299120092952065', 'irn_subscribe', { topic }));
    expect(await textFrom(bob)).match(
      /^\{"id":1795299120092952065,"jsonrpc":"2.0","result":"[0-9a-f]{64}"\}$/,
    );
    const pushed = textFrom(bob);
    ann.send(call('"1795299120092952066"', 'irn_publish', { topic, message: 'héllo', ttl: 300, tag: 1 }));
    expect(await textFrom(ann)).equal('{"id":1795299120092952066,"jsonrpc":"2.0","result":true}');
    expect(await pushed)
      .contain('"message":"héllo"')
      .match(/^\{"id":\d{15},/);
    for (const socket of [ann, bob]) socket.close();
  });

  it('refuses a client by HTTP, or by a close with useOnCloseEvent', async () => {
    const refused = new WebSocket(`${server.url}/?projectId=other`);
    refused.on('error', () => undefined);
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage];
    const body = (await response.toArray()) as Buffer[];
    expect([response.statusCode, body.join('')]).deep.equal([
      401,
      'Project not found: use one of the option `projects`.',
    ]);
    const closed = new WebSocket(`${server.url}/?projectId=other&useOnCloseEvent=true`);
    const [code, reason] = (await once(closed, 'close')) as [number, Buffer];
    expect([code, String(reason)]).deep.equal([3000, 'Project not found: use one of the option `projects`.']);
  });

  it('pings, drops, closes and refuses as it is told', async () => {
    const relay = createRelay({ checkJwt: false, pingInterval: 20 });
    const pinging = await listenRelay({ relay });
    const [first, second] = [new WebSocket(pinging.url), new WebSocket(pinging.url)];
    await Promise.all([once(first, 'ping'), once(second, 'ping')]);
    const ends = Promise.all(
      [first, second].map(async (socket) => (await once(socket, 'close'))[0] as number),
    );
    relay.connections[0]?.drop();
    relay.connections[0]?.close(4010, 'Disconnecting for load balancing reasons');
    expect((await ends).sort()).deep.equal([1006, 4010]);
    relay.refuse();
    const [error] = (await once(new WebSocket(pinging.url), 'error')) as [Error];
    expect(error).instanceOf(Error);
    await pinging.close();
    relay.refuse(false);
    expect(relay.refusing).equal(false); // one that was given stays as it is
    relay.dispose();
  });

  it('closes with as much of a reason as a close can carry', async () => {
    const socket = await open('ann');
    const closed = once(socket, 'close');
    server.relay.connections[0]?.close(3000, 'é'.repeat(100));
    const [code, reason] = (await closed) as [number, Buffer];
    expect([code, reason.toString()]).deep.equal([3000, 'é'.repeat(61)]);
  });

  it('closes with 1009 a socket that says too much, and leaves the others', async () => {
    const [large, fine] = [await open('ann'), await open('bob')];
    large.send('x'.repeat(2001));
    expect((await once(large, 'close'))[0]).equal(1009);
    expect(server.relay.connections.map(({ clientId }) => clientId)).deep.equal(['bob']);
    fine.close();
  });

  it('takes a publish at POST /rpc', async () => {
    const bob = await open('bob');
    bob.send(call('1795299120092952065', 'irn_subscribe', { topic }));
    await textFrom(bob);
    const pushed = textFrom(bob);
    const body = call('1795299120092952066', 'irn_publish', { topic, message: 'x', ttl: 300, tag: 1 });
    const response = await fetch(`${server.url.replace('ws', 'http')}/rpc?projectId=p`, {
      method: 'POST',
      body,
    });
    expect([response.status, await response.text()]).deep.equal([
      200,
      '{"id":1795299120092952066,"jsonrpc":"2.0","result":true}',
    ]);
    expect(await pushed).contain('"message":"x"');
    bob.close();
  });

  it('shares a process with an Ably', async () => {
    const ably = await listen();
    expect((await fetch(`${ably.url}/time`)).status).equal(200);
    expect((await fetch(`${server.url.replace('ws', 'http')}/time`)).status).equal(404);
    await ably.close();
  });
});
