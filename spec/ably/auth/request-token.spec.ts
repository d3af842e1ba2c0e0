import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { type AuthCallback, StopRetrying } from '../../../lib/ably/auth/auth-options.js';
import type { TokenRequest } from '../../../lib/ably/auth/token.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { exposedOf } from '../../support/exposed.js';
import type { Answer } from '../../support/fake-fetch.js';
import { type Asked, httpClient, jsonAnswer } from '../../support/http-client.js';
import { secret } from '../../support/secrets.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

const key = secret('app.id:hushhush');
const otherKey = secret('app.other:hushed-password');
const token = secret('app.hushed-token');
const jwt = secret('eyJhbGciOiJIUzI1NiJ9.e30.aHVzaGh1c2g');
const timestamp = 1_476_277_312_000;
const nonce = 'nonce-of-16-chars';
const details = {
  token,
  issued: 1000,
  expires: 3_601_000,
  capability: '{"*":["*"]}',
  clientId: 'me',
  keyName: 'app.id',
};
const request: TokenRequest = {
  keyName: 'app.id',
  timestamp,
  nonce,
  mac: secret('aHVzaGh1c2ggaHVzaGh1c2g='),
};
const serverTime = 5_000_000;

/** A server that gives anybody a token, and tells the time. */
const issuing = ({ url }: Asked): Answer => jsonAnswer(url.endsWith('/time') ? [serverTime] : details);
const pathsOf = (requests: readonly Asked[]): string[] =>
  requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
const bodyOf = ({ body }: Asked): TokenRequest => JSON.parse(body) as TokenRequest;
const macOf = (password: string, ...lines: readonly (string | number)[]): string =>
  createHmac('sha256', password)
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('base64');
/** A scheduler whose clock stands at a time. */
function clockAt(time: number): VirtualTimeScheduler {
  const scheduler = new VirtualTimeScheduler();
  scheduler.frame = time;
  return scheduler;
}
const error403 = new ErrorInfo('not you', { code: 40300, statusCode: 403 });

describe('auth.requestToken', () => {
  it('RSA8, RSA8a: signs a TokenRequest, has the server make a token of it, and resolves with TokenDetails', async () => {
    const { auth, requests } = httpClient({ key, scheduler: clockAt(timestamp) }, issuing);
    expect(
      await auth.requestToken({ nonce, ttl: 1000, clientId: 'me', capability: { a: ['*'] } }),
    ).to.deep.equal(details);
    expect(pathsOf(requests)).to.deep.equal(['POST /keys/app.id/requestToken']);
    expect(requests.map(bodyOf)).to.deep.equal([
      {
        keyName: 'app.id',
        ttl: 1000,
        capability: '{"a":["*"]}',
        clientId: 'me',
        timestamp,
        nonce,
        mac: macOf('hushhush', 'app.id', 1000, '{"a":["*"]}', 'me', timestamp, nonce),
      },
    ]);
  });

  it('RSA8a: shows neither the key nor anything else beside the TokenRequest', async () => {
    const { auth, requests } = httpClient({ key }, issuing);
    await auth.requestToken();
    expect(requests.map(({ headers }) => headers['authorization'])).to.deep.equal([undefined]);
    expect(exposedOf(requests)).to.not.contain('hushhush');
  });

  it('RSA8a: has the server make a token of a TokenRequest that the callback gives, as it is', async () => {
    const { auth, requests } = httpClient({ authCallback: () => request }, issuing);
    expect(await auth.requestToken()).to.deep.equal(details);
    expect([pathsOf(requests), requests.map(bodyOf)]).to.deep.equal([
      ['POST /keys/app.id/requestToken'],
      [request],
    ]);
  });

  it('RSA8a: has the server make a token of a TokenRequest that the authUrl gives', async () => {
    const { auth, requests } = httpClient({ authUrl: 'https://auth.example/t' }, (asked) =>
      jsonAnswer(asked.method === 'GET' ? request : details),
    );
    expect(await auth.requestToken()).to.deep.equal(details);
    expect(pathsOf(requests)).to.deep.equal(['GET /t', 'POST /keys/app.id/requestToken']);
  });

  it('RSA8a: asks nobody where the callback gives a token', async () => {
    const { auth, requests } = httpClient({ authCallback: () => details }, issuing);
    expect(await auth.requestToken()).to.deep.equal(details);
    expect(requests).to.deep.equal([]);
  });

  it('RSA8a: does not use the token itself', async () => {
    const { auth } = httpClient({ key }, issuing);
    await auth.requestToken();
    expect([auth.tokenDetails, auth.clientId]).to.deep.equal([null, null]);
  });

  it('RSA8a: prefers a callback to a URL, and a URL to the key', async () => {
    const authUrl = 'https://auth.example/t';
    const both = httpClient({ key, authUrl, authCallback: () => details }, issuing);
    await both.auth.requestToken();
    const url = httpClient({ key, authUrl }, issuing);
    await url.auth.requestToken();
    expect([pathsOf(both.requests), pathsOf(url.requests)]).to.deep.equal([[], ['GET /t']]);
  });

  it('RSA8b, RSA9i: TokenParams that are given are sent, each of them', async () => {
    const { auth, requests } = httpClient({ key }, issuing);
    const params = { ttl: 5, capability: '{"a":["*"]}', clientId: 'you', timestamp, nonce };
    await auth.requestToken(params);
    const mac = macOf('hushhush', 'app.id', 5, params.capability, 'you', timestamp, nonce);
    expect(requests.map(bodyOf)).to.deep.equal([{ keyName: 'app.id', ...params, mac }]);
  });

  it('RSA8b: TokenParams that are given override the defaults', async () => {
    const seen: unknown[] = [];
    const authCallback: AuthCallback = (params) => {
      seen.push(params);
      return token;
    };
    const { auth } = httpClient({ authCallback, defaultTokenParams: { ttl: 1 }, clientId: 'me' }, issuing);
    await auth.requestToken({ ttl: 2, clientId: 'you' });
    expect(seen).to.deep.equal([{ ttl: 2, clientId: 'you' }]);
  });

  describe('where options are left out, or given', () => {
    const askedWith = async (...given: Parameters<ReturnType<typeof httpClient>['auth']['requestToken']>) => {
      const seen: unknown[] = [];
      const authCallback: AuthCallback = (params) => {
        seen.push(params);
        return token;
      };
      const defaultTokenParams = { ttl: 1, capability: { a: ['*'] } };
      const { auth, requests } = httpClient(
        { key, authCallback, defaultTokenParams, clientId: 'me' },
        issuing,
      );
      await auth.requestToken(...given);
      return { seen, paths: pathsOf(requests) };
    };
    const defaults = { ttl: 1, capability: { a: ['*'] }, clientId: 'me' };

    it('RSA8e, RSA7d: uses what was configured where both are left out, or null', async () => {
      const seen = [{ ...defaults, capability: '{"a":["*"]}' }];
      expect(await askedWith()).to.deep.equal({ seen, paths: [] });
      expect(await askedWith(null, null)).to.deep.equal({ seen, paths: [] });
    });

    it('RSA8e: merges nothing into TokenParams that are given, even empty ones', async () => {
      expect(await askedWith({})).to.deep.equal({ seen: [{}], paths: [] });
      expect(await askedWith({ ttl: null })).to.deep.equal({ seen: [{}], paths: [] });
    });

    it('RSA8e: merges nothing into AuthOptions that are given', async () => {
      const withOther = await askedWith(null, { key: otherKey });
      expect(withOther).to.deep.equal({ seen: [], paths: ['POST /keys/app.other/requestToken'] });
    });

    it('RSA8e, RSA4a2: has no way to a token where AuthOptions are given without one', async () => {
      const { auth, requests } = httpClient({ key }, issuing);
      for (const options of [{}, { queryTime: true }, { token }])
        expect(codesOf(await rejectionOf(auth.requestToken(null, options)))).to.deep.equal({
          code: 40171,
          statusCode: 401,
        });
      expect(requests).to.deep.equal([]);
    });

    it('RSA8e: refuses options that are wrong', async () => {
      const { auth } = httpClient({ key }, issuing);
      expect(codesOf(await rejectionOf(auth.requestToken({ ttl: -1 })))).to.deep.equal({
        code: 40000,
        statusCode: 400,
      });
      expect(codesOf(await rejectionOf(auth.requestToken(null, { key: token })))).to.deep.equal({
        code: 40005,
        statusCode: 400,
      });
    });
  });

  it('RSA7a4, RSA7d: the clientId of the options comes over that of defaultTokenParams', async () => {
    const { auth, requests } = httpClient(
      { key, clientId: 'me', defaultTokenParams: { clientId: 'you', ttl: 1 } },
      issuing,
    );
    await auth.requestToken();
    expect(requests.map(bodyOf).map(({ clientId, ttl }) => [clientId, ttl])).to.deep.equal([['me', 1]]);
  });

  it('RSA7d: asks for no clientId where none is configured', async () => {
    const { auth, requests } = httpClient({ key }, issuing);
    await auth.requestToken();
    expect(requests.map((asked) => 'clientId' in bodyOf(asked))).to.deep.equal([false]);
  });

  describe('given a token string', () => {
    for (const [kind, string, type] of [
      ['of Ably', token, 'text/plain'],
      ['that is a JWT', jwt, 'application/jwt'],
      ['that is a JWT in plain text', jwt, 'text/plain'],
    ] as const) {
      it(`RSA8g: ${kind}, by the authCallback, resolves with it`, async () => {
        const { auth, requests } = httpClient({ authCallback: () => Promise.resolve(string) }, issuing);
        expect([await auth.requestToken(), requests]).to.deep.equal([{ token: string }, []]);
      });

      it(`RSA8g: ${kind}, by the authUrl as ${type}, resolves with it`, async () => {
        const { auth } = httpClient({ authUrl: 'https://auth.example/t' }, () => ({ text: string, type }));
        expect(await auth.requestToken()).to.deep.equal({ token: string });
      });
    }
  });

  describe('rejects', () => {
    const failure = { code: 40170, statusCode: 401 };

    it('RSA4e: with 40170 where the callback fails', async () => {
      const { auth } = httpClient({ authCallback: () => Promise.reject(new Error('down')) }, issuing);
      const error = await rejectionOf(auth.requestToken());
      expect(codesOf(error)).to.deep.equal(failure);
      expect(String(error)).to.equal('ErrorInfo 40170: No token could be obtained: down');
    });

    it('RSA4e: with 40170 where the callback wants no further try', async () => {
      const { auth } = httpClient({ authCallback: () => Promise.reject(new StopRetrying()) }, issuing);
      expect(codesOf(await rejectionOf(auth.requestToken()))).to.deep.equal(failure);
    });

    it('RSA4e, RSA4f: with 40170 where the callback gives no token', async () => {
      for (const answer of [7, {}, '', null, [token]]) {
        const { auth } = httpClient({ authCallback: (() => answer) as unknown as AuthCallback }, issuing);
        expect(codesOf(await rejectionOf(auth.requestToken()))).to.deep.equal(failure);
      }
    });

    it("RSA4e: with an ErrorInfo of the callback's own, as it is", async () => {
      const { auth } = httpClient({ authCallback: () => Promise.reject(error403) }, issuing);
      expect(await rejectionOf(auth.requestToken())).to.equal(error403);
    });

    it('RSA4e: with 40170 where the authUrl answers another status', async () => {
      const { auth } = httpClient({ authUrl: 'https://auth.example/t' }, () => ({ text: 'no', status: 500 }));
      expect(codesOf(await rejectionOf(auth.requestToken()))).to.deep.equal(failure);
    });

    it('RSA4e: with 40170 where the authUrl cannot be reached', async () => {
      const { auth } = httpClient({ authUrl: 'https://auth.example/t' }, () => new TypeError('unreachable'));
      expect(codesOf(await rejectionOf(auth.requestToken()))).to.deep.equal(failure);
    });

    it('RSA4e: with 40170 where the callback does not answer within realtimeRequestTimeout, and aborts its signal', async () => {
      const scheduler = clockAt(0);
      const signals: AbortSignal[] = [];
      const authCallback: AuthCallback = (_, __, signal) => {
        signals.push(signal);
        return NEVER;
      };
      const { auth } = httpClient({ authCallback, scheduler, realtimeRequestTimeout: 4000 }, issuing);
      const error$ = rejectionOf(auth.requestToken());
      scheduler.flush();
      const error = await error$;
      expect(codesOf(error)).to.deep.equal(failure);
      expect(String(error)).to.contain('the authCallback did not answer within 4000 ms');
      expect([scheduler.frame, signals.map(({ aborted }) => aborted)]).to.deep.equal([4000, [true]]);
    });

    it('RSA4e: with 40170 where the authUrl does not answer within realtimeRequestTimeout', async () => {
      const scheduler = clockAt(0);
      const { auth } = httpClient(
        { authUrl: 'https://auth.example/t', scheduler, realtimeRequestTimeout: 4000 },
        () => 'nothing',
      );
      const error$ = rejectionOf(auth.requestToken());
      scheduler.flush();
      const error = await error$;
      expect(codesOf(error)).to.deep.equal(failure);
      expect(String(error)).to.contain('the authUrl did not answer within 4000 ms');
    });

    it("with the server's error where it makes no token of the TokenRequest", async () => {
      const refusal = { error: { code: 40102, statusCode: 401, message: 'wrong mac' } };
      const { auth } = httpClient({ key }, () => jsonAnswer(refusal, 401));
      expect(codesOf(await rejectionOf(auth.requestToken()))).to.deep.equal({ code: 40102, statusCode: 401 });
    });

    it('with 40170 where the server makes another TokenRequest of it, or nothing at all', async () => {
      for (const answer of [request, {}, null, []]) {
        const { auth } = httpClient({ key }, () => jsonAnswer(answer));
        expect(codesOf(await rejectionOf(auth.requestToken()))).to.deep.equal(failure);
      }
    });
  });
});

describe('auth.createTokenRequest', () => {
  it('RSA9, RSA9a, RSA9g: signs a request for a token, and asks nobody', async () => {
    const { auth, requests } = httpClient({ key, scheduler: clockAt(timestamp) }, issuing);
    expect(await auth.createTokenRequest({ nonce })).to.deep.equal({
      keyName: 'app.id',
      timestamp,
      nonce,
      mac: macOf('hushhush', 'app.id', '', '', '', timestamp, nonce),
    });
    expect(requests).to.deep.equal([]);
  });

  it('RSA9a: another client gets a token with it', async () => {
    const signed = await httpClient({ key }, issuing).auth.createTokenRequest();
    const { auth, requests } = httpClient({ authCallback: () => signed }, issuing);
    expect(await auth.requestToken()).to.deep.equal(details);
    expect(requests.map(bodyOf)).to.deep.equal([signed]);
  });

  it('RSA9g, AO2a: signs with the key of AuthOptions that are given', async () => {
    const { auth } = httpClient({ key }, issuing);
    expect(await auth.createTokenRequest({ timestamp, nonce }, { key: otherKey })).to.deep.equal({
      keyName: 'app.other',
      timestamp,
      nonce,
      mac: macOf('hushed-password', 'app.other', '', '', '', timestamp, nonce),
    });
  });

  it('RSA9h, RSA7d: uses what was configured where both are left out, or null', async () => {
    const options = { key, scheduler: clockAt(timestamp), clientId: 'me', defaultTokenParams: { ttl: 1 } };
    for (const given of [[], [null, null]] as const) {
      const {
        nonce: drawn,
        mac: _,
        ...others
      } = await httpClient(options, issuing).auth.createTokenRequest(...given);
      expect(others).to.deep.equal({ keyName: 'app.id', ttl: 1, clientId: 'me', timestamp });
      expect(drawn).to.be.a('string');
    }
  });

  it('RSA9h: merges nothing into TokenParams that are given, even empty ones, and takes null for it', async () => {
    const options = { key, scheduler: clockAt(timestamp), clientId: 'me', defaultTokenParams: { ttl: 1 } };
    const { auth } = httpClient(options, issuing);
    for (const params of [{}, { ttl: null, clientId: null }]) {
      const { nonce: _, mac: __, ...others } = await auth.createTokenRequest(params);
      expect(others).to.deep.equal({ keyName: 'app.id', timestamp });
    }
  });

  it('RSA9h: merges no key into AuthOptions that are given', async () => {
    const { auth } = httpClient({ key }, issuing);
    for (const options of [{}, { queryTime: true }])
      expect(codesOf(await rejectionOf(auth.createTokenRequest(null, options)))).to.deep.equal({
        code: 40106,
        statusCode: 400,
      });
  });

  it('RSA9h: merges no queryTime into AuthOptions that are given', async () => {
    const { auth, requests } = httpClient({ key, queryTime: true, scheduler: clockAt(7) }, issuing);
    expect((await auth.createTokenRequest(null, { key })).timestamp).to.equal(7);
    expect(requests).to.deep.equal([]);
  });

  it('rejects with 40106 where there is no key', async () => {
    const { auth } = httpClient({ token }, issuing);
    expect(codesOf(await rejectionOf(auth.createTokenRequest()))).to.deep.equal({
      code: 40106,
      statusCode: 400,
    });
  });

  it('RSA9c, TK2e: draws a nonce of more than 16 characters, another one for each request', async () => {
    const { auth } = httpClient({ key }, issuing);
    const requested = await Promise.all(Array.from({ length: 100 }, () => auth.createTokenRequest()));
    const nonces = requested.map((made) => made.nonce);
    expect(new Set(nonces).size).to.equal(100);
    for (const drawn of nonces) expect(drawn).to.match(/^[\w-]{16,}$/);
  });

  it('RSA9c: takes the nonce that is given', async () => {
    const { auth } = httpClient({ key }, issuing);
    expect((await auth.createTokenRequest({ nonce })).nonce).to.equal(nonce);
  });

  it('RSA9e, RSA5: has the ttl that is given, in milliseconds, and none where none is', async () => {
    const { auth } = httpClient({ key }, issuing);
    expect((await auth.createTokenRequest({ ttl: 60_000 })).ttl).to.equal(60_000);
    expect(await auth.createTokenRequest()).to.not.have.property('ttl');
  });

  it('RSA9f, RSA6: has the JSON text of the capability that is given, and none where none is', async () => {
    const { auth } = httpClient({ key }, issuing);
    const text = '{"a":["*"]}';
    expect((await auth.createTokenRequest({ capability: { a: ['*'] } })).capability).to.equal(text);
    expect((await auth.createTokenRequest({ capability: text })).capability).to.equal(text);
    expect(await auth.createTokenRequest()).to.not.have.property('capability');
  });

  it('RSA9i: refuses TokenParams that are wrong', async () => {
    const { auth } = httpClient({ key }, issuing);
    expect(codesOf(await rejectionOf(auth.createTokenRequest({ capability: '*' })))).to.deep.equal({
      code: 40000,
      statusCode: 400,
    });
  });

  describe('the time', () => {
    const queryTime = true;

    it('RSA9d: is the one that is given, and nobody is asked', async () => {
      const { auth, requests } = httpClient({ key, queryTime }, issuing);
      expect((await auth.createTokenRequest({ timestamp: 9 })).timestamp).to.equal(9);
      expect(requests).to.deep.equal([]);
    });

    it('RSA9d: is that of the local clock', async () => {
      const scheduler = clockAt(1234);
      const { auth, requests } = httpClient({ key, scheduler }, issuing);
      expect((await auth.createTokenRequest()).timestamp).to.equal(1234);
      scheduler.frame = 2345;
      expect((await auth.createTokenRequest()).timestamp).to.equal(2345);
      expect(requests).to.deep.equal([]);
    });

    it("RSA9d, AO2g: is the server's with queryTime", async () => {
      const { auth, requests } = httpClient({ key, queryTime, scheduler: clockAt(1234) }, issuing);
      expect((await auth.createTokenRequest()).timestamp).to.equal(serverTime);
      expect(pathsOf(requests)).to.deep.equal(['GET /time']);
    });

    it('RSA10k, AO2g: is asked for once, and then reckoned from the local clock', async () => {
      const scheduler = clockAt(1000);
      const { auth, requests } = httpClient({ key, queryTime, scheduler }, issuing);
      await auth.createTokenRequest();
      scheduler.frame = 1500;
      expect((await auth.createTokenRequest()).timestamp).to.equal(serverTime + 500);
      expect(await auth.requestToken()).to.deep.equal(details);
      expect(pathsOf(requests)).to.deep.equal(['GET /time', 'POST /keys/app.id/requestToken']);
    });

    it('RSA10k: is reckoned so too where queryTime is not wanted any more', async () => {
      const scheduler = clockAt(1000);
      const { auth } = httpClient({ key, queryTime, scheduler }, issuing);
      await auth.createTokenRequest();
      scheduler.frame = 1500;
      expect((await auth.createTokenRequest(null, { key })).timestamp).to.equal(serverTime + 500);
    });

    it('RSA10k: is asked for once by many at the same time', async () => {
      const fetched: string[] = [];
      const fetch = async (url: string | URL | Request): Promise<Response> => {
        fetched.push(String(url));
        await Promise.resolve();
        return new Response(`[${serverTime}]`);
      };
      const { auth } = httpClient({ key, queryTime, fetch, scheduler: clockAt(0) }, issuing);
      const made = await Promise.all([1, 2, 3].map(() => auth.createTokenRequest()));
      expect(made.map((signed) => signed.timestamp)).to.deep.equal([serverTime, serverTime, serverTime]);
      expect(fetched).to.have.length(1);
    });

    describe('where the server refuses it (40104)', () => {
      const untimely = { error: { code: 40104, statusCode: 401, message: 'Timestamp not current.' } };
      /** A server whose clock stands at `serverTime`. */
      const strict = (asked: Asked): Answer =>
        asked.url.endsWith('/time') || bodyOf(asked).timestamp === serverTime
          ? issuing(asked)
          : jsonAnswer(untimely, 401);

      it("RSA9d, AO2g: the next attempt asks for the server's, and the error names queryTime", async () => {
        const { auth, requests } = httpClient({ key, scheduler: clockAt(timestamp) }, strict);
        const error = await rejectionOf(auth.requestToken());
        expect(codesOf(error)).to.deep.equal({ code: 40104, statusCode: 401 });
        expect((error as Error).message).to.match(/^Timestamp not current\. .*"queryTime"/);
        expect(await auth.requestToken()).to.deep.equal(details);
        await auth.requestToken();
        const post = 'POST /keys/app.id/requestToken';
        expect(pathsOf(requests)).to.deep.equal([post, 'GET /time', post, post]);
      });

      it('RSA10k: a time that was reckoned from the local clock is forgotten', async () => {
        const scheduler = clockAt(timestamp);
        const { auth, requests } = httpClient({ key, scheduler, queryTime: true }, strict);
        await auth.requestToken();
        scheduler.frame += 3_600_000; // the machine slept, or its clock was set
        expect(codesOf(await rejectionOf(auth.requestToken()))).to.include({ code: 40104 });
        expect(await auth.requestToken()).to.deep.equal(details);
        expect(pathsOf(requests).filter((path) => path === 'GET /time')).to.have.length(2);
      });

      it('RSA9d: a time of others is none of this clock, and the error says so', async () => {
        const authCallback: AuthCallback = () => request;
        for (const [params, options] of [
          [{ timestamp: 7 }, { key }],
          [null, { key, authCallback }],
        ] as const) {
          const { auth, requests } = httpClient({ key, scheduler: clockAt(timestamp) }, strict);
          const error = await rejectionOf(auth.requestToken(params, options));
          expect((error as Error).message).to.match(/set "queryTime" where it is signed/);
          await auth.createTokenRequest();
          expect(pathsOf(requests)).to.deep.equal(['POST /keys/app.id/requestToken']);
        }
      });
    });

    it('RSA9d: rejects where the server does not tell it, and asks again the next time', async () => {
      let answer = jsonAnswer({ time: 7 });
      const { auth } = httpClient({ key, queryTime, scheduler: clockAt(0) }, () => answer);
      expect(codesOf(await rejectionOf(auth.createTokenRequest()))).to.deep.equal({
        code: 50000,
        statusCode: 500,
      });
      answer = jsonAnswer([8]);
      expect((await auth.createTokenRequest()).timestamp).to.equal(8);
    });
  });
});
