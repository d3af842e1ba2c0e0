import type { Attachment } from '../attachments/attachment.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import type { ObjectDisturbance } from './disturbed-delivery.js';
import type { ObjectSyncOptions } from './object-sync.js';

/** Faults of a connection that concern objects. Channel names are those that the client uses, with their qualifiers. */
export interface ObjectFaults {
  /** RTO5: starts a sync of the objects without an ATTACH. Throws a TypeError where the channel is not attached. */
  syncObjects(channel: string, options?: ObjectSyncOptions): void;
  /** Holds the pages of syncs of objects, also where the channel is not attached yet; `false` sends them. */
  holdObjectSync(channel: string, on?: boolean): void;
  /**
   * Sends `pages` of the held pages (default: one); returns how many are left. Throws a TypeError where it is not
   * attached.
   */
  releaseObjectSync(channel: string, pages?: number): number;
  /** Makes the next operations to the client unusable, on the channel, or on any: their action is unknown. */
  breakOperation(channel?: string): void;
  /** Sends the next frame of operations to the client only after the frame that follows it. */
  delayOperation(channel?: string): void;
  /** Sends the next frame of operations to the client twice. */
  doubleOperation(channel?: string): void;
}

export function objectFaults({ attachments, faults }: ConnectionContext): ObjectFaults {
  const attached = (channel: string): Attachment => {
    const attachment = attachments.get(channel);
    if (attachment) return attachment;
    throw new TypeError(`The connection is not attached to ${channel}: wait until it is.`);
  };
  const disturb = (how: ObjectDisturbance['how'], channel: string | undefined): void =>
    void faults.objectDisturbances.push({ how, channel });
  return {
    syncObjects: (channel, options) => attached(channel).objectSync.start(options),
    holdObjectSync: (channel, on = true) => {
      if (on) {
        faults.heldObjectSyncs.add(channel);
        return;
      }
      faults.heldObjectSyncs.delete(channel);
      attachments.get(channel)?.objectSync.sendHeld();
    },
    releaseObjectSync: (channel, pages = 1) => attached(channel).objectSync.sendHeld(pages),
    breakOperation: (channel) => disturb('broken', channel),
    delayOperation: (channel) => disturb('late', channel),
    doubleOperation: (channel) => disturb('doubled', channel),
  };
}
