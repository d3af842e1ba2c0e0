import { filter, map, merge, type Observable, type SchedulerLike, take, timer } from 'rxjs';
import { during } from '../rx/during.js';
import { maxTimer } from '../base/max-timer.js';
import type { Epic } from '../rx/machine.js';
import { idle } from '../rx/idle.js';
import type { Lifecycle } from '../socket/types.js';
import type { Attempt, ConnectionEffect, ConnectionEvent, ConnectionState, End, Deadline } from './state.js';

export type ConnectionEpic<X> = Epic<ConnectionState<X>, ConnectionEffect, ConnectionEvent<X>>;

interface Timing<X> {
  /** Milliseconds that an opening or a closing may take, and that silence may exceed its promise by, unless `idleMargin` says it. */
  readonly requestTimeout: number;
  readonly idleMargin?: number;
  readonly holdsAfter: number;
  readonly scheduler: SchedulerLike;
  readonly heardAt: () => number;
  readonly lifecycle$: Observable<Lifecycle>;
  readonly ended: (end: End) => ConnectionEvent<X>;
}

/** The attempt, and with it the socket, lives through connecting, connected and closing. */
export const attemptOf = <X>(state: ConnectionState<X>): Attempt<X> | undefined =>
  'attempt' in state ? state.attempt : undefined;

/** Everything that happens because time passes. */
export function timersOf<X>({
  lifecycle$,
  requestTimeout,
  idleMargin = requestTimeout,
  holdsAfter,
  scheduler,
  heardAt,
  ended,
}: Timing<X>): readonly ConnectionEpic<X>[] {
  type State = ConnectionState<X>;
  /** A timer that lives as long as `key` stays in the state. */
  const after =
    <K>(
      key: (state: State) => K | undefined,
      ms: (key: K) => number,
      event: () => ConnectionEvent<X>,
    ): ConnectionEpic<X> =>
    (state$) =>
      state$.pipe(during(key, (found) => timer(Math.min(ms(found), maxTimer), scheduler).pipe(map(event))));
  const waitFor = ({ in: ms }: Deadline): number => ms;
  /** RTN23a. A page that slept finds out when it wakes: its timers may have been throttled, or may not have run at all. */
  const isSilent = (limit: number): boolean => scheduler.now() - heardAt() >= limit;
  const idleFor = (limit: number): Observable<ConnectionEvent<X>> =>
    merge(
      idle(heardAt, limit, scheduler),
      lifecycle$.pipe(filter((sign) => (sign === 'visible' || sign === 'resumed') && isSilent(limit))),
    ).pipe(
      take(1),
      map(() => ended({ type: 'idle', after: limit })),
    );
  const idling: ConnectionEpic<X> = (state$) =>
    state$.pipe(
      during(
        (state) =>
          state.name === 'connected' && state.session.idleAfter !== undefined ? state.session : undefined,
        ({ idleAfter = 0 }) => idleFor(idleAfter + idleMargin),
      ),
    );
  /** RTN20 */
  const watching: ConnectionEpic<X> = () =>
    lifecycle$.pipe(
      filter((sign) => sign === 'online' || sign === 'offline'),
      map((sign) => (sign === 'online' ? { type: 'online' } : ended({ type: 'offline' }))),
    );
  return [
    idling,
    watching,
    after(
      (state) => ('retry' in state ? state.retry : undefined),
      waitFor,
      () => ({ type: 'due' }),
    ),
    after(
      (state) => ('outage' in state ? state.outage?.deadline : undefined),
      waitFor,
      () => ({ type: 'expired' }),
    ),
    after(
      (state) => (state.name === 'connected' ? state.recentOutage : undefined),
      () => holdsAfter,
      () => ({ type: 'held' }),
    ),
    after(
      (state) => (state.name === 'connecting' || state.name === 'closing' ? state.attempt : undefined),
      () => requestTimeout,
      () => ended({ type: 'timed out', after: requestTimeout }), // RTN14c, RTN12b
    ),
  ];
}
