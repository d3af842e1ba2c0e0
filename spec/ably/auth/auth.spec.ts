import { expect } from 'chai';
import { NEVER } from 'rxjs';
import type { AuthCallback } from '../../../lib/ably/auth/auth-options.js';
import type { TokenDetails } from '../../../lib/ably/auth/token.js';
import { AblyClient } from '../../../lib/ably/client/client.js';
import type { ClientOptions } from '../../../lib/ably/client/options.js';
import { Auth } from '../../../lib/ably/auth/auth.js';
import { json } from '../../../lib/codec/json.js';
import { platform } from '../../../lib/socket/platform.js';
import { exposedOf } from '../../support/exposed.js';
import { fakeAbly } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { httpClient, jsonAnswer } from '../../support/http-client.js';
import { secret } from '../../support/secrets.js';
import { codesOf, rejectionOf, thrownBy } from '../../support/thrown.js';
import { unhandledDuring } from '../../support/unhandled.js';

const key = secret('app.id:hushhush');
const token = secret('app.hushed-token');
const jwt = secret('eyJhbGciOiJIUzI1NiJ9.e30.aHVzaGh1c2g');
const authCallback: AuthCallback = () => NEVER;
const authUrl = 'https://auth.example/t';
const disposed = { code: 80017, statusCode: 400 };

const clientOf = (options: ClientOptions | string): AblyClient =>
  typeof options === 'string'
    ? new AblyClient(options, platform)
    : new AblyClient({ autoConnect: false, log: () => undefined, ...options }, platform);
/** What a client knows of itself as soon as it has asked for a token that it gets at once. */
function dialling(options: Partial<ClientOptions>): {
  details: TokenDetails | null;
  clientId: string | null;
  query: object;
} {
  const { client, net } = fakeAbly(json, { key: undefined, ...options });
  client.connect();
  const { tokenDetails: details, clientId } = client.auth;
  const query = Object.fromEntries(new URL(net.last().url).searchParams);
  void client.dispose();
  return { details, clientId, query };
}

describe('client.auth', () => {
  it('RTC4: is the Auth of the options that the client was made with', async () => {
    const { auth } = clientOf({ key, clientId: 'me' });
    expect(auth).to.be.instanceOf(Auth);
    const { keyName, clientId } = await auth.createTokenRequest();
    expect([keyName, clientId]).to.deep.equal(['app.id', 'me']);
  });

  it('RTC4: is always the same', () => {
    const client = clientOf({ key });
    expect(client.auth).to.equal(client.auth);
  });

  it('RSC1a, RSC1c: is that of a string, be it a key or a token', async () => {
    expect((await clientOf(key).auth.createTokenRequest()).keyName).to.equal('app.id');
    expect([token, jwt].map((string) => clientOf(string).auth.tokenDetails)).to.deep.equal([
      { token },
      { token: jwt },
    ]);
  });

  it('does not show what it knows', () => {
    const client = clientOf({ key, token, authHeaders: { a: 'hushed' }, authParams: { a: 'hushed' } });
    expect(exposedOf(client.auth)).to.not.contain('hush');
  });

  describe('shows when it connects', () => {
    it('RSA2: the key', () => {
      const { query } = dialling({ key });
      expect(query).to.include({ key }).and.to.not.have.property('accessToken');
    });

    it('RSA3c, RSA3d: a token, of Ably or a JWT', () => {
      for (const string of [token, jwt]) {
        const { query } = dialling({ token: string });
        expect(query).to.include({ accessToken: string }).and.to.not.have.property('key');
      }
    });

    it('RSA4: a token, where there is one beside the key', () => {
      const { query } = dialling({ key, tokenDetails: { token } });
      expect(query).to.include({ accessToken: token }).and.to.not.have.property('key');
    });

    it('RSA4: the key, where there is a token beside it, but useTokenAuth is false', () => {
      const { query } = dialling({ key, token, useTokenAuth: false });
      expect(query).to.include({ key }).and.to.not.have.property('accessToken');
    });
  });
});

describe('auth.clientId', () => {
  it('RSA12b: is null as long as nothing is known', () => {
    for (const options of [{ key }, { key, clientId: undefined }, { token }, { authCallback }, { authUrl }])
      expect(clientOf(options).auth.clientId).to.equal(null);
  });

  it('RSA12b: is null before a token was had for the one of defaultTokenParams', () => {
    expect(
      clientOf({ key, useTokenAuth: true, defaultTokenParams: { clientId: 'me' } }).auth.clientId,
    ).to.equal(null);
  });

  it('RSA7b1, RSC17: is the one of the options', () => {
    for (const options of [
      { key },
      { token },
      { authCallback },
      { authUrl },
      { tokenDetails: { token, clientId: '*' } },
    ])
      expect(clientOf({ ...options, clientId: 'me' }).auth.clientId).to.equal('me');
  });

  it('RSA7b2: is the one of the TokenDetails that were given', () => {
    expect(clientOf({ tokenDetails: { token, clientId: 'me' } }).auth.clientId).to.equal('me');
  });

  it('RSA7b2: is the one of the token that was had', () => {
    const had = dialling({ authCallback: () => ({ token, clientId: 'me' }) });
    expect(had.clientId).to.equal('me');
  });

  it('RSA7b2: is the one of the token that was had for a TokenRequest', () => {
    const had = dialling({
      authCallback: () => ({ keyName: 'app.id', timestamp: 1, nonce: 'nonce-of-16-chars', mac: 'mac' }),
      fetch: fakeFetch(() => jsonAnswer({ token, clientId: 'me' })),
    });
    expect(had.clientId).to.equal('me');
  });

  it('RSA12a: is null where the token is for nobody', () => {
    expect(clientOf({ tokenDetails: { token, clientId: null } }).auth.clientId).to.equal(null);
  });

  it('RSA7b4: is "*" where the token is for anybody', () => {
    expect(clientOf({ tokenDetails: { token, clientId: '*' } }).auth.clientId).to.equal('*');
  });

  it('RSA12b: is null where tokens are not used', () => {
    const tokenDetails = { token, clientId: 'me' };
    expect(clientOf({ key, tokenDetails, useTokenAuth: false }).auth.clientId).to.equal(null);
  });

  it('RSA7b3, RTC4a, RSA12a, RSA7b4: is the one that the server has confirmed, somebody, nobody or anybody', async () => {
    for (const clientId of ['me', undefined, '*']) {
      const { client, server, details } = fakeAbly(json, {});
      client.connect();
      const before = client.auth.clientId;
      server.welcome('id-1', { connectionDetails: { ...details, ...(clientId && { clientId }) } });
      const after = client.auth.clientId;
      await client.dispose();
      expect([before, after]).to.deep.equal([null, clientId ?? null]);
    }
  });

  it('RSA7c: cannot be "*" by the options', () => {
    for (const options of [{ key }, { token }, { authCallback }])
      expect(codesOf(thrownBy(() => clientOf({ ...options, clientId: '*' })))).to.deep.equal({
        code: 40012,
        statusCode: 400,
      });
  });

  it('RSA7c: is a string or null by the options', () => {
    for (const clientId of ['', 7, {}, true, ['me']])
      expect(codesOf(thrownBy(() => clientOf({ key, clientId: clientId as string })))).to.deep.equal({
        code: 40000,
        statusCode: 400,
      });
    for (const clientId of [null, undefined])
      expect(clientOf({ key, clientId: clientId as undefined }).auth.clientId).to.equal(null);
  });

  it('RTC17, RTC17a: is the clientId of the client', () => {
    const clients = [
      clientOf({ key, clientId: 'me' }),
      clientOf({ tokenDetails: { token, clientId: 'you' } }),
      clientOf({ tokenDetails: { token, clientId: '*' } }),
      clientOf({ key }),
    ];
    expect(clients.map(({ clientId }) => clientId)).to.deep.equal(['me', 'you', '*', null]);
    expect(clients.map(({ auth }) => auth.clientId)).to.deep.equal(['me', 'you', '*', null]);
  });

  it('RTC17a: is the current one, also when that changes', async () => {
    const { client } = fakeAbly(json, { key: undefined, authCallback: () => ({ token, clientId: 'me' }) });
    const before = client.clientId;
    client.connect();
    const after = [client.clientId, client.auth.clientId];
    await client.dispose();
    expect([before, ...after]).to.deep.equal([null, 'me', 'me']);
  });
});

describe('auth.tokenDetails', () => {
  const details = { token, expires: 2000, issued: 1000, capability: '{"*":["*"]}', clientId: 'me' };

  it('RSA16, RSA16a: holds the TokenDetails that were given', () => {
    expect(clientOf({ tokenDetails: details }).auth.tokenDetails).to.deep.equal(details);
  });

  it('RSA16a: holds the TokenDetails that were had', () => {
    expect(dialling({ authCallback: () => details }).details).to.deep.equal(details);
  });

  it('RSA16b: holds nothing but the token where that is a string that was given', () => {
    expect(clientOf({ token }).auth.tokenDetails).to.deep.equal({ token });
  });

  it('RSA16b: holds nothing but the token where that is a string that was had', () => {
    expect(dialling({ authCallback: () => token }).details).to.deep.equal({ token });
  });

  it('RSA16d: is null with a key, also beside a token that is not used', () => {
    for (const options of [{ key }, { key, token, useTokenAuth: false }])
      expect(clientOf(options).auth.tokenDetails).to.equal(null);
  });

  it('RSA16d: is null before there is a token', () => {
    for (const options of [{ authCallback }, { authUrl }, { key, useTokenAuth: true }])
      expect(clientOf(options).auth.tokenDetails).to.equal(null);
  });

  it('RSA16: tokenDetails$ gives it at once, to everybody, and completes when the client is disposed of', async () => {
    const client = clientOf({ token });
    const seen: unknown[] = [];
    for (const name of ['a', 'b'])
      client.auth.tokenDetails$.subscribe({
        next: (now) => seen.push([name, now]),
        complete: () => seen.push(`${name}|`),
      });
    await client.dispose();
    expect(seen).to.deep.equal([['a', { token }], ['b', { token }], 'a|', 'b|']);
  });
});

describe('auth.authorize', () => {
  it('RSA10j: rejects with 40106 options that leave the client without credentials, and changes nothing', async () => {
    const { auth } = clientOf({ token });
    for (const params of [undefined, null, {}])
      expect(codesOf(await rejectionOf(auth.authorize(params, {})))).to.deep.equal({
        code: 40106,
        statusCode: 400,
      });
    expect(auth.tokenDetails).to.deep.equal({ token });
  });
});

describe('the promises of auth', () => {
  it('cause no unhandledRejection when nobody holds them', async () => {
    const unhandled = await unhandledDuring(() => {
      const { auth } = httpClient({ key, queryTime: true }, () =>
        jsonAnswer({ error: { code: 40300 } }, 403),
      );
      void auth.requestToken();
      void auth.requestToken({ ttl: -1 });
      void auth.createTokenRequest();
      void auth.createTokenRequest(null, {});
      void auth.revokeTokens({ type: 'clientId', value: 'bob' });
    });
    expect(unhandled).to.deep.equal([]);
  });

  const target = { type: 'clientId', value: 'bob' };
  const deeds: Readonly<Record<string, (auth: Auth) => Promise<unknown>>> = {
    requestToken: (auth) => auth.requestToken(),
    createTokenRequest: (auth) => auth.createTokenRequest(null, { key, queryTime: true }),
    revokeTokens: (auth) => auth.revokeTokens(target),
  };
  for (const [name, deed] of Object.entries(deeds)) {
    it(`${name}: rejects when the client is disposed of meanwhile, and gives the request up`, async () => {
      const signals: AbortSignal[] = [];
      const fetch = ((_: string, { signal }: RequestInit) => {
        if (signal) signals.push(signal);
        return new Promise(() => undefined);
      }) as typeof globalThis.fetch;
      const client = clientOf({ key, fetch });
      const error = rejectionOf(deed(client.auth));
      const before = signals.map(({ aborted }) => aborted);
      await client.dispose();
      expect(codesOf(await error)).to.deep.equal(disposed);
      expect([before, signals.map(({ aborted }) => aborted)]).to.deep.equal([[false], [true]]);
    });

    it(`${name}: rejects when the client has been disposed of, and asks nobody`, async () => {
      const { client, auth, requests } = httpClient({ key }, () => jsonAnswer({ token }));
      await client.dispose();
      expect(codesOf(await rejectionOf(deed(auth)))).to.deep.equal(disposed);
      expect(requests).to.deep.equal([]);
    });
  }

  it('requestToken: aborts the signal of the authCallback when the client is disposed of', async () => {
    const signals: AbortSignal[] = [];
    const client = clientOf({
      authCallback: (_, __, signal) => {
        signals.push(signal);
        return undefined;
      },
    });
    const error = rejectionOf(client.auth.requestToken());
    await client.dispose();
    expect([codesOf(await error), signals.map(({ aborted }) => aborted)]).to.deep.equal([disposed, [true]]);
  });
});
