import { expect } from 'chai';
import { type Observable, BehaviorSubject, firstValueFrom, NEVER, of } from 'rxjs';
import type { Authorizer } from '../lib/ably/auth/authorizer.js';
import type { Connection } from '../lib/ably/auth/state.js';
import type { ClientContext, Part } from '../lib/ably/channel/port.js';
import type { ClientAuth } from '../lib/ably/client/features.js';
import { type ErrorInfo } from '../lib/ably/wire/error-info.js';
import { authUrl, signing, tokenAuth, type TokenAuthOptions, type TokenWays } from '../lib/auth.js';
import { systemScheduler } from '../lib/rx/clock.js';
import { secret } from './support/secrets.js';
import { codesOf, thrownBy } from './support/thrown.js';

const key = secret('app.id:hushhush');
const token = secret('app.hushed-token');
const requests: unknown[] = [];
const clientOf = (clientId?: string): ClientContext =>
  ({
    ownClientId: clientId,
    log: () => undefined,
    state: new BehaviorSubject<Connection>({ name: 'initialized' }),
    command: () => undefined,
    send: () => undefined,
    reportError: () => undefined,
    run: (stream$: Observable<unknown>) => void stream$.subscribe(),
    requestTimeout: 1000,
    scheduler: systemScheduler,
    random: () => 0,
    use: () => ({
      fetch: () => NEVER,
      request: (request: unknown) => {
        requests.push(request);
        return of({ content: { token }, links: {} });
      },
    }),
  }) as unknown as ClientContext;
const startedBy = (auth: Part<ClientAuth>, clientId?: string): Authorizer =>
  auth(clientOf(clientId)) as Authorizer;
const messageOf = (options: TokenAuthOptions, ...ways: readonly TokenWays[]): string =>
  (thrownBy(() => tokenAuth(options, ...ways)) as ErrorInfo).message;

describe('tokenAuth', () => {
  it('RSA4: authenticates with the token of a callback', async () => {
    const params: unknown[] = [];
    const auth = tokenAuth({
      authCallback: (given) => {
        params.push(given);
        return token;
      },
      defaultTokenParams: { ttl: 5, clientId: 'default', timestamp: 1, nonce: 'n' },
    });
    const authorizer = startedBy(auth);
    expect(authorizer.usesTokens).to.equal(true);
    expect(await firstValueFrom(authorizer.credentials$)).to.deep.equal({ type: 'token', token });
    await firstValueFrom(startedBy(auth, 'me').credentials$);
    expect(params).to.deep.equal([
      { ttl: 5, clientId: 'default' },
      { ttl: 5, clientId: 'me' }, // RSA7d
    ]);
  });

  it('RSA4: authenticates with the token of the options, until that is rejected', async () => {
    const authorizer = startedBy(tokenAuth({ token }));
    expect([authorizer.token, authorizer.renewable]).to.deep.equal([{ token }, false]);
  });

  it('RSA4: never presents the key of the options, but signs with it', async () => {
    const authorizer = startedBy(tokenAuth({ key }, signing));
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
    ] as const) {
      const { usesTokens, renewable } = startedBy(tokenAuth(options, ...ways));
      expect({ usesTokens, renewable }).to.deep.equal({ usesTokens: true, renewable: !('token' in options) });
    }
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
    const authorizer = startedBy(tokenAuth({ token }));
    const errors: unknown[] = [];
    for (const options of [{ authUrl: '/t' }, { key }])
      authorizer.authorize(null, options, null).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors.map((error) => (error as ErrorInfo).message)).to.deep.equal([
      'The client could not authenticate. The option "authUrl" needs "authUrl" of "rx-realtime/auth". Write tokenAuth({ authUrl }, authUrl).',
      'The client could not authenticate. The option "key" needs "signing" of "rx-realtime/auth". Write tokenAuth({ key }, signing).',
    ]);
  });
});
