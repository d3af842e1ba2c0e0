import * as Ably from 'ably';
import { expect } from 'chai';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

for (const useBinaryProtocol of [false, true]) {
  describe(`the official client's tokens against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const clients: Ably.Realtime[] = [];
    let server: ListeningEmulator;
    const options = (more: Ably.ClientOptions): Ably.ClientOptions => {
      const { host: endpoint, port } = server;
      return { endpoint, port, tls: false, fallbackHosts: [], useBinaryProtocol, logLevel: 0, ...more };
    };
    const connect = async (more: Ably.ClientOptions): Promise<Ably.Realtime> => {
      const client = new Ably.Realtime(options(more));
      clients.push(client);
      await client.connection.whenState('connected');
      return client;
    };

    beforeEach(async () => {
      server = await listen({ keys: ['app.key:secret', 'app.limited:secret'] });
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    it('RSA9g, RSA8: signs a request and gets a token for it, for the connection and for REST', async () => {
      const client = await connect({ key: server.key, useTokenAuth: true, clientId: 'ann' });
      expect(server.emulator.connections[0]?.clientId).equal('ann');
      expect(client.auth.clientId).equal('ann');
      const channel = client.channels.get('chat');
      await channel.publish('a', 'b');
      expect((await channel.history()).items.map(({ clientId }) => clientId)).deep.equal(['ann']);
    });

    for (const as of ['details', 'token', 'jwt', 'request']) {
      for (const authMethod of ['GET', 'POST'] as const) {
        it(`RSA8c: gets ${as} from authUrl by ${authMethod}`, async () => {
          const authUrl = `${server.url}/auth?as=${as}`;
          const defaultTokenParams = { capability: { chat: ['publish' as const] } };
          const client = await connect({ authUrl, authMethod, clientId: 'ann', defaultTokenParams });
          expect(client.auth.clientId).equal('ann');
          await client.channels.get('chat').publish('a', 'b');
          const [{ method, params, form } = { method: '', params: {}, form: {} }] =
            server.emulator.authRequests;
          expect(method).equal(authMethod);
          expect({ ...params, ...form }).include({ as, clientId: 'ann', capability: '{"chat":["publish"]}' });
        });
      }
    }

    it('RTC8a: authorizes anew, with fewer rights; the channels it may not use any more fail', async () => {
      const client = await connect({ key: server.key, useTokenAuth: true });
      const [kept, lost] = [client.channels.get('kept'), client.channels.get('lost')];
      await Promise.all([kept.attach(), lost.attach()]);
      const { id } = client.connection;
      await client.auth.authorize({ capability: { kept: ['*'] } });
      await lost.whenState('failed');
      expect([lost.errorReason?.code, kept.state, client.connection.id]).deep.equal([40160, 'attached', id]);
    });

    it('RTC8a2: fails when the clientId changes', async () => {
      const client = await connect({ token: server.emulator.issueToken({ clientId: 'ann' }).token });
      const { token } = server.emulator.issueToken({ clientId: 'bob' });
      const error = await client.auth.authorize({}, { token }).catch((thrown: unknown) => thrown);
      expect((error as Ably.ErrorInfo).code).equal(40102);
      expect(client.connection.state).equal('failed');
    });

    it('RTN22: gets another token when it is asked to', async () => {
      const client = await connect({ authUrl: `${server.url}/auth` });
      const updated = client.connection.once('update');
      server.emulator.connections[0]?.requestAuth();
      await updated;
      expect(server.emulator.authRequests).length(2);
    });

    const endings: readonly [string, () => void][] = [
      ['has expired', () => server.emulator.connections[0]?.expireToken()],
      ['was revoked', () => server.emulator.revoke('clientId:ann')],
    ];
    for (const [what, act] of endings) {
      it(`RTN15h2: resumes with another token when its own ${what}`, async () => {
        const client = await connect({ authUrl: `${server.url}/auth`, clientId: 'ann' });
        const channel = client.channels.get('chat');
        const received = new Promise(
          (resolve) => void channel.subscribe(({ data }) => resolve(data as unknown)),
        );
        await channel.attach();
        const { id } = client.connection;
        const again = client.connection.once('connected');
        act();
        await again;
        expect(client.connection.id).equal(id);
        await channel.whenState('attached');
        server.emulator.publish('chat', { data: 'still here' });
        expect(await received).equal('still here');
      });
    }

    it('RSA17: revokes tokens', async () => {
      const client = await connect({ token: server.emulator.issueToken({ clientId: 'ann' }).token });
      const rest = new Ably.Rest(options({ key: server.key }));
      const target = { type: 'clientId', value: 'ann' };
      const { successCount, results } = await rest.auth.revokeTokens([target]);
      expect([successCount, results[0]?.target]).deep.equal([1, 'clientId:ann']);
      await client.connection.whenState('failed'); // it has no way to another token
    });
  });
}
