import { type Observable, tap } from 'rxjs';
import { idle } from '../../../rx/idle.js';
import type { ConnectionContext } from './connection-context.js';

/** Closes a silent connection without a subscription with 4008, then completes. */
export function closeWhenStale(
  { client, transport, relay }: ConnectionContext,
  heardAt: () => number,
): Observable<unknown> {
  const { scheduler, staleAfter } = relay.settings;
  const aliveAt = (): number => (client.subscriptions.size > 0 ? scheduler.now() : heardAt());
  return idle(aliveAt, staleAfter, scheduler).pipe(
    tap(() => transport.close(4008, 'Stale connection: it is silent and has no subscription.')),
  );
}
