import { Action } from '../wire/actions.js';
import { Flag, flagsOfModes } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { ChannelRecord } from './record.js';
import type { ChannelState } from './state.js';

/**
 * RTL4c, RTL4c1, RTL4k, RTL4l. Field by field: thousands of channels attach at once, and spreads cost more than the rest.
 * ATTACH_RESUME is for servers from before specification 6.1: it tells them that this is no first attach.
 */
export function attachFrame({
  name,
  state,
  channelSerial,
  settings: { params, modes },
}: ChannelRecord): ProtocolMessage {
  const frame: { -readonly [Field in keyof ProtocolMessage]: ProtocolMessage[Field] } = {
    action: Action.attach,
    channel: name,
  };
  if (channelSerial !== undefined) frame.channelSerial = channelSerial;
  if (params) frame.params = params;
  const flags = (modes ? flagsOfModes(modes) : 0) | (isAgain(state) ? Flag.attachResume : 0);
  if (flags > 0) frame.flags = flags;
  return frame;
}

const isAgain = (state: ChannelState): boolean =>
  state.name === 'attached' || (state.name === 'attaching' && state.continues);

/** RTL5d */
export const detachFrame = ({ name }: ChannelRecord): ProtocolMessage => ({
  action: Action.detach,
  channel: name,
});
