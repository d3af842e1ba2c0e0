import { map, type Observable } from 'rxjs';
import { toHex } from '../codec/hex.js';
import type { Protocol } from '../connection/protocol.js';
import type { End, Session, Outcome } from '../connection/state.js';
import { maxTimer } from '../base/max-timer.js';
import type { Address } from '../socket/types.js';
import { authToken } from './auth/auth-token.js';
import { type Incoming, incomingOf } from './json-rpc/frames.js';
import { Code, RelayError } from './relay-error.js';
import type { Settings } from './settings.js';

/** What the protocol asks of the client. */
export interface Standing {
  readonly seed$: Observable<Uint8Array>;
  /** Whether a connection is of use to anybody. */
  readonly isNeeded: () => boolean;
  /** A request whose answer tells nothing but that somebody is there. */
  readonly probe: () => string;
}

/** The relay knows no sessions: an open socket is a connection, and nothing is lost that was there before. */
type Verdicts = Outcome<null>;

/** Codes of closes that mean something (RFC 6455, and the relay's own). */
const Close = { tryLater: 1013, stale: 4008 } as const;

/** The relay's HTTP statuses for a client that it does not let in, as `ws` words them; browsers tell nothing of them. */
const forbidden = /response: (401|403)$/;

/** Milliseconds for which a relay that has too much to do is left alone. */
const tooBusyFor = 5000;

/** The relay as a Protocol of the connection floor: no greeting, no farewell, and frames that mean nothing to it. */
export function relayProtocol(settings: Settings, standing: Standing): Protocol<null, Incoming, string> {
  const { probeAfter, probeTimeout } = settings;
  const session: Session<null> = {
    idleAfter: probeAfter,
    keepFor: maxTimer,
    warning: undefined,
    extra: null,
  };
  return {
    encode: (text) => text,
    decode: incomingOf,
    address: () => standing.seed$.pipe(map((seed) => addressOf(settings, seed))),
    opened: { type: 'ready', session },
    interpret: () => undefined,
    ended: (end) => judgeEnd(end, probeTimeout, standing.isNeeded),
    closeFrame: undefined,
    probe: { after: probeAfter, frame: standing.probe },
    continues: () => false,
  };
}

/** Where to dial, with a token of its own for each connection. */
function addressOf(settings: Settings, seed: Uint8Array): Address {
  const { relayUrl, projectId, ua, platform, bearerToken, tokenTtl, scheduler, randomBytes } = settings;
  const url = new URL(relayUrl);
  url.search = '';
  const token = authToken({
    seed,
    audience: url.href.replace(/\/$/, ''),
    nonce: toHex(randomBytes(32)),
    issuedAt: Math.floor(scheduler.now() / 1000),
    ttl: tokenTtl,
  });
  const inHeader = bearerToken && platform.headers;
  const params = { ...(projectId !== undefined && { projectId }), ua, useOnCloseEvent: 'true' };
  url.search = relayUrl.search;
  for (const [name, value] of Object.entries({ ...params, ...(!inHeader && { auth: token }) }))
    url.searchParams.set(name, value);
  return { url: url.href, ...(inHeader && { headers: { Authorization: `Bearer ${token}` } }) };
}

/** What it means that a socket ended, or never came to be. */
function judgeEnd(end: End, probeTimeout: number, isNeeded: () => boolean): Verdicts {
  if (end.type !== 'closed') return { type: 'dropped', next: 'wait', error: explained(end, probeTimeout) };
  const { code, reason } = end;
  const [, status] = forbidden.exec(reason) ?? [];
  if (status !== undefined) return { type: 'refused', error: refusedBy(`HTTP status ${status}`) };
  if (code === Code.auth) return { type: 'refused', error: refusedBy(reason) };
  if (code === Close.stale && !isNeeded()) return { type: 'ended' };
  const error = new RelayError(
    `The socket closed with code ${code}${reason && ` (${reason})`}. It is opened again by itself.`,
    { code },
  );
  return { type: 'dropped', next: 'wait', error, ...(code === Close.tryLater && { restFor: tooBusyFor }) };
}

const refusedBy = (reason: string): RelayError =>
  new RelayError(
    `The relay refuses this client: ${reason || 'it gave no reason'}. Check "projectId", the key and the origins that the project allows, then connect() again.`,
    { code: Code.auth },
  );

function explained(end: Exclude<End, { type: 'closed' }>, probeTimeout: number): RelayError {
  switch (end.type) {
    case 'timed out':
      return new RelayError(
        `The relay did not answer within ${end.after} ms. Check the network and the option "relayUrl"; it is tried again by itself.`,
      );
    case 'idle':
      return new RelayError(
        `The relay has not been heard of for ${end.after} ms, ${probeTimeout} of them after it was asked. The connection is opened again by itself.`,
      );
    case 'offline':
      return new RelayError(
        'The system reports that there is no network. The connection is opened again when there is.',
      );
    case 'undialled':
      return RelayError.of(end.cause);
  }
}
