import type { Attachment } from '../attachments/attachment.js';
import type { ConnectionContext } from '../connections/connection-context.js';
import type { SyncOptions } from './sync.js';

/** What can be odd about the presence of a connection. Names are the client's own, a qualifier among them. */
export interface PresenceFaults {
  /** The next PRESENCE frames are neither done nor answered, `count` of them. */
  ignorePresence(count?: number): void;
  /** RTP18: tells all members now, though nobody has attached. Throws a TypeError where it is not attached. */
  sync(channel: string, options?: SyncOptions): void;
  /** The pages of syncs wait from now on, also where it is not attached yet; `false` sends them. */
  holdSync(channel: string, on?: boolean): void;
  /** Sends one of the pages that wait, or so many; returns how many are left. Throws a TypeError where it is not attached. */
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
