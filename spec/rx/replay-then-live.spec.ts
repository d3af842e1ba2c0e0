import { expect } from 'chai';
import { concat, map, NEVER, Observable, of, Subject, take } from 'rxjs';
import { replayThenLive } from '../../lib/rx/replay-then-live.js';
import { virtually } from '../support/virtual-time.js';

describe('replayThenLive', () => {
  const table: readonly (readonly [title: string, first: string, source: string, result: string])[] = [
    ['emits the first stream, then the source live', '-a-b-|', '-------c-d-|', '-a-b---c-d-|'],
    ['delays values of the source that come meanwhile', '-a---b-|', '--c-d-------e-|', '-a---b-(cd)-e-|'],
    ['completes with the source', '-a-|', '-------|', '-a-----|'],
    ['completes with the source at once, and leaves out what waits', '-a---b-|', '-c-|', '-a-|'],
    ['emits the source alone after an empty first stream', '|', '-c-d-|', '-c-d-|'],
    ['errors with the first stream, and drops the delayed values', '-a-#', '-c-------', '-a-#'],
    ['errors with the source at once, and drops the delayed values', '-a------|', '-c-#', '-a-#'],
    ['errors with the source afterwards', '-a-|', '-----c-#', '-a---c-#'],
    ['completes with the source where the first stream never ends', '-a-', '-c-|', '-a-|'],
  ];
  for (const [title, first, source, result] of table)
    it(
      title,
      virtually(({ hot, cold, expectObservable }) => {
        const live$ = hot(source).pipe(replayThenLive(cold(first)));
        expectObservable(live$).toBe(result);
      }),
    );

  it(
    'subscribes to both at once, and unsubscribes from both',
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const [source, first] = [hot('----c-----'), cold('-a-------|')];
      expectObservable(source.pipe(replayThenLive(first)), '-----!').toBe('-a----');
      expectSubscriptions(source.subscriptions).toBe('^----!');
      expectSubscriptions(first.subscriptions).toBe('^----!');
    }),
  );

  it('subscribes to the source first', () => {
    const order: string[] = [];
    const stream = (name: string) => new Observable<never>(() => void order.push(name));
    stream('source')
      .pipe(replayThenLive(stream('first')))
      .subscribe();
    expect(order).to.deep.equal(['source', 'first']);
  });

  it('keeps the order of values that come while delayed ones are emitted', () => {
    const source = new Subject<number>();
    const first = new Subject<number>();
    const seen: number[] = [];
    source.pipe(replayThenLive(first)).subscribe((value) => {
      seen.push(value);
      if (value === 1) source.next(3);
    });
    source.next(1);
    source.next(2);
    first.complete();
    expect(seen).to.deep.equal([1, 2, 3]);
  });

  it('emits no delayed value after the subscriber has left', () => {
    const source = new Subject<number>();
    const first = new Subject<number>();
    const seen: number[] = [];
    source.pipe(replayThenLive(first), take(1)).subscribe((value) => seen.push(value));
    source.next(1);
    source.next(2);
    first.complete();
    expect(seen).to.deep.equal([1]);
    expect([source.observed, first.observed]).to.deep.equal([false, false]);
  });

  const filled: readonly (readonly [
    title: string,
    first: string,
    hole: string,
    source: string,
    result: string,
  ])[] = [
    ['emits what fills a hole at its place', '------|', '(xy|)', '-c---d----', '------(cxyd)'],
    ['delays what comes while a hole is filled', '------|', '-x-y-|', '-c-----d---', '------cx-y-d'],
    ['errors with what fills a hole', '------|', '-x-#', '-c--------', '------cx-#'],
    ['does not hear of holes once it is live', '-|', 'x|', '-c---d----', '-c---d----'],
    ['completes with the source while a hole is filled', '----|', '-x----|', '-c-----|', '----cx-|'],
  ];
  for (const [title, first, hole, source, result] of filled)
    it(
      title,
      virtually(({ hot, cold, expectObservable }) => {
        const holes$ = hot('--h').pipe(map(() => cold(hole)));
        expectObservable(hot(source).pipe(replayThenLive(cold(first), holes$))).toBe(result);
      }),
    );

  it('keeps several holes apart', () => {
    const [source, first, holes, one, other] = Array.from({ length: 5 }, () => new Subject<number>());
    if (!source || !first || !holes || !one || !other) throw new Error('there are five');
    const seen: number[] = [];
    const holes$ = holes.pipe(map((value) => (value === 1 ? one : other)));
    source.pipe(replayThenLive(first, holes$)).subscribe((value) => seen.push(value));
    source.next(1);
    holes.next(1);
    source.next(3);
    holes.next(2);
    source.next(5);
    first.complete();
    one.next(2);
    one.complete();
    other.next(4);
    source.next(6);
    other.complete();
    expect(seen).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect([holes.observed, one.observed, other.observed]).to.deep.equal([false, false, false]);
  });

  it('begins anew for each subscriber', () => {
    const seen: number[] = [];
    const live$ = concat(of(2), NEVER).pipe(replayThenLive(of(1)));
    live$.subscribe((value) => seen.push(value));
    live$.subscribe((value) => seen.push(value));
    expect(seen).to.deep.equal([1, 2, 1, 2]);
  });
});
