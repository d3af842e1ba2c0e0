import { BehaviorSubject, interval, map, type Observable, startWith, switchMap, takeWhile } from 'rxjs';
import type { CoreConnection } from '../ably/client/connection.js';
import type { ErrorInfo } from '../ably/wire/error-info.js';
import type { ConnectionStateName } from '../connection/changes.js';
import { pageClock } from './page-clock.js';

/** The connection, as a page shows it. */
export interface ConnectionStatus {
  readonly state: ConnectionStateName;
  /** The error that came last; `undefined` once it is connected without an error. */
  readonly reason: ErrorInfo | undefined;
  /** Milliseconds until the next attempt, a whole number of seconds that counts down; `undefined` where none is planned. */
  readonly retryIn: number | undefined;
}

const second = 1000;

/** When the next attempt is due, on the clock of the page; nothing where none is planned. */
type Due = number | undefined;

const dueOf = new WeakMap<CoreConnection, Observable<Due>>();

/**
 * When the next attempt is due, now and after each change, until `dispose()`. Notes changes from the first call on: a page that
 * asks in the middle of an outage would not learn it.
 */
export function noteChanges(connection: CoreConnection): Observable<Due> {
  const known$ = dueOf.get(connection);
  if (known$) return known$;
  const due$ = new BehaviorSubject<Due>(undefined);
  connection.changes$.pipe(map(({ retryIn }) => retryIn && pageClock.now() + retryIn)).subscribe(due$);
  dueOf.set(connection, due$);
  return due$;
}

/** How it stands with a connection right now, as far as its own properties tell. */
export const statusOf = (
  { state, errorReason: reason }: Pick<CoreConnection, 'state' | 'errorReason'>,
  retryIn?: number,
): ConnectionStatus => ({ state, reason, retryIn });

/** Where nothing runs: in a server's render. */
export const unconnected: ConnectionStatus = statusOf({ state: 'initialized', errorReason: undefined });

/** The connection as one state: at once, and then as it changes. Never errors, takes no lease, completes on `dispose()`. */
export const connectionView = (connection: CoreConnection): Observable<ConnectionStatus> =>
  noteChanges(connection).pipe(
    switchMap((due) =>
      interval(second, pageClock).pipe(
        startWith(0),
        map(() =>
          statusOf(connection, due && Math.max(0, Math.ceil((due - pageClock.now()) / second) * second)),
        ),
        takeWhile(({ retryIn }) => !!retryIn, true),
      ),
    ),
  );
