import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import { acceptedPresence } from '../messages/accept-messages.js';
import { demand } from '../auth/capability.js';
import type { Channel } from '../channels/channel.js';
import { changePresence } from './change-presence.js';
import { qualified } from '../channels/channel-name.js';
import { refusal } from '../wire/errors.js';
import type { Live } from '../connections/connection-context.js';
import { settle } from '../messages/message-frame.js';

/** RTP8 to RTP10: enters, updates or leaves, once, then answers ACK or NACK; says nothing where a fault wants it so. */
export function enter(live: Live, frame: ProtocolMessage): void {
  const { faults, state } = live;
  if (faults.ignoredPresences === 0) {
    settle(live, frame, sayPresence);
    return;
  }
  faults.ignoredPresences -= 1;
  state.outcomes.lose();
}

function sayPresence(live: Live, frame: ProtocolMessage, id: string): readonly string[] {
  const { channels, state, settings } = live;
  const channel = channelOf(live, frame);
  const { clientId } = state.owner;
  const changes = acceptedPresence({ clientId, maxMessageSize: settings.maxMessageSize }, frame.presence);
  channels.use(channel, () => changePresence(channel, { changes, id, connectionId: state.id }));
  state.presentOn.add(channel);
  return []; // presence messages have no serials
}

/** Throws 40160 where presence is not allowed (RTP8h), 91001 where the channel is not attached. */
function channelOf({ attachments, channels, state }: Live, frame: ProtocolMessage): Channel {
  const name = String(frame.channel);
  const { channel, filter } = qualified(name);
  if (filter !== undefined)
    throw refusal(40000, 400, 'A derived channel is only for subscribers: enter on the channel itself.');
  demand(state.owner.caller.capability, channel, 'presence');
  const attachment = attachments.get(name);
  if (!attachment)
    throw refusal(91001, 400, 'The channel is not attached: attach it before entering, or leaving.');
  if (hasFlag(attachment.modes, Flag.presence)) return channels.named(channel);
  throw refusal(40160, 401, 'The channel is attached without the mode PRESENCE: attach it with that mode.');
}
