import { Action } from '../../../ably/wire/actions.js';
import { refusal } from '../wire/errors.js';
import type { WireAnnotation } from './wire-annotation.js';
import type { Channel, PublishOrigin } from '../channels/channel.js';
import { Publication } from '../channels/publication.js';
import { messageSerial } from '../channels/serials.js';
import type { MessageVersions } from '../messages/versions.js';

/**
 * RTAN1: delivers annotations to their subscribers, and the new summary to all subscribers of messages. Returns the
 * serials. An annotation whose id is already known is not delivered again. Throws 93002 or 40400; 40000, a guess, on too
 * many.
 */
export function annotate(
  channel: Channel,
  annotations: readonly WireAnnotation[],
  origin: PublishOrigin,
): readonly string[] {
  for (const { messageSerial: serial } of annotations)
    if (channel.editable(serial).full)
      throw refusal(40000, 400, 'The message has too many annotations already: annotate another one.');
  return annotations.map((annotation, index) => {
    const id = annotation.id ?? `${origin.id}:${index}`;
    const versions = channel.editable(annotation.messageSerial);
    return (
      versions.annotationOfId(id) ??
      annotateOnce(channel, { versions, annotation: { ...annotation, id }, origin })
    );
  });
}

interface Once {
  readonly versions: MessageVersions;
  readonly annotation: WireAnnotation;
  readonly origin: PublishOrigin;
}

function annotateOnce(channel: Channel, { versions, annotation, origin }: Once): string {
  const stamp = channel.stamp();
  const serial = messageSerial(stamp.channelSerial, 0);
  const { connectionId } = origin;
  const from = connectionId === undefined ? {} : { connectionId };
  const full = { ...from, timestamp: stamp.timestamp, ...annotation, serial };
  versions.annotate(full);
  channel.broadcast(new Publication({ action: Action.annotation, ...origin, ...stamp, annotations: [full] }));
  publishSummary(channel, versions, `${annotation.id ?? serial}:summary`);
  return serial;
}

/** TM5, TM8: publishes the summary of a message. It has no connectionId, so that it is echoed to all clients. */
function publishSummary(channel: Channel, { summary, last }: MessageVersions, id: string): void {
  const { serial, timestamp, version } = last;
  const message = {
    action: 4,
    ...(serial !== undefined && { serial }),
    ...(timestamp !== undefined && { timestamp }),
    ...(version && { version }),
    annotations: { summary },
  };
  channel.broadcast(new Publication({ action: Action.message, id, ...channel.stamp(), messages: [message] }));
}
