import { Action } from '../wire/actions.js';
import { flagsOfModes } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { Cell } from './cell.js';

/** RTL4c, RTL4c1, RTL4k, RTL4l. Field by field: thousands of channels attach at once, and spreads cost more than the rest. */
export function attachFrame({ name, channelSerial, settings: { params, modes } }: Cell): ProtocolMessage {
  const frame: { -readonly [Field in keyof ProtocolMessage]: ProtocolMessage[Field] } = {
    action: Action.attach,
    channel: name,
  };
  if (channelSerial !== undefined) frame.channelSerial = channelSerial;
  if (params) frame.params = params;
  if (modes) frame.flags = flagsOfModes(modes);
  return frame;
}

/** RTL5d */
export const detachFrame = ({ name }: Cell): ProtocolMessage => ({ action: Action.detach, channel: name });
