import {
  concat,
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
import { goesOn } from '../base/error-json.js';
import type { ConnectionChange, ConnectionStateName } from '../relay/index.js';
import { thenAlways } from './command.js';
import { CommandError, Exit, UsageError } from './exit.js';
import { numberOf } from './parse.js';

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
          ? reason.message.replace(` ${goesOn}`, '') // it does not any more
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

/** In ms, from seconds; 0 is for ever. Throws a UsageError where it is no number. */
export const timeoutOf = ({ timeout: seconds }: { readonly timeout?: string | undefined }): number =>
  (numberOf('timeout', seconds, [0, 86_400]) ?? 10) * 1000;

/** Either client. */
interface Client {
  readonly connection: Connection;
  connect(): unknown;
  dispose(): Promise<void>;
}

/** A client, whose work may begin. */
export interface Session<C> {
  readonly client: C;
  /** Completes once connected; errors where that fails. */
  readonly connected$: Observable<never>;
}

/** A client of the work's own, and how it says goodbye. */
export interface SessionOptions<C> {
  readonly make: () => C;
  readonly close: (client: C) => Promise<void>;
  readonly timeout: number;
  readonly scheduler: SchedulerLike;
}

/** Work with a client of its own, which ends with it. Errors with a UsageError where an option of the client is wrong. */
export const withSession = <C extends Client, T>(
  { make, close, timeout: ms, scheduler }: SessionOptions<C>,
  work: (session: Session<C>) => Observable<T>,
): Observable<T> =>
  defer(() => {
    const client = made(make);
    const connected$ = defer(() => {
      void client.connect();
      return connected(client.connection, ms, scheduler);
    });
    return thenAlways(work({ client, connected$ }), async () => {
      await close(client);
      await client.dispose();
    });
  });

function made<C>(make: () => C): C {
  try {
    return make();
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The work, once there is a connection. */
export const onceConnected = <T>(
  { connected$ }: Pick<Session<unknown>, 'connected$'>,
  work: () => Observable<T>,
): Observable<T> => concat(connected$, defer(work));
