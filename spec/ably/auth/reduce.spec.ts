import { expect } from 'chai';
import type { AuthOptions } from '../../../lib/ably/auth/auth-options.js';
import { initialState, reduceAuth } from '../../../lib/ably/auth/reduce.js';
import type {
  AuthEvent,
  AuthState,
  Authorization,
  Caller,
  Common,
  Connection,
  PendingToken,
  TokenRequestOptions,
} from '../../../lib/ably/auth/state.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';

const key = 'app.id:password';
const configured: TokenRequestOptions = { params: { ttl: 5 }, options: { key } };
const [old, fresh, other] = ['old', 'fresh', 'other'].map((token) => ({ token })) as [
  { token: string },
  { token: string },
  { token: string },
];

const callerOf = (): Caller => ({ next: () => undefined, error: () => undefined });
const [a, b, c] = [callerOf(), callerOf(), callerOf()] as [Caller, Caller, Caller];

const lost = new ErrorInfo('the network is gone', { code: 80003 });
const outage = { failures: 1, error: lost, resume: undefined, deadline: undefined };
const sessionOf = () => ({ idleAfter: undefined, keepFor: 1, warning: undefined, extra: undefined });
const session = sessionOf();
const attempt = { host: 'h', resume: undefined };
const initialized: Connection = { name: 'initialized' };
const connecting: Connection = { name: 'connecting', attempt, outage: undefined, remainingHosts: [] };
const connectedWith = (current: typeof session): Connection => ({
  name: 'connected',
  attempt,
  session: current,
  resumed: false,
  recentOutage: undefined,
});
const connected = connectedWith(session);
const updated = connectedWith(sessionOf());
const disconnected: Connection = { name: 'disconnected', outage, retry: { in: 1 } };
const suspended: Connection = { name: 'suspended', outage, retry: { in: 1 } };
const refused = new ErrorInfo('not you', { code: 40101 });
const failed: Connection = { name: 'failed', error: refused };
const closing: Connection = { name: 'closing', attempt, closeSent: true };
const closed: Connection = { name: 'closed' };
const closedError = new ErrorInfo('The connection was closed before the server had accepted the token.', {
  code: 80017,
});

const moved = (connection: Connection): AuthEvent => ({ type: 'moved', connection });
const renew = (caller: Caller, clientId: string | null = null): AuthEvent => ({
  type: 'renew',
  caller,
  clientId,
});
const authorize = (
  caller: Caller,
  { params, options, clientId = null }: Partial<Extract<AuthEvent, { type: 'authorize' }>> = {},
): AuthEvent => ({ type: 'authorize', caller, params, options, clientId });
/** By a request of somebody else: an HTTP request that waited for a token, say. */
const received = (token = fresh): AuthEvent => ({ type: 'received', how: { ...configured }, token });
/** By the request of the current authorization. */
const obtained =
  (token = fresh) =>
  (state: AuthState): AuthEvent => ({
    type: 'received',
    how: 'pending' in state ? state.pending.how : configured,
    token,
  });
type Happening = AuthEvent | ReturnType<typeof obtained>;
const eventIn = (state: AuthState, happening: Happening): AuthEvent =>
  typeof happening === 'function' ? happening(state) : happening;
const failure = (thrown: unknown): AuthEvent => ({ type: 'failed', thrown });
const presented = (token: string): AuthEvent => ({ type: 'presented', token });
const rejected = (token?: string): AuthEvent => ({ type: 'rejected', token });
const unanswered: AuthEvent = { type: 'unanswered', after: 7 };
const close: AuthEvent = { type: 'close' };

const begin = (options?: AuthOptions): AuthState =>
  initialState(options ? { ...configured, options } : configured, initialized);
const follow = (state: AuthState, events: readonly Happening[]): AuthState =>
  events.reduce((now, event) => reduceAuth(now, eventIn(now, event))[0], state);
const after = (...events: readonly Happening[]): AuthState => follow(begin(), events);

/** The fields that hold in every state, as they are at the beginning but for these. */
const common = (changes: Partial<Common> = {}): Common => ({
  connection: initialized,
  configured,
  usesTokens: false,
  queriesTime: false,
  token: null,
  presented: undefined,
  queue: [],
  settling: [],
  ...changes,
});
const idle = (changes: Partial<Common> = {}): AuthState => ({ name: 'idle', common: common(changes) });
/** An authorization of these callers, for an identity. */
const by = (callers: readonly Caller[], clientId: string | null = null): Authorization => ({
  callers,
  clientId,
});
const pendingOf = ({ own, clientId }: Authorization, how: TokenRequestOptions): PendingToken =>
  own
    ? { how: own, given: null }
    : { how: clientId === null ? how : { ...how, params: { ...how.params, clientId } } };
const requesting = (
  current: Authorization,
  changes: Partial<Common> = {},
  how = changes.configured ?? configured,
): AuthState => ({
  name: 'requesting',
  common: common(changes),
  current,
  pending: pendingOf(current, how),
});
const presenting = (changes: Partial<Common> = {}, current = by([a])): AuthState => ({
  name: 'presenting',
  common: common({ connection: connected, token: fresh, presented: 'fresh', ...changes }),
  current,
  pending: pendingOf(current, configured),
  token: fresh,
  session,
});
const emitToken = { type: 'emit token' };
const redial = { type: 'redial' };
const resolve = (caller: Caller, token = fresh) => ({ type: 'resolve', caller, token });
const reject = (caller: Caller, error: ErrorInfo) => ({ type: 'reject', caller, error });

/** A step, with errors as their code, status and text. */
const step = (state: AuthState, event: Happening): unknown => plain(reduceAuth(state, eventIn(state, event)));
const plain = (value: unknown): unknown => {
  if (value instanceof ErrorInfo) return [value.code, value.statusCode, value.message];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
};
const expectStep = (state: AuthState, event: Happening, next: AuthState, ...effects: readonly object[]) =>
  expect(step(state, event)).to.deep.equal(plain([next, effects]));

describe('reduceAuth', () => {
  describe('at the beginning', () => {
    it('RSA4: presents the key where there is no other credential', () => {
      expect(begin()).to.deep.equal(idle());
    });

    it('RSA4, RSA16b: presents the token of the options', () => {
      for (const options of [{ token: 'old' }, { tokenDetails: old }])
        expect(begin(options)).to.deep.equal(
          idle({ configured: { ...configured, options }, usesTokens: true, token: old }),
        );
    });

    it('RSA4: ignores the token of the options where useTokenAuth is false', () => {
      const options = { key, token: 'old', useTokenAuth: false };
      expect(begin(options)).to.deep.equal(idle({ configured: { ...configured, options } }));
    });

    it('RSA10k: may ask for the time where queryTime is set', () => {
      const options = { key, queryTime: true };
      expect(begin(options)).to.deep.equal(
        idle({ configured: { ...configured, options }, queriesTime: true }),
      );
    });
  });

  describe('the token', () => {
    it('RSA16c: is the one received last, in each state', () => {
      expectStep(after(), received(), idle({ token: fresh }), emitToken);
      expectStep(after(renew(a)), received(), requesting(by([a]), { token: fresh }), emitToken);
      expectStep(
        after(moved(connected), renew(a), obtained()),
        received(other),
        presenting({ token: other }),
        emitToken,
      );
    });

    it('RSA10a: is presented, and not the key, after authorize()', () => {
      expectStep(after(), { type: 'use tokens' }, idle({ usesTokens: true }));
    });

    it('TO3j2: is requested once with the signed request of the options, whoever has it exchanged', () => {
      const token = { keyName: 'app.id', timestamp: 1, nonce: 'n', mac: 'm' };
      const how = { ...configured, options: { key, token } };
      const state = initialState(how, initialized);
      const spent = { configured, usesTokens: true, token: fresh };
      expectStep(state, { type: 'received', how, token: fresh }, idle(spent), emitToken);
      const own = { params: {}, options: { token } };
      expectStep(state, { type: 'received', how: own, token: fresh }, idle(spent), emitToken);
      expectStep(state, received(), idle({ ...spent, configured: how }), emitToken);
    });

    it('RSA16d: is none any more once a request was rejected with it', () => {
      expectStep(after(received()), rejected('fresh'), idle(), emitToken);
    });

    it('RSA4b: stays where a request was rejected with an earlier one', () => {
      expectStep(after(received()), rejected('old'), idle({ token: fresh }), emitToken);
    });

    it('RSA16d: is none any more once the connection was rejected that presented it; emitted after its state', () => {
      const state = after(received(), presented('fresh'));
      expectStep(state, rejected(), idle({ presented: 'fresh' }));
      expectStep(
        after(received(), presented('fresh'), rejected()),
        { type: 'state emitted' },
        idle({ presented: 'fresh' }),
        emitToken,
      );
    });

    it('RSA16d: stays where the connection was rejected that presented an earlier one, or none', () => {
      expectStep(after(received(), presented('old')), rejected(), idle({ token: fresh, presented: 'old' }));
      expectStep(after(received()), rejected(), idle({ token: fresh }));
    });
  });

  describe('renew', () => {
    it('RTC8a: requests a token', () => {
      expectStep(after(), renew(a), requesting(by([a])));
      expectStep(after(moved(connected)), renew(a), requesting(by([a]), { connection: connected }));
    });

    it('RTC8b: begins an attempt under way again', () => {
      expectStep(after(moved(connecting)), renew(a), requesting(by([a]), { connection: connecting }), redial);
    });

    it('RSA10h: asks for the identity of its caller, where the params name no other', () => {
      const given = { key, token: 'old' };
      const [state] = reduceAuth(begin(given), renew(a, 'me'));
      expect(state).to.deep.include({
        current: by([a], 'me'),
        pending: { how: { params: { ttl: 5, clientId: 'me' }, options: { key } } },
      });
      const named = { params: { clientId: 'you' }, options: { key } };
      const you = initialState(named, initialized);
      expectStep(you, renew(a, 'me'), requesting(by([a]), { configured: named }));
    });

    it('RSA10g: joins the renewal before it that asks for the same, wherever that stands', () => {
      expectStep(after(renew(a)), renew(b), requesting(by([a, b])));
      expectStep(
        after(renew(a), renew(b, 'b')),
        renew(c, 'b'),
        requesting(by([a]), { queue: [by([b, c], 'b')] }),
      );
      expectStep(after(moved(connected), renew(a), obtained()), renew(b), presenting({}, by([a, b])));
      expectStep(
        after(moved(connecting), renew(a), obtained()),
        renew(b),
        idle({ connection: connecting, token: fresh, settling: [{ ...by([a, b]), token: fresh }] }),
      );
    });

    it('RSA10g: settles all that have joined', () => {
      const error = new ErrorInfo('no means', { code: 40171 });
      expectStep(
        after(renew(a), renew(b)),
        failure(error),
        idle(),
        { type: 'report', error },
        reject(a, error),
        reject(b, error),
      );
      expectStep(
        after(moved(connected), renew(a), renew(b), obtained()),
        moved(updated),
        idle({ connection: updated, token: fresh, presented: 'fresh' }),
        resolve(a),
        resolve(b),
      );
    });

    it('joins one request, which goes on: what is pending stays the very same', () => {
      const before = after(renew(a));
      const [joined] = reduceAuth(before, renew(b));
      expect('pending' in joined && joined.pending).to.equal('pending' in before && before.pending);
    });

    it('RSA10g: joins no authorization with options of its own, and no renewal before one', () => {
      const options = { authUrl: 'u' };
      const own = { params: { ttl: 5 }, options };
      const authorization = { ...by([b]), own };
      expectStep(
        after(renew(a), authorize(b, { options })),
        renew(c),
        requesting(by([a]), { configured: own, queue: [authorization, by([c])] }, configured),
      );
    });

    it('RTN22: without a caller, is served by any renewal under way, and by no other authorization', () => {
      const options = { authUrl: 'u' };
      const own = { params: { ttl: 5 }, options };
      const asked: AuthEvent = { type: 'renew', clientId: null };
      const state = after(renew(a, 'me'), authorize(b, { options }));
      expect(reduceAuth(state, asked)).to.deep.equal([state, []]);
      expectStep(
        after(authorize(b, { options })),
        asked,
        requesting({ ...by([b]), own }, { configured: own, queue: [by([])] }),
      );
    });

    it('waits for its turn while another authorization requests or presents a token', () => {
      expectStep(after(renew(a)), renew(b, 'b'), requesting(by([a]), { queue: [by([b], 'b')] }));
      expectStep(
        after(moved(connected), renew(a), obtained()),
        renew(b, 'b'),
        presenting({ queue: [by([b], 'b')] }),
      );
    });
  });

  describe('authorize', () => {
    it('RSA10g: uses its options, and keeps them', () => {
      const options = { authUrl: 'u' };
      expectStep(
        after(),
        authorize(a, { params: { ttl: 9 }, options }),
        requesting(
          { ...by([a]), own: { params: { ttl: 9 }, options } },
          { configured: { params: { ttl: 9 }, options } },
        ),
      );
    });

    it('RSA10j: keeps what is configured where nothing else is given', () => {
      const options = { authUrl: 'u' };
      expectStep(
        after(),
        authorize(a, { options }),
        requesting(
          { ...by([a]), own: { params: { ttl: 5 }, options } },
          { configured: { params: { ttl: 5 }, options } },
        ),
      );
      expectStep(
        after(),
        authorize(a, { params: {} }),
        requesting(
          { ...by([a]), own: { params: {}, options: { key } } },
          { configured: { params: {}, options: { key } } },
        ),
      );
    });

    it('RSA10g: uses timestamp, nonce and queryTime once, and does not keep them', () => {
      const params = { ttl: 9, timestamp: 1, nonce: 'n' };
      expectStep(
        after(),
        authorize(a, { params, options: { key, queryTime: true } }),
        requesting(
          { ...by([a]), own: { params, options: { key, queryTime: true } } },
          { configured: { params: { ttl: 9 }, options: { key } }, queriesTime: true },
        ),
      );
    });

    it('RSA10k: goes on asking for the time once it was wanted', () => {
      const queries = { configured: { params: configured.params, options: {} }, queriesTime: true };
      const state = follow(begin({ key, queryTime: true }), [authorize(a, { options: {} })]);
      expect(state.common).to.deep.equal(common(queries));
    });

    it('RSA10h: asks for the clientId that the client has, where params name no other', () => {
      for (const [params, clientId] of [
        [{}, 'me'],
        [{ clientId: null }, 'me'],
        [{ clientId: 'you' }, 'you'],
      ] as const)
        expectStep(
          after(),
          authorize(a, { params, clientId: 'me' }),
          requesting(
            { ...by([a]), own: { params: { clientId }, options: { key } } },
            { configured: { params: { clientId }, options: { key } } },
          ),
        );
    });

    it('RSA10h: also where the params are the configured ones, which stay as they are', () => {
      expectStep(
        after(),
        authorize(a, { options: { key }, clientId: 'me' }),
        requesting(
          { ...by([a]), own: { params: { ttl: 5, clientId: 'me' }, options: { key } } },
          { configured },
        ),
      );
    });

    it('RSA10a, RSA10e: has a new token created where it brings none, whichever the client was made with', () => {
      const options = { key, token: 'first', tokenDetails: { token: 'first' } };
      const [state] = reduceAuth(begin(options), authorize(a, { params: {} }));
      expect(state).to.deep.include({ current: { ...by([a]), own: { params: {}, options: { key } } } });
      expect(state.common.configured).to.deep.equal({ params: {}, options });
    });

    it('RTC8b: begins an attempt under way again', () => {
      expectStep(
        after(moved(connecting)),
        authorize(a, { options: { key } }),
        requesting({ ...by([a]), own: configured }, { connection: connecting }),
        redial,
      );
    });

    it('configures at once, and waits for its turn', () => {
      const options = { authUrl: 'u' };
      expectStep(
        after(renew(a)),
        authorize(b, { options }),
        requesting(
          by([a]),
          {
            configured: { params: { ttl: 5 }, options },
            queue: [{ ...by([b]), own: { params: { ttl: 5 }, options } }],
          },
          configured,
        ),
      );
    });
  });

  describe('while a token is requested', () => {
    it('RTC8a: sends AUTH on an open connection', () => {
      expectStep(after(moved(connected), renew(a)), obtained(), presenting(), emitToken, {
        type: 'send',
        token: 'fresh',
      });
    });

    it('RTC8b: leaves the token to an attempt under way, which waits for it', () => {
      for (const events of [
        [moved(connecting), renew(a)],
        [moved(connected), renew(a), moved(connecting)],
      ])
        expectStep(
          after(...events),
          obtained(),
          idle({ connection: connecting, token: fresh, settling: [{ ...by([a]), token: fresh }] }),
          emitToken,
        );
    });

    it('RTC8c: connects where there is neither', () => {
      for (const connection of [initialized, disconnected, suspended, failed, closing, closed])
        expectStep(
          after(moved(connection), renew(a)),
          obtained(),
          idle({ connection, token: fresh, settling: [{ ...by([a]), token: fresh }] }),
          emitToken,
          { type: 'connect' },
        );
    });

    it('gives the next authorization its turn once the token is left to the connection', () => {
      expectStep(
        after(moved(connecting), renew(a), renew(b, 'b'), renew(c, 'c')),
        obtained(),
        requesting(by([b], 'b'), {
          connection: connecting,
          token: fresh,
          settling: [{ ...by([a]), token: fresh }],
          queue: [by([c], 'c')],
        }),
        emitToken,
        redial,
      );
    });

    it('RSA4c: warns the connection, and rejects, where there is none', () => {
      const error = new ErrorInfo('The client could not authenticate. No token could be obtained: no', {
        code: 80019,
        statusCode: 401,
      });
      expectStep(
        after(renew(a)),
        failure(new Error('no')),
        idle(),
        { type: 'warned', error },
        { type: 'report', error },
        reject(a, error),
      );
    });

    it('RSA4d, RSA15c: fails the connection where none will be obtained', () => {
      for (const [thrown, error] of [
        [
          new ErrorInfo('banned', { code: 40300 }),
          new ErrorInfo('The client could not authenticate. banned', { code: 80019, statusCode: 403 }),
        ],
        [new ErrorInfo('not yours', { code: 40102 }), new ErrorInfo('not yours', { code: 40102 })],
      ] as const)
        expectStep(
          after(renew(a)),
          failure(thrown),
          idle(),
          { type: 'refused', error },
          { type: 'report', error },
          reject(a, error),
        );
    });

    it('RSA4a: leaves the connection as it is where there is no way to obtain one', () => {
      const error = new ErrorInfo('no means', { code: 40171 });
      expectStep(after(renew(a)), failure(error), idle(), { type: 'report', error }, reject(a, error));
    });

    it('gives the next authorization its turn after a failure', () => {
      const error = new ErrorInfo('no means', { code: 40171 });
      expectStep(
        after(moved(connecting), renew(a), renew(b, 'b')),
        failure(error),
        requesting(by([b], 'b'), { connection: connecting }),
        { type: 'report', error },
        reject(a, error),
        redial,
      );
    });

    it('RTC8: goes on whatever becomes of the connection, but for its end', () => {
      for (const connection of [connecting, connected, disconnected])
        expectStep(after(renew(a)), moved(connection), requesting(by([a]), { connection }));
    });

    it('RTC8b1, RTN27h: gives all up where the connection fails or is suspended meanwhile', () => {
      for (const [connection, error] of [
        [suspended, lost],
        [failed, refused],
      ] as const)
        expectStep(
          after(renew(a), renew(b, 'b')),
          moved(connection),
          idle({ connection }),
          reject(a, error),
          reject(b, error),
        );
    });

    it('RTC8c: goes on where it was called while the connection had failed or was suspended', () => {
      for (const connection of [suspended, failed])
        expectStep(
          after(moved(connection), renew(a)),
          moved({ ...connection }),
          requesting(by([a]), { connection: { ...connection } }),
        );
    });
  });

  describe('while AUTH is unanswered', () => {
    const state = after(moved(connected), renew(a), obtained());
    const answered = { token: fresh, presented: 'fresh' };

    it('RTC8a3: resolves when CONNECTED comes', () => {
      expectStep(state, moved(updated), idle({ ...answered, connection: updated }), resolve(a));
    });

    it('waits while the session is the same', () => {
      const warned: Connection = { ...connected, lastError: lost } as Connection;
      expectStep(state, moved(warned), presenting({ connection: warned }));
    });

    it('RTC8a: waits for the next connection where this one is lost', () => {
      for (const connection of [connecting, disconnected])
        expectStep(
          state,
          moved(connection),
          idle({ ...answered, connection, settling: [{ ...by([a]), token: fresh }] }),
        );
    });

    it('RTC8a2, RSA16d: rejects when the server refuses the token, which is none any more', () => {
      expectStep(
        state,
        moved(failed),
        idle({ ...answered, connection: failed, token: null }),
        reject(a, refused),
      );
    });

    it('RSA16d: keeps another token that came meanwhile, when the server refuses this one', () => {
      expectStep(
        after(moved(connected), renew(a), obtained(), received(other)),
        moved(failed),
        idle({ ...answered, connection: failed, token: other }),
        reject(a, refused),
      );
    });

    it('RTC8b1: rejects when the connection is suspended', () => {
      expectStep(state, moved(suspended), idle({ ...answered, connection: suspended }), reject(a, lost));
    });

    it('rejects when the answer is late', () => {
      const error = new ErrorInfo('The server did not answer a new token within 7 ms. Try it again.', {
        code: 80014,
        statusCode: 504,
      });
      expectStep(state, unanswered, idle({ ...answered, connection: connected }), reject(a, error));
    });

    it('gives the next authorization its turn after the answer, or in its stead', () => {
      const events = [moved(connected), renew(a), obtained(), renew(b, 'b')];
      expectStep(
        after(...events),
        moved(updated),
        requesting(by([b], 'b'), { ...answered, connection: updated }),
        resolve(a),
      );
      expect(after(...events, unanswered)).to.deep.equal(
        requesting(by([b], 'b'), { ...answered, connection: connected }),
      );
      expectStep(
        after(...events),
        moved(connecting),
        requesting(by([b], 'b'), {
          ...answered,
          connection: connecting,
          settling: [{ ...by([a]), token: fresh }],
        }),
        redial,
      );
    });
  });

  describe('while the connection has to settle', () => {
    const events = [moved(connecting), renew(a), obtained(), renew(b, 'b'), obtained(other)];
    const settling = [
      { ...by([a]), token: fresh },
      { ...by([b], 'b'), token: other },
    ];

    it('RTC8b1: waits through attempts that fail', () => {
      for (const connection of [connecting, disconnected])
        expectStep(after(...events), moved(connection), idle({ connection, token: other, settling }));
    });

    it('RTC8b1: resolves all when the connection is open', () => {
      expectStep(
        after(...events),
        moved(connected),
        idle({ connection: connected, token: other }),
        resolve(a, fresh),
        resolve(b, other),
      );
    });

    it("RTC8b1: rejects all with the connection's error when it fails or is suspended", () => {
      expectStep(
        after(...events),
        moved(failed),
        idle({ connection: failed, token: other }),
        reject(a, refused),
        reject(b, refused),
      );
      expectStep(
        after(...events),
        moved(suspended),
        idle({ connection: suspended, token: other }),
        reject(a, lost),
        reject(b, lost),
      );
    });

    it('RTC8b1: resolves with the token that replaces one which is rejected', () => {
      expectStep(
        after(moved(connecting), renew(a), obtained(), presented('fresh'), rejected(), received(other)),
        moved(connected),
        idle({ connection: connected, token: other, presented: 'fresh' }),
        resolve(a, other),
      );
      expectStep(
        after(moved(connected), renew(a), obtained(), rejected(), received(other), moved(connecting)),
        moved(connected),
        idle({ connection: connected, token: other, presented: 'fresh' }),
        resolve(a, other),
      );
    });

    it('RTC8b1: resolves with the token that the connection has shown, where a request has met with its rejection', () => {
      expectStep(
        after(moved(connecting), renew(a), obtained(), presented('fresh'), rejected('fresh')),
        moved(connected),
        idle({ connection: connected, presented: 'fresh' }),
        resolve(a, fresh),
      );
    });

    it('RTC8b1: resolves while the next token is requested, which goes on', () => {
      expectStep(
        after(moved(connecting), renew(a), obtained(), renew(b, 'b')),
        moved(connected),
        requesting(by([b], 'b'), { connection: connected, token: fresh }),
        resolve(a),
      );
    });
  });

  describe('when the connection is closed', () => {
    const all = [moved(connecting), renew(a), obtained(), renew(b, 'b'), renew(c, 'c')];

    it('gives up what settles, what requests and what waits', () => {
      for (const connection of [closing, closed])
        expectStep(
          after(...all),
          moved(connection),
          idle({ connection, token: fresh }),
          reject(a, closedError),
          reject(b, closedError),
          reject(c, closedError),
        );
    });

    it('gives up an unanswered AUTH', () => {
      expectStep(
        after(moved(connected), renew(a), obtained()),
        moved(closing),
        idle({ connection: closing, token: fresh, presented: 'fresh' }),
        reject(a, closedError),
      );
    });

    it('keeps what began while it was closing already', () => {
      for (const events of [
        [moved(closing), renew(a)],
        [moved(closed), renew(a)],
      ])
        expectStep(after(...events), moved(closed), requesting(by([a]), { connection: closed }));
      expectStep(
        after(moved(closing), renew(a), obtained()),
        moved(closed),
        idle({ connection: closed, token: fresh, settling: [{ ...by([a]), token: fresh }] }),
      );
    });

    it('gives all up by close(), whatever the connection is', () => {
      expectStep(
        after(renew(a), renew(b, 'b')),
        close,
        idle(),
        reject(a, closedError),
        reject(b, closedError),
      );
      expectStep(
        after(moved(disconnected), renew(a)),
        close,
        idle({ connection: disconnected }),
        reject(a, lost),
      );
    });
  });

  it('ignores what comes too late', () => {
    for (const event of [failure('late'), unanswered]) {
      const state = after();
      expect(reduceAuth(state, event)).to.deep.equal([state, []]);
      expect(reduceAuth(state, event)[0]).to.equal(state);
    }
    const requestingState = after(renew(a));
    expect(reduceAuth(requestingState, unanswered)[0]).to.equal(requestingState);
    const presentingState = after(moved(connected), renew(a), obtained());
    expect(reduceAuth(presentingState, failure('late'))[0]).to.equal(presentingState);
  });
});
