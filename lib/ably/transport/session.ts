import type { Session } from '../../connection/state.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ConnectionDetails, ProtocolMessage } from '../wire/frames.js';

/** The part of a session that only Ably's protocol knows. */
export interface AblySession {
  /** RTN8 */
  readonly id: string;
  /** RTN9: the secret that resumes the session. */
  readonly key: string;
  /** CD2 */
  readonly details: ConnectionDetails;
  /** Set on the session of another process, until the server has confirmed it (RTN16). */
  readonly recovered?: true;
  /** Set where it may be of another clientId, and the client then begins anew. */
  readonly tentative?: true;
}

/** RTN21: the session that a CONNECTED frame opens; without a word of the server it is kept for so many milliseconds. */
export function sessionOf(frame: ProtocolMessage, connectionStateTtl: number): Session<AblySession> {
  const details = frame.connectionDetails ?? {};
  if (typeof (details as unknown) !== 'object')
    throw new TypeError('The server sent "connectionDetails" that are no object.');
  return {
    idleAfter: positive(details.maxIdleInterval), // CD2h: 0 means no limit
    keepFor: positive(details.connectionStateTtl) ?? connectionStateTtl,
    warning: frame.error ? ErrorInfo.from(frame.error) : undefined,
    extra: { id: frame.connectionId ?? '', key: details.connectionKey ?? '', details },
  };
}

/** Milliseconds, where they are a positive number; a timer of anything else would fire at once, for ever (RTF1). */
const positive = (ms: unknown): number | undefined => (typeof ms === 'number' && ms > 0 ? ms : undefined);

/** RTN21, RTN24: fields that a later CONNECTED leaves out keep their values. */
export function mergedSession(before: Session<AblySession>, now: Session<AblySession>): Session<AblySession> {
  const { id, key, details } = now.extra;
  const given = Object.fromEntries(
    Object.entries(details).filter(([, value]) => value != null),
  ) as ConnectionDetails;
  return {
    idleAfter: details.maxIdleInterval === 0 ? undefined : (now.idleAfter ?? before.idleAfter),
    keepFor: details.connectionStateTtl == null ? before.keepFor : now.keepFor,
    warning: now.warning,
    extra: {
      id: id || before.extra.id,
      key: key || before.extra.key,
      details: { ...before.extra.details, ...given },
    },
  };
}
