import { catchError, map, type Observable, of, switchMap, tap, throwError } from 'rxjs';
import type { Protocol } from '../../connection/protocol.js';
import type { Outcome } from '../../connection/state.js';
import type { CredentialsSource } from '../auth/credentials.js';
import { incompatible } from '../auth/errors.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { interpret, interpretEnd } from './interpret.js';
import { redactEnd } from './redact-url.js';
import { type AblySession, mergedSession } from './session.js';
import { addressOf, type TransportSettings } from './url.js';

/**
 * Ably as a Protocol of the connection floor. `checkConnectivity` emits where there is a network, and errors where there is
 * none; left out, a fallback host is dialled without that check (RTN17j).
 */
export function ablyProtocol(
  settings: TransportSettings & { readonly connectionStateTtl: number },
  source: CredentialsSource,
  checkConnectivity: () => Observable<unknown> = () => of(undefined),
): Protocol<AblySession, ProtocolMessage, ProtocolMessage> {
  const { codec, clientId } = settings;
  let dialled: string | undefined;
  let tentative: true | undefined;
  const credentials$ = source.credentials$.pipe(
    catchError((thrown: unknown) => throwError(() => source.failure(thrown))), // RSA4c
    tap((credentials) => {
      if (credentials.type === 'token') source.presented(credentials.token);
    }),
  );
  return {
    encode: codec.encode,
    read: (data, deliver) => {
      const frame = frameOf(codec.decode(data));
      const outcome =
        frame.action === Action.message ? undefined : interpret(frame, settings.connectionStateTtl); // not asked on the hot path
      if (outcome) return beginAnew(checkIdentity(outcome, clientId, source), tentative);
      deliver(frame);
      return undefined;
    },
    address: (attempt) =>
      (attempt.checkNetwork ? checkConnectivity() : of(undefined)).pipe(
        switchMap(() => credentials$),
        map((credentials) => addressOf(settings, attempt, credentials)),
        tap(({ url }) => {
          dialled = url;
          tentative = attempt.resume?.extra.tentative;
        }),
      ),
    opened: undefined, // RTN6: an open socket is not a connection yet
    ended: (end) => interpretEnd(redactEnd(end, dialled)),
    merged: mergedSession,
    closeFrame: { action: Action.close }, // RTN12a
    continues: ({ extra: { id, recovered } }, now) =>
      recovered ? now.warning === undefined : id === now.extra.id, // RTN15c6, RTN16l
  };
}

/** Refuses where rejected credentials cannot be renewed, and where the server knows the client by another clientId. */
function checkIdentity(
  outcome: Outcome<AblySession>,
  own: string | undefined,
  source: CredentialsSource,
): Outcome<AblySession> {
  if (outcome.type === 'unauthorized') {
    const error = source.rejected(ErrorInfo.of(outcome.error)); // RSA16d
    return error ? { type: 'refused', error } : outcome; // RSA4a2, RTN15h1
  }
  if (outcome.type !== 'ready' || own === undefined) return outcome;
  const { clientId } = outcome.session.extra.details;
  return clientId == null || clientId === '*' || clientId === own
    ? outcome // RSA15b
    : { type: 'refused', error: incompatible(own, clientId) }; // RSA15a, RSA15c
}

/** RTN16l: a session that a page has kept, and that turns out to be another client's, is left alone. */
const beginAnew = (outcome: Outcome<AblySession>, tentative: true | undefined): Outcome<AblySession> =>
  tentative && outcome.type === 'refused' && ErrorInfo.of(outcome.error).code === 40102
    ? { type: 'dropped', error: outcome.error, next: 'now', anew: true }
    : outcome;

/** Checks that the server sent an object with an action; unknown actions and fields are allowed (RTF1). */
function frameOf(decoded: unknown): ProtocolMessage {
  if (
    typeof decoded === 'object' &&
    decoded !== null &&
    'action' in decoded &&
    typeof decoded.action === 'number'
  )
    return decoded as ProtocolMessage;
  throw new TypeError('The server sent a frame without an action.');
}
