import {
  concat,
  defer,
  EMPTY,
  endWith,
  finalize,
  ignoreElements,
  map,
  merge,
  mergeMap,
  Observable,
  of,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { deadlines, type StateChange } from '../../rx/deadlines.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { serialize } from '../../rx/serialize.js';
import type { RelayChannel } from '../channel.js';
import type { RelayError } from '../relay-error.js';
import { Asking, type AskingSettings } from './requester.js';
import { TopicRecord } from './record.js';
import type { End, SubscribeLease } from './subscribe-lease.js';
import { topicReducer, type TopicRules } from './reduce.js';
import type { TopicEffect, TopicEvent, TopicState } from './state.js';

/** What the topics need of everything below them. */
export interface TopicsSettings extends AskingSettings {
  readonly rules: TopicRules;
  readonly scheduler: SchedulerLike;
  /** Asked for a connection when a lease is taken. */
  readonly demand: () => void;
  /** Whether the user wants no connection. */
  readonly isDisconnected: () => boolean;
  readonly channelOf: (record: TopicRecord) => RelayChannel;
}

/** `heeded` is called when the step is done. */
type Addressed = readonly [record: TopicRecord, event: TopicEvent, heeded?: () => void];

interface TopicMove extends StateChange<TopicState> {
  readonly machine: TopicRecord;
  readonly effects: readonly TopicEffect[];
  readonly heeded: (() => void) | undefined;
}

const graceOf = (state: TopicState) => ('grace' in state ? state.grace : undefined);
const isAtWork = ({ state }: TopicRecord): boolean => state.name !== 'inactive' && state.name !== 'failed';
const retryOf = (state: TopicState) => ('retry' in state ? state.retry : undefined);

/** Every topic of a client, each a machine of its own, all in one stream; what they ask of the relay goes in batches. */
export class Topics {
  readonly #records = new Map<string, TopicRecord>();
  readonly #event = new Subject<Addressed>();
  readonly #moves = new KeyedSubject<TopicRecord, TopicState>();
  readonly #ends = new KeyedSubject<TopicRecord, End>();
  readonly #settings: TopicsSettings;
  readonly #asking: Asking;
  #up = false;
  #failure: RelayError | undefined;
  #disposed = false;

  constructor(settings: TopicsSettings) {
    this.#settings = settings;
    this.#asking = new Asking(settings, (record, event) => {
      this.#tell(record, event);
    });
  }

  /** Subscribing runs the machines; emits nothing. */
  readonly run$: Observable<never> = defer(() => {
    const { rules, scheduler } = this.#settings;
    const reduce = topicReducer(rules);
    const moved = new Subject<TopicMove>();
    const due$ = moved.pipe(
      deadlines(retryOf, scheduler),
      map(({ machine }): Addressed => [machine, { type: 'due' }]),
    );
    const over$ = moved.pipe(
      deadlines(graceOf, scheduler),
      map(({ machine }): Addressed => [machine, this.#unwanted()]),
    );
    return merge(this.#event, due$, over$).pipe(
      serialize(),
      map(([record, event, heeded]): TopicMove => {
        const before = record.state;
        const [state, effects] = reduce(before, event);
        record.state = state;
        return { machine: record, before, state, effects, heeded };
      }),
      tap((move) => {
        if (move.before !== move.state) moved.next(move);
        this.#enact(move);
        move.heeded?.();
      }),
      ignoreElements(),
    );
  });

  /** The topic's record, made on first use. */
  get(topic: string): TopicRecord {
    const found = this.#records.get(topic);
    if (found) return found;
    const made = new TopicRecord(topic, this.#settings.channelOf);
    this.#records.set(topic, made);
    return made;
  }

  /** The topic's record, where there is one. */
  find(topic: string): TopicRecord | undefined {
    return this.#records.get(topic);
  }

  /** Whether any topic is held, or has something left to be said to the relay. */
  get needed(): boolean {
    return [...this.#records.values()].some(isAtWork);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Whether the topic was forgotten, or the client disposed of: nothing comes on it any more. */
  isOver(record: TopicRecord): boolean {
    return this.#disposed || this.#records.get(record.topic) !== record;
  }

  /** The state at once, then each next one; completes when the topic is over. */
  stateOf(record: TopicRecord): Observable<TopicState> {
    const now$ = defer(() => of(record.state)); // second, so that what its subscribers do about it is heard of
    return defer(() => merge(this.isOver(record) ? EMPTY : this.#moves.of(record), now$));
  }

  /** Takes a lease: connects and subscribes if need be. */
  take(record: TopicRecord): void {
    record.leases += 1;
    this.#settings.demand(); // may tell users of a new state, who may give their lease back
    this.#tell(record, { type: 'wanted', up: this.#up });
  }

  /** Gives a lease back; the last one starts the grace. */
  release(record: TopicRecord): void {
    record.leases -= 1;
    const disconnected = this.#settings.isDisconnected();
    if (record.leases === 0) this.#tell(record, { type: 'released', up: this.#up, disconnected });
  }

  /**
   * One call of `subscribe()`: takes part in the topic's hold, and gives its part back when it is unsubscribed from. Emits
   * the state once that has been heeded, then each next one; completes when the topic is over.
   */
  hold(record: TopicRecord): Observable<TopicState> {
    return defer(() => {
      let hold = this.#join(record);
      this.#settings.demand();
      const heeded = (): void => {
        if (record.hold !== hold) hold = this.#join(record); // it failed before this was heeded, and is asked for anew
      };
      return this.#after(record, { type: 'wanted', up: this.#up }, heeded).pipe(
        tap(({ name }) => {
          if (name === 'active') hold.confirmed = true;
        }),
        finalize(() => {
          this.#part(record, hold);
        }),
      );
    });
  }

  /** Why a call of `subscribe()` waits in vain, from now on; completes when the client is disposed of. */
  endOf(record: TopicRecord): Observable<End> {
    const failed = (): Observable<End> =>
      this.#failure ? of({ type: 'failed', error: this.#failure }) : EMPTY;
    const later$ = this.#failure ? timer(0, this.#settings.scheduler) : EMPTY; // in a handler, connect() waits for its turn
    return merge(this.#ends.of(record), later$.pipe(mergeMap(failed)));
  }

  /**
   * Gives the hold back, and unsubscribes at once where it was the last lease: emits the state once that has been heeded,
   * then each next one. Completes when the topic is over, and at once where others hold it.
   */
  letGo(record: TopicRecord, id?: string): Observable<TopicState> {
    return defer(() => {
      this.#drop(record);
      this.#ends.next(record, { type: 'unsubscribed' });
      return record.leases === 0 ? this.#after(record, this.#unwanted(id)) : EMPTY;
    });
  }

  /** Every topic, by name. */
  get all(): ReadonlyMap<string, TopicRecord> {
    return this.#records;
  }

  /** Forgets a topic that nobody holds, and that has nothing left to be said to the relay; its record is over then. */
  forget(record: TopicRecord): void {
    if (record.leases > 0 || isAtWork(record)) return;
    this.#tell(record, this.#unwanted()); // so that nothing is left that waits
    this.#records.delete(record.topic);
    this.#moves.end(record);
  }

  /** Whether there is a connection. On a new one, everything is asked for anew. */
  linkChanged(up: boolean): void {
    this.#up = up;
    this.#asking.anew(() => {
      for (const record of this.#records.values()) this.#tell(record, { type: up ? 'link up' : 'link down' });
    });
  }

  /** Why there is no connection, and will not be one before the user connects; `undefined` where there may be one. */
  linkFailed(error: RelayError | undefined): void {
    this.#failure = error;
    if (error)
      for (const record of this.#records.values()) this.#ends.next(record, { type: 'failed', error });
  }

  /** Asks for nothing that waits to be asked for: the connection is about to end. */
  hush(): void {
    this.#asking.anew(() => undefined);
  }

  /** The user has disconnected: nothing may be left that waits. */
  disconnected(): void {
    for (const record of this.#records.values()) {
      this.#ends.next(record, { type: 'disconnected' });
      this.#tell(record, { type: 'disconnected', up: this.#up });
    }
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    this.hush();
    for (const record of this.#records.values()) record.complete();
    for (const route of [this.#moves, this.#ends]) route.complete();
  }

  #join(record: TopicRecord): SubscribeLease {
    if (!record.hold) {
      record.hold = { waiting: 0, confirmed: false };
      record.leases += 1;
    }
    record.hold.waiting += 1;
    return record.hold;
  }

  #part(record: TopicRecord, hold: SubscribeLease): void {
    hold.waiting -= 1;
    if (record.hold !== hold || hold.waiting > 0 || hold.confirmed) return;
    this.#drop(record);
    if (record.leases === 0) this.#tell(record, this.#unwanted());
  }

  #drop(record: TopicRecord): void {
    if (record.hold) record.leases -= 1;
    record.hold = undefined;
  }

  #unwanted(id?: string): TopicEvent {
    return { type: 'unwanted', up: this.#up, ...(id !== undefined && { id }) };
  }

  #tell(record: TopicRecord, event: TopicEvent): void {
    this.#event.next([record, event]);
  }

  /**
   * Tells, and emits the state that came of it, then each next one; completes when the topic is over. In a handler, the state
   * that is read at once may be an old one: what is told there waits for its turn.
   */
  #after(record: TopicRecord, event: TopicEvent, heeded?: () => void): Observable<TopicState> {
    const now$ = new Observable<TopicState>((subscriber) => {
      this.#event.next([
        record,
        event,
        () => {
          if (subscriber.closed) return;
          heeded?.();
          subscriber.next(record.state);
          subscriber.complete();
        },
      ]);
    });
    const moves$ = this.#moves.of(record);
    return concat(now$, moves$).pipe(takeUntil(moves$.pipe(ignoreElements(), endWith(undefined))));
  }

  #enact({ machine: record, before, state, effects }: TopicMove): void {
    for (const effect of effects) this.#asking.begin(effect, record);
    if (state.name === 'failed' && before.name !== 'failed') {
      this.#drop(record);
      record.error(state.error); // who is told of the state may subscribe anew, which is not to end by this
    }
    if (before !== state) this.#moves.next(record, state);
  }
}
