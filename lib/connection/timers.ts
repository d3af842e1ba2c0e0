import { filter, map, merge, type Observable, type SchedulerLike, take, timer } from 'rxjs';
import { type Deadline, maxTimer } from '../base/deadline.js';
import { during } from '../rx/during.js';
import type { Epic } from '../rx/machine.js';
import { idle } from '../rx/idle.js';
import type { Lifecycle } from '../socket/types.js';
import type { Activity } from './dispatch.js';
import type { Attempt, ConnectionEffect, ConnectionEvent, ConnectionState, End } from './state.js';

export type ConnectionEpic<X> = Epic<ConnectionState<X>, ConnectionEffect, ConnectionEvent<X>>;

/** Times that the timers run for, and the clock and signs that they go by. */
export interface Timing<X> {
  /** RTN14c, RTN12b, RTN23a: milliseconds that an opening or a closing may take, and the default of `idleMargin`. */
  readonly requestTimeout: number;
  /** Milliseconds by which silence may exceed the peer's promise. */
  readonly idleMargin?: number;
  readonly stableAfter: number;
  readonly scheduler: SchedulerLike;
  readonly activity: Activity;
  readonly lifecycle$: Observable<Lifecycle>;
  readonly ended: (end: End) => ConnectionEvent<X>;
}

/** The attempt that a state holds: the socket lives through connecting, connected and closing. */
export const attemptOf = <X>(state: ConnectionState<X>): Attempt<X> | undefined =>
  'attempt' in state ? state.attempt : undefined;

/** The epics that emit events because time passes, or because the system or the page gives a sign. */
export function timersOf<X>(timing: Timing<X>): readonly ConnectionEpic<X>[] {
  const { requestTimeout, stableAfter, scheduler, ended } = timing;
  const after =
    <K>(
      key: (state: ConnectionState<X>) => K | undefined,
      ms: (key: K) => number,
      event: () => ConnectionEvent<X>,
    ): ConnectionEpic<X> =>
    (state$) =>
      state$.pipe(during(key, (found) => timer(Math.min(ms(found), maxTimer), scheduler).pipe(map(event))));
  const waitFor = ({ in: ms }: Deadline): number => ms;
  return [
    idling(timing),
    watching(timing),
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
      () => stableAfter,
      () => ({ type: 'stable' }),
    ),
    after(
      (state) => (state.name === 'connecting' || state.name === 'closing' ? state.attempt : undefined),
      () => requestTimeout,
      () => ended({ type: 'timed out', after: requestTimeout }), // RTN14c, RTN12b
    ),
  ];
}

/** RTN23a. A page that slept finds out when it wakes: its timers may have been throttled, or may not have run at all. */
const idling =
  <X>({
    requestTimeout,
    idleMargin = requestTimeout,
    activity,
    scheduler,
    lifecycle$,
    ended,
  }: Timing<X>): ConnectionEpic<X> =>
  (state$) =>
    state$.pipe(
      during(
        (state) =>
          state.name === 'connected' && state.session.idleAfter !== undefined ? state.session : undefined,
        ({ idleAfter = 0 }) => {
          const after = idleAfter + idleMargin;
          const woken$ = lifecycle$.pipe(
            filter((sign) => sign === 'visible' || sign === 'resumed'),
            filter(() => scheduler.now() - activity.lastAt >= after),
          );
          return merge(
            idle(() => activity.lastAt, after, scheduler),
            woken$,
          ).pipe(
            take(1),
            map(() => ended({ type: 'idle', after })),
          );
        },
      ),
    );

/** RTN20 */
const watching =
  <X>({ lifecycle$, ended }: Timing<X>): ConnectionEpic<X> =>
  () =>
    lifecycle$.pipe(
      filter((sign) => sign === 'online' || sign === 'offline'),
      map((sign) => (sign === 'online' ? { type: 'online' } : ended({ type: 'offline' }))),
    );
