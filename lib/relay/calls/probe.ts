import { Observable, repeat, take } from 'rxjs';
import type { Calls } from './calls.js';
import { once } from '../topics/requests.js';

/** A request whose answer tells nothing but that somebody is there: nobody is subscribed to that topic. */
export const probe = { method: 'irn_fetchMessages', params: { topic: '0'.repeat(64) } } as const;

/**
 * Asks, and after `patience` ms once more, and again; emits once, and completes, when the relay has answered anything at
 * all. Emits nothing, and asks no more, where the connection is lost first.
 */
export const signOfLife = (calls: Calls, patience: number): Observable<true> =>
  new Observable<true>((subscriber) => {
    const call = calls.begin({ ...probe, policy: once(patience) }, (outcome) => {
      if (outcome.type === 'withdrawn') return;
      const { reason, cause } = outcome.type === 'failed' ? outcome.failure : {};
      if (outcome.type === 'answered' || reason === 'rejected') subscriber.next(true);
      if (reason === undefined || reason === 'rejected' || !cause) subscriber.complete();
    });
    subscriber.add(() => {
      calls.withdraw(call);
    });
  }).pipe(repeat(), take(1));
