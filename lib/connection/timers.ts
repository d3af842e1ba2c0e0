import { filter, map, merge, type Observable, type SchedulerLike, take, timer } from 'rxjs';
import { maxTimer } from '../base/deadline.js';
import { type During, during } from '../rx/during.js';
import { idle } from '../rx/idle.js';
import type { Lifecycle } from '../socket/types.js';
import type { Activity } from './dispatch.js';
import type { Attempt, ConnectionEvent, ConnectionState, End } from './state.js';

export type ConnectionWork<X> = During<ConnectionState<X>, ConnectionEvent<X>>;

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

/** The works that emit events because time passes. */
export function timersOf<X>(timing: Timing<X>): readonly ConnectionWork<X>[] {
  const { requestTimeout, stableAfter, scheduler, ended } = timing;
  const after = (ms: number, event: () => ConnectionEvent<X>): Observable<ConnectionEvent<X>> =>
    timer(Math.min(ms, maxTimer), scheduler).pipe(map(event));
  type State = ConnectionState<X>;
  return [
    idling(timing),
    during(
      (state: State) => ('retry' in state ? state.retry : undefined),
      ({ in: ms }) => after(ms, () => ({ type: 'due' })),
    ),
    during(
      (state: State) => ('outage' in state ? state.outage?.deadline : undefined),
      ({ in: ms }) => after(ms, () => ({ type: 'expired' })),
    ),
    during(
      (state: State) => (state.name === 'connected' ? state.recentOutage : undefined),
      () => after(stableAfter, () => ({ type: 'stable' })),
    ),
    during(untilTimeout<X>, () =>
      after(requestTimeout, () => ended({ type: 'timed out', after: requestTimeout })),
    ),
  ];
}

/** RTN14c, RTN12b: lasts no longer than `requestTimeout`. A CLOSE has a time of its own, however late it is sent. */
const untilTimeout = <X>(state: ConnectionState<X>): object | undefined => {
  if (state.name === 'connected') return undefined;
  return state.name === 'closing' && state.closeSent ? state : attemptOf(state);
};

/** RTN23a. A page that slept finds out when it wakes: its timers may have been throttled, or may not have run at all. */
const idling = <X>({
  requestTimeout,
  idleMargin = requestTimeout,
  activity,
  scheduler,
  lifecycle$,
  ended,
}: Timing<X>): ConnectionWork<X> =>
  during(
    (state: ConnectionState<X>) =>
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
  );

/** RTN20: the events that the system's signs of a network, and of the page's end, are to the connection. */
export const signsOf = <X>({
  lifecycle$,
  ended,
}: Pick<Timing<X>, 'lifecycle$' | 'ended'>): Observable<ConnectionEvent<X>> =>
  lifecycle$.pipe(
    filter((sign) => sign === 'online' || sign === 'offline' || sign === 'terminated'),
    map((sign) => {
      if (sign === 'offline') return ended({ type: 'offline' });
      return { type: sign === 'online' ? sign : 'close' };
    }),
  );
