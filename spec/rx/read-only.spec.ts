import { expect } from 'chai';
import { BehaviorSubject, map, NEVER, Observable, Subject } from 'rxjs';
import { readOnly } from '../../lib/rx/read-only.js';
import { virtually } from '../support/virtual-time.js';

/** Everything that can be reached from an Observable by `source` and the like, cast or not. */
function reachable(from: unknown, seen = new Set<unknown>()): ReadonlySet<unknown> {
  if (typeof from !== 'object' || from === null || seen.has(from)) return seen;
  seen.add(from);
  for (const key of Reflect.ownKeys(from)) reachable(Reflect.get(from, key), seen);
  return seen;
}

describe('readOnly', () => {
  it(
    'never, empty, many, error: gives the same values',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      expectObservable(readOnly(NEVER), '--!').toBe('---');
      expectObservable(readOnly(cold('--|'))).toBe('--|');
      expectObservable(readOnly(cold('-a-#'))).toBe('-a-#');
      const many = hot('-a-b-c-|');
      expectObservable(readOnly(many)).toBe('-a-b-c-|');
      expectObservable(readOnly(many), '--^-!').toBe('---b');
      expectSubscriptions(many.subscriptions).toBe(['^------!', '--^-!']);
    }),
  );

  it('gives a current value synchronously', () => {
    const seen: number[] = [];
    readOnly(new BehaviorSubject(7)).subscribe((value) => seen.push(value));
    expect(seen).to.deep.equal([7]);
  });

  it('shows no Subject: not by source, not by a field, not by a cast', () => {
    for (const subject of [new Subject<number>(), new BehaviorSubject(1)]) {
      for (const shown of [
        readOnly(subject),
        readOnly(subject.pipe(map((n) => n))),
        readOnly(subject).pipe(map((n) => n)),
      ]) {
        expect(shown).to.be.instanceOf(Observable);
        for (const object of reachable(shown)) {
          expect(object).to.not.be.instanceOf(Subject);
          expect(object).to.not.have.property('next');
        }
      }
    }
  });

  it('re-entrant: passes on what is emitted while a value is delivered', () => {
    const subject = new Subject<number>();
    const seen: number[] = [];
    readOnly(subject).subscribe((value) => {
      seen.push(value);
      if (value === 1) subject.next(2);
    });
    subject.next(1);
    expect(seen).to.deep.equal([1, 2]);
  });

  it('lets go of the source when unsubscribed', () => {
    const subject = new Subject<number>();
    readOnly(subject).subscribe().unsubscribe();
    expect(subject.observed).to.equal(false);
  });
});
