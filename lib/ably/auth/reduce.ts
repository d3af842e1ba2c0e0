import { reducerOf, type Step, type Table } from '../../base/table.js';
import { tokenIn, usesTokens } from './auth-options.js';
import { authenticationFailed, isFinal, unanswered, unsettled } from './errors.js';
import type {
  Authorization,
  AuthEffect,
  AuthEvent,
  AuthState,
  Caller,
  Common,
  Connection,
  TokenRequestOptions,
} from './state.js';

type S = Step<AuthState, AuthEffect>;
type Of<N extends AuthState['name']> = Extract<AuthState, { name: N }>;
type On<T extends AuthEvent['type']> = Extract<AuthEvent, { type: T }>;
type Update = Step<Common, AuthEffect>;

export const initialState = (configured: TokenRequestOptions): AuthState => ({
  name: 'idle',
  common: {
    configured,
    usesTokens: usesTokens(configured.options),
    queriesTime: configured.options.queryTime ?? false,
    token: usesTokens(configured.options) ? tokenIn(configured.options) : null, // RSA16b, RSA16c
    presented: undefined,
    queue: [],
    settling: [],
    callers: [],
    renewal: undefined,
  },
});

const emitToken: AuthEffect = { type: 'emit token' };
const set = (state: AuthState, common: Partial<Common>): AuthState => ({
  ...state,
  common: { ...state.common, ...common },
});
const without = (token: string | undefined, common: Common): Common['token'] =>
  common.token?.token === token ? null : common.token;

/** RTC8b1: the connection has accepted the token, or will not do so soon. */
const isSettled = ({ name }: Connection): boolean =>
  name === 'connected' || name === 'failed' || name === 'suspended';
const isClosed = ({ name }: Connection): boolean => name === 'closing' || name === 'closed';

/** Starts the next authorization in the queue. RTC8b: an attempt under way begins again, and waits for the token. */
function startNext([common, effects]: Update, connection: Connection): S {
  const [current, ...queue] = common.queue;
  if (!current) return [{ name: 'idle', common }, effects];
  const redial: readonly AuthEffect[] = connection.name === 'connecting' ? [{ type: 'redial' }] : [];
  return [{ name: 'requesting', common: { ...common, queue }, current }, [...effects, ...redial]];
}

function enqueue(state: AuthState, authorization: Authorization, connection: Connection): S {
  const common = { ...state.common, queue: [...state.common.queue, authorization] };
  return state.name === 'idle' ? startNext([common, []], connection) : [{ ...state, common }, []];
}

/** Ends an authorization, with one effect for each of its callers. */
const finish = (
  common: Common,
  authorization: Authorization,
  effectFor: (caller: Caller) => AuthEffect,
): Update => [
  {
    ...common,
    callers: common.callers.filter(({ of }) => of !== authorization),
    renewal: common.renewal === authorization ? undefined : common.renewal,
  },
  common.callers.filter(({ of }) => of === authorization).map(({ caller }) => effectFor(caller)),
];

/** RTC8a3, RTC8b1: ends the authorizations for which the connection has settled. */
function settle(common: Common, connection: Connection): Update {
  const isOver = ({ before }: Common['settling'][number]): boolean =>
    before !== connection && isSettled(connection);
  return common.settling.filter(isOver).reduce<Update>(
    ([now, effects], { authorization, token }) => {
      const [next, more] = finish(now, authorization, (caller) =>
        connection.name === 'connected'
          ? { type: 'resolve', caller, token }
          : { type: 'reject', caller, error: unsettled(connection) },
      );
      return [next, [...effects, ...more]];
    },
    [{ ...common, settling: common.settling.filter((presented) => !isOver(presented)) }, []],
  );
}

/** RSA10g, RSA10h, RSA10j: `configured` keeps the new options but for what is for one request only. */
function configure({ configured, queriesTime }: Common, { params, options, clientId }: On<'authorize'>) {
  const own = { params: params ?? configured.params, options: options ?? configured.options };
  const { timestamp: _, nonce: __, ...keptParams } = own.params;
  const { queryTime = false, ...keptOptions } = own.options;
  const id = keptParams.clientId ?? clientId;
  const identity = params && id !== null ? { clientId: id } : {};
  return {
    own: { ...own, params: { ...own.params, ...identity } },
    configured: { params: { ...keptParams, ...identity }, options: keptOptions },
    queriesTime: queriesTime || queryTime,
  };
}

function authorize(state: AuthState, event: On<'authorize'>, connection: Connection): S {
  const { params, options, caller } = event;
  const using = set(state, { usesTokens: true }); // RSA10a
  const join = (now: AuthState, of: Authorization): AuthState =>
    set(now, { callers: [...now.common.callers, { caller, of }] });
  if (params || options) {
    const { own, ...configured } = configure(state.common, event);
    const authorization = { own };
    return enqueue(
      join(set(using, { ...configured, renewal: undefined }), authorization),
      authorization,
      connection,
    );
  }
  const [renewing, effects] = renew(using, event, connection);
  const { renewal } = renewing.common;
  return [renewal ? join(renewing, renewal) : renewing, effects];
}

/** RSA4b: one renewal at a time, however many ask for it. */
function renew(state: AuthState, _: AuthEvent, connection: Connection): S {
  if (state.common.renewal) return [state, []];
  const renewal = {};
  return enqueue(set(state, { renewal }), renewal, connection);
}

const receive = (state: AuthState, { token }: On<'received'>): S => [set(state, { token }), [emitToken]]; // RSA16c

/** RTC8a in band, RTC8c by connecting; an attempt under way waits for the token and takes it (RTC8b). */
function present(
  { common, current }: Of<'requesting'>,
  { token }: On<'obtained'>,
  connection: Connection,
): S {
  if (connection.name === 'connected') {
    const { session } = connection;
    const presenting: Common = { ...common, presented: token.token };
    return [
      { name: 'presenting', common: presenting, current, sent: token, session },
      [{ type: 'send', token: token.token }],
    ];
  }
  const isConnecting = connection.name === 'connecting';
  const before = isConnecting ? undefined : connection;
  const settling = [...common.settling, { authorization: current, token, before }];
  return startNext([{ ...common, settling }, isConnecting ? [] : [{ type: 'connect' }]], connection);
}

/** RSA4c, RSA4d; without a way to obtain a token (40171) the connection stays as it is. */
function fail({ common, current }: Of<'requesting'>, { thrown }: On<'failed'>, connection: Connection): S {
  const error = authenticationFailed(thrown);
  const command: readonly AuthEffect[] =
    error.code === 40171 ? [] : [{ type: isFinal(error) ? 'refused' : 'warned', error }];
  const [rest, rejections] = finish(common, current, (caller) => ({ type: 'reject', caller, error }));
  return startNext([rest, [...command, { type: 'report', error }, ...rejections]], connection);
}

const giveUp = (
  { common, current }: Of<'presenting'>,
  { after }: On<'unanswered'>,
  connection: Connection,
): S =>
  startNext(
    finish(common, current, (caller) => ({ type: 'reject', caller, error: unanswered(after) })),
    connection,
  );

/** The connection's own rejections are emitted after the state that they lead to, by `moved`. */
const reject = (state: AuthState, { token }: On<'rejected'>): S => [
  set(state, { token: without(token ?? state.common.presented, state.common) }),
  token === undefined ? [] : [emitToken],
];

const close = ({ common }: AuthState, _: AuthEvent, connection: Connection): S => [
  { name: 'idle', common: { ...common, queue: [], settling: [], callers: [], renewal: undefined } },
  common.callers.map(({ caller }) => ({ type: 'reject', caller, error: unsettled(connection) })),
];

function move(state: AuthState, event: On<'moved'>, connection: Connection): S {
  const [next, effects] =
    isClosed(connection) && !isClosed(event.before)
      ? close(state, event, connection)
      : follow(state, connection);
  return [next, [...effects, emitToken]];
}

function follow(state: AuthState, connection: Connection): S {
  const { common } = state;
  if (state.name !== 'presenting' || isSession(connection, state.session)) {
    const [settled, effects] = settle(common, connection);
    return [{ ...state, common: settled }, effects];
  }
  const { current, sent } = state;
  const settling = [...common.settling, { authorization: current, token: sent, before: undefined }];
  const token = connection.name === 'failed' ? without(sent.token, common) : common.token; // RSA16d
  return startNext(settle({ ...common, settling, token }, connection), connection);
}

const isSession = (connection: Connection, session: object): boolean =>
  connection.name === 'connected' && connection.session === session;

const always = {
  authorize,
  renew,
  received: receive,
  presented: (state: AuthState, { token }: On<'presented'>): S => [set(state, { presented: token }), []],
  rejected: reject,
  moved: move,
  close,
} satisfies Table<AuthState, AuthEvent, AuthEffect, Connection>['idle'];

/** The token of a client, and the authorizations that replace it, one at a time and in their order. Pure. */
export const reduceAuth = reducerOf<AuthState, AuthEvent, AuthEffect, Connection>({
  idle: always,
  requesting: { ...always, obtained: present, failed: fail },
  presenting: { ...always, unanswered: giveUp },
});
