import { Observable, repeat, take } from 'rxjs';
import type { Calls } from './calls.js';
import { once, type Probe } from './policy.js';

/**
 * Sends the probe, and again after each `timeout` ms without an answer. Emits once and completes when the relay has
 * answered it, with a refusal too. Emits nothing and sends no more when the connection is lost first.
 */
export const signOfLife = (calls: Calls, probe: () => Probe, timeout: number): Observable<true> =>
  new Observable<true>((subscriber) => {
    const call = calls.begin({ ...probe(), policy: once(timeout) }, (outcome) => {
      if (outcome.type === 'withdrawn') return;
      const { reason, cause } = outcome.type === 'failed' ? outcome.failure : {};
      if (outcome.type === 'answered' || reason === 'rejected') subscriber.next(true);
      if (reason === undefined || reason === 'rejected' || !cause) subscriber.complete();
    });
    subscriber.add(() => {
      calls.withdraw(call);
    });
  }).pipe(repeat(), take(1));
