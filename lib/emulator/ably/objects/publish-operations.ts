import { sizeOfObjectMessage } from '../../../ably/objects/wire/size.js';
import { Action } from '../../../ably/wire/actions.js';
import type { Channel, PublishOrigin } from '../channels/channel.js';
import { Publication } from '../channels/publication.js';
import { messageSerial } from '../channels/serials.js';
import type { AcceptedOperation } from './accept-operations.js';
import { siteCode } from './object-store.js';

/**
 * RTO9, OM2: applies operations and delivers them, all or none, except those whose id is known (OM2a). Returns the serials
 * of all. Throws 92001 without room.
 */
export function publishOperations(
  channel: Channel,
  operations: readonly AcceptedOperation[],
  origin: PublishOrigin,
): readonly string[] {
  const { objects } = channel;
  return objects.ids.publishOnce(operations, origin, channel.time, (fresh) => {
    objects.demandRoom(
      fresh.reduce(
        (sum, message) => sum + sizeOfObjectMessage(message) + (message.operation.objectId?.length ?? 0),
        0,
      ),
    );
    const stamp = channel.stamp();
    const { channelSerial, timestamp } = stamp;
    const state = fresh.map((message, index) => ({
      ...message,
      serial: messageSerial(channelSerial, index),
      serialTimestamp: timestamp,
      siteCode,
    }));
    for (const message of state) objects.apply(message);
    channel.broadcast(new Publication({ action: Action.object, ...origin, ...stamp, state }));
    return { timestamp, serials: state.map(({ serial }) => serial) };
  });
}
