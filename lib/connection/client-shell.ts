import { BehaviorSubject, type Observable, Subject, Subscription, takeUntil } from 'rxjs';
import type { Log } from '../base/log.js';
import { readOnly } from '../rx/read-only.js';
import { changeOf, type ConnectionChange, levelOf } from './changes.js';
import type { ConnectionSource, CurrentState } from './connection-view.js';
import type { ConnectionState } from './state.js';

/** The part of a client that depends on its protocol. */
export interface ClientShellSettings<X, E extends Error> {
  /** Name of the connection in the log, as in `The connection`. */
  readonly name: string;
  readonly log: Log;
  readonly reasonOf: (state: ConnectionState<X>) => E | undefined;
  /** Called first, while `state` still has the value before: tells the floors below what users are told later. */
  readonly entering?: (before: ConnectionState<X>, state: ConnectionState<X>) => void;
  /** Called once `state` has the new value, before `changes$` emits. */
  readonly entered?: (before: ConnectionState<X>, state: ConnectionState<X>) => void;
  /** Called last, after `changes$` has emitted. */
  readonly announced?: (before: ConnectionState<X>, state: ConnectionState<X>) => void;
}

/** State, changes, errors and lifetime of a client: what every client does alike, whatever its protocol. */
export class ClientShell<X, E extends Error> implements ConnectionSource<X, E> {
  /** State of the connection as users see it; completes on `dispose`. */
  readonly state: CurrentState<X>;
  /** Emits each change of state and each update; hot, completes on `dispose`. */
  readonly changes$: Observable<ConnectionChange<E>>;
  /** Emits errors that end nothing; hot, completes on `dispose`. */
  readonly errors$: Observable<E>;
  readonly reasonOf: (state: ConnectionState<X>) => E | undefined;
  readonly #settings: ClientShellSettings<X, E>;
  readonly #state = new BehaviorSubject<ConnectionState<X>>({ name: 'initialized' });
  readonly #changes = new Subject<ConnectionChange<E>>();
  readonly #errors = new Subject<E>();
  readonly #running = new Subscription();
  /** Emits when `dispose` begins, after which nothing may move the state but `dispose`. */
  readonly #disposing = new Subject<void>();

  constructor(settings: ClientShellSettings<X, E>) {
    this.#settings = settings;
    this.reasonOf = settings.reasonOf;
    this.state = this.#state;
    this.changes$ = readOnly(this.#changes);
    this.errors$ = readOnly(this.#errors);
  }

  /** Whether the client is disposed of. */
  get disposed(): boolean {
    return this.#running.closed;
  }

  /** Emits an error on `errors$`; logs it too where there is a `message` to log it with. */
  readonly report = (error: E, message?: string): void => {
    if (message !== undefined) this.#settings.log('error', { message, error });
    this.#errors.next(error);
  };

  /** Calls back with the state, and with each next one before those hear of it that subscribe later. */
  watch(told: (state: ConnectionState<X>) => void): void {
    this.#running.add(this.#state.subscribe(told));
  }

  /** Subscribes to streams in their order, until `dispose`. */
  run(...streams: readonly Observable<unknown>[]): void {
    for (const stream$ of streams) this.#running.add(stream$.subscribe());
  }

  /** Follows the connection's state, until `dispose` begins. */
  follow(state$: Observable<ConnectionState<X>>): void {
    const followed$ = state$.pipe(takeUntil(this.#disposing));
    this.#running.add(
      followed$.subscribe((state) => {
        this.#move(state);
      }),
    );
  }

  /**
   * Ends the client, once: calls `first`, closes the connection, calls `last`, and completes every stream. Errors reported
   * by either still reach `errors$`.
   */
  dispose(first: () => void, last?: () => void): Promise<void> {
    if (this.disposed) return Promise.resolve();
    first();
    this.#disposing.next(); // or else a handler of `closed` could have it connect again
    if (this.#state.value.name !== 'failed') this.#move({ name: 'closed' });
    this.#running.unsubscribe();
    last?.();
    for (const subject of [this.#state, this.#changes, this.#errors]) subject.complete();
    return Promise.resolve();
  }

  /** Takes a step of the connection upwards, floor by floor: users come last (RTL3d1). */
  #move(state: ConnectionState<X>): void {
    const before = this.#state.value;
    if (before === state) return;
    const { name, log, reasonOf, entering, entered, announced } = this.#settings;
    entering?.(before, state);
    this.#state.next(state);
    entered?.(before, state);
    const change = changeOf(before, state, reasonOf);
    if (change) {
      const { current, reason, retryIn } = change;
      const next = retryIn === undefined ? '' : `; the next attempt follows in ${retryIn} ms`;
      log(levelOf(state), {
        message: `${name} is ${current}${next}.`,
        about: current,
        ...(reason && { error: reason }),
      });
      this.#changes.next(change);
    }
    announced?.(before, state);
  }
}
