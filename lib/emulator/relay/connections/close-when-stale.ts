import { type Observable, tap } from 'rxjs';
import { idle } from '../../../rx/idle.js';
import type { Live } from './connection-context.js';

/** 4008: closes who says nothing and has no subscription. Completes then. */
export function closeWhenStale({ client, line, office }: Live, heardAt: () => number): Observable<unknown> {
  const { scheduler, staleAfter } = office.settings;
  const aliveAt = (): number => (client.subscriptions.size > 0 ? scheduler.now() : heardAt());
  return idle(aliveAt, staleAfter, scheduler).pipe(
    tap(() => line.close(4008, 'Stale connection: it is silent and has no subscription.')),
  );
}
