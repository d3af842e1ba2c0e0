import { expect } from 'chai';
import { EMPTY, NEVER, Subject, take } from 'rxjs';
import { serialize } from '../../lib/rx/serialize.js';
import { virtually } from '../support/virtual-time.js';

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
  source.pipe(serialize()).subscribe(out);
  return { source, seen };
}

describe('serialize', () => {
  it(
    'never, empty, many, error: leaves a stream that is not re-entrant as it is',
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(NEVER.pipe(serialize()), '--!').toBe('---');
      expectObservable(EMPTY.pipe(serialize())).toBe('|');
      const many = cold('-a-(bc)-d-|');
      expectObservable(many.pipe(serialize())).toBe('-a-(bc)-d-|');
      expectSubscriptions(many.subscriptions).toBe('^---------!');
      const failing = cold('-a-#');
      expectObservable(failing.pipe(serialize())).toBe('-a-#');
      expectSubscriptions(failing.subscriptions).toBe('^--!');
    }),
  );

  it(
    'lets go of the source when unsubscribed',
    virtually(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c');
      expectObservable(source.pipe(serialize()), '--!').toBe('-a');
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
    source.pipe(serialize(), take(1)).subscribe((value) => {
      source.next(`${value} again`);
      seen.push(value);
    });
    source.next('a');
    source.next('b');
    expect(seen).to.deep.equal(['a']);
    expect(source.observed).to.equal(false);
  });
});
