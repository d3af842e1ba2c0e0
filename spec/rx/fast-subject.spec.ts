import { expect } from 'chai';
import { Observable } from 'rxjs';
import { FastSubject } from '../../lib/rx/fast-subject.js';

const streamOf = <T>(fan: FastSubject<T>, left?: () => void): Observable<T> =>
  new Observable((subscriber) => fan.join(subscriber, left));

describe('Fan', () => {
  it('gives each value to everybody, in the order in which they joined', () => {
    const fan = new FastSubject<number>();
    const seen: string[] = [];
    for (const name of ['a', 'b', 'c']) streamOf(fan).subscribe((value) => seen.push(`${name}${value}`));
    fan.next(1);
    fan.next(2);
    expect(seen).to.deep.equal(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('knows whether anybody listens, and tells when somebody left, whatever the reason', () => {
    const fan = new FastSubject<number>();
    const left: string[] = [];
    const joining = (name: string) => streamOf(fan, () => left.push(`${name} ${fan.observed}`));
    const a = joining('a').subscribe();
    joining('b').subscribe({ error: () => undefined });
    a.unsubscribe();
    expect([fan.observed, left]).to.deep.equal([true, ['a true']]);
    fan.error(new Error('over'));
    joining('c').subscribe();
    fan.complete();
    expect([fan.observed, left]).to.deep.equal([false, ['a true', 'b false', 'c false']]);
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
