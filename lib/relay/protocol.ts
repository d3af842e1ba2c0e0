import { map, type Observable } from 'rxjs';
import { withQuery } from '../base/url.js';
import { toHex } from '../codec/hex.js';
import { goesOn } from '../base/error-json.js';
import type { Protocol } from '../connection/protocol.js';
import type { End, Session, Outcome } from '../connection/state.js';
import { maxTimer } from '../base/deadline.js';
import type { Address } from '../socket/types.js';
import { authToken } from './auth/auth-token.js';
import { type Incoming, incomingOf } from './json-rpc/frames.js';
import { Code, RelayError } from './relay-error.js';
import type { Settings } from './settings.js';

/** The services of the client that the protocol uses. */
export interface ProtocolDependencies {
  readonly seed$: Observable<Uint8Array>;
  /** Whether the client needs a connection. */
  readonly isNeeded: () => boolean;
  /** A request that asks only for a sign of life. */
  readonly probe: () => string;
}

/** The relay knows no sessions: an open socket is a connection, and nothing is lost with the one before. */
type RelayOutcome = Outcome<null>;

/** Codes of closes that mean something (RFC 6455, and the relay's own). */
const Close = { tryLater: 1013, stale: 4008 } as const;

/** HTTP statuses with which the relay refuses a client, as `ws`, Deno and Bun word them; browsers do not show them. */
const forbidden = /(?:response|status code): (401|403)$/;

/** Milliseconds for which an overloaded relay is left alone. */
const tooBusyFor = 5000;

/** The relay as a Protocol of the connection floor: no greeting, no CLOSE, and no frame that means anything to it. */
export function relayProtocol(
  settings: Settings,
  dependencies: ProtocolDependencies,
): Protocol<null, Incoming, string> {
  const { probeAfter, probeTimeout } = settings;
  const session: Session<null> = {
    idleAfter: probeAfter,
    keepFor: maxTimer,
    warning: undefined,
    extra: null,
  };
  return {
    encode: (text) => text,
    read: (data, deliver) => {
      deliver(incomingOf(data));
      return undefined;
    },
    address: () => dependencies.seed$.pipe(map((seed) => addressOf(settings, seed))),
    opened: { type: 'ready', session },
    ended: (end) => interpretEnd(end, probeTimeout, dependencies.isNeeded),
    closeFrame: undefined,
    probe: { after: probeAfter, frame: dependencies.probe },
    continues: () => false,
  };
}

/** Where to dial, with a new token for each connection. */
function addressOf(settings: Settings, seed: Uint8Array): Address {
  const { relayUrl, projectId, ua, platform, bearerToken, tokenTtl, scheduler, randomBytes } = settings;
  const token = authToken({
    seed,
    audience: relayUrl.replace(/\/?(?:\?.*)?$/, ''),
    nonce: toHex(randomBytes(32)),
    issuedAt: Math.floor(scheduler.now() / 1000),
    ttl: tokenTtl,
  });
  const inHeader = bearerToken && platform.headers;
  const params = { ...(projectId !== undefined && { projectId }), ua, useOnCloseEvent: 'true' };
  const url = withQuery(relayUrl, { ...params, ...(!inHeader && { auth: token }) });
  return { url, ...(inHeader && { headers: { Authorization: `Bearer ${token}` } }) };
}

/** Meaning of a socket that ended, or was never opened. */
function interpretEnd(end: End, probeTimeout: number, isNeeded: () => boolean): RelayOutcome {
  if (end.type !== 'closed') return { type: 'dropped', next: 'wait', error: errorOf(end, probeTimeout) };
  const { code, reason, unopened } = end;
  const [, status] = forbidden.exec(reason) ?? [];
  if (status !== undefined) return { type: 'refused', error: refusedBy(`HTTP status ${status}`) };
  if (code === Code.auth) return { type: 'refused', error: refusedBy(reason) };
  if (code === Close.stale && !isNeeded()) return { type: 'ended' };
  const [what, then] = unopened
    ? ['There is no connection to the relay', goesOn]
    : ['The connection to the relay was lost', 'The client reconnects by itself.'];
  const error = new RelayError(
    `${what}: the socket closed with code ${code}${reason && ` (${reason})`}. ${then}`,
    { code },
  );
  return { type: 'dropped', next: 'wait', error, ...(code === Close.tryLater && { restFor: tooBusyFor }) };
}

const refusedBy = (reason: string): RelayError =>
  new RelayError(
    `The relay refuses this client: ${reason || 'it gave no reason'}. Check "projectId", the key and the origins that the project allows, then connect() again.`,
    { code: Code.auth },
  );

function errorOf(end: Exclude<End, { type: 'closed' }>, probeTimeout: number): RelayError {
  switch (end.type) {
    case 'timed out':
      return new RelayError(
        `The relay did not answer within ${end.after} ms. Check the network and the option "relayUrl"; the client retries by itself.`,
      );
    case 'idle':
      return new RelayError(
        `Nothing was received from the relay for ${end.after} ms, ${probeTimeout} of them after a probe. The client reconnects by itself.`,
      );
    case 'offline':
      return new RelayError(
        'The system reports that there is no network. The client reconnects when there is one.',
      );
    case 'dial failed':
      return RelayError.of(end.cause);
  }
}
