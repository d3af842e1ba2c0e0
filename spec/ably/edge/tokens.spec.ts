import { expect } from 'chai';
import { sign } from '../../../lib/ably/auth/sign.js';
import { parseKey } from '../../../lib/ably/auth/credentials.js';
import { tokenAuth } from '../../../lib/auth.js';
import { RealtimeClient } from '../../../lib/index.js';
import { createTokenRequest, publish, requestToken, revokeTokens } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { restWorld } from '../../support/rest-world.js';
import { rejectionOf } from '../../support/thrown.js';

for (const codec of codecs)
  describe(`tokens by a client without a connection, ${codec.format}`, () => {
    it('RSA9a, RSA9c, RSA9g, RSC5: signs as a client with a connection does, and asks no server', async () => {
      const { client, sent, key } = restWorld(codec, { clientId: 'me' });
      const made = await createTokenRequest(client, { ttl: 5000, capability: { a: ['publish'] } });
      expect(made.nonce).to.have.length.at.least(16);
      const { timestamp, nonce } = made;
      const params = { ttl: 5000, capability: { a: ['publish'] }, timestamp, nonce };
      expect(made).to.deep.equal(sign(parseKey(key), params)); // RSA9h: the client's own clientId is not merged
      expect(await createTokenRequest(client)).to.include({ clientId: 'me' });
      expect(sent).to.deep.equal([]);
    });

    it('RSA9d: asks for the time where it is told to', async () => {
      const { client, sent, key } = restWorld(codec);
      await createTokenRequest(client, {}, { key, queryTime: true });
      expect(sent.map(({ path }) => path)).to.deep.equal(['/time']);
    });

    it('RSA8a, RSA8e: obtains a token for another client', async () => {
      const { client, served } = restWorld(codec);
      const tokenDetails = await requestToken(client, { clientId: 'ann', ttl: 60_000 });
      expect(tokenDetails.clientId).to.equal('ann');
      const other = restWorld(codec, { auth: tokenAuth({ tokenDetails }), fetch: served });
      await publish(other.client.channel('a'), 'n');
      expect(other.client.clientId).to.equal('ann');
    });

    it('RSA17g, RSA17b, RSA17c, RSA17d: revokes tokens, with a key alone', async () => {
      const { client, sent, emulator } = restWorld(codec);
      const target = { type: 'clientId', value: 'ann' };
      const { successCount, failureCount, results } = await revokeTokens(client, target);
      expect([successCount + failureCount, results.length]).to.deep.equal([1, 1]);
      expect(sent[0]).to.deep.include({ body: { targets: ['clientId:ann'] } });
      const { token } = emulator.issueToken({ clientId: 'ann' });
      const other = restWorld(codec, { auth: tokenAuth({ token }) });
      expect(await rejectionOf(revokeTokens(other.client, target))).to.include({ code: 40162 });
    });

    it('RSA9h: signs by a client with a connection, as that is configured', async () => {
      const { key, fetch, webSocketCtor } = restWorld(codec);
      const options = { key, endpoint: 'localhost', tls: false, codec, fetch, webSocketCtor };
      const client = new RealtimeClient({ ...options, clientId: 'me', log: () => undefined });
      expect(await createTokenRequest(client)).to.include({ clientId: 'me', keyName: key.split(':')[0] });
      await client.dispose();
    });

    it('RSA9, RSA4a2: rejects where there is no key', async () => {
      const { client } = restWorld(codec, { auth: tokenAuth({ token: 'some' }) });
      expect(await rejectionOf(createTokenRequest(client))).to.include({ code: 40106 });
      expect(await rejectionOf(requestToken(client))).to.include({ code: 40171 });
    });
  });
