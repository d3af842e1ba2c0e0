import { expect } from 'chai';
import { EMPTY, NEVER, type MonoTypeOperatorFunction, Observable, Subject, take } from 'rxjs';
import { serialize } from '../../lib/rx/serialize.js';
import { virtually } from '../support/virtual-time.js';

/** The values of one source, in turn. */
const inTurn =
  <T>(): MonoTypeOperatorFunction<T> =>
  (source$) =>
    new Observable((subscriber) => {
      serialize(subscriber, (join) => {
        join(0, source$, (value) => {
          subscriber.next(value);
        });
      });
    });

/** Feeds `answers[value]` back while `value` is being delivered, and says what a second subscriber sees. */
function feedBack(answers: Readonly<Record<string, (source: Subject<string>) => void>>) {
  const source = new Subject<string>();
  const out = new Subject<string>();
  const seen: string[] = [];
  out.subscribe({ next: (value) => answers[value]?.(source), error: () => undefined });
  out.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(`# ${(error as Error).message}`),
    complete: () => seen.push('|'),
  });
  source.pipe(inTurn()).subscribe(out);
  return { source, seen };
}

describe('serialize', () => {
  it(
    'never, empty, many, error: leaves a stream that is not re-entrant as it is',
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(NEVER.pipe(inTurn()), '--!').toBe('---');
      expectObservable(EMPTY.pipe(inTurn())).toBe('|');
      const many = cold('-a-(bc)-d-|');
      expectObservable(many.pipe(inTurn())).toBe('-a-(bc)-d-|');
      expectSubscriptions(many.subscriptions).toBe('^---------!');
      const failing = cold('-a-#');
      expectObservable(failing.pipe(inTurn())).toBe('-a-#');
      expectSubscriptions(failing.subscriptions).toBe('^--!');
    }),
  );

  it(
    'lets go of the source when unsubscribed',
    virtually(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c');
      expectObservable(source.pipe(inTurn()), '--!').toBe('-a');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it('re-entrant: shows every subscriber the values in one order', () => {
    const { source, seen } = feedBack({
      a: (again) => {
        again.next('b');
        again.next('c');
      },
      b: (again) => again.next('d'),
    });
    source.next('a');
    source.next('e');
    expect(seen).to.deep.equal(['a', 'b', 'c', 'd', 'e']);
  });

  it('re-entrant: completes after what waited, not before it', () => {
    const { source, seen } = feedBack({
      a: (again) => {
        again.next('b');
        again.complete();
      },
    });
    source.next('a');
    expect(seen).to.deep.equal(['a', 'b', '|']);
  });

  it('re-entrant: errors after what waited, not before it', () => {
    const { source, seen } = feedBack({
      a: (again) => {
        again.next('b');
        again.error(new Error('no'));
      },
    });
    source.next('a');
    expect(seen).to.deep.equal(['a', 'b', '# no']);
  });

  it('re-entrant: forgets what waited once unsubscribed', () => {
    const source = new Subject<string>();
    const seen: string[] = [];
    source.pipe(inTurn(), take(1)).subscribe((value) => {
      source.next(`${value} again`);
      seen.push(value);
    });
    source.next('a');
    source.next('b');
    expect(seen).to.deep.equal(['a']);
    expect(source.observed).to.equal(false);
  });

  it('several sources: takes them in turn, and completes with the last one', () => {
    const [first, second] = [new Subject<string>(), new Subject<string>()];
    const seen: string[] = [];
    const both$ = new Observable<string>((subscriber) => {
      serialize(subscriber, (join) => {
        for (const [at, source] of [first, second].entries())
          join(at, source, (value) => {
            if (value === 'a') second.next('b');
            subscriber.next(value);
          });
      });
    });
    both$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('|') });
    first.next('a');
    first.complete();
    second.next('c');
    expect(seen).to.deep.equal(['a', 'b', 'c']);
    second.complete();
    expect(seen).to.deep.equal(['a', 'b', 'c', '|']);
  });

  it('joins a source in place of another one, or none', () => {
    const [first, second, event] = [
      new Subject<string>(),
      new Subject<string>(),
      new Subject<Subject<string>>(),
    ];
    const seen: string[] = [];
    const latest$ = new Observable<string>((subscriber) => {
      const take = (value: string): void => {
        subscriber.next(value);
      };
      serialize(subscriber, (join) => {
        join(0, event, (source) => {
          join(1, source === first || source === second ? source : undefined, take);
        });
      });
    });
    const running = latest$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('|') });
    event.next(first);
    first.next('a');
    event.next(second);
    expect([first.observed, second.observed]).to.deep.equal([false, true]);
    second.next('b');
    event.next(new Subject());
    expect(second.observed).to.equal(false);
    event.next(first);
    event.complete();
    expect(seen).to.deep.equal(['a', 'b']);
    running.unsubscribe();
    expect(first.observed).to.equal(false);
  });

  it('takes nothing of a source that is joined once the subscriber has left', () => {
    const [event, late] = [new Subject<void>(), new Subject<string>()];
    const running = new Observable((subscriber) => {
      serialize(subscriber, (join) => {
        join(0, event, () => {
          running.unsubscribe();
          join(1, late, () => undefined);
        });
      });
    }).subscribe();
    event.next();
    expect(late.observed).to.equal(false);
  });
});
