import { Readable } from 'node:stream';
import { expect } from 'chai';
import { firstValueFrom } from 'rxjs';
import type { AuthOptions, CallbackParams } from '../../../lib/ably/auth/auth-options.js';
import { maxTokenSize } from '../../../lib/ably/auth/token.js';
import { AblyClient } from '../../../lib/ably/client/client.js';
import type { ClientOptions } from '../../../lib/ably/client/options.js';
import { fetchFromAuthUrl } from '../../../lib/ably/auth/auth-url.js';
import { platform } from '../../../lib/socket/platform.js';
import { exposedOf } from '../../support/exposed.js';
import { type Asked, askedOf } from '../../support/http-client.js';
import { secret } from '../../support/secrets.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

const token = secret('app.hushed-token');
const jwt = secret('eyJhbGciOiJIUzI1NiJ9.e30.aHVzaGh1c2g');
const authUrl = 'https://auth.example/token';
const password = secret('hushed-password');
const Accept = 'application/json, application/jwt, text/plain';

const answer = (body: BodyInit | null, type = 'text/plain', status = 200): Response =>
  new Response(body, { status, headers: { 'content-type': type } });

/** A server behind an authUrl: what it was asked, and on which signals. */
function authServer(response: () => Response | Promise<Response> = () => answer(token)) {
  const requests: Asked[] = [];
  const signals: AbortSignal[] = [];
  const fetch = ((url: string, init: RequestInit) => {
    requests.push(askedOf(url, init));
    if (init.signal) signals.push(init.signal);
    return Promise.resolve(response());
  }) as typeof globalThis.fetch;
  return { requests, signals, fetch };
}
type Server = ReturnType<typeof authServer>;

/** The one request that asking makes. */
async function requestFor(
  options: AuthOptions = {},
  params: CallbackParams = {},
  url = authUrl,
): Promise<Asked> {
  const { requests, fetch } = authServer();
  expect(
    (await firstValueFrom(fetchFromAuthUrl({ ...options, authUrl: url }, params, fetch))) === token,
  ).to.equal(true);
  const [request, ...others] = requests;
  expect(others).to.deep.equal([]);
  return request!;
}
/** What is emitted where the server answers that. */
const readFrom = (response: Response): Promise<unknown> =>
  firstValueFrom(fetchFromAuthUrl({ authUrl }, {}, () => Promise.resolve(response)));
/** The error where the server answers that. */
const refusalOf = (response: Response): Promise<unknown> => rejectionOf(readFrom(response));
const messageOf = async (response: Response): Promise<unknown> => {
  const error = await refusalOf(response);
  return error instanceof Error ? error.message : error;
};
const clientOf = ({ fetch }: Server, options: ClientOptions): AblyClient =>
  new AblyClient({ fetch, log: () => undefined, autoConnect: false, ...options }, platform);

const plainAnswer = {
  ok: true,
  status: 200,
  url: '',
  headers: new Headers({ 'content-type': 'text/plain' }),
};

describe('fetched', () => {
  describe('asks', () => {
    it('RSA8c, AO2c, AO2d: by GET, where nothing else is said', async () => {
      expect(await requestFor()).to.deep.equal({
        method: 'GET',
        url: authUrl,
        headers: { accept: Accept },
        body: '',
      });
    });

    it('RSA8c, AO2d: by the method that is given, in any case', async () => {
      const methods = ['GET', 'get', 'POST', 'post'] as const;
      const asked = await Promise.all(
        methods.map(async (authMethod) => (await requestFor({ authMethod })).method),
      );
      expect(asked).to.deep.equal(['GET', 'GET', 'POST', 'POST']);
    });

    it('RSA8c1a, AO2e, AO2f: by GET, with authParams and TokenParams in the query, and authHeaders', async () => {
      const options = { authParams: { user: 'a&b=c', room: '' }, authHeaders: { 'X-Pass': password } };
      const params = {
        ttl: 1000,
        capability: '{"a:*":["publish"]}',
        clientId: 'mé+',
        nonce: 'n',
        timestamp: 5,
      };
      const { url, ...others } = await requestFor(options, params);
      const { origin, pathname, searchParams } = new URL(url);
      expect([origin, pathname, [...searchParams]]).to.deep.equal([
        'https://auth.example',
        '/token',
        [
          ['user', 'a&b=c'],
          ['room', ''],
          ['ttl', '1000'],
          ['capability', '{"a:*":["publish"]}'],
          ['clientId', 'mé+'],
          ['nonce', 'n'],
          ['timestamp', '5'],
        ],
      ]);
      expect(others).to.deep.equal({
        method: 'GET',
        headers: { accept: Accept, 'x-pass': password },
        body: '',
      });
    });

    it('TO3j8, TO3j9: makes texts of numbers and booleans', async () => {
      const options = { authParams: { n: 1, b: false }, authHeaders: { 'X-N': 2, 'X-B': true } };
      const { url, headers } = await requestFor(options);
      expect(new URL(url).search).to.equal('?n=1&b=false');
      expect(headers).to.include({ 'x-n': '2', 'x-b': 'true' });
    });

    it('RSA8c1b, AO2e, AO2f: by POST, with authParams and TokenParams in a form, and authHeaders', async () => {
      const options = {
        authMethod: 'POST',
        authParams: { user: 'a&b' },
        authHeaders: { 'X-Pass': password },
      } as const;
      expect(await requestFor(options, { ttl: 1000, clientId: 'm é' })).to.deep.equal({
        method: 'POST',
        url: authUrl,
        headers: { accept: Accept, 'content-type': 'application/x-www-form-urlencoded', 'x-pass': password },
        body: 'user=a%26b&ttl=1000&clientId=m+%C3%A9',
      });
    });

    it("RSA8c1c: by GET, keeps the URL's own query, and lets the params come over it", async () => {
      const url = `${authUrl}?a=1&b=2&b=3&c=%26`;
      const { searchParams } = new URL(
        (await requestFor({ authParams: { a: '9' } }, { clientId: 'me' }, url)).url,
      );
      expect([...searchParams]).to.deep.equal([
        ['b', '2'],
        ['b', '3'],
        ['c', '&'],
        ['a', '9'],
        ['clientId', 'me'],
      ]);
      const over = await requestFor({ authParams: { b: '9' } }, {}, url);
      expect(new URL(over.url).search).to.equal('?a=1&c=%26&b=9');
    });

    it("RSA8c1c: by GET, keeps the URL's own query letter by letter, for it may be signed", async () => {
      const url = `${authUrl}?sig=a%2Fb%20c~(x)!&flag`;
      expect((await requestFor({}, {}, url)).url).to.equal(url);
      expect((await requestFor({}, { clientId: 'me' }, url)).url).to.equal(`${url}&clientId=me`);
    });

    it("RSA8c1c: by POST, leaves the URL's own query alone", async () => {
      const url = `${authUrl}?a=1&b=%20&c`;
      expect(await requestFor({ authMethod: 'POST', authParams: { a: '9' } }, {}, url)).to.deep.include({
        url,
        body: 'a=9',
      });
    });

    it('RSA8c2: TokenParams come over authParams', async () => {
      const authParams = { clientId: 'you', ttl: '1', user: 'x' };
      const params = { clientId: 'me', ttl: 2 };
      const { url } = await requestFor({ authParams }, params);
      expect(Object.fromEntries(new URL(url).searchParams)).to.deep.equal({
        clientId: 'me',
        ttl: '2',
        user: 'x',
      });
      const { body } = await requestFor({ authMethod: 'POST', authParams }, params);
      expect(body).to.equal('clientId=me&ttl=2&user=x');
    });

    it('RSA8c1, AO2e: authHeaders come over those of the library', async () => {
      const authHeaders = { accept: 'a/b', 'CONTENT-TYPE': 'c/d' };
      expect((await requestFor({ authMethod: 'POST', authHeaders })).headers).to.deep.equal({
        accept: 'a/b',
        'content-type': 'c/d',
      });
    });

    it('RSA8c1a: leaves a fragment out', async () => {
      expect((await requestFor({}, { clientId: 'me' }, `${authUrl}#top`)).url).to.equal(
        `${authUrl}?clientId=me`,
      );
      expect((await requestFor({}, { clientId: 'me' }, `${authUrl}?a=1#to?p`)).url).to.equal(
        `${authUrl}?a=1&clientId=me`,
      );
      expect((await requestFor({ authMethod: 'POST' }, {}, `${authUrl}?a=1#top`)).url).to.equal(
        `${authUrl}?a=1`,
      );
    });

    it('RSA8c: a relative URL stays one', async () => {
      expect((await requestFor({}, { clientId: 'me' }, '/auth?a=1')).url).to.equal('/auth?a=1&clientId=me');
      expect((await requestFor({ authMethod: 'POST' }, {}, 'auth')).url).to.equal('auth');
    });
  });

  describe('reads', () => {
    it('RSA8c: text/plain and application/jwt as a token', async () => {
      expect(await readFrom(answer(token))).to.equal(token);
      expect(await readFrom(answer(jwt, 'application/jwt'))).to.equal(jwt);
    });

    it('RSA8c: application/json as TokenDetails, a TokenRequest, or a token', async () => {
      for (const value of [{ token, expires: 1 }, { keyName: 'app.id', mac: 'm', nonce: 'n' }, token])
        expect(await readFrom(answer(JSON.stringify(value), 'application/json'))).to.deep.equal(value);
    });

    it('RSA8c: content types in any case, and with parameters', async () => {
      for (const type of [
        'TEXT/PLAIN',
        'text/plain; charset=utf-8',
        'text/plain ;charset=utf-8',
        'Application/JWT',
      ])
        expect(await readFrom(answer(token, type)), type).to.equal(token);
      for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON;a="b;c"'])
        expect(await readFrom(answer(`{"token":"${token}"}`, type)), type).to.deep.equal({ token });
    });

    it('RSA8c: JSON by its other names, and where it is called plain text', async () => {
      const json = JSON.stringify({ token });
      for (const type of ['text/json', 'application/problem+json', 'application/vnd.a-b+json', 'text/plain'])
        expect(await readFrom(answer(` ${json}\n`, `${type}; charset=utf-8`)), type).to.deep.equal({ token });
      expect(await readFrom(answer(JSON.stringify(token)))).to.equal(token);
      expect(await messageOf(answer(json.slice(0, -1)))).to.equal('the authUrl answered with malformed JSON');
    });

    it('RSA8c: text that comes in pieces, even of one character', async () => {
      const bytes = new TextEncoder().encode('aöb');
      const pieces = new ReadableStream({
        start: (controller) => {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
      expect(await readFrom(answer(pieces))).to.equal('aöb');
    });

    it('RSA8c: text in pieces where there is no TextDecoder, as in Jest with jsdom', async () => {
      const { TextDecoder } = globalThis;
      const bytes = new TextEncoder().encode('aöb');
      const body = [bytes.subarray(0, 2), bytes.subarray(2)];
      const response = { ...plainAnswer, body: Readable.from(body) } as unknown as Response;
      try {
        Object.assign(globalThis, { TextDecoder: undefined });
        expect(await readFrom(response)).to.equal('aöb');
      } finally {
        Object.assign(globalThis, { TextDecoder });
      }
    });

    it('RSA8c: text after a mark of byte order', async () => {
      expect(await readFrom(answer(`\ufeff${token}`))).to.equal(token);
    });

    it('RSA8c: nothing as an empty text', async () => {
      expect(await readFrom(answer(''))).to.equal('');
      expect(await readFrom(answer(null))).to.equal('');
    });

    it('RSA4f: a body of 128 KiB, and not one byte more', async () => {
      const longest = 'x'.repeat(maxTokenSize);
      expect((await readFrom(answer(longest))) === longest).to.equal(true);
      expect(await messageOf(answer(`${longest}x`))).to.equal(
        'the authUrl answered with more than 131072 bytes',
      );
    });
  });

  describe('refuses', () => {
    it('RSA4f: other content types', async () => {
      for (const type of ['text/html', 'text/plainer', 'application/json+x', 'image/x+json', 'a/json'])
        expect(await messageOf(answer(token, `${type}; charset=utf-8`))).to.equal(
          `the authUrl answered with the content type "${type}". It has to be text/plain, application/jwt, application/json.`,
        );
    });

    it('RSA4f: no content type', async () => {
      expect(await messageOf(new Response(new TextEncoder().encode(token)))).to.contain('content type ""');
    });

    it('RSA4f: broken JSON, and does not repeat it', async () => {
      for (const json of [`{"token":"${token}"`, token, '']) {
        const error = await refusalOf(answer(json, 'application/json'));
        expect((error as Error).message).to.equal('the authUrl answered with malformed JSON');
        expect(exposedOf(error)).to.not.contain('hushed');
      }
    });

    it('403, and says that it was 403', async () => {
      expect(codesOf(await refusalOf(answer('no', 'text/plain', 403)))).to.deep.equal({
        code: 40300,
        statusCode: 403,
      });
    });

    it('RSA4d: 403, whatever the encoding of its text', async () => {
      const latin1 = Buffer.from('{"error":{"message":"verboten für dich"}}', 'latin1');
      expect(await messageOf(answer(latin1, 'application/json', 403))).to.contain('403 (verboten für dich)');
    });

    it('RSA4e: any other status is 40170', async () => {
      for (const status of [302, 400, 401, 404, 429, 500, 503]) {
        const error = await refusalOf(answer(token, 'text/plain', status));
        expect(codesOf(error), String(status)).to.deep.equal({ code: 40170, statusCode: 401 });
        expect(exposedOf(error)).to.contain(`answered ${status}.`).and.to.not.contain('hushed');
      }
    });
  });

  it('says for how long the server asks to be left alone', async () => {
    const busy = new Response('busy', { status: 503, headers: { 'retry-after': '30' } });
    expect(await refusalOf(busy)).to.deep.include({ code: 40170, retryAfter: 30_000 });
  });

  describe('redirected', () => {
    const options = { authHeaders: { Authorization: password }, authParams: { user: 'me' } };
    const redirect = (status: number, location: string): Response =>
      new Response(null, { status, headers: { location } });

    /** The requests that a server gets that answers so, in turn and then with a token; and the outcome. */
    async function asked(responses: readonly (() => Response)[], authMethod: 'GET' | 'POST' = 'GET') {
      const left = [...responses];
      const { requests, fetch } = authServer(() => left.shift()?.() ?? answer(token));
      const asking$ = fetchFromAuthUrl({ ...options, authMethod, authUrl }, {}, fetch);
      const outcome = await firstValueFrom(asking$).catch((error: unknown) => error);
      return { requests, outcome };
    }
    const elsewhere = [
      ...['https://evil.example/token', '//evil.example/token', 'http://auth.example/token'],
      ...['https://auth.example:444/token', 'https://auth.example@evil.example/', 'ftp://auth.example/'],
      ...['https:evil.example', 'javascript:alert(1)', 'https://auth.example.evil.example/'],
    ];

    it('RSA8c, AO2e: asks no other origin, whatever the status and the method', async () => {
      for (const location of elsewhere)
        for (const method of ['GET', 'POST'] as const)
          for (const status of [301, 302, 303, 307, 308]) {
            const { requests, outcome } = await asked([() => redirect(status, location)], method);
            const what = `${method} ${status} ${location}`;
            expect(requests, what).to.have.length(1);
            expect((outcome as Error).message, what).to.match(
              /^The authUrl redirects to another origin \(.*"authUrl"/,
            );
            expect(codesOf(outcome), what).to.deep.equal({ code: 40170, statusCode: 401 });
          }
    });

    it('AO2e: an address that would be read as another origin stays on this one', async () => {
      for (const location of ['/\\evil.example', '\\\\evil.example', '/\t/evil.example', './/evil.example']) {
        const { requests } = await asked([() => redirect(302, location)]);
        expect(requests.map(({ url }) => new URL(url).origin)).to.deep.equal([
          'https://auth.example',
          'https://auth.example',
        ]);
      }
    });

    it('says where to, without what may be secret', async () => {
      const { outcome } = await asked([() => redirect(302, `https://evil.example/?token=${token}`)]);
      expect((outcome as Error).message)
        .to.contain('(https://evil.example)')
        .and.to.not.contain('hushed');
    });

    it('RSA8c: asks the same origin again, with its headers, and with method and body by the standard of fetch', async () => {
      const sent = { accept: Accept, authorization: password };
      const form = { ...sent, 'content-type': 'application/x-www-form-urlencoded' };
      const url = 'https://auth.example/b?c';
      for (const [method, status, again] of [
        ['GET', 302, { method: 'GET', url, headers: sent, body: '' }],
        ['GET', 308, { method: 'GET', url, headers: sent, body: '' }],
        ['POST', 301, { method: 'GET', url, headers: sent, body: '' }],
        ['POST', 303, { method: 'GET', url, headers: sent, body: '' }],
        ['POST', 307, { method: 'POST', url, headers: form, body: 'user=me' }],
      ] as const)
        for (const location of ['b?c', '/b?c', 'https://auth.example:443/b?c', '//AUTH.example/x/../b?c']) {
          const { requests, outcome } = await asked([() => redirect(status, location)], method);
          expect(outcome).to.equal(token);
          const [, second] = requests;
          expect({ ...second, url: new URL(second?.url ?? '').href }).to.deep.equal(again);
        }
    });

    it('gives up where that does not end', async () => {
      const loop = Array.from({ length: 9 }, () => () => redirect(302, authUrl));
      const { requests, outcome } = await asked(loop);
      expect(requests).to.have.length(6);
      expect((outcome as Error).message).to.contain('redirects over and over');
    });

    it('leaves every redirect to us: it never has the platform follow one', async () => {
      const seen: unknown[] = [];
      const fetch = ((_: string, { redirect: how, credentials }: RequestInit) => {
        seen.push(how, credentials);
        return Promise.resolve(answer(token));
      }) as typeof globalThis.fetch;
      await firstValueFrom(fetchFromAuthUrl({ authUrl }, {}, fetch));
      await firstValueFrom(fetchFromAuthUrl({ authUrl, authCredentials: 'include' }, {}, fetch));
      expect(seen).to.deep.equal(['manual', undefined, 'manual', 'include']);
    });

    it('refuses any where the platform does not tell where to, and names the option', async () => {
      const opaque = { type: 'opaqueredirect', status: 0, ok: false, headers: new Headers(), url: authUrl };
      expect(await messageOf(opaque as unknown as Response)).to.match(/does not tell where to.*"authUrl"/);
    });

    it('tells of one that the platform followed by itself', async () => {
      const followed = (url: string): Response => Object.defineProperty(answer(token), 'url', { value: url });
      expect(await messageOf(followed('https://evil.example/token'))).to.contain('https://evil.example');
      expect(await readFrom(followed('https://AUTH.example:443/other'))).to.equal(token);
    });
  });

  describe('fails', () => {
    /** Errors as fetch, and what stands in for it, may tell of them. */
    const unreachable = (): Error =>
      Object.assign(new TypeError(`no way to ${authUrl}?password=${password}`), {
        cause: Object.assign(new Error(password), { code: 'ECONNREFUSED' }),
      });
    const failures: Readonly<Record<string, () => Promise<Response>>> = {
      'before the answer': () => Promise.reject(unreachable()),
      'before the answer, at once': () => {
        throw unreachable();
      },
      'in the midst of the answer': () =>
        Promise.resolve(
          answer(new ReadableStream({ start: (controller) => controller.error(unreachable()) })),
        ),
      'in the midst of an answer without a stream': () =>
        Promise.resolve({
          ok: true,
          status: 200,
          headers: new Headers({ 'content-type': 'text/plain' }),
          text: () => Promise.reject(unreachable()),
        } as unknown as Response),
    };

    it('RSA4e: says why, and repeats nothing of the URL', async () => {
      for (const [when, fetch] of Object.entries(failures)) {
        const error = await rejectionOf(
          firstValueFrom(fetchFromAuthUrl({ authUrl: `${authUrl}?password=${password}` }, {}, fetch)),
        );
        expect((error as Error).message, when).to.equal(
          'the authUrl could not be reached (ECONNREFUSED). Check the network, the URL, which has to be whole outside a page, and its CORS headers.',
        );
        expect(exposedOf(error), when).to.not.contain('hushed').and.not.contain('auth.example');
      }
    });

    it('RSA4e: requestToken() rejects with 40170, and repeats nothing of URL, params and headers', async () => {
      for (const [when, fetch] of Object.entries(failures)) {
        const { auth } = clientOf(authServer(fetch), {
          authUrl: `${authUrl}?password=${password}`,
          authParams: { a: password },
          authHeaders: { a: password },
        });
        const error = await rejectionOf(auth.requestToken());
        expect(codesOf(error), when).to.deep.equal({ code: 40170, statusCode: 401 });
        expect(exposedOf(error), when).to.not.contain('hushed');
      }
    });
  });

  describe('gives up', () => {
    it('aborts the request when nobody waits any more', () => {
      const server = authServer(() => new Promise<Response>(() => undefined));
      const asking = fetchFromAuthUrl({ authUrl }, {}, server.fetch).subscribe();
      const before = server.signals.map(({ aborted }) => aborted);
      asking.unsubscribe();
      expect([before, server.signals.map(({ aborted }) => aborted)]).to.deep.equal([[false], [true]]);
    });

    it('RSA4f: an endless body as soon as it is too long, and aborts the request', async () => {
      const chunk = new Uint8Array(64 * 1024).fill(120);
      let [pulled, cancelled] = [0, false];
      const endless = new ReadableStream({
        pull: (controller) => {
          pulled += 1;
          controller.enqueue(chunk);
        },
        cancel: () => {
          cancelled = true;
        },
      });
      const server = authServer(() => answer(endless));
      const error = await rejectionOf(firstValueFrom(fetchFromAuthUrl({ authUrl }, {}, server.fetch)));
      expect((error as Error).message).to.equal('the authUrl answered with more than 131072 bytes');
      await Promise.resolve();
      expect(pulled).to.be.at.most(5); // two that fit, one too many, and what the stream reads ahead
      expect([cancelled, server.signals.map(({ aborted }) => aborted)]).to.deep.equal([true, [true]]);
    });
  });
});

describe('auth.requestToken, with an authUrl', () => {
  it('RSA8c: resolves with what it answered', async () => {
    expect(await clientOf(authServer(), { authUrl }).auth.requestToken()).to.deep.equal({ token });
  });

  it('RSA8c3: authParams that are given replace those that were configured, and only them', async () => {
    const server = authServer();
    const { auth } = clientOf(server, {
      authUrl,
      authParams: { a: '1', b: '2' },
      authHeaders: { 'X-A': '1' },
    });
    await auth.requestToken(null, { authUrl, authParams: { a: '9' }, authHeaders: { 'X-A': '1' } });
    expect(server.requests).to.deep.equal([
      { method: 'GET', url: `${authUrl}?a=9`, headers: { accept: Accept, 'x-a': '1' }, body: '' },
    ]);
  });

  it('RSA8c3: authHeaders that are given replace those that were configured', async () => {
    const server = authServer();
    const { auth } = clientOf(server, { authUrl, authHeaders: { 'X-A': '1', 'X-B': '2' } });
    await auth.requestToken(null, { authUrl, authHeaders: { 'X-A': '9' } });
    expect(server.requests.map(({ headers }) => headers)).to.deep.equal([{ accept: Accept, 'x-a': '9' }]);
  });

  it('RSA8c3: none are sent where others are given without them', async () => {
    const server = authServer();
    const { auth } = clientOf(server, { authUrl, authParams: { a: '1' }, authHeaders: { 'X-A': '1' } });
    await auth.requestToken(null, { authUrl });
    expect(server.requests).to.deep.equal([
      { method: 'GET', url: authUrl, headers: { accept: Accept }, body: '' },
    ]);
  });
});
