import { sizeOfObjectMessage } from '../../../ably/objects/wire/size.js';
import { Action } from '../../../ably/wire/actions.js';
import type { Channel, PublishOrigin } from '../channels/channel.js';
import { Publication } from '../channels/publication.js';
import { messageSerial } from '../channels/serials.js';
import type { AcceptedOperation } from './accept-operations.js';
import { siteCode } from './object-store.js';

/** RTO9, OM2: applies operations and delivers them, all or none. Returns their serials. Throws 92001 without room. */
export function publishOperations(
  channel: Channel,
  operations: readonly AcceptedOperation[],
  origin: PublishOrigin,
): readonly string[] {
  const { objects } = channel;
  objects.demandRoom(
    operations.reduce(
      (sum, message) => sum + sizeOfObjectMessage(message) + (message.operation.objectId?.length ?? 0),
      0,
    ),
  );
  const stamp = channel.stamp();
  const state = operations.map((message, index) => ({
    ...message,
    serial: messageSerial(stamp.channelSerial, index),
    serialTimestamp: stamp.timestamp,
    siteCode,
  }));
  for (const message of state) objects.apply(message);
  channel.broadcast(new Publication({ action: Action.object, ...origin, ...stamp, state }));
  return state.map(({ serial }) => serial);
}
