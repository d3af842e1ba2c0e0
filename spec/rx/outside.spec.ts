import { expect } from 'chai';
import { asyncScheduler, Observable, of, take, timer, VirtualTimeScheduler } from 'rxjs';
import { steady, systemScheduler } from '../../lib/rx/clock.js';
import { type Outside, scheduleOutside, subscribeOutside } from '../../lib/rx/outside.js';

/** Tells what runs inside of it. */
const counting = (): {
  readonly outside: Outside;
  readonly isThere: () => boolean;
  readonly count: () => number;
} => {
  let [depth, count] = [0, 0];
  return {
    outside: (work) => {
      depth += 1;
      count += 1;
      try {
        return work();
      } finally {
        depth -= 1;
      }
    },
    isThere: () => depth > 0,
    count: () => count,
  };
};

describe('subscribeOutside', () => {
  it('subscribes there, and passes everything on', () => {
    const { outside, isThere } = counting();
    const where: boolean[] = [];
    const source$ = new Observable<string>((subscriber) => {
      where.push(isThere());
      subscriber.next('a');
      subscriber.complete();
    });
    const heard: string[] = [];
    source$
      .pipe(subscribeOutside(outside))
      .subscribe({ next: (value) => heard.push(value), complete: () => heard.push('|') });
    expect([where, heard]).to.deep.equal([[true], ['a', '|']]);
  });

  it('unsubscribes the source', () => {
    let ended = false;
    const source$ = new Observable(() => () => (ended = true));
    source$.pipe(subscribeOutside(counting().outside)).subscribe().unsubscribe();
    expect(ended).to.equal(true);
  });

  it('is the source itself without a place', () => {
    const source$ = of(1);
    expect(source$.pipe(subscribeOutside(undefined))).to.equal(source$);
  });
});

describe('scheduleOutside', () => {
  it('makes timers there, on the same clock', () => {
    const { outside, count } = counting();
    const virtual = new VirtualTimeScheduler();
    const scheduler = scheduleOutside(virtual, outside);
    const at: number[] = [];
    timer(10, 5, scheduler)
      .pipe(take(3))
      .subscribe(() => at.push(scheduler.now()));
    virtual.flush();
    expect([at, count()]).to.deep.equal([[10, 15, 20], 1]); // a repetition is made by the timer before it
  });

  it('is the scheduler itself without a place', () => {
    expect(scheduleOutside(asyncScheduler, undefined)).to.equal(asyncScheduler);
  });

  it("keeps durations on a monotonic clock where the scheduler is the system's", () => {
    const now = steady(scheduleOutside(systemScheduler, counting().outside));
    expect(Math.abs(now() - performance.now())).to.be.below(1000);
  });
});
