import { Action } from '../../../ably/wire/actions.js';
import type { AttachmentSender } from '../attachments/attachment-sender.js';
import { Publication } from '../channels/publication.js';

/** A disturbance of the next OBJECT frame: unusable, after the frame that follows, or twice. */
export interface ObjectDisturbance {
  readonly how: 'broken' | 'late' | 'doubled';
  /** Name of the channel that is meant; undefined for any. */
  readonly channel: string | undefined;
}

/** Delivers to an attachment; the disturbances that wait are for the next OBJECT frames. */
export function disturbedDelivery(
  name: string,
  { deliver }: Pick<AttachmentSender, 'deliver'>,
  { objectDisturbances: waiting }: { readonly objectDisturbances: ObjectDisturbance[] },
): AttachmentSender['deliver'] {
  let late: Publication[] = [];
  return (publication) => {
    if (publication.frame.action !== Action.object) {
      deliver(publication);
      return;
    }
    const next = waiting.findIndex(({ channel }) => channel === undefined || channel === name);
    const [{ how } = { how: undefined }] = next < 0 ? [] : waiting.splice(next, 1);
    if (how === 'late') {
      late.push(publication);
      return;
    }
    deliver(how === 'broken' ? broken(publication) : publication);
    if (how === 'doubled') deliver(publication);
    const due = late;
    late = [];
    due.forEach(deliver);
  };
}

/** OOP2a: the same operations, of an action that no client knows. */
const broken = ({ frame, channelSerial, timestamp }: Publication): Publication =>
  new Publication({
    ...{ ...frame, channelSerial, timestamp },
    state: (frame.state ?? []).map((message) => ({
      ...message,
      operation: { ...message.operation, action: 255 },
    })),
  });
