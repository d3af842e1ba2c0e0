import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { demand } from '../auth/capability.js';
import { acknowledge } from '../connections/acknowledge.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import { publisherOf } from '../attachments/frame-publisher.js';
import { refusal } from '../wire/errors.js';
import { acceptEdit, acceptMessages } from './accept-messages.js';
import { isEdit } from './edit.js';
import { publishEdit } from './publish-edit.js';

/** RTL6, RTL7, RTL32: publishes or edits the messages of a MESSAGE frame, once, then answers ACK or NACK. */
export const onMessage = (context: ConnectionContext, frame: ProtocolMessage): void =>
  acknowledge(context, frame, publishMessages);

function publishMessages(context: ConnectionContext, frame: ProtocolMessage, id: string): readonly string[] {
  const { messages } = frame as { readonly messages?: unknown };
  const publisher = publisherOf(context, frame, 'publish');
  const { channel, connectionId } = publisher;
  if (Array.isArray(messages) && messages.some(isEdit)) {
    const accepted = acceptEdit(publisher, onlyMessageOf(messages));
    return [context.channels.use(channel, () => publishEdit(channel, { id, connectionId, ...accepted }))];
  }
  demand(publisher.capability, channel.name, 'publish');
  const accepted = acceptMessages(publisher, messages);
  return context.channels.use(channel, () => channel.publish({ id, connectionId, messages: accepted }));
}

function onlyMessageOf(messages: readonly unknown[]): unknown {
  if (messages.length === 1) return messages[0];
  throw refusal(40030, 400, 'An update, delete or append is alone in its frame: send one at a time.');
}
