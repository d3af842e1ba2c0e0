import type { LiveObjectState } from '../../../ably/objects/state/live-object.js';
import { stateOf } from '../../../ably/objects/state/to-state.js';
import { Action } from '../../../ably/wire/actions.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import type { WireObjectMessage } from '../../../ably/wire/object-message.js';
import type { AttachmentSender } from '../attachments/attachment-sender.js';
import { heldPages } from '../attachments/held-pages.js';
import type { Channel } from '../channels/channel.js';
import type { Settings } from '../settings.js';

/** Form of one sync of objects. */
export interface ObjectSyncOptions {
  /** Objects and entries of maps per page; larger maps come in parts. Default: the emulator's option of this name. */
  readonly syncPageSize?: number;
  /** RTO5a5: sends all objects in one frame without a channelSerial. Default: false. */
  readonly whole?: boolean;
}

/** Sends the objects of a channel to one attachment. */
export interface ObjectSync {
  /** RTO4a: true when there are objects, and the attachment may see them. */
  readonly isDue: () => boolean;
  /** Begins a sync, announced by an ATTACHED or not, and drops the pages of an earlier one that are still held. */
  readonly start: (options?: ObjectSyncOptions, isAnnounced?: boolean) => void;
  /** Sends `pages` of the held pages (default: all); returns how many are left. */
  readonly sendHeld: (pages?: number) => number;
}

interface Dependencies {
  readonly settings: Pick<Settings, 'scheduler' | 'syncPageSize'>;
  /** The client's name for the channel, with its qualifier. */
  readonly name: string;
  readonly channel: Channel;
  readonly sender: AttachmentSender;
  /** The modes granted now, as bits. */
  readonly modes: () => number;
  /** Names of channels whose pages are held back. */
  readonly heldSyncs: ReadonlySet<string>;
}

/** All pages say the objects at the moment at which the sync began, because operations come beside. */
export function objectSyncOf({
  settings,
  name,
  channel,
  sender,
  modes,
  heldSyncs,
}: Dependencies): ObjectSync {
  const pages = heldPages(name, heldSyncs);
  const page = (state: readonly WireObjectMessage[], channelSerial?: string) => (): void =>
    sender.send({
      action: Action.objectSync,
      channel: name,
      timestamp: settings.scheduler.now(),
      ...(channelSerial !== undefined && { channelSerial }),
      state,
    });
  return {
    isDue: () => hasFlag(modes(), Flag.objectSubscribe) && !channel.objects.isEmpty,
    start: ({ syncPageSize = settings.syncPageSize, whole = false } = {}, isAnnounced = false) => {
      const size = whole ? Infinity : syncPageSize;
      pages.start(() => {
        const packed = packedIn(
          [...channel.objects.pool.values()].flatMap((object) => partsOf(object, size)),
          size,
        );
        const id = channel.syncId();
        return packed.map((state, index) =>
          page(
            state,
            whole ? undefined : `${id}:${index === packed.length - 1 ? '' : `objects:${index + 1}`}`,
          ),
        );
      }, isAnnounced);
    },
    sendHeld: pages.send,
  };
}

/** RTO5f2: the state of an object, in parts of so many entries where it is a large map. */
function partsOf(object: LiveObjectState, size: number): readonly WireObjectMessage[] {
  const state = stateOf(object, true);
  const entries = Object.entries(state.map?.entries ?? {});
  if (entries.length <= size) return [{ object: state }];
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, index) => ({
    object: {
      ...state,
      map: { ...state.map, entries: Object.fromEntries(entries.slice(index * size, (index + 1) * size)) },
    },
  }));
}

/** RTO5a4: pages of so many objects and entries, at least one. */
function packedIn(parts: readonly WireObjectMessage[], size: number): readonly WireObjectMessage[][] {
  const pages: WireObjectMessage[][] = [[]];
  let room = size;
  for (const part of parts) {
    const weight = Math.max(1, Object.keys(part.object?.map?.entries ?? {}).length);
    if (weight > room) {
      pages.push([]);
      room = size;
    }
    pages.at(-1)?.push(part);
    room -= weight;
  }
  return pages;
}
