import { map, of } from 'rxjs';
import type { Protocol } from '../../connection/protocol.js';
import type { Settings } from '../settings.js';
import { Action } from '../wire/actions.js';
import type { ProtocolMessage } from '../wire/frames.js';
import { addressOf } from './address.js';
import { checked } from './connectivity.js';
import { judge, judgeEnd } from './judge.js';
import { type AblySession, mergedSession } from './session.js';

/** DF1a */
export const defaultConnectionStateTtl = 120_000;

/** Ably as a Protocol of the connection floor. */
export const ablyProtocol = (
  settings: Settings,
): Protocol<AblySession, ProtocolMessage, ProtocolMessage> => ({
  encode: settings.codec.encode,
  decode: (data) => frameOf(settings.codec.decode(data)),
  address: (attempt) =>
    (attempt.probe ? checked(settings) : of(undefined)).pipe(map(() => addressOf(settings, attempt))),
  opened: undefined, // RTN6: an open socket is not a connection yet
  judge: (frame) => judge(frame, defaultConnectionStateTtl),
  ended: judgeEnd,
  merged: mergedSession,
  farewell: { action: Action.close }, // RTN12a
  continues: ({ extra: { id, recovered } }, now) =>
    recovered ? now.warning === undefined : id === now.extra.id, // RTN15c6, RTN16l
});

/** The border: what was decoded is a frame if it is an object with an action; unknown actions and fields may be (RTF1). */
function frameOf(decoded: unknown): ProtocolMessage {
  if (
    typeof decoded === 'object' &&
    decoded !== null &&
    'action' in decoded &&
    typeof decoded.action === 'number'
  )
    return decoded as ProtocolMessage;
  throw new TypeError('The server sent a frame that is no protocol message: it has no action.');
}
