import type { Attachment } from '../attachments/attachment.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import type { SyncOptions } from './sync.js';

/** Presence faults of a connection. Channel names are those that the client uses, with their qualifiers. */
export interface PresenceFaults {
  /** Neither performs nor answers the next `count` PRESENCE frames. Default: one. */
  ignorePresence(count?: number): void;
  /** RTP18: starts a sync without an ATTACH. Throws a TypeError where the channel is not attached. */
  sync(channel: string, options?: SyncOptions): void;
  /** Holds the pages of syncs, also where the channel is not attached yet; `false` sends them. */
  holdSync(channel: string, on?: boolean): void;
  /**
   * Sends `pages` of the held pages (default: one); returns how many are left. Throws a TypeError where it is not
   * attached.
   */
  releaseSync(channel: string, pages?: number): number;
}

export function presenceFaults({ attachments, faults }: ConnectionContext): PresenceFaults {
  const attached = (channel: string): Attachment => {
    const attachment = attachments.get(channel);
    if (attachment) return attachment;
    throw new TypeError(`The connection is not attached to ${channel}: wait until it is.`);
  };
  return {
    ignorePresence: (count = 1) => void (faults.ignoredPresences += count),
    sync: (channel, options) => attached(channel).sync.start(options),
    holdSync: (channel, on = true) => {
      if (on) {
        faults.heldSyncs.add(channel);
        return;
      }
      faults.heldSyncs.delete(channel);
      attachments.get(channel)?.sync.sendHeld();
    },
    releaseSync: (channel, pages = 1) => attached(channel).sync.sendHeld(pages),
  };
}
