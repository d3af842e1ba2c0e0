import { expect } from 'chai';
import { NEVER, type Observable, of, type SchedulerLike, take } from 'rxjs';
import { pullPaced } from '../../../lib/rx/paced/pull-paced.js';
import type { LimiterOptions } from '../../../lib/rx/paced/limiter.js';
import { settling } from '../../support/settling.js';
import { virtually } from '../../support/virtual-time.js';

const failure = new Error('no');
const gate = <T>(
  scheduler: SchedulerLike,
  work: (value: T) => Observable<string>,
  given: Partial<LimiterOptions<T, string>> = {},
): LimiterOptions<T, string> => ({
  concurrency: 2,
  isCongested: () => false,
  lookAgain: 10,
  scheduler,
  work,
  ...given,
});

/** Values that note how far they were asked, and how they were left. */
function noting<T>(values: readonly T[]) {
  const seen: unknown[] = [];
  const counted = function* (): Generator<T> {
    try {
      for (const value of values) {
        seen.push(value);
        yield value;
      }
    } finally {
      seen.push('left');
    }
  };
  const counting = async function* (): AsyncGenerator<T> {
    yield* counted();
  };
  return { seen, counted, counting };
}

describe('pulled', () => {
  it(
    'many: asks for the next value only when it could begin',
    virtually(({ cold, act, scheduler, expectObservable }) => {
      const { seen, counted } = noting(['a', 'b', 'c', 'd']);
      const work = { a: cold('---(a|)'), b: cold('----(b|)'), c: cold('----(c|)'), d: cold('-(d|)') };
      const through = gate<string>(scheduler, (value) => work[value as keyof typeof work]);
      expectObservable(pullPaced(counted(), through)).toBe('---abd-(c|)');
      act('--a-b-c', {
        a: () => {
          expect(seen).to.deep.equal(['a', 'b']);
        },
        b: () => {
          expect(seen).to.deep.equal(['a', 'b', 'c']);
        },
        c: () => {
          expect(seen).to.deep.equal(['a', 'b', 'c', 'd', 'left']);
        },
      });
    }),
  );

  it(
    'begins anew on each subscription',
    virtually(({ scheduler, expectObservable }) => {
      const all$ = pullPaced(['a', 'b'], gate<string>(scheduler, of));
      expectObservable(all$).toBe('(ab|)');
      expectObservable(all$).toBe('(ab|)');
    }),
  );

  it(
    'never, empty',
    virtually(({ scheduler, expectObservable }) => {
      expectObservable(
        pullPaced(
          ['a'],
          gate<string>(scheduler, () => NEVER),
        ),
      ).toBe('-');
      expectObservable(pullPaced([], gate<string>(scheduler, of))).toBe('|');
    }),
  );

  it('never: values that do not come; leaving tells them', async () => {
    const seen: string[] = [];
    const scheduler = { now: () => 0, schedule: () => expect.fail('nothing waits') };
    const values: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          seen.push('next');
          return new Promise(() => undefined);
        },
        return: () => {
          seen.push('return');
          return Promise.reject(failure); // nobody is there to be told
        },
      }),
    };
    const running = pullPaced(values, gate<string>(scheduler, of)).subscribe();
    await settling();
    running.unsubscribe();
    await settling();
    expect(seen).to.deep.equal(['next', 'return']);
  });

  it(
    'error: of a piece of work, at once, and the iteration is left',
    virtually(({ cold, scheduler, expectObservable, flush }) => {
      const { seen, counted } = noting(['a', 'b', 'c']);
      const through = gate<string>(scheduler, () => cold('--#', {}, failure));
      expectObservable(pullPaced(counted(), through)).toBe('--#', {}, failure);
      flush();
      expect(seen).to.deep.equal(['a', 'b', 'left']);
    }),
  );

  it(
    'error: of the values, at once, and of a function that throws instead of working',
    virtually(({ scheduler, expectObservable }) => {
      const broken = function* (): Generator<string> {
        yield 'a';
        throw failure;
      };
      expectObservable(pullPaced(broken(), gate<string>(scheduler, of))).toBe('(a#)', { a: 'a' }, failure);
      const thrown = gate<string>(scheduler, () => {
        throw failure;
      });
      expectObservable(pullPaced(['a'], thrown)).toBe('#', {}, failure);
    }),
  );

  it(
    'early unsubscribe: ends all work and leaves the iteration, which may be endless',
    virtually(({ cold, scheduler, expectObservable, expectSubscriptions, flush }) => {
      const { seen, counted } = noting(['a', 'b', 'c']);
      const work = cold('----');
      expectObservable(
        pullPaced(
          counted(),
          gate<string>(scheduler, () => work),
        ),
        '--!',
      ).toBe('-');
      expectSubscriptions(work.subscriptions).toBe(['^-!', '^-!']);
      flush();
      expect(seen).to.deep.equal(['a', 'b', 'left']);
    }),
  );

  it(
    'early unsubscribe: of an endless iteration, while it goes on',
    virtually(({ scheduler, expectObservable }) => {
      const endless = function* (): Generator<string> {
        for (;;) yield 'x';
      };
      expectObservable(pullPaced(endless(), gate<string>(scheduler, of)).pipe(take(3))).toBe('(xxx|)');
    }),
  );

  it(
    'a great many values at once do not pile up on the stack',
    virtually(({ scheduler }) => {
      let seen = 0;
      const values = Array.from({ length: 100_000 }, () => 'a');
      pullPaced(values, gate<string>(scheduler, of)).subscribe(() => (seen += 1));
      expect(seen).to.equal(100_000);
    }),
  );

  it(
    'asks for nothing while there is congestion',
    virtually(({ cold, act, scheduler, expectObservable }) => {
      const { seen, counted } = noting(['a', 'b']);
      let congested = true;
      act('-----f', { f: () => (congested = false) });
      act('---------s', {
        s: () => {
          expect(seen).to.deep.equal([]);
        },
      });
      const through = gate<string>(scheduler, (value) => cold(`-(${value}|)`), {
        isCongested: () => congested,
      });
      expectObservable(pullPaced(counted(), through)).toBe('11ms (ab|)');
    }),
  );

  it('an asynchronous iterable, one question at a time', async () => {
    const { seen, counting } = noting(['a', 'b', 'c']);
    const heard: unknown[] = [];
    const scheduler = { now: () => 0, schedule: () => expect.fail('nothing waits') };
    pullPaced(counting(), gate<string>(scheduler, of, { concurrency: 10 })).subscribe({
      next: (value) => heard.push(value),
      complete: () => heard.push('|'),
    });
    await settling();
    expect([heard, seen]).to.deep.equal([
      ['a', 'b', 'c', '|'],
      ['a', 'b', 'c', 'left'],
    ]);
    pullPaced(
      {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(failure),
          return: () => expect.fail('over already'),
        }),
      } as AsyncIterable<string>,
      gate<string>(scheduler, of),
    ).subscribe({ error: (error: unknown) => heard.push(error) });
    await settling();
    expect(heard.at(-1)).to.equal(failure);
  });
});
