import { applyOperation } from '../../../ably/objects/state/apply.js';
import type { LiveObjectState, MapEntry } from '../../../ably/objects/state/live-object.js';
import { collectGarbage, newPool, type Pool, rootOf } from '../../../ably/objects/state/pool.js';
import { encodeObjectData } from '../../../ably/objects/wire/object-data.js';
import { sizeOfObjectData } from '../../../ably/objects/wire/size.js';
import { ObjectAction, type WireObjectMessage } from '../../../ably/wire/object-message.js';
import { RecentMap } from '../../../base/maps/recent-map.js';
import { KnownIds } from '../channels/known-ids.js';
import type { Settings } from '../settings.js';
import { refusal } from '../wire/errors.js';

/** CD2j: the only site that there is. */
export const siteCode = 'emu';

/** Requests of HTTP whose answers are remembered, at least. */
const remembered = 1000;

/** Answer to a publish over HTTP. */
export interface PublishedObjects {
  readonly messageId: string;
  readonly channel: string;
  readonly objectIds: readonly string[];
}

/** RTO3: the objects of one channel, as the server has them; they stay when the channel is deleted. */
export class ObjectStore {
  /** Answers to publishes over HTTP, by the ids that they brought along. */
  readonly answers = new RecentMap<string, PublishedObjects>(remembered);
  /** OM2a: ids of operations that were published. */
  readonly ids = new KnownIds();
  readonly #pool = newPool();
  readonly #settings: Pick<Settings, 'scheduler' | 'objectsGCGracePeriod' | 'maxObjectsSize'>;
  /** Bytes, or more than there are: it is counted anew where the room seems to be used up. */
  #size = 0;
  /** Milliseconds since the epoch: when the first was deleted or removed of all that are still remembered. */
  #oldest = Infinity;

  constructor(settings: Pick<Settings, 'scheduler' | 'objectsGCGracePeriod' | 'maxObjectsSize'>) {
    this.#settings = settings;
  }

  /** True before the first operation. */
  get isEmpty(): boolean {
    return this.#pool.size === 1 && Object.keys(rootOf(this.#pool).sites).length === 0;
  }

  /** All objects, without those that were deleted long ago (RTO10). */
  get pool(): Pool {
    const { scheduler, objectsGCGracePeriod: grace } = this.#settings;
    const now = scheduler.now();
    if (this.#oldest + grace > now) return this.#pool;
    collectGarbage(this.#pool, now, grace);
    this.#oldest = oldestOf(this.#pool);
    return this.#pool;
  }

  /** Throws 92001 where the objects would be larger than allowed with so many bytes more. */
  demandRoom(bytes: number): void {
    const { maxObjectsSize } = this.#settings;
    if (this.#size + bytes > maxObjectsSize) this.#size = sizeOf(this.pool);
    if (this.#size + bytes > maxObjectsSize)
      throw refusal(
        92001,
        400,
        `The objects of the channel would be larger than ${maxObjectsSize} bytes: remove some, or raise \`maxObjectsSize\`.`,
      );
    this.#size += bytes;
  }

  /** RTO9: applies an operation that has passed all checks. */
  apply(message: WireObjectMessage): void {
    const { scheduler } = this.#settings;
    applyOperation(this.#pool, message, {
      source: 'channel',
      now: () => scheduler.now(),
      warn: () => undefined,
    });
    const { action } = message.operation ?? {};
    if (action === ObjectAction.mapRemove || action === ObjectAction.objectDelete)
      this.#oldest = Math.min(this.#oldest, message.serialTimestamp ?? scheduler.now());
  }

  /** Ids of the objects to which no path leads from the root. */
  unreachable(): readonly string[] {
    const { pool } = this;
    const reached = new Set<LiveObjectState>();
    const reach = (object: LiveObjectState | undefined): void => {
      if (!object || reached.has(object)) return;
      reached.add(object);
      if (object.type === 'map')
        for (const { objectId } of object.entries.values())
          if (objectId !== undefined) reach(pool.get(objectId));
    };
    reach(rootOf(pool));
    return [...pool.values()]
      .filter((object) => !reached.has(object) && object.tombstonedAt === undefined)
      .map(({ id }) => id);
  }
}

/** The time of the first that was deleted or removed; Infinity where there is none. */
const oldestOf = (pool: Pool): number =>
  [...pool.values()].reduce((oldest, object) => {
    let first = Math.min(oldest, object.tombstonedAt ?? Infinity);
    if (object.type === 'map')
      for (const { tombstonedAt = Infinity } of object.entries.values())
        first = Math.min(first, tombstonedAt);
    return first;
  }, Infinity);

/** As the docs have it, and the ids besides, so that empty objects are bounded, too. */
const sizeOf = (pool: Pool): number =>
  [...pool.values()].reduce((sum, object) => sum + object.id.length + contentSizeOf(object), 0);

const contentSizeOf = (object: LiveObjectState): number =>
  object.type === 'counter'
    ? 8
    : Array.from(object.entries).reduce((sum, [key, entry]) => sum + key.length + entrySizeOf(entry), 0);

const entrySizeOf = ({ value }: MapEntry): number =>
  value === undefined ? 0 : sizeOfObjectData(encodeObjectData(value, true));
