import { goesOn } from '../../base/error-json.js';
import type { End, Outcome } from '../../connection/state.js';
import { isFinal, isTokenError } from '../auth/errors.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type AblySession, sessionOf } from './session.js';

const noReason = (): ErrorInfo =>
  new ErrorInfo('The server ended the connection without a reason.', { code: 80003 });

/** Meaning of a frame to the connection; `undefined` for most frames, which have none. */
export function interpret(
  frame: ProtocolMessage,
  connectionStateTtl: number,
): Outcome<AblySession> | undefined {
  switch (frame.action) {
    case Action.connected:
      return { type: 'ready', session: sessionOf(frame, connectionStateTtl) };
    case Action.disconnected:
      return interpretError(frame, 'dropped');
    case Action.error:
      return frame.channel ? undefined : interpretError(frame, 'refused'); // RTN14g, RTN15j
    case Action.closed:
      return { type: 'ended' };
    default:
      return undefined;
  }
}

/** 80016: another client goes on in the session. Resuming it would take it from that client, and so on in turn. */
const superseded = 80016;

function interpretError(frame: ProtocolMessage, type: 'dropped' | 'refused'): Outcome<AblySession> {
  const error = frame.error ? ErrorInfo.from(frame.error) : noReason();
  if (isTokenError(error)) return { type: 'unauthorized', error, final: type === 'refused' };
  if (type === 'refused') return { type, error };
  if (error.code === superseded) return { type, error, next: 'now', anew: true };
  return { type, error, next: isServerFault(frame) ? 'other host' : 'now' };
}

/** RTN17f1 */
const isServerFault = ({ error }: ProtocolMessage): boolean =>
  error?.statusCode !== undefined && error.statusCode >= 500 && error.statusCode <= 504;

/** Meaning of a socket that ended, or was never opened, without a frame that said so (RTN15a, RTN17f). */
export function interpretEnd(end: End): Outcome<AblySession> {
  const error = errorOf(end);
  if (end.type === 'dial failed' && isFinal(error)) return { type: 'refused', error }; // RSA4d
  const restFor = restIn(error);
  return { type: 'dropped', error, next: nexts[end.type], ...(restFor !== undefined && { restFor }) };
}

/** Milliseconds for which an error, or one that it comes of, asks the client to wait. */
const restIn = (error: unknown): number | undefined =>
  error instanceof ErrorInfo ? (error.retryAfter ?? restIn(error.cause)) : undefined;

/** A host is to blame where it did not answer, and not where there is no network (RTN17f, RTN17j, RTN20a). */
const nexts = {
  closed: 'other host',
  'timed out': 'other host',
  idle: 'other host',
  'dial failed': 'now',
  offline: 'wait',
} as const;

function errorOf(end: End): ErrorInfo {
  switch (end.type) {
    case 'closed':
      return unavailable(
        end.unopened,
        `the socket closed with code ${end.code}${end.reason && ` (${end.reason})`}`,
        end.code === 1009 ? { code: 40009 } : {}, // a frame was too large
      );
    case 'timed out':
      return new ErrorInfo(
        `The server did not answer within ${end.after} ms. Check the network and the option "endpoint".`,
        { code: 80014, statusCode: 504 },
      );
    case 'idle':
      return unavailable(false, `nothing was received for ${end.after} ms`, { statusCode: 408 });
    case 'offline':
      return unavailable(true, 'the system reports that there is no network');
    case 'dial failed':
      return ErrorInfo.of(end.cause, 80000);
  }
}

/** Says whether a connection was lost, or was never there. */
const unavailable = (
  unopened: boolean | undefined,
  why: string,
  { code = 80003, statusCode }: { readonly code?: number; readonly statusCode?: number } = {},
): ErrorInfo =>
  new ErrorInfo(
    unopened
      ? `There is no connection: ${why}. ${goesOn}`
      : `The connection was lost: ${why}. The client reconnects by itself.`,
    { code, statusCode },
  );
