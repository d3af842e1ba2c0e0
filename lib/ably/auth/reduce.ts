import { reducerOf, type Step } from '../../base/table.js';
import type { ErrorInfo } from '../wire/error-info.js';
import { tokenIn, tokenRequestIn, usesTokens, withoutToken } from './auth-options.js';
import { authenticationFailed, isFinal, unanswered, unsettled } from './errors.js';
import type {
  Authorization,
  AuthEffect,
  AuthEvent,
  AuthState,
  Common,
  Connection,
  PendingToken,
  TokenRequestOptions,
} from './state.js';
import type { TokenDetails } from './token.js';

type S = Step<AuthState, AuthEffect>;
type Of<N extends AuthState['name']> = Extract<AuthState, { name: N }>;
type On<T extends AuthEvent['type']> = Extract<AuthEvent, { type: T }>;

export const initialState = (configured: TokenRequestOptions, connection: Connection): AuthState => ({
  name: 'idle',
  common: {
    connection,
    configured,
    usesTokens: usesTokens(configured.options),
    queriesTime: configured.options.queryTime ?? false,
    token: usesTokens(configured.options) ? tokenIn(configured.options) : null, // RSA16b, RSA16c
    presented: undefined,
    queue: [],
    settling: [],
  },
});

const emitToken: AuthEffect = { type: 'emit token' };
const rejections = ({ callers }: Authorization, error: ErrorInfo): AuthEffect[] =>
  callers.map((caller) => ({ type: 'reject', caller, error }));
const set = (state: AuthState, changes: Partial<Common>, ...effects: AuthEffect[]): S => [
  { ...state, common: { ...state.common, ...changes } },
  effects,
];

/** A token, unless it is the rejected one. */
const without = (rejected: string | undefined, token: TokenDetails | null): TokenDetails | null =>
  token?.token === rejected ? null : token;

/** Starts the next authorization in the queue. RTC8b: an attempt under way begins again, and waits for its token. */
function startNext(common: Common, ...effects: AuthEffect[]): S {
  const [current, ...queue] = common.queue;
  if (!current) return [{ name: 'idle', common }, effects];
  if (common.connection.name === 'connecting') effects.push({ type: 'redial' });
  const pending = pendingOf(current, common);
  return [{ name: 'requesting', common: { ...common, queue }, current, pending }, effects];
}

/** RSA10h: the configured options ask for the identity of the client, where they name no other. */
function pendingOf({ own, clientId }: Authorization, { configured }: Common): PendingToken {
  if (own) return { how: own, given: tokenIn(own.options) };
  const { params, options } = configured;
  if (clientId === null || params.clientId != null) return { how: configured };
  return { how: { params: { ...params, clientId }, options: withoutToken(options) } };
}

function enqueue(state: AuthState, authorization: Authorization): S {
  const common = { ...state.common, queue: [...state.common.queue, authorization] };
  return state.name === 'idle' ? startNext(common) : [{ ...state, common }, []];
}

/** All authorizations whose outcome is open, in their order. */
const openIn = (state: AuthState): readonly Authorization[] => [
  ...state.common.settling,
  ...('current' in state ? [state.current] : []),
  ...state.common.queue,
];

/**
 * One request serves all renewals that ask for the same: a renewal joins the last authorization, if that is one, too. Without
 * a caller any renewal will do that is under way.
 */
function renew(state: AuthState, { caller, clientId: wanted }: On<'renew'>): S {
  const { configured, queue, settling } = state.common;
  const open = openIn(state);
  if (!caller && open.some(({ own }) => !own)) return [state, []];
  const callers = caller ? [caller] : [];
  const clientId = configured.params.clientId == null ? wanted : null;
  const last = open.at(-1);
  if (!last || last.own || last.clientId !== clientId) return enqueue(state, { callers, clientId });
  const join = <A extends Authorization>(one: A): A =>
    one === last ? { ...one, callers: [...one.callers, ...callers] } : one;
  const [joined, effects] = set(state, { queue: queue.map(join), settling: settling.map(join) });
  return ['current' in joined ? { ...joined, current: join(joined.current) } : joined, effects];
}

/** RSA10g, RSA10h, RSA10j: the options are kept, but for what is for one request only. */
function authorize(state: AuthState, event: On<'authorize'>): S {
  const { configured, queriesTime } = state.common;
  const params = event.params ?? configured.params;
  const options = event.options ?? configured.options;
  const clientId = params.clientId ?? event.clientId;
  const identity = clientId === null ? {} : { clientId };
  const { timestamp: _, nonce: __, ...keptParams } = params;
  const { queryTime = false, ...keptOptions } = options;
  const [reconfigured] = set(state, {
    configured: { params: { ...keptParams, ...(event.params && identity) }, options: keptOptions },
    queriesTime: queriesTime || queryTime,
  });
  return enqueue(reconfigured, {
    callers: [event.caller],
    clientId: null,
    own: { params: { ...params, ...identity }, options: event.options ?? withoutToken(options) },
  });
}

/** RSA16c; TO3j2: a signed request that the options contain is exchanged once. */
function receive(state: AuthState, { how, token }: On<'received'>): S {
  const { configured } = state.common;
  const given = tokenRequestIn(configured.options);
  const isSpent = given !== undefined && given === tokenRequestIn(how.options);
  const options = isSpent ? withoutToken(configured.options) : configured.options;
  return set(state, { token, ...(isSpent && { configured: { ...configured, options } }) }, emitToken);
}

/** RTC8a in band, RTC8c by connecting; an attempt under way waits for the token, and takes it (RTC8b). */
function present(state: Of<'requesting'>, event: On<'received'>): S {
  const { current, pending } = state;
  const { token } = event;
  const [received, effects] = receive(state, event);
  if (event.how !== pending.how) return [received, effects];
  const { common } = received;
  const { connection } = common;
  if (connection.name !== 'connected')
    return startNext(
      presented(common, current, token),
      ...effects,
      ...(connection.name === 'connecting' ? [] : [{ type: 'connect' } as const]),
    );
  const { session } = connection;
  return [
    { name: 'presenting', common: { ...common, presented: token.token }, current, pending, token, session },
    [...effects, { type: 'send', token: token.token }],
  ];
}

const presented = (common: Common, current: Authorization, token: TokenDetails | null): Common => ({
  ...common,
  settling: [...common.settling, { ...current, token }],
});

/** RSA4c, RSA4d; without a way to obtain a token (40171) the connection stays as it is. */
function fail({ common, current }: Of<'requesting'>, { thrown }: On<'failed'>): S {
  const error = authenticationFailed(thrown);
  return startNext(
    common,
    ...(error.code === 40171 ? [] : [{ type: isFinal(error) ? 'refused' : 'warned', error } as const]),
    { type: 'report', error },
    ...rejections(current, error),
  );
}

const giveUp = ({ common, current }: Of<'presenting'>, { after }: On<'unanswered'>): S =>
  startNext(common, ...rejections(current, unanswered(after)));

const close = (state: AuthState): S => [
  { name: 'idle', common: { ...state.common, queue: [], settling: [] } },
  openIn(state).flatMap((authorization) => rejections(authorization, unsettled(state.common.connection))),
];

const isClosed = ({ name }: Connection): boolean => name === 'closing' || name === 'closed';
const isOver = ({ name }: Connection): boolean => name === 'failed' || name === 'suspended';

function move(state: AuthState, { connection }: On<'moved'>): S {
  const [moved] = set(state, { connection });
  if (isClosed(connection)) return isClosed(state.common.connection) ? [moved, []] : close(moved);
  if (isOver(connection) && connection.name !== state.common.connection.name) {
    const isRefused = state.name === 'presenting' && connection.name === 'failed';
    const { token: held } = moved.common;
    const token = isRefused ? without(state.token?.token, held) : held; // RSA16d
    return close(set(moved, { token })[0]); // RTC8b1: a token that comes now opens no connection (RTN27h)
  }
  const isSameSession =
    connection.name === 'connected' && 'session' in state && connection.session === state.session;
  if (state.name !== 'presenting' || isSameSession) {
    const [common, effects] = settle(moved.common);
    return [{ ...moved, common }, effects];
  }
  const [settled, effects] = settle(presented(moved.common, state.current, state.token));
  return startNext(settled, ...effects);
}

/** RTC8a3, RTC8b1: resolves the presented authorizations, once the connection has accepted their token. */
function settle(common: Common): readonly [common: Common, effects: AuthEffect[]] {
  const { connection, settling, token: inUse, presented: text = '' } = common;
  if (connection.name !== 'connected') return [common, []];
  return [
    { ...common, settling: [] },
    settling.flatMap(({ callers, token: own }) => {
      const token = own ?? inUse ?? { token: text };
      return callers.map((caller): AuthEffect => ({ type: 'resolve', caller, token }));
    }),
  ];
}

/** RSA16d; left out, it is the one of the connection, and `null` is emitted after the connection's state. */
function forget(state: AuthState, { token: given }: On<'rejected'>): S {
  const { common } = state;
  const valid = (token: TokenDetails | null) => without(given ?? common.presented, token);
  const settling = common.settling.map((one) => ({ ...one, token: valid(one.token) }));
  return set(
    state.name === 'presenting' ? { ...state, token: valid(state.token) } : state,
    { token: valid(common.token), settling },
    ...(given === undefined ? [] : [emitToken]),
  );
}

type Row<T extends AuthEvent['type']> = Readonly<{ [N in T]: (state: AuthState, event: On<N>) => S }>;

const always: Row<Exclude<AuthEvent['type'], 'failed' | 'unanswered'>> = {
  'use tokens': (state) => set(state, { usesTokens: true }),
  renew,
  authorize,
  received: receive,
  presented: (state, { token }) => set(state, { presented: token }),
  rejected: forget,
  moved: move,
  'state emitted': (state) => [state, [emitToken]],
  close,
};

/** The token of a client, and the authorizations that replace it, one at a time and in their order. Pure. */
export const reduceAuth = reducerOf<AuthState, AuthEvent, AuthEffect>({
  idle: always,
  requesting: { ...always, received: present, failed: fail },
  presenting: { ...always, unanswered: giveUp },
});
