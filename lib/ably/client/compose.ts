import { concat, ignoreElements, type Observable, throwError } from 'rxjs';
import { type Connection, connectionOf } from '../../connection/connection.js';
import type { ConnectionState } from '../../connection/state.js';
import { stateOf } from '../../rx/state-of.js';
import { Channels } from '../channel/channels.js';
import { sessionIn } from './connection.js';
import { disposedError } from '../outbox/disposed.js';
import { Outbox } from '../outbox/outbox.js';
import { Pings } from './pings.js';
import { ablyProtocol } from '../transport/protocol.js';
import type { AblySession } from '../transport/session.js';
import { publisherOf } from '../outbox/publisher.js';
import { recoveredSession, recoveryIn } from './recovery.js';
import { hostOrder } from '../rest/host-order.js';
import { type RequestFunction, request } from '../rest/request.js';
import { channelRules, connectionSettings } from './timings.js';
import type { Settings } from './settings.js';
import { Auth } from '../auth/auth.js';
import { authUrl } from '../auth/auth-url.js';
import { authorizedRequest } from '../auth/authorized-request.js';
import { Authorizer } from '../auth/authorizer.js';
import { signing } from '../auth/sign.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';

/** What a client is made of. */
export interface Services {
  readonly wire: Connection<AblySession, ProtocolMessage, ProtocolMessage>;
  readonly outbox: Outbox;
  readonly channels: Channels;
  readonly pings: Pings;
  readonly authorizer: Authorizer;
  readonly auth: Auth;
  /** Requests that say nothing of who asks. */
  readonly ask: RequestFunction;
  /** Errors when the client is disposed of. */
  readonly disposed$: Observable<never>;
}

interface Callbacks {
  /** The connection's state, as users see it. */
  readonly state: Observable<ConnectionState<AblySession>> & { readonly value: ConnectionState<AblySession> };
  /** Takes errors that nobody may be waiting for. */
  readonly report: (error: ErrorInfo) => void;
  /** Takes what makes no sense. */
  readonly undecodable: (error: ErrorInfo) => void;
}

/** Puts a client together, from below to above; nothing runs yet. */
export function compose(settings: Settings, { state, report, undecodable }: Callbacks): Services {
  const { queue: limits, scheduler, random, log, strictMode, clientId, vcdiff } = settings;
  const { realtimeRequestTimeout: requestTimeout } = settings;
  const recovery = recoveryIn(settings);
  const disposed$ = concat(
    state.pipe(ignoreElements()),
    throwError(() => disposedError()),
  );
  /** RTN17e: the host that the connection is on. */
  const host = (): string | undefined =>
    state.value.name === 'connected' ? state.value.attempt.host : undefined;
  const ask: RequestFunction = (given) => request(given, hostOrder(host(), settings), settings);
  const ways = { ...authUrl, ...signing };
  const authorizer = new Authorizer({ params: settings.tokenParams, options: settings.authOptions }, ways, {
    ...settings,
    request: ask,
    connection: {
      ...{ state, report },
      command: (given) => {
        command(given);
      },
      send: (frame) => {
        send(frame);
      },
    },
  });
  const wire = connectionOf(ablyProtocol(settings, authorizer), {
    ...connectionSettings(settings),
    recovered: recovery && recoveredSession(recovery), // RTN16k
  });
  const { send, command, bufferedAmount: backlog } = wire;
  const connect = (): void => {
    if (settings.autoConnect === 'onDemand' && state.value.name === 'initialized')
      command({ type: 'connect' });
  };
  const outbox = new Outbox({
    ...{ send, report, limits },
    isAttaching: (name: string): boolean => channels.isAttaching(name),
    firstSerial: recovery?.msgSerial ?? 0, // RTN16f
  });
  const identity = (): string | null =>
    clientId ?? sessionIn(state.value)?.details.clientId ?? authorizer.token?.clientId ?? null;
  const authorized = authorizedRequest(ask, authorizer, clientId);
  const auth = new Auth({ authorizer, disposed$, clientId: identity, request: authorized });
  const publisher = publisherOf({
    ...{ settings, outbox, connect, backlog, clientId: identity },
    state: () => state.value,
  });
  const channels = new Channels({
    ...{ rules: channelRules(settings), scheduler, random, send, connect },
    services: {
      ...{ publisher, scheduler, log, strictMode, vcdiff, report: undecodable },
      ask: authorized,
      self: () => ({ clientId: auth.clientId, connectionId: sessionIn(state.value)?.id }),
    },
  });
  if (recovery) channels.restore(recovery.channelSerials); // RTN16j
  const state$ = stateOf(state, ({ name }) => name);
  const pings = new Pings({ state$, send, requestTimeout, scheduler, random });
  return { wire, outbox, channels, pings, authorizer, auth, ask, disposed$ };
}
