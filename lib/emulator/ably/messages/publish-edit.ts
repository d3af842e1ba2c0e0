import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import type { Channel, PublishOrigin, Stamp } from '../channels/channel.js';
import { applyEdit, EditAction, type MessageEdit } from './edit.js';
import { Publication } from '../channels/publication.js';
import { messageSerial } from '../channels/serials.js';

/** An edit of a message that has passed the first checks. */
export interface AcceptedEdit extends PublishOrigin {
  readonly edit: MessageEdit;
  /** clientId of the operator (TM2s3). */
  readonly clientId: string | undefined;
  /** Throws the error that forbids the edit, given the original message and the result. */
  readonly check: (original: WireMessage, after: WireMessage) => void;
}

/**
 * RTL32: publishes the next version of a message and returns its serial. Present attachments get the appended part of
 * an append, later ones an update with the whole message. An edit whose id is known is not made again. Throws 93002,
 * 40400, 40013, or the error of `check`.
 */
export function publishEdit(channel: Channel, { edit, clientId, check, ...origin }: AcceptedEdit): string {
  const { action, serial, content, operation, id = `${origin.id}:0` } = edit;
  const versions = channel.editable(serial);
  const known = versions.versionOfId(id);
  if (known !== undefined) return known;
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
  versions.add({ ...full, action: stored, version }, id);
  const replay = editFrame(versions.latest, origin, stamp);
  const appended = { ...versions.latest, ...content, action };
  const frame = action === EditAction.append ? editFrame(appended, origin, stamp) : replay;
  channel.broadcast(new Publication(frame, replay));
  return version.serial;
}

/** The frame has its own id and connectionId; the message keeps its timestamp. */
function editFrame(
  { id: _, connectionId: __, ...message }: WireMessage,
  origin: PublishOrigin,
  stamp: Stamp,
): ProtocolMessage & Stamp {
  return { action: Action.message, ...origin, ...stamp, messages: [message] };
}
