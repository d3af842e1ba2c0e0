import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import { acceptPresence } from './accept-presence.js';
import { modeMissing } from '../auth/allowed-modes.js';
import { demand } from '../auth/capability.js';
import type { Channel } from '../channels/channel.js';
import { changePresence } from './change-presence.js';
import { parseChannelName } from '../channels/channel-name.js';
import { refusal } from '../wire/errors.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { acknowledge } from '../connections/acknowledge.js';

/** RTP8 to RTP10: enters, updates or leaves, once, then answers ACK or NACK, unless a fault ignores the frame. */
export function onPresence(context: ConnectionContext, frame: ProtocolMessage): void {
  const { faults, session } = context;
  if (faults.ignoredPresences === 0) {
    acknowledge(context, frame, changeFromFrame);
    return;
  }
  faults.ignoredPresences -= 1;
  session.publishResults.expectGap();
}

/**
 * RTP18: sends the members again, to a client that asks for a SYNC; the protocol lets it. It is a whole one, also where
 * the frame names the cursor of an earlier one, because members may have left meanwhile: a guess. Throws
 * 90001.
 */
export function onSync({ attachments }: ConnectionContext, { channel = '' }: ProtocolMessage): void {
  const attachment = attachments.get(channel);
  if (!attachment)
    throw refusal(90001, 404, 'The channel is not attached: attach it, and its members come without asking.');
  attachment.sync.start();
}

function changeFromFrame(context: ConnectionContext, frame: ProtocolMessage, id: string): readonly string[] {
  const { channels, session, settings } = context;
  const channel = channelOf(context, frame);
  const { clientId } = session.identity;
  const changes = acceptPresence({ clientId, maxMessageSize: settings.maxMessageSize }, frame.presence);
  channels.use(channel, () => changePresence(channel, { changes, id, connectionId: session.id }));
  session.presentOn.add(channel);
  return []; // presence messages have no serials
}

/** Throws 40160 where presence is not allowed (RTP8h), 91001 without an attachment, and 40165 without the mode. */
function channelOf({ attachments, channels, session }: ConnectionContext, frame: ProtocolMessage): Channel {
  const name = String(frame.channel);
  const { channel, filter } = parseChannelName(name);
  if (filter !== undefined)
    throw refusal(40000, 400, 'A derived channel is only for subscribers: enter on the channel itself.');
  demand(session.identity.caller.capability, channel, 'presence');
  const attachment = attachments.get(name);
  if (!attachment)
    throw refusal(91001, 400, 'The channel is not attached: attach it before entering, or leaving.');
  if (hasFlag(attachment.modes, Flag.presence)) return channels.getOrCreate(channel);
  throw modeMissing('PRESENCE');
}
