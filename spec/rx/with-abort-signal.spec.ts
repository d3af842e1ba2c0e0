import { expect } from 'chai';
import { EMPTY, NEVER, of, throwError } from 'rxjs';
import { withAbortSignal } from '../../lib/rx/with-abort-signal.js';
import { virtually } from '../support/virtual-time.js';

describe('abortable', () => {
  const cases = [
    ['never: aborts when the subscriber leaves', '-', '5ms !', '-', [5]],
    ['empty: aborts at the end', '3ms |', '', '3ms |', [3]],
    ['many: passes them on, and aborts at the end', 'ab 2ms (c|)', '', 'ab 2ms (c|)', [4]],
    ['an error: passes it on, and aborts', 'a 2ms #', '', 'a 2ms #', [3]],
    ['early unsubscribe: aborts then', 'a 9ms b', '4ms !', 'a', [4]],
  ] as const;
  for (const [title, work, leaving, expected, aborted] of cases)
    it(
      title,
      virtually(({ cold, expectObservable, flush, scheduler }) => {
        const abortedAt: number[] = [];
        const work$ = withAbortSignal((signal) => {
          signal.addEventListener('abort', () => abortedAt.push(scheduler.now()));
          return cold(work);
        });
        expectObservable(work$, ...(leaving === '' ? [] : [leaving])).toBe(expected);
        flush();
        expect(abortedAt).to.deep.equal(aborted);
      }),
    );

  it('each subscriber has a signal of its own', () => {
    const signals: AbortSignal[] = [];
    const work$ = withAbortSignal((signal) => {
      signals.push(signal);
      return NEVER;
    });
    work$.subscribe().unsubscribe();
    const staying = work$.subscribe();
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true, false]);
    staying.unsubscribe();
  });

  it('re-entrant: whoever subscribes from within begins other work', () => {
    let begun = 0;
    const seen: number[] = [];
    const work$ = withAbortSignal(() => of((begun += 1)));
    work$.subscribe((first) => {
      seen.push(first);
      if (first === 1) work$.subscribe((second) => seen.push(second));
    });
    expect(seen).to.deep.equal([1, 2]);
  });

  it('work that throws before it begins, or errors at once, is an error', () => {
    const odd = new Error('odd');
    const told: unknown[] = [];
    const error = (thrown: unknown): void => void told.push(thrown);
    const broken$ = withAbortSignal(() => {
      throw odd;
    });
    broken$.subscribe({ error });
    withAbortSignal(() => throwError(() => odd)).subscribe({ error });
    withAbortSignal(() => EMPTY).subscribe({ error });
    expect(told).to.deep.equal([odd, odd]);
  });
});
