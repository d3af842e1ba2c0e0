import type { Session } from '../../connection/state.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ConnectionDetails, ProtocolMessage } from '../wire/frames.js';

/** What CONNECTED told us. */
export interface AblySession {
  /** RTN8 */
  readonly id: string;
  /** RTN9: the secret that resumes the session. */
  readonly key: string;
  /** CD2 */
  readonly details: ConnectionDetails;
  /** Whether it is another process's, which the server has not confirmed yet (RTN16). */
  readonly recovered?: true;
}

/** RTN21: the session that a CONNECTED frame opens; `keepFor` is what holds where it says nothing. */
export function sessionOf(frame: ProtocolMessage, keepFor: number): Session<AblySession> {
  const details = frame.connectionDetails ?? {};
  return {
    idleAfter: positive(details.maxIdleInterval), // CD2h: 0 stands for no limit
    keepFor: positive(details.connectionStateTtl) ?? keepFor, // DF1a
    warning: frame.error ? ErrorInfo.from(frame.error) : undefined,
    extra: { id: frame.connectionId ?? '', key: details.connectionKey ?? '', details },
  };
}

/** Milliseconds, where they are; a timer of anything else would fire at once, for ever (RTF1). */
const positive = (ms: unknown): number | undefined => (typeof ms === 'number' && ms > 0 ? ms : undefined);

/** RTN21, RTN24: what a later CONNECTED does not say stays as it was. */
export function mergedSession(before: Session<AblySession>, now: Session<AblySession>): Session<AblySession> {
  const { id, key, details } = now.extra;
  const told = Object.fromEntries(
    Object.entries(details).filter(([, value]) => value != null),
  ) as ConnectionDetails;
  return {
    idleAfter: details.maxIdleInterval === 0 ? undefined : (now.idleAfter ?? before.idleAfter),
    keepFor: details.connectionStateTtl == null ? before.keepFor : now.keepFor,
    warning: now.warning,
    extra: {
      id: id || before.extra.id,
      key: key || before.extra.key,
      details: { ...before.extra.details, ...told },
    },
  };
}
