import { catchError, map, of, switchMap, tap, throwError } from 'rxjs';
import type { Protocol } from '../../connection/protocol.js';
import type { Outcome } from '../../connection/state.js';
import type { CredentialsSource } from '../auth/credentials.js';
import { authenticationFailed, incompatible, unrenewable } from '../auth/errors.js';
import type { Settings } from '../client/settings.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { addressOf } from './url.js';
import { checkConnectivity } from './connectivity-check.js';
import { interpret, interpretEnd } from './interpret.js';
import { type AblySession, mergedSession } from './session.js';
import { redactEnd } from './redact-url.js';

/** DF1a */
export const defaultConnectionStateTtl = 120_000;

/** Ably as a Protocol of the connection floor. */
export const ablyProtocol = (
  settings: Settings,
  source: CredentialsSource,
): Protocol<AblySession, ProtocolMessage, ProtocolMessage> => {
  let dialled = 'ws://nobody/';
  const credentials$ = source.credentials$.pipe(
    catchError((thrown: unknown) => throwError(() => authenticationFailed(thrown))), // RSA4c
    tap((credentials) => {
      if (credentials.type === 'token') source.presented(credentials.token);
    }),
  );
  return {
    encode: settings.codec.encode,
    decode: (data) => frameOf(settings.codec.decode(data)),
    address: (attempt) =>
      (attempt.probe ? checkConnectivity(settings) : of(undefined)).pipe(
        switchMap(() => credentials$),
        map((credentials) => addressOf(settings, attempt, credentials)),
        tap(({ url }) => {
          dialled = url;
        }),
      ),
    opened: undefined, // RTN6: an open socket is not a connection yet
    interpret: (frame) => checkIdentity(interpret(frame, defaultConnectionStateTtl), settings, source),
    ended: (end) => interpretEnd(redactEnd(end, dialled)),
    merged: mergedSession,
    closeFrame: { action: Action.close }, // RTN12a
    continues: ({ extra: { id, recovered } }, now) =>
      recovered ? now.warning === undefined : id === now.extra.id, // RTN15c6, RTN16l
  };
};

/** What a verdict comes to when it is about who we are: a token may be had anew, and another's name is not for us. */
function checkIdentity(
  verdict: Outcome<AblySession> | undefined,
  { clientId: own }: Settings,
  source: CredentialsSource,
): Outcome<AblySession> | undefined {
  if (verdict === undefined) return undefined;
  if (verdict.type === 'unauthorized') {
    if (!source.usesTokens) return { type: 'refused', error: verdict.error };
    source.rejected(); // RSA16d
    return source.renewable ? verdict : { type: 'refused', error: unrenewable(ErrorInfo.of(verdict.error)) }; // RSA4a2, RTN15h1
  }
  if (verdict.type !== 'ready' || own === undefined) return verdict;
  const { clientId } = verdict.session.extra.details;
  return clientId == null || clientId === '*' || clientId === own
    ? verdict // RSA15b
    : { type: 'refused', error: incompatible(own, clientId) }; // RSA15a, RSA15c
}

/** The border: what was decoded is a frame if it is an object with an action; unknown actions and fields may be (RTF1). */
function frameOf(decoded: unknown): ProtocolMessage {
  if (
    typeof decoded === 'object' &&
    decoded !== null &&
    'action' in decoded &&
    typeof decoded.action === 'number'
  )
    return decoded as ProtocolMessage;
  throw new TypeError('The server sent a frame that has no action.');
}
