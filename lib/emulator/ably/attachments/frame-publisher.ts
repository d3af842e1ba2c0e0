import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { Flag } from '../../../ably/wire/flags.js';
import { parseChannelName } from '../channels/channel-name.js';
import type { Publisher } from '../channels/publisher.js';
import { refusal } from '../wire/errors.js';
import type { ConnectionContext } from '../connections/connection-context.js';

const names = { publish: 'PUBLISH', annotationPublish: 'ANNOTATION_PUBLISH' } as const;

/** The connection as the publisher of a frame. Throws 40000 on a derived channel, 40160 where the mode is not granted. */
export function publisherOf(
  { channels, attachments, session, settings }: ConnectionContext,
  { channel: name = '' }: ProtocolMessage,
  mode: keyof typeof names,
): Publisher & { readonly connectionId: string } {
  const { channel, filter } = parseChannelName(name);
  if (filter !== undefined)
    throw refusal(40000, 400, 'A derived channel is only for subscribers: publish on the channel itself.');
  const attachment = attachments.get(name);
  if (attachment && (attachment.modes & Flag[mode]) === 0)
    throw refusal(
      40160,
      401,
      `The channel is attached without the mode ${names[mode]}: attach it with that mode.`,
    );
  const { clientId, caller } = session.identity;
  const { maxMessageSize } = settings;
  return {
    channel: channels.getOrCreate(channel),
    connectionId: session.id,
    clientId,
    capability: caller.capability,
    maxMessageSize,
  };
}
