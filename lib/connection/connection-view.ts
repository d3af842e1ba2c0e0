import { Described } from '../base/described.js';
import { filter, type Observable, take } from 'rxjs';
import { stateOf } from '../rx/state-of.js';
import type { ConnectionChange, ConnectionStateName } from './changes.js';
import type { ConnectionState } from './state.js';

/** The state of a connection, now and as it changes: emits the current one on subscription. */
export type CurrentState<X> = Observable<ConnectionState<X>> & { readonly value: ConnectionState<X> };

/** State and changes of a connection, as its client has them. */
export interface ConnectionSource<X, E extends Error> {
  readonly state: CurrentState<X>;
  /** Handed to users as it is. */
  readonly changes$: Observable<ConnectionChange<E>>;
  readonly reasonOf: (state: ConnectionState<X>) => E | undefined;
}

/** A client's connection, as values and as streams. */
export class ConnectionView<X, E extends Error> extends Described {
  /** RTN4a, RTN4h: emits each change of state, and each `update`. Hot, replays nothing; completes on `dispose()`. */
  readonly changes$: Observable<ConnectionChange<E>>;
  readonly #source: ConnectionSource<X, E>;
  #state$: Observable<ConnectionStateName> | undefined;

  /** @internal Use `client.connection`. */
  constructor(source: ConnectionSource<X, E>) {
    super();
    this.#source = source;
    this.changes$ = source.changes$;
  }

  toJSON(): object {
    const { state, errorReason } = this;
    return { state, ...(errorReason && { errorReason }) };
  }

  /** Emits the current state on subscription, then each new one; distinct, never errors, completes on `dispose()` (RTN4). */
  get state$(): Observable<ConnectionStateName> {
    return (this.#state$ ??= stateOf(this.#source.state, ({ name }) => name));
  }

  /** RTN4d */
  get state(): ConnectionStateName {
    return this.#source.state.value.name;
  }

  /** RTN25: latest error of the connection; `undefined` once it is connected again without one. */
  get errorReason(): E | undefined {
    return this.#source.reasonOf(this.#source.state.value);
  }

  /** RTN26: emits `state` once the connection is in it, which may be at once, and completes. */
  whenState(state: ConnectionStateName): Observable<ConnectionStateName> {
    return this.state$.pipe(
      filter((current) => current === state),
      take(1),
    );
  }
}
