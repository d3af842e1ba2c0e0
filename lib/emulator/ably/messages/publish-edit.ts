import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import type { Channel, PublishOrigin, Stamp } from '../channels/channel.js';
import { applyEdit, EditAction, type MessageEdit } from './edit.js';
import { Publication } from '../channels/publication.js';
import { messageSerial } from '../channels/serials.js';

/** A change to a message, by somebody who is known. */
export interface AcceptedEdit extends PublishOrigin {
  readonly edit: MessageEdit;
  /** Who is told to have made it (TM2s3). */
  readonly clientId: string | undefined;
  /** Throws what forbids the change of the message as it was published, or what would come of it. */
  readonly check: (original: WireMessage, after: WireMessage) => void;
}

/**
 * RTL32: delivers the next version of a message and returns the serial of that. Those who are there get of an append what
 * is appended, those who come later all of it, as an update. Throws 93002, 40400, 40013, or what `check` does.
 */
export function publishEdit(channel: Channel, { edit, clientId, check, ...said }: AcceptedEdit): string {
  const { action, serial, content, operation } = edit;
  const versions = channel.editable(serial);
  const full = applyEdit(versions.last, edit);
  check(versions.original, full);
  const stamp = channel.stamp();
  const version = {
    ...operation,
    ...(clientId !== undefined && { clientId }),
    serial: messageSerial(stamp.channelSerial, 0),
    timestamp: stamp.timestamp,
  };
  const stored = action === EditAction.delete ? action : EditAction.update;
  versions.add({ ...full, action: stored, version });
  const replay = editFrame(versions.latest, said, stamp);
  const appended = { ...versions.latest, ...content, action };
  const frame = action === EditAction.append ? editFrame(appended, said, stamp) : replay;
  channel.broadcast(new Publication(frame, replay));
  return version.serial;
}

/** The frame has its own id and connection; the message keeps the time when it was published. */
function editFrame(
  { id: _, connectionId: __, ...message }: WireMessage,
  said: PublishOrigin,
  stamp: Stamp,
): ProtocolMessage & Stamp {
  return { action: Action.message, ...said, ...stamp, messages: [message] };
}
