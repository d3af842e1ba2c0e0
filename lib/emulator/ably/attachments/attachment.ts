import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Channel, Subscriber } from '../channels/channel.js';
import type { ObjectSync } from '../objects/object-sync.js';
import type { Sync } from '../presence/sync.js';
import type { AttachmentSender } from './attachment-sender.js';
import type { ChannelParams } from './channel-params.js';

/** One attachment of one transport. */
export interface Attachment {
  /** The client's name for the channel, with the qualifier of a derived one. */
  readonly name: string;
  readonly channel: Channel;
  /** The granted modes, as bits (RTL4m); a fault may change them. */
  modes: number;
  /** True when the ATTACH asked for certain modes. */
  readonly modesRequested: boolean;
  /** The params that are served (RTL4k1). */
  readonly params: ChannelParams;
  readonly sender: AttachmentSender;
  readonly sync: Sync;
  readonly objectSync: ObjectSync;
  readonly onOccupancy?: Subscriber['onOccupancy'];
  readonly end: () => void;
}

/** The fields that every ATTACHED of an attachment has (RTL4k1). */
export const attachedFrame = ({ name, params }: Attachment, channelSerial: string): ProtocolMessage => ({
  action: Action.attached,
  channel: name,
  channelSerial,
  ...(Object.keys(params).length > 0 && { params: { ...params } }),
});
