import { timeoutFirst } from '../../lib/rx/timeout-first.js';
import { virtually } from '../support/virtual-time.js';

const late = new Error('late');

describe('within', () => {
  const cases = [
    ['never: errors after the time', '-', '10ms #', '^ 9ms !'],
    ['empty: completes', '3ms |', '3ms |', '^ 2ms !'],
    ['many: only the first one counts', '9ms a 99ms b 5ms |', '9ms a 99ms b 5ms |', '^ 114ms !'],
    ['an error: passes it on', '3ms #', '3ms #', '^ 2ms !'],
  ] as const;
  for (const [title, source, expected, subscribed] of cases)
    it(
      title,
      virtually(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
        const source$ = cold(source, undefined, late);
        expectObservable(source$.pipe(timeoutFirst(10, scheduler, () => late))).toBe(
          expected,
          undefined,
          late,
        );
        expectSubscriptions(source$.subscriptions).toBe(subscribed);
      }),
    );

  it(
    'early unsubscribe: leaves the source, and errors no more',
    virtually(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const source$ = cold('-');
      expectObservable(source$.pipe(timeoutFirst(10, scheduler, () => late)), '4ms !').toBe('-');
      expectSubscriptions(source$.subscriptions).toBe('^ 3ms !');
    }),
  );
});
