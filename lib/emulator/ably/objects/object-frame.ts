import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { publisherOf } from '../attachments/frame-publisher.js';
import { acknowledge } from '../connections/acknowledge.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { acceptOperations } from './accept-operations.js';
import { publishOperations } from './publish-operations.js';

/** RTO15: performs the operations of an OBJECT frame, once, then answers ACK with their serials, or NACK. */
export const onObject = (context: ConnectionContext, frame: ProtocolMessage): void =>
  acknowledge(context, frame, performOperations);

function performOperations(
  context: ConnectionContext,
  frame: ProtocolMessage,
  id: string,
): readonly string[] {
  const publisher = publisherOf(context, frame, 'objectPublish');
  const { channel, connectionId } = publisher;
  const accepted = acceptOperations(publisher, frame.state);
  return context.channels.use(channel, () => publishOperations(channel, accepted, { id, connectionId }));
}
