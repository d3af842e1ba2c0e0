import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { modesAllowed } from '../auth/allowed-modes.js';
import { refusal } from '../wire/errors.js';
import { expel } from '../attachments/attach.js';
import { connected } from './connected-frame.js';
import type { Live } from './connection-context.js';
import { ownerOf, succeeding } from './identity.js';

/**
 * RTC8a: the connection goes on with another token. Channels that this one does not allow as they are attached are ended;
 * nothing else notices. Throws what has to end the connection (RTC8a2).
 */
export function reauthenticate(live: Live, { auth }: ProtocolMessage): void {
  const { state, authority, settings, line } = live;
  state.owner = succeeding(state.owner, ownerOf(authority.byToken(auth?.accessToken)));
  line.send(connected(state, settings)); // RTC8a1
  live.watch.begin(live);
  const { capability } = state.owner.caller;
  for (const [name, { modes, channel }] of live.attachments)
    if (modes & ~modesAllowed(capability, channel.name)) expel(live, name, overreaching());
}

const overreaching = (): Error =>
  refusal(
    40160,
    401,
    'The new token does not allow all modes that this channel is attached with: attach it with fewer, or get another token.',
  );
