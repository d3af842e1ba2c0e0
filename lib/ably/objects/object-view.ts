import type { Observable, Subscriber } from 'rxjs';
import { withLease } from '../channel/lease.js';
import { fieldsOf, invalid } from '../check-options.js';
import type { LiveObjectState } from './state/live-object.js';
import type { Path } from './state/references.js';
import type { Update } from './state/update.js';
import { type Change, Changeable, changePlan, type ObjectChange } from './change.js';
import { type Found, simpleValue, textOfPath } from './find.js';
import { objectMessageOf } from './public-message.js';
import type { Compacted, ValueOf } from './live-values.js';
import { type ObjectsOf, write } from './write.js';

/** RTPO19c: the options of `changes()`. */
export interface ChangesOptions {
  /** How many levels are told of: 1 is the place alone, 2 with what is in it, and so on; all by default. */
  readonly depth?: number | undefined;
}

/** A view of objects, by their place or by themselves: read as streams, and changed. */
export abstract class ObjectView<T> extends Changeable<T, Promise<void>> {
  /** @internal */
  protected readonly context: ObjectsOf;
  /** @internal */
  protected readonly place: Path | LiveObjectState;

  /** @internal Use `objectsOf(channel)`. */
  constructor(context: ObjectsOf, place: Path | LiveObjectState) {
    super();
    this.context = context;
    this.place = place;
  }

  /** RTPO7, RTINS4: the value, or the number of a counter, as far as is known; `undefined` for a map, and where nothing is. */
  get value(): ValueOf<T> | undefined {
    return simpleValue(this.find()) as ValueOf<T> | undefined; // the user's word
  }

  /**
   * `value` at once, then each different one. Stands still while a sync is under way, and moves once when that is complete.
   * Subscribing is a lease on the channel, as with `channel.messages$`. Never errors; `undefined` before the first
   * sync and where the channel is detached or fails, as before where it is suspended. Completes on `dispose()`.
   */
  get value$(): Observable<ValueOf<T> | undefined> {
    return this.watch(1, () => this.value);
  }

  /**
   * RTPO13, RTINS10: all that is there as plain values: maps are objects, and counters numbers. It never changes afterwards, and
   * what is the same in the next one is the same object. A map that contains itself does so here, too.
   */
  get compact(): Compacted<T> | undefined {
    return this.context.objects.compaction.valueOf(this.find()) as Compacted<T> | undefined; // the user's word
  }

  /** `compact` at once, then each different one. As `value$` otherwise. */
  get compact$(): Observable<Compacted<T> | undefined> {
    return this.watch(Infinity, () => this.compact);
  }

  /** As `changes()`, of all levels. */
  get changes$(): Observable<ObjectChange> {
    return this.changes();
  }

  /**
   * RTPO19, RTINS16: each change here and below, with the operation that made it, also where that has left all as it was; none
   * for what a sync has changed. All of a frame are told once all of it has been applied. Subscribing is a lease. Hot, replays nothing; errors when the channel
   * fails (RxJS throws it where a subscriber has no `error` handler), completes on `dispose()`. Throws 40003 on a wrong depth.
   */
  changes(options?: ChangesOptions): Observable<ObjectChange> {
    const { record, objects } = this.context;
    const { log } = record.host.client;
    const { depth = Infinity } = fieldsOf(options, { depth: 0 }, log, 'the options of changes()');
    if (!(depth >= 1 && Math.floor(depth) === depth))
      throw invalid('depth', 'a whole number from 1 on', 40003);
    return withLease(record, (subscriber) => {
      objects.joinEnd(subscriber); // gets the end alone
      const tell = (path: Path, { message: wire }: Update): void => {
        const message = objectMessageOf(wire, record.name);
        subscriber.next({ path: textOfPath(path), operation: message?.operation, message });
      };
      subscriber.add(objects.watchers.add(this.place, { depth, tell }));
    });
  }

  /** @internal The content of the place, at this moment. */
  protected abstract find(): Found;

  /** @internal The name of the place, for error texts. */
  protected abstract get where(): string;

  /** @internal Emits what `read` gives at once, and each time that it gives another; looks again at changes of so many levels. */
  protected watch<V>(
    depth: number,
    read: () => V,
    isSame: (one: V, other: V) => boolean = Object.is,
  ): Observable<V> {
    const { record, objects } = this.context;
    const join = (subscriber: Subscriber<V>): void => {
      objects.joinOver(subscriber); // gets the end alone
      let last = read();
      const look = (): void => {
        const now = read();
        if (subscriber.closed || isSame(last, now)) return;
        last = now;
        subscriber.next(now);
      };
      subscriber.add(objects.watchers.add(this.place, { depth, look }));
      subscriber.next(last);
    };
    return withLease(record, join, read);
  }

  /** @internal */
  protected change(change: Change): Promise<void> {
    const { objects } = this.context;
    return write(this.context, () => [
      changePlan(change, { found: this.find(), where: this.where, pool: objects.pool }),
    ]);
  }
}
