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
import { deadlines, type Move } from '../../rx/deadlines.js';
import { Route } from '../../rx/keyed-subject.js';
import { serialize } from '../../rx/serialize.js';
import type { RelayChannel } from '../channel.js';
import type { RelayError } from '../relay-error.js';
import { Asking, type AskingSettings } from './asking.js';
import { Cell } from './record.js';
import type { End, Hold } from './subscribe-lease.js';
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
  readonly channelOf: (cell: Cell) => RelayChannel;
}

/** `heeded` is called when the step is done. */
type Addressed = readonly [cell: Cell, event: TopicEvent, heeded?: () => void];

interface TopicMove extends Move<TopicState> {
  readonly machine: Cell;
  readonly effects: readonly TopicEffect[];
  readonly heeded: (() => void) | undefined;
}

const graceOf = (state: TopicState) => ('grace' in state ? state.grace : undefined);
const isAtWork = ({ state }: Cell): boolean => state.name !== 'inactive' && state.name !== 'failed';
const retryOf = (state: TopicState) => ('retry' in state ? state.retry : undefined);

/** Every topic of a client, each a machine of its own, all in one stream; what they ask of the relay goes in batches. */
export class Topics {
  readonly #cells = new Map<string, Cell>();
  readonly #event = new Subject<Addressed>();
  readonly #moves = new Route<Cell, TopicState>();
  readonly #ends = new Route<Cell, End>();
  readonly #settings: TopicsSettings;
  readonly #asking: Asking;
  #up = false;
  #failure: RelayError | undefined;
  #disposed = false;

  constructor(settings: TopicsSettings) {
    this.#settings = settings;
    this.#asking = new Asking(settings, (cell, event) => {
      this.#tell(cell, event);
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
      map(([cell, event, heeded]): TopicMove => {
        const before = cell.state;
        const [state, effects] = reduce(before, event);
        cell.state = state;
        return { machine: cell, before, state, effects, heeded };
      }),
      tap((move) => {
        if (move.before !== move.state) moved.next(move);
        this.#enact(move);
        move.heeded?.();
      }),
      ignoreElements(),
    );
  });

  /** The topic's cell, made on first use. */
  get(topic: string): Cell {
    const found = this.#cells.get(topic);
    if (found) return found;
    const made = new Cell(topic, this.#settings.channelOf);
    this.#cells.set(topic, made);
    return made;
  }

  /** The topic's cell, where there is one. */
  find(topic: string): Cell | undefined {
    return this.#cells.get(topic);
  }

  /** Whether any topic is held, or has something left to be said to the relay. */
  get needed(): boolean {
    return [...this.#cells.values()].some(isAtWork);
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Whether the topic was forgotten, or the client disposed of: nothing comes on it any more. */
  isOver(cell: Cell): boolean {
    return this.#disposed || this.#cells.get(cell.topic) !== cell;
  }

  /** The state at once, then each next one; completes when the topic is over. */
  stateOf(cell: Cell): Observable<TopicState> {
    const now$ = defer(() => of(cell.state)); // second, so that what its subscribers do about it is heard of
    return defer(() => merge(this.isOver(cell) ? EMPTY : this.#moves.of(cell), now$));
  }

  /** Takes a lease: connects and subscribes if need be. */
  take(cell: Cell): void {
    cell.leases += 1;
    this.#settings.demand(); // may tell users of a new state, who may give their lease back
    this.#tell(cell, { type: 'wanted', up: this.#up });
  }

  /** Gives a lease back; the last one starts the grace. */
  release(cell: Cell): void {
    cell.leases -= 1;
    const disconnected = this.#settings.isDisconnected();
    if (cell.leases === 0) this.#tell(cell, { type: 'released', up: this.#up, disconnected });
  }

  /**
   * One call of `subscribe()`: takes part in the topic's hold, and gives its part back when it is unsubscribed from. Emits
   * the state once that has been heeded, then each next one; completes when the topic is over.
   */
  hold(cell: Cell): Observable<TopicState> {
    return defer(() => {
      let hold = this.#join(cell);
      this.#settings.demand();
      const heeded = (): void => {
        if (cell.hold !== hold) hold = this.#join(cell); // it failed before this was heeded, and is asked for anew
      };
      return this.#after(cell, { type: 'wanted', up: this.#up }, heeded).pipe(
        tap(({ name }) => {
          if (name === 'active') hold.confirmed = true;
        }),
        finalize(() => {
          this.#part(cell, hold);
        }),
      );
    });
  }

  /** Why a call of `subscribe()` waits in vain, from now on; completes when the client is disposed of. */
  endOf(cell: Cell): Observable<End> {
    const failed = (): Observable<End> =>
      this.#failure ? of({ type: 'failed', error: this.#failure }) : EMPTY;
    const later$ = this.#failure ? timer(0, this.#settings.scheduler) : EMPTY; // in a handler, connect() waits for its turn
    return merge(this.#ends.of(cell), later$.pipe(mergeMap(failed)));
  }

  /**
   * Gives the hold back, and unsubscribes at once where it was the last lease: emits the state once that has been heeded,
   * then each next one. Completes when the topic is over, and at once where others hold it.
   */
  letGo(cell: Cell, id?: string): Observable<TopicState> {
    return defer(() => {
      this.#drop(cell);
      this.#ends.next(cell, { type: 'unsubscribed' });
      return cell.leases === 0 ? this.#after(cell, this.#unwanted(id)) : EMPTY;
    });
  }

  /** Every topic, by name. */
  get all(): ReadonlyMap<string, Cell> {
    return this.#cells;
  }

  /** Forgets a topic that nobody holds, and that has nothing left to be said to the relay; its cell is over then. */
  forget(cell: Cell): void {
    if (cell.leases > 0 || isAtWork(cell)) return;
    this.#tell(cell, this.#unwanted()); // so that nothing is left that waits
    this.#cells.delete(cell.topic);
    this.#moves.end(cell);
  }

  /** Whether there is a connection. On a new one, everything is asked for anew. */
  linkChanged(up: boolean): void {
    this.#up = up;
    this.#asking.anew(() => {
      for (const cell of this.#cells.values()) this.#tell(cell, { type: up ? 'link up' : 'link down' });
    });
  }

  /** Why there is no connection, and will not be one before the user connects; `undefined` where there may be one. */
  linkFailed(error: RelayError | undefined): void {
    this.#failure = error;
    if (error) for (const cell of this.#cells.values()) this.#ends.next(cell, { type: 'failed', error });
  }

  /** Asks for nothing that waits to be asked for: the connection is about to end. */
  hush(): void {
    this.#asking.anew(() => undefined);
  }

  /** The user has disconnected: nothing may be left that waits. */
  disconnected(): void {
    for (const cell of this.#cells.values()) {
      this.#ends.next(cell, { type: 'disconnected' });
      this.#tell(cell, { type: 'disconnected', up: this.#up });
    }
  }

  /** Ends every public stream. */
  dispose(): void {
    this.#disposed = true;
    this.hush();
    for (const cell of this.#cells.values()) cell.complete();
    for (const route of [this.#moves, this.#ends]) route.complete();
  }

  #join(cell: Cell): Hold {
    if (!cell.hold) {
      cell.hold = { waiting: 0, confirmed: false };
      cell.leases += 1;
    }
    cell.hold.waiting += 1;
    return cell.hold;
  }

  #part(cell: Cell, hold: Hold): void {
    hold.waiting -= 1;
    if (cell.hold !== hold || hold.waiting > 0 || hold.confirmed) return;
    this.#drop(cell);
    if (cell.leases === 0) this.#tell(cell, this.#unwanted());
  }

  #drop(cell: Cell): void {
    if (cell.hold) cell.leases -= 1;
    cell.hold = undefined;
  }

  #unwanted(id?: string): TopicEvent {
    return { type: 'unwanted', up: this.#up, ...(id !== undefined && { id }) };
  }

  #tell(cell: Cell, event: TopicEvent): void {
    this.#event.next([cell, event]);
  }

  /**
   * Tells, and emits the state that came of it, then each next one; completes when the topic is over. In a handler, the state
   * that is read at once may be an old one: what is told there waits for its turn.
   */
  #after(cell: Cell, event: TopicEvent, heeded?: () => void): Observable<TopicState> {
    const now$ = new Observable<TopicState>((subscriber) => {
      this.#event.next([
        cell,
        event,
        () => {
          if (subscriber.closed) return;
          heeded?.();
          subscriber.next(cell.state);
          subscriber.complete();
        },
      ]);
    });
    const moves$ = this.#moves.of(cell);
    return concat(now$, moves$).pipe(takeUntil(moves$.pipe(ignoreElements(), endWith(undefined))));
  }

  #enact({ machine: cell, before, state, effects }: TopicMove): void {
    for (const effect of effects) this.#asking.begin(effect, cell);
    if (state.name === 'failed' && before.name !== 'failed') {
      this.#drop(cell);
      cell.error(state.error); // who is told of the state may subscribe anew, which is not to end by this
    }
    if (before !== state) this.#moves.next(cell, state);
  }
}
