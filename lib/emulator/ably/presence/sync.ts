import { Action } from '../../../ably/wire/actions.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import type { AttachmentSender } from '../attachments/attachment-sender.js';
import type { Channel } from '../channels/channel.js';
import { heldPages } from '../attachments/held-pages.js';
import type { Settings } from '../settings.js';
import type { Member } from './members.js';

/** Form of one presence sync. */
export interface SyncOptions {
  /** Members per page. Default: the emulator's option of this name. */
  readonly syncPageSize?: number;
  /** RTP18c: sends all members in one frame without a channelSerial. Default: false. */
  readonly whole?: boolean;
}

/** Sends the presence set to one attachment. */
export interface Sync {
  /** True when there is a member that the attachment may see (RTP1). */
  readonly isDue: () => boolean;
  /** Begins a sync, announced by an ATTACHED or not, and drops the pages of an earlier one that are still held. */
  readonly start: (options?: SyncOptions, isAnnounced?: boolean) => void;
  /** Sends `pages` of the held pages (default: all); returns how many are left. */
  readonly sendHeld: (pages?: number) => number;
}

interface Dependencies {
  readonly settings: Pick<Settings, 'scheduler' | 'syncPageSize'>;
  readonly connectionId: string;
  /** The client's name for the channel, with its qualifier. */
  readonly name: string;
  readonly channel: Channel;
  readonly sender: AttachmentSender;
  /** The modes granted now, as bits. */
  readonly modes: () => number;
  /** Names of channels whose pages are held back. */
  readonly heldSyncs: ReadonlySet<string>;
}

/** Encodes each page when it is sent, so that a member that left while the page was held is not on it. */
export function syncOf(dependencies: Dependencies): Sync {
  const { settings, name, channel, sender, heldSyncs } = dependencies;
  const pages = heldPages(name, heldSyncs);
  const page = (members: readonly Member[], channelSerial?: string) => (): void =>
    sender.send({
      action: Action.sync,
      channel: name,
      timestamp: settings.scheduler.now(),
      ...(channelSerial !== undefined && { channelSerial }),
      presence: members.flatMap((member) => channel.members.current(member) ?? []),
    });
  return {
    isDue: () => (seesOthers(dependencies) ? channel.members.size : visibleMembers(dependencies).length) > 0,
    start: ({ syncPageSize = settings.syncPageSize, whole = false } = {}, isAnnounced = false) => {
      pages.start(() => {
        const members = visibleMembers(dependencies);
        const id = channel.syncId();
        return whole
          ? [page(members)]
          : pagesOf(members, syncPageSize).map(([some, cursor]) => page(some, `${id}:${cursor}`));
      }, isAnnounced);
    },
    sendHeld: pages.send,
  };
}

/** RTP17a: without PRESENCE_SUBSCRIBE an attachment still sees the members of its own connection. */
function visibleMembers(dependencies: Dependencies): readonly Member[] {
  const { connectionId, channel, modes } = dependencies;
  if (seesOthers(dependencies)) return channel.members.all();
  return hasFlag(modes(), Flag.presence) ? channel.members.ofConnection(connectionId) : [];
}

const seesOthers = ({ modes }: Dependencies): boolean => hasFlag(modes(), Flag.presenceSubscribe);

/** RTP18b: the last page has no cursor. Without members there is one empty page. */
function pagesOf(
  members: readonly Member[],
  size: number,
): readonly [page: readonly Member[], cursor: string][] {
  const count = Math.max(1, Math.ceil(members.length / size));
  return Array.from({ length: count }, (_, index) => {
    const end = (index + 1) * size;
    return [members.slice(index * size, end), index === count - 1 ? '' : `members:${end}`];
  });
}
