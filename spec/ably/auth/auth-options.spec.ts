import { expect } from 'chai';
import type { AuthOptions } from '../../../lib/ably/auth/auth-options.js';
import {
  authOptionsOf as checkedAuthOptionsOf,
  canRenew,
  checkAuthOptions,
  checkAuthMethod,
  tokenParamsOf,
  defaultParamsOf,
  StopRetrying,
  usesTokens,
} from '../../../lib/ably/auth/auth-options.js';
import type { TokenParams } from '../../../lib/ably/auth/token.js';
import { AblyClient } from '../../../lib/ably/client/client.js';
import { type ClientOptions, optionsOf } from '../../../lib/ably/client/options.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { platform } from '../../../lib/socket/platform.js';
import { exposedOf } from '../../support/exposed.js';
import { secret } from '../../support/secrets.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const key = secret('app.id:hushhush');
const token = secret('app.hushed-token');
const jwt = secret('eyJhbGciOiJIUzI1NiJ9.e30.aHVzaGh1c2g');
const tokenDetails = { token };
const authUrl = 'https://auth.example';
const authCallback = () => token;

/** Every set of the five options. */
const subsets = Object.entries({ key, token, tokenDetails, authUrl, authCallback }).reduce<AuthOptions[]>(
  (sets, [name, value]) => sets.flatMap((set) => [set, { ...set, [name]: value }]),
  [{}],
);
const titleOf = (options: AuthOptions): string => Object.keys(options).join(', ') || 'nothing';
const only = (holds: (options: AuthOptions) => boolean): string[] => subsets.filter(holds).map(titleOf);

const refusedOptions = (values: readonly unknown[], name: keyof AuthOptions): unknown[] =>
  values.map((value) => messageOf(() => checkAuthOptions({ [name]: value } as AuthOptions)));
const refusedParams = (values: readonly unknown[], name: keyof TokenParams): unknown[] =>
  values.map((value) => messageOf(() => tokenParamsOf({ [name]: value } as TokenParams)));
/** The text of the ErrorInfo with 40000 that a deed throws; otherwise what is wrong. */
function messageOf(deed: () => void): unknown {
  const error = thrownBy(deed);
  return error instanceof ErrorInfo && error.code === 40000 && error.statusCode === 400
    ? error.message
    : exposedOf(error);
}
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
/** The options of settings that are there. */
const given = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
const authOptionsOf = (options: ClientOptions | string): object =>
  given(checkedAuthOptionsOf(optionsOf(options)));
/** Makes a client, which opens nothing. */
const made = (options: unknown): AblyClient => new AblyClient(options as ClientOptions, platform);

describe('StopRetrying', () => {
  it('says what it is given, or why it is there, and keeps its cause', () => {
    const cause = new Error('signed out');
    const seen = [new StopRetrying(), new StopRetrying('signed out', { cause })];
    expect(seen.map((error) => [String(error), error.cause])).to.deep.equal([
      ['StopRetrying: The authCallback asked not to be asked again.', undefined],
      ['StopRetrying: signed out', cause],
    ]);
  });
});

describe('usesTokens', () => {
  it('RSA2: a key alone is shown itself', () => {
    expect(usesTokens({ key })).to.equal(false);
  });

  it('RSA4: each way to a token means tokens, with or without a key', () => {
    expect(only((options) => !usesTokens(options))).to.deep.equal(['nothing', 'key']);
  });

  it('RSA4, AO2j: useTokenAuth means tokens, whatever else is given', () => {
    expect(only((options) => !usesTokens({ ...options, useTokenAuth: true }))).to.deep.equal([]);
  });

  it('RSA4, AO2j: with useTokenAuth: false the key is shown, whatever else is given', () => {
    expect(only((options) => usesTokens({ ...options, useTokenAuth: false }))).to.deep.equal([]);
  });

  it('RSA4: what is null is not given', () => {
    const nothing = {
      token: null,
      tokenDetails: null,
      authUrl: null,
      authCallback: null,
      useTokenAuth: null,
    };
    expect(usesTokens({ key, ...nothing } as unknown as AuthOptions)).to.equal(false);
  });
});

describe('canRenew', () => {
  it('RSA4a: a key, a URL and a callback are ways to another token, and a token is none', () => {
    expect(only((options) => !canRenew(options))).to.deep.equal([
      'nothing',
      'tokenDetails',
      'token',
      'token, tokenDetails',
    ]);
  });
});

describe('checkMeans', () => {
  const lacking = (more: AuthOptions): unknown[] =>
    subsets.flatMap((options) => {
      try {
        checkAuthMethod({ ...options, ...more });
        return [];
      } catch (error) {
        return [[titleOf(options), codesOf(error)]];
      }
    });
  const refusal = { code: 40106, statusCode: 400 };

  it('RSC1b: any one option will do, and none will not', () => {
    expect(lacking({})).to.deep.equal([['nothing', refusal]]);
  });

  it('RSA14: refuses useTokenAuth where there is neither a token nor a way to one', () => {
    expect(lacking({ useTokenAuth: true })).to.deep.equal([['nothing', refusal]]);
  });

  it('refuses useTokenAuth: false where there is no key', () => {
    expect(lacking({ useTokenAuth: false })).to.deep.equal(
      only((options) => options.key === undefined).map((title) => [title, refusal]),
    );
  });

  it('RSC1b, RSA14: says which options would do', () => {
    for (const options of [{}, { useTokenAuth: true }])
      for (const name of ['"key"', '"token"', '"tokenDetails"', '"authUrl"', '"authCallback"'])
        expect(String(thrownBy(() => checkAuthMethod(options)))).to.contain(name);
    expect(String(thrownBy(() => checkAuthMethod({ token, useTokenAuth: false }))))
      .to.contain('"useTokenAuth: false"')
      .and.contain('"key"');
  });
});

describe('a client made of a string', () => {
  it('RSC1a, RSC1c: a string with a colon is a key', () => {
    expect(authOptionsOf(key)).to.deep.equal({ key });
  });

  it('RSC1a, RSC1c: a string without one is a token, of Ably or a JWT', () => {
    expect([authOptionsOf(token), authOptionsOf(jwt)]).to.deep.equal([{ token }, { token: jwt }]);
  });

  it('RSC1a: a string with a colon that is no key is refused with 40005, and not repeated', () => {
    for (const string of ['hushhush:hushhush', 'app.hushhush:', ':hushhush']) {
      const error = thrownBy(() => made(string));
      expect(codesOf(error)).to.deep.equal({ code: 40005, statusCode: 400 });
      expect(exposedOf(error)).to.not.contain('hushhush');
    }
  });
});

describe('a client made of credentials', () => {
  it('RSC1b: refuses options without any of it with 40106', () => {
    for (const options of [{}, { clientId: 'me' }, { authParams: { a: 'b' } }, undefined, null])
      expect(codesOf(thrownBy(() => made(options as object)))).to.deep.equal({
        code: 40106,
        statusCode: 400,
      });
  });

  it('RSA14: refuses useTokenAuth alone with 40106', () => {
    expect(codesOf(thrownBy(() => made({ useTokenAuth: true })))).to.deep.equal({
      code: 40106,
      statusCode: 400,
    });
  });

  it('AO1, TO3j: takes over all AuthOptions as they are', () => {
    const options: AuthOptions = {
      key,
      token,
      tokenDetails,
      authCallback,
      authUrl,
      authMethod: 'post',
      authHeaders: { a: 'b' },
      authParams: { c: 'd' },
      queryTime: false,
      useTokenAuth: true,
    };
    expect(authOptionsOf({ ...options, clientId: 'me' })).to.deep.equal(options);
  });

  it('TK2d, TK2e, RSA9c: takes neither a timestamp nor a nonce for a default, as each is for one request', () => {
    const defaultTokenParams = { ttl: 1, timestamp: 2, nonce: 'nonce-of-16-chars' };
    expect(defaultParamsOf(defaultTokenParams)).to.deep.equal({ ttl: 1 });
  });
});

describe('checkAuthOptions', () => {
  const noTexts = ['', 7, true, {}, []];

  it('AO1: accepts no options, and options that are null or undefined', () => {
    const names = ['key', 'token', 'tokenDetails', 'authCallback', 'authUrl', 'authMethod', 'authHeaders'];
    for (const none of [null, undefined])
      checkAuthOptions(Object.fromEntries(names.map((name) => [name, none])) as AuthOptions);
    checkAuthOptions({});
  });

  it('AO1: accepts nothing but an object', () => {
    const problem = 'The option "authOptions" has to be an object.';
    const values = [null, 'hushhush', 7, [], true];
    expect(values.map((value) => messageOf(() => checkAuthOptions(value as AuthOptions)))).to.deep.equal(
      times(values.length, problem),
    );
  });

  it('AO2a: a key is a string', () => {
    checkAuthOptions({ key });
    expect(refusedOptions(noTexts, 'key')).to.deep.equal(
      times(5, 'The option "key" has to be a string that is not empty.'),
    );
  });

  it('AO2a: a key has the form that the dashboard shows', () => {
    expect(codesOf(thrownBy(() => checkAuthOptions({ key: token })))).to.deep.equal({
      code: 40005,
      statusCode: 400,
    });
  });

  it('AO2b: an authCallback is a function', () => {
    checkAuthOptions({ authCallback });
    expect(refusedOptions(['f', {}, 7], 'authCallback')).to.deep.equal(
      times(3, 'The option "authCallback" has to be a function.'),
    );
  });

  it('AO2c: an authUrl is a relative one, or begins with http: or https:', () => {
    for (const url of [
      ...[authUrl, 'http://a', 'HTTPS://A', '/auth', 'auth?a=b', '//host/auth'],
      ...['/@me/token', '@me', 'https://a/b@c', 'https://a?b@c', '/a?b@c', '//a/b@c'],
    ])
      checkAuthOptions({ authUrl: url });
    const withUser = ['https://user:pass@a/b', 'HTTP://user@a', '//user:pass@a', 'https:\\\\user@a'];
    expect(
      refusedOptions([...noTexts, 'ftp://a', 'wss://a', 'file:///a', ...withUser], 'authUrl'),
    ).to.deep.equal(
      times(
        12,
        'The option "authUrl" has to be a URL that begins with https: or http:, without user and password (fetch refuses them; use "authHeaders").',
      ),
    );
  });

  it('authCredentials are those of fetch', () => {
    for (const authCredentials of ['omit', 'same-origin', 'include'] as const)
      checkAuthOptions({ authCredentials });
    expect(refusedOptions([true, 'all', ''], 'authCredentials')).to.deep.equal(
      times(3, `The option "authCredentials" has to be 'omit', 'same-origin' or 'include'.`),
    );
  });

  it('AO2d: an authMethod is GET or POST, in any case', () => {
    for (const authMethod of ['GET', 'POST', 'get', 'post'] as const) checkAuthOptions({ authMethod });
    expect(refusedOptions(['PUT', 'DELETE', '', 7], 'authMethod')).to.deep.equal(
      times(4, `The option "authMethod" has to be 'GET' or 'POST'.`),
    );
  });

  it('AO2e: authHeaders are texts by name', () => {
    checkAuthOptions({ authHeaders: { 'X-A': '1', 'X-B': '', 'X-C': 1, 'X-D': true } });
    expect(refusedOptions(['a: b', ['a'], { a: {} }, { a: null }], 'authHeaders')).to.deep.equal(
      times(4, 'The option "authHeaders" has to be an object of strings, numbers or booleans.'),
    );
  });

  it('AO2f: authParams are texts by name', () => {
    checkAuthOptions({ authParams: { a: '1', b: '', c: 1, d: false } });
    expect(refusedOptions(['a=b', ['a'], { a: null }, { a: ['b'] }], 'authParams')).to.deep.equal(
      times(4, 'The option "authParams" has to be an object of strings, numbers or booleans.'),
    );
  });

  it('AO2g: queryTime is true or false', () => {
    for (const queryTime of [true, false]) checkAuthOptions({ queryTime });
    expect(refusedOptions(['true', 1, {}], 'queryTime')).to.deep.equal(
      times(3, 'The option "queryTime" has to be true or false.'),
    );
  });

  it('AO2h, TO3j2: a token is a string, has its details, or is a request for one', () => {
    const request = { keyName: 'app.id', timestamp: 1, nonce: 'n', mac: 'm' };
    for (const given of [token, jwt, { token, expires: 1 }, request]) checkAuthOptions({ token: given });
    const others = [{ token: '' }, { token: 7 }, { ...request, mac: '' }, { ...request, keyName: 1 }];
    expect(refusedOptions([...noTexts, ...others], 'token')).to.deep.equal(
      times(9, 'The option "token" has to be a token string, TokenDetails or a TokenRequest.'),
    );
  });

  it('AO2i: tokenDetails have a token', () => {
    checkAuthOptions({ tokenDetails: { token, expires: 1, clientId: null } });
    expect(refusedOptions([token, 7, [], {}, { token: '' }, { token: 7 }], 'tokenDetails')).to.deep.equal(
      times(6, 'The option "tokenDetails" has to be an object with a "token".'),
    );
  });

  it('AO2j: useTokenAuth is true or false', () => {
    for (const useTokenAuth of [true, false]) checkAuthOptions({ useTokenAuth });
    expect(refusedOptions(['true', 1, {}], 'useTokenAuth')).to.deep.equal(
      times(3, 'The option "useTokenAuth" has to be true or false.'),
    );
  });

  it('repeats nothing of what it refuses', () => {
    const wrong: readonly unknown[] = [
      { key: ['hushhush'] },
      { token: { token: ['hushhush'] } },
      { tokenDetails: 'hushhush' },
      { authUrl: 'wss://hushhush' },
      { authMethod: 'hushhush' },
      { authHeaders: { a: ['hushhush'] } },
      { authParams: 'hushhush' },
    ];
    for (const options of wrong)
      expect(exposedOf(thrownBy(() => checkAuthOptions(options as AuthOptions)))).to.not.contain('hushhush');
  });
});

describe('tokenParamsOf', () => {
  it('TK1: accepts no params, and params that are null or undefined', () => {
    for (const none of [null, undefined])
      expect(tokenParamsOf({ ttl: none, clientId: none, timestamp: none, nonce: none })).to.deep.equal({
        ttl: none,
        clientId: none,
        timestamp: none,
        nonce: none,
      });
    expect(tokenParamsOf({})).to.deep.equal({});
  });

  it('TK2b: refuses a capability that is there and empty, which would permit all', () => {
    for (const capability of [null, undefined])
      expect(messageOf(() => tokenParamsOf({ capability }))).to.equal(
        `tokenParams.capability is ${capability}, and the token would permit all that its key does. Leave the field out for that, or name the operations.`,
      );
  });

  it('TK1: reads the fields of an object of a class, inherited and hidden ones', () => {
    class Params {
      get capability() {
        return { room: ['subscribe'] };
      }
    }
    const hidden = Object.defineProperty({}, 'capability', { value: { room: ['publish'] } });
    expect([tokenParamsOf(new Params()), tokenParamsOf(hidden)]).to.deep.equal([
      { capability: { room: ['subscribe'] } },
      { capability: { room: ['publish'] } },
    ]);
  });

  it('TK1: accepts nothing but an object', () => {
    const values = [null, 'ttl', 7, [], true];
    expect(values.map((value) => messageOf(() => tokenParamsOf(value as TokenParams)))).to.deep.equal(
      times(values.length, 'The option "tokenParams" has to be an object.'),
    );
  });

  it('TK2a: a ttl is milliseconds', () => {
    for (const ttl of [0, 1, 3_600_000]) tokenParamsOf({ ttl });
    expect(refusedParams([-1, 1.5, NaN, Infinity, '60', {}], 'ttl')).to.deep.equal(
      times(6, 'The option "tokenParams.ttl" has to be a whole number of milliseconds.'),
    );
  });

  it('TK2b: a capability is an object of operations, or the JSON text of one', () => {
    for (const capability of [{}, { a: [] }, { 'a:*': ['publish'] }, '{"*":["*"]}', '{}'])
      tokenParamsOf({ capability });
    expect(
      refusedParams(['', '*', '[]', 'null', '{"a":"publish"}', [], 7, { a: '*' }], 'capability'),
    ).to.deep.equal(
      times(
        8,
        'The option "tokenParams.capability" has to be an object of arrays of operations by channel name, or the JSON text of one.',
      ),
    );
  });

  it('TK2c: a clientId is a string, and "*" is one', () => {
    for (const clientId of ['me', '*']) tokenParamsOf({ clientId });
    expect(refusedParams(['', 7, {}], 'clientId')).to.deep.equal(
      times(
        3,
        'The option "tokenParams.clientId" has to be a string that is not empty, nor cut within a character.',
      ),
    );
  });

  it('TK2d: a timestamp is milliseconds since the epoch', () => {
    tokenParamsOf({ timestamp: 1_476_277_312_000 });
    expect(refusedParams([-1, 1.5, '2016', {}], 'timestamp')).to.deep.equal(
      times(4, 'The option "tokenParams.timestamp" has to be a whole number of milliseconds.'),
    );
  });

  it('TK2e: a nonce is a string', () => {
    tokenParamsOf({ nonce: 'nonce-of-16-chars' });
    expect(refusedParams(['', 7, {}], 'nonce')).to.deep.equal(
      times(
        3,
        'The option "tokenParams.nonce" has to be a string that is not empty, nor cut within a character.',
      ),
    );
  });

  it('TO3j11: says which option the params were', () => {
    const wrong = { key, defaultTokenParams: { ttl: -1 } };
    expect(messageOf(() => made(wrong))).to.equal(
      'The option "defaultTokenParams.ttl" has to be a whole number of milliseconds.',
    );
  });
});
