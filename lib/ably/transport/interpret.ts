import type { End, Outcome } from '../../connection/state.js';
import { isFinal, isTokenError } from '../auth/errors.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { type AblySession, sessionOf } from './session.js';

const noReason = {
  code: 80003,
  message: 'The server ended the connection and gave no reason.',
};

/** What a frame means to the connection; most frames mean nothing to it. */
export function interpret(frame: ProtocolMessage, keepFor: number): Outcome<AblySession> | undefined {
  switch (frame.action) {
    case Action.connected:
      return { type: 'ready', session: sessionOf(frame, keepFor) };
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

function interpretError(frame: ProtocolMessage, type: 'dropped' | 'refused'): Outcome<AblySession> {
  const error = ErrorInfo.from(frame.error ?? noReason);
  if (isTokenError(error)) return { type: 'unauthorized', error, final: type === 'refused' };
  return type === 'refused'
    ? { type, error }
    : { type, error, next: isServerFault(frame) ? 'other host' : 'now' };
}

/** RTN17f1 */
const isServerFault = ({ error }: ProtocolMessage): boolean =>
  error?.statusCode !== undefined && error.statusCode >= 500 && error.statusCode <= 504;

/** What it means that a socket ended, or never came to be, without a frame that said so (RTN15a, RTN17f). */
export function interpretEnd(end: End): Outcome<AblySession> {
  const error = explain(end);
  return end.type === 'undialled' && isFinal(error)
    ? { type: 'refused', error } // RSA4d
    : { type: 'dropped', error, next: nexts[end.type] };
}

/** A host is to blame for what it did not answer, and not for a network that is not there (RTN17f, RTN17j, RTN20a). */
const nexts = {
  closed: 'other host',
  'timed out': 'other host',
  idle: 'other host',
  undialled: 'now',
  offline: 'wait',
} as const;

function explain(end: End): ErrorInfo {
  switch (end.type) {
    case 'closed':
      return lost(`the socket closed with code ${end.code}${end.reason && ` (${end.reason})`}`);
    case 'timed out':
      return new ErrorInfo(
        `The server did not answer within ${end.after} ms. Check the network and the option "endpoint".`,
        { code: 80014, statusCode: 504 },
      );
    case 'idle':
      return lost(`nothing came for ${end.after} ms`, 408);
    case 'offline':
      return lost('the system says that there is no network');
    case 'undialled':
      return ErrorInfo.of(end.cause, 80000);
  }
}

const lost = (why: string, statusCode?: number): ErrorInfo =>
  new ErrorInfo(`The connection was lost: ${why}. It is opened again by itself.`, {
    code: 80003,
    statusCode,
  });
