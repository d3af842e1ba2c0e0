import {
  defer,
  filter,
  ignoreElements,
  merge,
  type Observable,
  type SchedulerLike,
  take,
  tap,
  throwError,
  timeout,
} from 'rxjs';
import type { ConnectionChange, ConnectionStateName } from '../relay/index.js';
import { CommandError, Exit } from './exit.js';

/** The connection of either client. */
interface Connection {
  readonly state$: Observable<ConnectionStateName>;
  readonly changes$: Observable<ConnectionChange<Error>>;
  readonly errorReason: Error | undefined;
}

/**
 * Completes once the connection is there. Errors where the server refuses it, where it is not there after so many
 * milliseconds, and as soon as no attempt is left in that time; 0 waits for ever.
 */
export const connected = (connection: Connection, ms: number, scheduler: SchedulerLike): Observable<never> =>
  defer(() => {
    const lost = (reason = connection.errorReason): Error =>
      new CommandError(
        reason
          ? reason.message.replace(/ [^.]* goes on trying\.$/, '') // it does not any more
          : `There is no connection: the server did not answer within ${String(ms / 1000)} s.`,
        Exit.notConnected,
      );
    const until = scheduler.now() + ms;
    const hopeless$ = connection.changes$.pipe(
      tap(({ retryIn, reason }) => {
        if (ms > 0 && retryIn !== undefined && scheduler.now() + retryIn > until) throw lost(reason);
      }),
      ignoreElements(),
    );
    const settled$ = connection.state$.pipe(filter((name) => name === 'connected' || name === 'failed'));
    const first$ = merge(settled$, hopeless$).pipe(
      take(1),
      tap((name) => {
        if (name === 'failed') throw connection.errorReason ?? lost();
      }),
    );
    const late$ = throwError(() => lost());
    return (ms > 0 ? first$.pipe(timeout({ first: ms, scheduler, with: () => late$ })) : first$).pipe(
      ignoreElements(),
    );
  });
