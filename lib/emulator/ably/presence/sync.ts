import { Action } from '../../../ably/wire/actions.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import type { Channel } from '../channels/channel.js';
import type { Member } from './members.js';
import type { Live } from '../connections/connection-context.js';
import type { Receiver } from '../attachments/attachment-sender.js';

/** How a sync is told. */
export interface SyncOptions {
  /** Members on a page; default: as the emulator's option of this name says. */
  readonly syncPageSize?: number;
  /** RTP18c: all in one frame without a channelSerial. */
  readonly whole?: boolean;
}

/** Tells one attachment who is present. */
export interface Syncing {
  /** Whether there is anybody whom it may know of (RTP1). */
  readonly isDue: () => boolean;
  /** Begins a sync, in place of one of which pages still wait. */
  readonly start: (options?: SyncOptions) => void;
  /** Sends so many of the pages that wait; returns how many are left. */
  readonly release: (pages?: number) => number;
}

interface Facts {
  readonly live: Live;
  /** What the client calls the channel. */
  readonly name: string;
  readonly channel: Channel;
  readonly receiver: Receiver;
  /** The granted modes of the moment, as bits. */
  readonly modes: () => number;
}

/** Pages are made when they leave: who has left by then is not on them any more, who has come was told by itself. */
export function syncingOf(facts: Facts): Syncing {
  const { live, name, channel, receiver } = facts;
  const { settings, faults } = live;
  let waiting: (() => void)[] = [];
  const page = (members: readonly Member[], channelSerial?: string) => (): void =>
    receiver.tell({
      action: Action.sync,
      channel: name,
      timestamp: settings.scheduler.now(),
      ...(channelSerial !== undefined && { channelSerial }),
      presence: members.flatMap((member) => channel.members.now(member) ?? []),
    });
  const release = (pages = Infinity): number => {
    waiting.splice(0, pages).forEach((send) => send());
    return waiting.length;
  };
  return {
    isDue: () => (hearsOthers(facts) ? channel.members.size : visibleTo(facts).length) > 0,
    start: ({ syncPageSize = settings.syncPageSize, whole = false } = {}) => {
      const members = visibleTo(facts);
      const id = channel.syncId();
      waiting = whole
        ? [page(members)]
        : pagesOf(members, syncPageSize).map(([some, cursor]) => page(some, `${id}:${cursor}`));
      if (!faults.heldSyncs.has(name)) release();
    },
    release,
  };
}

/** RTP17a: who may not hear of others hears of its own members, if it may have some. */
function visibleTo(facts: Facts): readonly Member[] {
  const { live, channel, modes } = facts;
  if (hearsOthers(facts)) return channel.members.all();
  return hasFlag(modes(), Flag.presence) ? channel.members.of(live.state.id) : [];
}

const hearsOthers = ({ modes }: Facts): boolean => hasFlag(modes(), Flag.presenceSubscribe);

/** RTP18b: the last one has no cursor; it is the only one, and empty, where there are no members. */
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
