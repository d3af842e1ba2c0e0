import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag } from '../../../ably/wire/flags.js';
import { parseChannelName } from '../channels/channel-name.js';
import type { Publisher } from '../channels/publisher.js';
import { refusal } from '../wire/errors.js';
import { modeMissing } from '../auth/allowed-modes.js';
import { demand } from '../auth/capability.js';
import type { ConnectionContext } from '../connections/connection-context.js';

const names = {
  publish: ['PUBLISH', 'publish'],
  annotationPublish: ['ANNOTATION_PUBLISH', 'annotation-publish'],
  objectPublish: ['OBJECT_PUBLISH', 'object-publish'],
} as const;

/**
 * The connection as the publisher of a frame. Throws 40000, a guess, on a derived channel, and 40160 or 40165 where the
 * mode is not granted.
 */
export function publisherOf(
  { channels, attachments, session, settings }: ConnectionContext,
  { channel: given = '' }: ProtocolMessage,
  mode: keyof typeof names,
): Publisher & { readonly connectionId: string } {
  const { channel, filter } = parseChannelName(given);
  if (filter !== undefined)
    throw refusal(40000, 400, 'A derived channel is only for subscribers: publish on the channel itself.');
  const attachment = attachments.get(given);
  const { clientId, caller } = session.identity;
  if (attachment && (attachment.modes & Flag[mode]) === 0) {
    const [name, operation] = names[mode];
    demand(caller.capability, channel, operation);
    throw modeMissing(name);
  }
  const { maxMessageSize } = settings;
  return {
    channel: channels.getOrCreate(channel),
    connectionId: session.id,
    clientId,
    capability: caller.capability,
    maxMessageSize,
  };
}
