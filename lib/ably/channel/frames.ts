import { Action } from '../wire/actions.js';
import { flagsOfModes } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { Cell } from './cell.js';

/** RTL4c, RTL4c1, RTL4k, RTL4l */
export function attachFrame({ name, channelSerial, options: { params, modes } }: Cell): ProtocolMessage {
  return {
    action: Action.attach,
    channel: name,
    ...(channelSerial !== undefined && { channelSerial }),
    ...(params && Object.keys(params).length > 0 && { params }),
    ...(modes && { flags: flagsOfModes(modes) }),
  };
}

/** RTL5d */
export const detachFrame = ({ name }: Cell): ProtocolMessage => ({ action: Action.detach, channel: name });
