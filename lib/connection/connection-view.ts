import { type BehaviorSubject, filter, type Observable, take } from 'rxjs';
import { readOnly } from '../rx/read-only.js';
import { stateOf } from '../rx/state-of.js';
import type { ConnectionChange, ConnectionStateName } from './changes.js';
import type { ConnectionState } from './state.js';

/** What of a connection its client lets be seen. */
export interface ConnectionSource<X, E extends Error> {
  readonly state: BehaviorSubject<ConnectionState<X>>;
  readonly changes$: Observable<ConnectionChange<E>>;
  readonly reasonOf: (state: ConnectionState<X>) => E | undefined;
}

/** What can be known of a client's connection, as values and as streams. */
export class ConnectionView<X, E extends Error> {
  /** The current state at once, then each next one; distinct, never errors, completes on `dispose()` (RTN4). */
  readonly state$: Observable<ConnectionStateName>;
  /** RTN4a, RTN4h: each change of state, and each `update`. Hot, replays nothing; completes on `dispose()`. */
  readonly changes$: Observable<ConnectionChange<E>>;
  readonly #doors: ConnectionSource<X, E>;

  /** @internal Use `client.connection`. */
  constructor(doors: ConnectionSource<X, E>) {
    this.#doors = doors;
    this.state$ = stateOf(doors.state, ({ name }) => name);
    this.changes$ = readOnly(doors.changes$);
  }

  /** RTN4d */
  get state(): ConnectionStateName {
    return this.#doors.state.value.name;
  }

  /** RTN25: what went wrong, as long as it matters; `undefined` once all is well again. */
  get errorReason(): E | undefined {
    return this.#doors.reasonOf(this.#doors.state.value);
  }

  /** RTN26: emits once, and completes, as soon as the connection is in `state`, which may be at once. */
  whenState(state: ConnectionStateName): Observable<ConnectionStateName> {
    return this.state$.pipe(
      filter((current) => current === state),
      take(1),
    );
  }
}
