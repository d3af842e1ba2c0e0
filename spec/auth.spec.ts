import { expect } from 'chai';
import { BehaviorSubject, firstValueFrom, NEVER, of } from 'rxjs';
import type { AuthDependencies } from '../lib/ably/auth/authorizer.js';
import type { Connection } from '../lib/ably/auth/state.js';
import { type ErrorInfo } from '../lib/ably/wire/error-info.js';
import { authUrl, signing, tokenAuth, type TokenAuthOptions, type TokenWays } from '../lib/auth.js';
import { systemScheduler } from '../lib/rx/clock.js';
import { secret } from './support/secrets.js';
import { codesOf, thrownBy } from './support/thrown.js';

const key = secret('app.id:hushhush');
const token = secret('app.hushed-token');
const requests: unknown[] = [];
const dependencies = (clientId?: string): AuthDependencies => ({
  clientId,
  fetch: () => NEVER as never,
  request: (request) => {
    requests.push(request);
    return of({ content: { token }, links: {} });
  },
  connection: {
    state: new BehaviorSubject<Connection>({ name: 'initialized' }),
    command: () => undefined,
    send: () => undefined,
    report: () => undefined,
  },
  realtimeRequestTimeout: 1000,
  scheduler: systemScheduler,
  random: () => 0,
});
const messageOf = (options: TokenAuthOptions, ...ways: readonly TokenWays[]): string =>
  (thrownBy(() => tokenAuth(options, ...ways)) as ErrorInfo).message;

describe('tokenAuth', () => {
  it('RSA4: authenticates with the token of a callback', async () => {
    const params: unknown[] = [];
    const { start } = tokenAuth({
      authCallback: (given) => {
        params.push(given);
        return token;
      },
      defaultTokenParams: { ttl: 5, clientId: 'default', timestamp: 1, nonce: 'n' },
    });
    const authorizer = start(dependencies());
    expect(authorizer.usesTokens).to.equal(true);
    expect(await firstValueFrom(authorizer.credentials$)).to.deep.equal({ type: 'token', token });
    await firstValueFrom(start(dependencies('me')).credentials$);
    expect(params).to.deep.equal([
      { ttl: 5, clientId: 'default' },
      { ttl: 5, clientId: 'me' }, // RSA7d
    ]);
  });

  it('RSA4: authenticates with the token of the options, until that is rejected', async () => {
    const { options, start } = tokenAuth({ token });
    const authorizer = start(dependencies());
    expect([options.token, authorizer.token, authorizer.renewable]).to.deep.equal([token, { token }, false]);
  });

  it('RSA4: never presents the key of the options, but signs with it', async () => {
    const authorizer = tokenAuth({ key }, signing).start(dependencies());
    requests.length = 0;
    expect(await firstValueFrom(authorizer.credentials$)).to.deep.equal({ type: 'token', token });
    expect(requests).to.have.length(1);
    expect((requests[0] as { path: string }).path).to.equal('/keys/app.id/requestToken');
  });

  it('names the way that is missing, and how it is given', () => {
    expect(messageOf({ authUrl: '/t' })).to.equal(
      'The option "authUrl" needs "authUrl" of "rx-realtime/auth". Write tokenAuth({ authUrl }, authUrl).',
    );
    expect(messageOf({ key, token }, authUrl)).to.equal(
      'The option "key" needs "signing" of "rx-realtime/auth". Write tokenAuth({ key }, signing).',
    );
    expect(codesOf(thrownBy(() => tokenAuth({ key })))).to.deep.equal({ code: 40000, statusCode: 400 });
  });

  it('takes each way, and several', () => {
    for (const [options, ...ways] of [
      [{ authUrl: '/t' }, authUrl],
      [{ key }, signing],
      [{ key }, authUrl, signing],
      [{ authUrl: '/t', key }, authUrl],
      [{ authCallback: () => token, authUrl: '/t', key }],
      [{ token }],
    ] as const)
      expect(tokenAuth(options, ...ways).options).to.include({ ...options, useTokenAuth: true });
  });

  it('checks its options', () => {
    expect(codesOf(thrownBy(() => tokenAuth({})))).to.deep.equal({ code: 40106, statusCode: 400 });
    expect(codesOf(thrownBy(() => tokenAuth({ key: 'bad' }, signing)))).to.deep.equal({
      code: 40005,
      statusCode: 400,
    });
    expect(codesOf(thrownBy(() => tokenAuth({ token, defaultTokenParams: { ttl: -1 } })))).to.deep.equal({
      code: 40000,
      statusCode: 400,
    });
  });

  it('rejects a way that is missing when authorize() brings its option', () => {
    const authorizer = tokenAuth({ token }).start(dependencies());
    authorizer.run$.subscribe();
    const errors: unknown[] = [];
    for (const options of [{ authUrl: '/t' }, { key }])
      authorizer.authorize(null, options, null).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors.map((error) => (error as ErrorInfo).message)).to.deep.equal([
      'The client could not authenticate. The option "authUrl" needs "authUrl" of "rx-realtime/auth". Write tokenAuth({ authUrl }, authUrl).',
      'The client could not authenticate. The option "key" needs "signing" of "rx-realtime/auth". Write tokenAuth({ key }, signing).',
    ]);
  });
});
