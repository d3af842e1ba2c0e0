import { Action } from '../../../ably/wire/actions.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import type { Channel, Said, Stamp } from '../channels/channel.js';
import { changed, MessageChange, type Mutation } from './edit.js';
import { Publication } from '../channels/publication.js';
import { messageSerial } from '../channels/serials.js';

/** A change to a message, by somebody who is known. */
export interface AcceptedMutation extends Said {
  readonly mutation: Mutation;
  /** Who is told to have made it (TM2s3). */
  readonly clientId: string | undefined;
  /** Throws what forbids the change of the message as it was published, or what would come of it. */
  readonly check: (original: WireMessage, after: WireMessage) => void;
}

/**
 * RTL32: delivers the next version of a message and returns the serial of that. Those who are there get of an append what
 * is appended, those who come later all of it, as an update. Throws 93002, 40400, 40013, or what `check` does.
 */
export function mutate(channel: Channel, { mutation, clientId, check, ...said }: AcceptedMutation): string {
  const { action, serial, content, operation } = mutation;
  const versions = channel.mutable(serial);
  const full = changed(versions.last, mutation);
  check(versions.original, full);
  const stamp = channel.stamp();
  const version = {
    ...operation,
    ...(clientId !== undefined && { clientId }),
    serial: messageSerial(stamp.channelSerial, 0),
    timestamp: stamp.timestamp,
  };
  const stored = action === MessageChange.delete ? action : MessageChange.update;
  versions.add({ ...full, action: stored, version });
  const replay = frameOf(versions.latest, said, stamp);
  const appended = { ...versions.latest, ...content, action };
  const frame = action === MessageChange.append ? frameOf(appended, said, stamp) : replay;
  channel.say(new Publication(frame, replay));
  return version.serial;
}

/** The frame has its own id and connection; the message keeps the time when it was published. */
function frameOf(
  { id: _, connectionId: __, ...message }: WireMessage,
  said: Said,
  stamp: Stamp,
): ProtocolMessage & Stamp {
  return { action: Action.message, ...said, ...stamp, messages: [message] };
}
