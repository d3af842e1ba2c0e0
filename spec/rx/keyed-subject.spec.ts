import { expect } from 'chai';
import sinon from 'sinon';
import { KeyedSubject } from '../../lib/rx/keyed-subject.js';
import { virtually } from '../support/virtual-time.js';

describe('Route', () => {
  it('gives a value to the subscribers of its key, and to nobody else', () => {
    const route = new KeyedSubject<string, number>();
    const [a, alsoA, b] = [sinon.spy(), sinon.spy(), sinon.spy()];
    route.of('a').subscribe(a);
    route.of('a').subscribe(alsoA);
    route.of('b').subscribe(b);
    route.next('a', 1);
    expect([a.args, alsoA.args, b.args]).to.deep.equal([[[1]], [[1]], []]);
  });

  it('replays nothing, and drops what nobody listens to', () => {
    const route = new KeyedSubject<string, number>();
    const late = sinon.spy();
    route.next('a', 1);
    route.of('a').subscribe(late);
    route.next('a', 2);
    expect(late.args).to.deep.equal([[2]]);
  });

  it('knows whether somebody listens, and forgets a key that nobody listens to any more', () => {
    const route = new KeyedSubject<string, number>();
    const a$ = route.of('a');
    expect(route.has('a'), 'before').to.equal(false);
    const one = a$.subscribe();
    const two = a$.subscribe();
    one.unsubscribe();
    expect(route.has('a'), 'with one left').to.equal(true);
    two.unsubscribe();
    expect(route.has('a'), 'after').to.equal(false);
  });

  it('serves a key again that was forgotten', () => {
    const route = new KeyedSubject<string, number>();
    const seen: number[] = [];
    const a$ = route.of('a');
    a$.subscribe().unsubscribe();
    a$.subscribe((value) => seen.push(value));
    route.next('a', 1);
    expect(seen).to.deep.equal([1]);
  });

  it(
    'never, empty, error: ends everybody with complete() and error()',
    virtually(({ act, expectObservable }) => {
      const completing = new KeyedSubject<string, string>();
      const failing = new KeyedSubject<string, string>();
      act('-a-b', {
        a: () => {
          completing.next('k', 'x');
          failing.next('k', 'x');
        },
        b: () => {
          completing.complete();
          failing.error(new Error('over'));
        },
      });
      expectObservable(completing.of('k')).toBe('-x-|');
      expectObservable(failing.of('k')).toBe('-x-#', undefined, new Error('over'));
      expectObservable(new KeyedSubject<string, string>().of('k'), '---!').toBe('----');
    }),
  );

  it('ends one key with end(), which is of use again then; the others go on', () => {
    const route = new KeyedSubject<string, number>();
    const seen: (number | string)[] = [];
    for (const key of ['a', 'b'])
      route
        .of(key)
        .subscribe({ next: (value) => seen.push(`${key}${value}`), complete: () => seen.push(`${key}|`) });
    route.end('a');
    route.end('nobody listens to');
    expect([route.has('a'), route.has('b')]).to.deep.equal([false, true]);
    route.of('a').subscribe((value) => seen.push(`again ${value}`));
    route.next('a', 1);
    route.next('b', 2);
    expect(seen).to.deep.equal(['a|', 'again 1', 'b2']);
  });

  it('is of use again after complete()', () => {
    const route = new KeyedSubject<string, number>();
    const seen: (number | string)[] = [];
    route.of('a').subscribe({ complete: () => seen.push('|') });
    route.complete();
    expect(route.has('a')).to.equal(false);
    route.of('a').subscribe((value) => seen.push(value));
    route.next('a', 1);
    expect(seen).to.deep.equal(['|', 1]);
  });

  it('re-entrant: who leaves or comes while a value is delivered', () => {
    const route = new KeyedSubject<string, number>();
    const seen: string[] = [];
    const leaving = route.of('a').subscribe((value) => {
      seen.push(`first ${value}`);
      leaving.unsubscribe();
      route.of('a').subscribe((later) => seen.push(`newcomer ${later}`));
    });
    route.of('a').subscribe((value) => seen.push(`second ${value}`));
    route.next('a', 1);
    route.next('a', 2);
    expect(seen).to.deep.equal(['first 1', 'second 1', 'second 2', 'newcomer 2']);
  });

  it('re-entrant: the last one who leaves while a value is delivered takes the key with him', () => {
    const route = new KeyedSubject<string, number>();
    const leaving = route.of('a').subscribe(() => leaving.unsubscribe());
    route.next('a', 1);
    expect(route.has('a')).to.equal(false);
  });

  it('hands out nothing that can be written to', () => {
    const a$ = new KeyedSubject<string, number>().of('a');
    expect(a$).to.not.have.property('next');
    expect(a$.source).to.equal(undefined);
  });
});
