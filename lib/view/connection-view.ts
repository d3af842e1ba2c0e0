import {
  distinctUntilChanged,
  interval,
  map,
  merge,
  type Observable,
  of,
  ReplaySubject,
  share,
  startWith,
  switchMap,
  takeWhile,
} from 'rxjs';
import type { CoreConnection, ConnectionStateChange } from '../ably/client/connection.js';
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

/** The last change of a connection, and when it came. */
interface Noted {
  readonly change: ConnectionStateChange;
  readonly at: number;
}

const notedOf = new WeakMap<CoreConnection, Observable<Noted>>();

/** Notes changes from now on: a page that asks in the middle of an outage would not learn when the next attempt is due. */
export function noteChanges(connection: CoreConnection): void {
  changesNotedOf(connection).subscribe().unsubscribe();
}

/** The last change of a connection, and the next ones. */
function changesNotedOf(connection: CoreConnection): Observable<Noted> {
  const known$ = notedOf.get(connection);
  if (known$) return known$;
  const noted$ = connection.changes$.pipe(
    map((change) => ({ change, at: pageClock.now() })),
    share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: false }), // until `dispose()`
  );
  notedOf.set(connection, noted$);
  return noted$;
}

/** How it stands with a connection right now, as far as its own properties tell. */
export const statusOf = ({ state, errorReason: reason }: CoreConnection): ConnectionStatus => ({
  state,
  reason,
  retryIn: undefined,
});

/** The connection as one state: at once, and then as it changes. Never errors, takes no lease, completes on `dispose()`. */
export const connectionView = (connection: CoreConnection): Observable<ConnectionStatus> =>
  merge(
    connection.state$.pipe(map(() => statusOf(connection))), // the first one; later ones come with the changes
    changesNotedOf(connection).pipe(switchMap((found) => countdown(connection, found))),
  ).pipe(distinctUntilChanged(isSame));

function countdown(connection: CoreConnection, { change, at }: Noted): Observable<ConnectionStatus> {
  const { retryIn } = change;
  const status = statusOf(connection);
  if (retryIn === undefined || status.state !== change.current) return of(status);
  const left = (): number => Math.max(0, Math.ceil((at + retryIn - pageClock.now()) / second) * second);
  return interval(second, pageClock).pipe(
    startWith(0),
    map(() => ({ ...statusOf(connection), retryIn: left() })),
    takeWhile(({ retryIn: rest }) => rest > 0, true),
  );
}

const isSame = (before: ConnectionStatus, now: ConnectionStatus): boolean =>
  before.state === now.state && before.reason === now.reason && before.retryIn === now.retryIn;
