import { EMPTY, expand, filter, type Observable, tap, timer } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import type { Settings } from '../settings.js';
import type { Line } from './line.js';

/** RTN23: says something whenever nothing was said for maxIdleInterval; runs while it is subscribed to. */
export function breakIdleness(line: Line, settings: Settings, heartbeats: boolean): Observable<unknown> {
  const { maxIdleInterval, scheduler } = settings;
  if (maxIdleInterval === 0) return EMPTY;
  const idle = (): number => scheduler.now() - line.lastSent;
  const nextCheck = (): Observable<unknown> => timer(Math.max(1, maxIdleInterval - idle()), scheduler);
  return nextCheck().pipe(
    expand(nextCheck),
    filter(() => idle() >= maxIdleInterval),
    tap(() => (heartbeats ? line.send({ action: Action.heartbeat }) : line.ping())),
  );
}
