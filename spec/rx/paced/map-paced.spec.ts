import { expect } from 'chai';
import { EMPTY, NEVER, type Observable, of, range, repeat, type SchedulerLike, Subject, take } from 'rxjs';
import type { OverflowLimits } from '../../../lib/base/overflow.js';
import type { LimiterOptions } from '../../../lib/rx/paced/limiter.js';
import { mapPaced } from '../../../lib/rx/paced/map-paced.js';
import { virtually } from '../../support/virtual-time.js';

const failure = new Error('no');
const bounds = (buffer = 100, given: Partial<OverflowLimits<string>> = {}): OverflowLimits<string> => ({
  buffer,
  overflow: 'error',
  onDrop: undefined,
  full: () => failure,
  ...given,
});

describe('throughSluice', () => {
  /** Two at once, each as `work` says; never congested unless told. */
  const gate = (
    scheduler: SchedulerLike,
    work: (value: string) => Observable<string>,
    given: Partial<LimiterOptions<string, string>> = {},
  ): LimiterOptions<string, string> => ({
    concurrency: 2,
    isCongested: () => false,
    lookAgain: 10,
    scheduler,
    work,
    ...given,
  });

  it(
    'many: does so many pieces of work at once, in order, and emits what comes of them',
    virtually(({ cold, scheduler, expectObservable, expectSubscriptions }) => {
      const source = cold(' abc---d------|');
      const work = { a: cold('---a|'), b: cold('---b|'), c: cold('---c|'), d: cold('---d|') };
      const through = gate(scheduler, (value) => work[value as keyof typeof work]);
      expectObservable(source.pipe(mapPaced(through, bounds()))).toBe('---ab--c-d---|');
      expectSubscriptions(source.subscriptions).toBe('^------------!');
      expectSubscriptions(work.a.subscriptions).toBe('^---!');
      expectSubscriptions(work.b.subscriptions).toBe('-^---!');
      expectSubscriptions(work.c.subscriptions).toBe('----^---!');
      expectSubscriptions(work.d.subscriptions).toBe('------^---!');
    }),
  );

  it(
    'completes after the last piece of work, and not later',
    virtually(({ cold, scheduler, expectObservable }) => {
      const source = cold('(abc|)');
      const through = gate(scheduler, (value) => cold(`----(${value}|)`));
      expectObservable(source.pipe(mapPaced(through, bounds()))).toBe('----(ab)(c|)');
    }),
  );

  it(
    'never, empty',
    virtually(({ scheduler, expectObservable }) => {
      const through = gate(scheduler, () => NEVER);
      expectObservable(NEVER.pipe(mapPaced(through, bounds()))).toBe('-');
      expectObservable(EMPTY.pipe(mapPaced(through, bounds()))).toBe('|');
    }),
  );

  it(
    'error: of a piece of work, at once, ends the others and the source',
    virtually(({ cold, scheduler, expectObservable, expectSubscriptions }) => {
      const source = cold('ab-----');
      const work = { a: cold('--#', {}, failure), b: cold('----b|') };
      const through = gate(scheduler, (value) => work[value as keyof typeof work]);
      expectObservable(source.pipe(mapPaced(through, bounds()))).toBe('--#', {}, failure);
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expectSubscriptions(work.b.subscriptions).toBe('-^!');
    }),
  );

  it(
    'error: of the source, at once; of a function that throws instead of working',
    virtually(({ cold, scheduler, expectObservable, expectSubscriptions }) => {
      const work = cold('----');
      const through = gate(scheduler, () => work);
      expectObservable(cold('a-#', {}, failure).pipe(mapPaced(through, bounds()))).toBe('--#', {}, failure);
      expectSubscriptions(work.subscriptions).toBe('^-!');
      const thrown = gate(scheduler, () => {
        throw failure;
      });
      expectObservable(cold('-a').pipe(mapPaced(thrown, bounds()))).toBe('-#', {}, failure);
    }),
  );

  it(
    'early unsubscribe: ends the source and all work',
    virtually(({ cold, scheduler, expectObservable, expectSubscriptions }) => {
      const source = cold('ab------');
      const work = cold('  --------');
      const through = gate(scheduler, () => work);
      expectObservable(source.pipe(mapPaced(through, bounds())), '---!').toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectSubscriptions(work.subscriptions).toBe(['^--!', '-^-!']);
    }),
  );

  it(
    're-entrant: what comes while a value begins, begins after it, or waits',
    virtually(({ scheduler }) => {
      const [source, seen] = [new Subject<string>(), [] as string[]];
      const through = gate(scheduler, (value) => {
        if (value === 'a') for (const next of ['b', 'c']) source.next(next);
        seen.push(value);
        return value === 'c' ? NEVER : of(value);
      });
      source
        .pipe(mapPaced({ ...through, concurrency: 1 }, bounds(1)))
        .subscribe((value) => seen.push(`${value}!`));
      source.next('a');
      source.next('d');
      expect(seen).to.deep.equal(['a', 'a!', 'b', 'b!', 'c']);
    }),
  );

  it(
    'synchronous work, and a great deal of it, does not pile up on the stack',
    virtually(({ scheduler }) => {
      let seen = 0;
      const through: LimiterOptions<number, number> = {
        ...gate(scheduler, of),
        work: (value: number) => of(value),
      };
      range(0, 100_000)
        .pipe(mapPaced(through, { ...bounds(0), onDrop: undefined }))
        .subscribe(() => (seen += 1));
      expect(seen).to.equal(100_000);
    }),
  );

  it(
    'begins nothing while there is congestion: looks again when work is done, and from time to time while a value waits',
    virtually(({ cold, act, scheduler, expectObservable }) => {
      let congested = false;
      const asked: number[] = [];
      const isCongested = (): boolean => {
        asked.push(scheduler.now());
        return congested;
      };
      const congest = (now: boolean) => () => (congested = now);
      act('                ---c 15ms f', { c: congest(true), f: congest(false) });
      const source = cold('a---b 20ms c----|');
      const result = '     -----a 19ms b--c-|';
      const work = { a: cold('-----(a|)'), b: cold('-(b|)'), c: cold('--- (c|)') };
      const through = gate(scheduler, (value) => work[value as keyof typeof work], { isCongested });
      expectObservable(source.pipe(mapPaced(through, bounds()))).toBe(result);
      scheduler.schedule(() => {
        expect(asked).to.deep.equal([0, 4, 5, 14, 24, 25]);
      }, 100);
    }),
  );

  describe('keeps to its bounds', () => {
    const stalled = (given: Partial<OverflowLimits<string>>, buffer = 2): readonly unknown[] => {
      const seen: unknown[] = [];
      virtually(({ cold, scheduler }) => {
        const through = gate(scheduler, (value) => {
          seen.push(value);
          return cold('----|');
        });
        cold('abcdefg-----|')
          .pipe(mapPaced(through, bounds(buffer, given)))
          .subscribe({ error: (error: unknown) => seen.push(error) });
      })();
      return seen;
    };
    it('errors on one value too many, which those under way are not among', () => {
      expect(stalled({})).to.deep.equal(['a', 'b', failure]);
    });
    it('drops the oldest', () => {
      const dropped: string[] = [];
      const seen = stalled({ overflow: 'dropOldest', onDrop: (value) => dropped.push(value) });
      expect([seen, dropped]).to.deep.equal([['a', 'b', 'd', 'e', 'f', 'g'], ['c']]);
    });
    it('drops the newest', () => {
      const dropped: string[] = [];
      const seen = stalled({ overflow: 'dropNewest', onDrop: (value) => dropped.push(value) });
      expect([seen, dropped]).to.deep.equal([['a', 'b', 'c', 'd', 'f', 'g'], ['e']]);
    });
    it('errors where onDrop throws', () => {
      const onDrop = (): never => {
        throw failure;
      };
      expect(stalled({ overflow: 'dropNewest', onDrop })).to.deep.equal(['a', 'b', failure]);
    });
    it('ends a source that never ends by itself', () => {
      const errors: unknown[] = [];
      virtually(({ scheduler }) => {
        of('a')
          .pipe(
            repeat(),
            mapPaced(
              gate(scheduler, () => NEVER),
              bounds(5),
            ),
          )
          .subscribe({ error: (error: unknown) => errors.push(error) });
        of('a')
          .pipe(repeat(), mapPaced(gate(scheduler, of), bounds(0)), take(3))
          .subscribe({ complete: () => errors.push('|') });
      })();
      expect(errors).to.deep.equal([failure, '|']);
    });
  });
});
