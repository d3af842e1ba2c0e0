import { Observable } from 'rxjs';
import type { Outcome } from './calls/call.js';
import type { Calls } from './calls/calls.js';
import { once } from './topics/requests.js';

/** A request whose answer tells nothing but that somebody is there: nobody is subscribed to that topic. */
export const probe = { method: 'irn_fetchMessages', params: { topic: '0'.repeat(64) } } as const;

/**
 * Asks, and emits once, and completes, when the relay has answered anything at all, or nothing for `patience` ms on a
 * connection that holds; emits nothing where the connection is lost first.
 */
export const signOfLife = (calls: Calls, patience: number): Observable<true> =>
  new Observable((subscriber) => {
    const call = calls.begin({ ...probe, policy: once(patience) }, (outcome) => {
      if (!isHeld(outcome)) return;
      subscriber.next(true);
      subscriber.complete();
    });
    subscriber.add(() => {
      calls.withdraw(call);
    });
  });

const isHeld = (outcome: Outcome): boolean =>
  outcome.type === 'answered' ||
  (outcome.type === 'failed' && (outcome.failure.reason === 'rejected' || !outcome.failure.cause));
