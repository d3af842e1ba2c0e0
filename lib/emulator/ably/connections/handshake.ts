import { ErrorInfo, type WireError } from '../../../ably/wire/error-info.js';
import { Action } from '../../../ably/wire/actions.js';
import type { ConnectRequest, Query, Transport } from '../../host/server-core.js';
import type { Authority } from '../auth/authority.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { encodeFrame, type Format } from '../wire/formats.js';
import { type ConnectionIdentity, connectionIdentity, changeIdentity } from './identity.js';
import type { ResumableSessions, ResumableSession } from './resumable-sessions.js';

/** The result of a handshake. */
export interface Handshake {
  readonly session: ResumableSession;
  readonly format: Format;
  readonly echo: boolean;
  readonly heartbeats: boolean;
  /** Time in ms that members stay without a transport, if the client has set it. */
  readonly remainPresentFor: number | undefined;
  readonly resumed: boolean;
  /** Id of the connection that the key for a resume or a recovery names. */
  readonly cameFrom: string | undefined;
  /** RTN15c7 */
  readonly error: WireError | undefined;
}

/** Checks a connection request. Throws the error that refuses it (RTN14b, RTN14g, RSA15c). */
export function handshake(
  { params, headers = {} }: ConnectRequest,
  authority: Authority,
  sessions: ResumableSessions,
): Handshake {
  const format = params.get('format') ?? 'json';
  if (format !== 'json' && format !== 'msgpack') {
    throw refusal(40003, 400, 'The format is unknown: ask for json or msgpack.');
  }
  if (!(Number(params.get('v') ?? 2) >= 2)) {
    throw refusal(40017, 400, 'The protocol version `v` is not supported: use 2 or later.');
  }
  const identity = connectionIdentity(
    authority.authenticate({ params, headers }),
    params.get('clientId') ?? undefined,
  );
  return {
    ...sessionFor(params, identity, sessions),
    format,
    echo: params.get('echo') !== 'false',
    heartbeats: params.get('heartbeats') === 'true',
    remainPresentFor: durationOf(params.get('remainPresentFor')),
  };
}

const durationOf = (text: string | null): number | undefined =>
  text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

function sessionFor(
  params: Query,
  identity: ConnectionIdentity,
  sessions: ResumableSessions,
): Pick<Handshake, 'session' | 'resumed' | 'cameFrom' | 'error'> {
  const key = params.get('resume') ?? params.get('recover');
  const cameFrom = key?.replace(/!.*$/s, '');
  const found = key === null ? undefined : tryResume(key, sessions);
  if (!found || found instanceof Error)
    return {
      session: sessions.create(identity),
      resumed: false,
      cameFrom,
      error: found && wireErrorOf(found),
    };
  found.identity = changeIdentity(found.identity, identity);
  if (params.get('recover') === null) found.publishResults.expectGap();
  else found.publishResults.share();
  return { session: found, resumed: true, cameFrom, error: undefined };
}

function tryResume(key: string, sessions: ResumableSessions): ResumableSession | Error {
  try {
    return sessions.resume(key);
  } catch (thrown) {
    return ErrorInfo.of(thrown);
  }
}

/** Answers with ERROR and closes (RTN15j). */
export function refuseConnection({ params }: ConnectRequest, socket: Transport, error: WireError): void {
  const format = params.get('format') === 'msgpack' ? 'msgpack' : 'json';
  socket.send(encodeFrame({ action: Action.error, error }, format).data);
  socket.close(1000, 'refused');
}
