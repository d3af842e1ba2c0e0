import { expect } from 'chai';
import { concat, EMPTY, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import { SerialQueue } from '../../lib/rx/serial-queue.js';
import { virtually } from '../support/virtual-time.js';

/** Turns that are run, and what has come of them so far. */
function running() {
  const turns = new SerialQueue();
  const seen: string[] = [];
  const run = turns.run$.subscribe({
    next: () => seen.push('run'),
    error: () => seen.push('run #'),
    complete: () => seen.push('run |'),
  });
  const take = (name: string, work$: Observable<unknown>) =>
    turns.enqueue(work$).subscribe({
      next: (value) => seen.push(`${name} ${value}`),
      error: (error: unknown) => seen.push(`${name} # ${(error as Error).message}`),
      complete: () => seen.push(`${name} |`),
    });
  return { turns, seen, run, take };
}
const failure = new Error('no');

describe('Turns', () => {
  it(
    'many: does one work after the other, in the order in which they were asked for',
    virtually(({ cold, scheduler, expectObservable, expectSubscriptions }) => {
      const turns = new SerialQueue();
      const [a, b, c] = [cold('--a-|'), cold('--b-|'), cold('--c-|')];
      expectObservable(turns.run$, '-------------------!').toBe('-');
      const taken = (work$: Observable<string>, at: number) => {
        const result = new Subject<string>();
        scheduler.schedule(() => void turns.enqueue(work$).subscribe(result), at);
        return result;
      };
      expectObservable(taken(a, 0)).toBe(' --a-|');
      expectObservable(taken(b, 1)).toBe(' ------b-|');
      expectObservable(taken(c, 11)).toBe('-------------c-|');
      expectSubscriptions(a.subscriptions).toBe('^---!');
      expectSubscriptions(b.subscriptions).toBe('----^---!');
      expectSubscriptions(c.subscriptions).toBe('-----------^---!');
    }),
  );

  it('many: tells all that comes of a work, also if it comes at once', () => {
    const { seen, take } = running();
    take('a', of(1, 2, 3));
    expect(seen).to.deep.equal(['a 1', 'a 2', 'a 3', 'a |']);
  });

  it('never: lets nobody else have a turn', () => {
    const { seen, take } = running();
    take('a', NEVER);
    take('b', of(1));
    expect(seen).to.deep.equal([]);
  });

  it('empty: completes, and the next has its turn', () => {
    const { seen, take } = running();
    take('a', EMPTY);
    take('b', of(1));
    expect(seen).to.deep.equal(['a |', 'b 1', 'b |']);
  });

  it('error: is told to whoever asked for the work, and the next has its turn', () => {
    const { seen, take } = running();
    take(
      'a',
      concat(
        of(1),
        throwError(() => failure),
      ),
    );
    take('b', of(2));
    expect(seen).to.deep.equal(['a 1', 'a # no', 'b 2', 'b |']);
  });

  it('error: so is one that is thrown', () => {
    const { seen, take } = running();
    take(
      'a',
      new Observable(() => {
        throw failure;
      }),
    );
    take('b', of(2));
    expect(seen).to.deep.equal(['a # no', 'b 2', 'b |']);
  });

  it('re-entrant: what is asked for during a work comes after it', () => {
    const { seen, take } = running();
    const work = new Subject<number>();
    take(
      'a',
      new Observable((subscriber) => {
        take('b', of(2));
        return work.subscribe(subscriber);
      }),
    );
    work.next(1);
    expect(seen).to.deep.equal(['a 1']);
    work.complete();
    expect(seen).to.deep.equal(['a 1', 'a |', 'b 2', 'b |']);
  });

  it('re-entrant: what is asked for by whoever is told comes after what was asked for before', () => {
    const { seen, turns, take } = running();
    const work = new Subject<number>();
    turns.enqueue(work).subscribe({ complete: () => take('c', of(3)) });
    take('b', of(2));
    work.complete();
    expect(seen).to.deep.equal(['b 2', 'b |', 'c 3', 'c |']);
  });

  it('early unsubscribe: does not take the work back, under way or waiting', () => {
    const { seen, take } = running();
    const work = new Subject<number>();
    const done: string[] = [];
    const waiting = new Observable<never>((subscriber) => {
      done.push('b');
      subscriber.complete();
    });
    take('a', work).unsubscribe();
    take('b', waiting).unsubscribe();
    expect([work.observed, done]).to.deep.equal([true, []]);
    work.complete();
    expect([done, seen]).to.deep.equal([['b'], []]);
  });

  it('early unsubscribe: whoever runs the turns gives up the work under way and all that waits', () => {
    const { seen, run, take } = running();
    const [work, waiting] = [new Subject<number>(), new Subject<number>()];
    take('a', work);
    take('b', waiting);
    run.unsubscribe();
    expect([work.observed, waiting.observed, seen]).to.deep.equal([false, false, []]);
  });

  it('asks for a turn on each subscription, and not before', () => {
    const { seen, turns } = running();
    let count = 0;
    const taken$ = turns.enqueue(
      new Observable<number>((subscriber) => {
        subscriber.next((count += 1));
        subscriber.complete();
      }),
    );
    expect(count).to.equal(0);
    taken$.subscribe((value) => seen.push(`a ${value}`));
    taken$.subscribe((value) => seen.push(`b ${value}`));
    expect(seen).to.deep.equal(['a 1', 'b 2']);
  });
});
