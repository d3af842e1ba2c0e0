import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { firstValueFrom, Subject, take, toArray } from 'rxjs';
import { listenRelay, type ListeningRelay } from '../../../lib/emulator/index.js';
import { keyOwner, topicOf } from '../../emulator/relay/fake-relay-client.js';

const owner = keyOwner(new Uint8Array(32).fill(3));

describe('relay emulator: webhooks over HTTP', () => {
  let server: Server;
  let relay: ListeningRelay;
  let status: number;
  const logged: string[] = [];
  const requests$ = new Subject<{ readonly line: string; readonly body: string }>();

  beforeEach(async () => {
    status = 200;
    logged.length = 0;
    server = createServer((request, response) => {
      void text(request).then((body) => {
        requests$.next({ line: `${request.method} ${request.url}`, body });
        response.writeHead(status).end();
        status = 200;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    relay = await listenRelay({ log: (_, { message }) => void logged.push(message) });
  });

  afterEach(async () => {
    await relay.close();
    server.close();
  });

  const call = async (method: string, params: object): Promise<unknown> => {
    const now = Math.floor(Date.now() / 1000);
    const authorization = `Bearer ${owner.jwt({ iat: now, exp: now + 60 })}`;
    const body = JSON.stringify({ id: '1000000000', jsonrpc: '2.0', method, params });
    const url = `${relay.url.replace('ws:', 'http:')}/rpc`;
    return (await fetch(url, { method: 'POST', headers: { authorization }, body })).json();
  };
  const register = (whu: string): Promise<unknown> => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { act: 'irn_watchRegister', typ: 'publisher', whu, tag: [7], sts: ['accepted'] };
    return call('irn_watchRegister', { registerAuth: owner.jwt({ ...claims, iat: now, exp: now + 60 }) });
  };
  const publish = (message: string): Promise<unknown> =>
    call('irn_publish', { topic: topicOf(1), message, ttl: 60, tag: 7 });

  it('posts what happens to a URL of this machine, and again after a 5xx', async () => {
    const { port } = server.address() as AddressInfo;
    await register(`http://127.0.0.1:${port}/hook?a=1`);
    status = 503;
    const requests = firstValueFrom(requests$.pipe(take(2), toArray()));
    await publish('hello');
    const [, second] = await requests;
    expect(second?.line).equal('POST /hook?a=1');
    expect(relay.relay.watches).length(1);
  });

  it('posts a JWT as `eventAuth`', async () => {
    const { port } = server.address() as AddressInfo;
    await register(`http://localhost:${port}/`);
    const first = firstValueFrom(requests$);
    await publish('hello');
    const { eventAuth } = JSON.parse((await first).body) as { readonly eventAuth: string };
    const claims = JSON.parse(Buffer.from(eventAuth.split('.')[1] ?? '', 'base64url').toString()) as {
      readonly evt: object;
    };
    expect(claims.evt).include({ status: 'accepted', message: 'hello', tag: 7 });
  });

  it('makes no request to another machine, and says so', async () => {
    await register('https://hooks.example/');
    await publish('hello');
    expect(logged).deep.equal([
      'The relay makes no requests to other machines: the webhook https://hooks.example/ was not told. Register one of localhost.',
    ]);
  });
});
