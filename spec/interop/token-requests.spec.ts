import * as Ably from 'ably';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { RealtimeClient } from '../../lib/index.js';

describe('token requests of ours and of the official client', () => {
  let server: ListeningEmulator;
  let ours: RealtimeClient[];
  let theirs: Ably.Realtime[];
  const params = { clientId: 'ann', ttl: 60_000, capability: { chat: ['publish', 'subscribe'] as const } };

  const our = (options: object): RealtimeClient => {
    const { host: endpoint, port } = server;
    const client = new RealtimeClient({ endpoint, port, tls: false, log: () => undefined, ...options });
    ours.push(client);
    return client;
  };
  const their = (options: Ably.ClientOptions): Ably.Realtime => {
    const { host: endpoint, port } = server;
    const client = new Ably.Realtime({
      endpoint,
      port,
      tls: false,
      fallbackHosts: [],
      logLevel: 0,
      ...options,
    });
    theirs.push(client);
    return client;
  };

  beforeEach(async () => {
    server = await listen();
    [ours, theirs] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(ours.map((client) => client.dispose()));
    for (const client of theirs) client.close();
    await Promise.all(theirs.map((client) => client.connection.whenState('closed')));
    await server.close();
  });

  it('RSA9g, RSA9a: the official client is let in by a request that ours has signed', async () => {
    const signer = our({ key: server.key });
    const client = their({
      authCallback: (asked, done) => {
        void signer.auth
          .createTokenRequest({ ...params, ...(asked as object) })
          .then((request) => done(null, request as Ably.TokenRequest));
      },
    });
    await client.connection.whenState('connected');
    expect(client.auth.clientId).to.equal('ann');
  });

  it('RSA8d: ours is let in by a request that the official client has signed', async () => {
    const signer = new Ably.Rest({ key: server.key, logLevel: 0 });
    const client = our({
      authCallback: () =>
        signer.auth.createTokenRequest({ ...params, capability: { chat: ['publish', 'subscribe'] } }),
    });
    client.connect();
    await firstValueFrom(client.connectionState$.pipe(filter((state) => state === 'connected')));
    expect([client.auth.clientId, client.auth.tokenDetails?.capability]).to.deep.equal([
      'ann',
      '{"chat":["publish","subscribe"]}',
    ]);
  });

  it('RSA9g: the same request has the same mac from both', async () => {
    const fixed = { timestamp: 1_700_000_000_000, nonce: 'a nonce of some length' };
    const capability = JSON.stringify({ chat: ['publish', 'subscribe'] });
    const signer = new Ably.Rest({ key: server.key, logLevel: 0 });
    const theirMac = await signer.auth.createTokenRequest({ ...params, capability, ...fixed });
    const ourMac = await our({ key: server.key }).auth.createTokenRequest({
      ...params,
      capability,
      ...fixed,
    });
    expect(ourMac).to.deep.equal({ ...theirMac });
  });

  it('RSA8d: ours is let in by a callback that was written for the official client', async () => {
    const client = our({
      authCallback: (_: unknown, done: (error: null, token: string) => void) => {
        done(null, server.emulator.issueToken({ clientId: 'bob' }).token);
      },
    });
    client.connect();
    await firstValueFrom(client.connectionState$.pipe(filter((state) => state === 'connected')));
    expect(client.auth.clientId).to.equal('bob');
  });
});
