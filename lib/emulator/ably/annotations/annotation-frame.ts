import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { acknowledge } from '../connections/acknowledge.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { publisherOf } from '../attachments/frame-publisher.js';
import { acceptAnnotations } from './accept-annotations.js';
import { annotate } from './annotate.js';

/** RTAN1: publishes the annotations of an ANNOTATION frame, once, then answers ACK or NACK. */
export const onAnnotation = (context: ConnectionContext, frame: ProtocolMessage): void =>
  acknowledge(context, frame, publishAnnotations);

function publishAnnotations(
  context: ConnectionContext,
  frame: ProtocolMessage,
  id: string,
): readonly string[] {
  const publisher = publisherOf(context, frame, 'annotationPublish');
  const { channel, connectionId } = publisher;
  const accepted = acceptAnnotations(publisher, frame.annotations);
  return context.channels.use(channel, () => annotate(channel, accepted, { id, connectionId }));
}
