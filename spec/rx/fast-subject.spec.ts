import { expect } from 'chai';
import { Observable, type Subscriber } from 'rxjs';
import { FastSubject } from '../../lib/rx/fast-subject.js';

const streamOf = <T>(fan: FastSubject<T>): Observable<T> =>
  new Observable((subscriber) => fan.join(subscriber));

describe('Fan', () => {
  it('gives each value to everybody, in the order in which they joined', () => {
    const fan = new FastSubject<number>();
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) streamOf(fan).subscribe((value) => seen.push(`${name}${value}`));
    fan.next(1);
    fan.next(2);
    expect(seen).to.deep.equal(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('knows whether anybody listens, and has each removed once, whatever the reason', () => {
    const left: string[] = [];
    class Told extends FastSubject<number> {
      override remove(subscriber: Subscriber<number>): void {
        super.remove(subscriber);
        left.push(`${this.observed}`);
      }
    }
    const fan = new Told();
    const a = streamOf(fan).subscribe();
    streamOf(fan).subscribe({ error: () => undefined });
    a.unsubscribe();
    expect([fan.observed, left]).to.deep.equal([true, ['true']]);
    fan.error(new Error('over'));
    streamOf(fan).subscribe();
    fan.complete();
    expect([fan.observed, left]).to.deep.equal([false, ['true', 'false', 'false']]);
  });

  it('ends everybody with complete() and with error()', () => {
    const fan = new FastSubject<number>();
    const seen: unknown[] = [];
    for (const name of ['a', 'b']) streamOf(fan).subscribe({ complete: () => seen.push(name) });
    fan.complete();
    for (const name of ['c', 'd'])
      streamOf(fan).subscribe({ error: (error: unknown) => seen.push([name, error]) });
    const over = new Error('over');
    fan.error(over);
    fan.next(1);
    expect(seen).to.deep.equal(['a', 'b', ['c', over], ['d', over]]);
  });

  it('re-entrant: who leaves gets no more, who joins gets the next value', () => {
    const fan = new FastSubject<number>();
    const seen: string[] = [];
    streamOf(fan).subscribe((value) => {
      seen.push(`a${value}`);
      b.unsubscribe();
      if (value === 1) streamOf(fan).subscribe((later) => seen.push(`c${later}`));
    });
    const b = streamOf(fan).subscribe((value) => seen.push(`b${value}`));
    fan.next(1);
    fan.next(2);
    expect(seen).to.deep.equal(['a1', 'a2', 'c2']);
  });

  it('re-entrant: who joins when the only one has left meanwhile gets the next value, and nobody gets one twice', () => {
    const fan = new FastSubject<number>();
    const seen: string[] = [];
    const a = streamOf(fan).subscribe((value) => {
      seen.push(`a${value}`);
      a.unsubscribe();
      streamOf(fan).subscribe((later) => seen.push(`b${later}`));
      streamOf(fan).subscribe((later) => seen.push(`c${later}`));
    });
    fan.next(1);
    fan.next(2);
    expect(seen).to.deep.equal(['a1', 'b2', 'c2']);
    expect(fan.observed).to.equal(true);
  });

  it('re-entrant: a value given while another is under way finds everybody, whoever leaves or joins', () => {
    const fan = new FastSubject<number>();
    const seen: string[] = [];
    streamOf(fan).subscribe((value) => {
      seen.push(`a${value}`);
      if (value !== 1) return;
      streamOf(fan).subscribe((later) => seen.push(`d${later}`));
      fan.next(2);
      b.unsubscribe();
    });
    const b = streamOf(fan).subscribe((value) => seen.push(`b${value}`));
    streamOf(fan).subscribe((value) => seen.push(`c${value}`));
    fan.next(1);
    fan.next(3);
    expect(seen).to.deep.equal(['a1', 'a2', 'b2', 'c2', 'd2', 'c1', 'a3', 'c3', 'd3']);
  });
});
