import { expect } from 'chai';
import { defer, EMPTY, map, type Observable, retry, take, throwError, timer } from 'rxjs';
import sinon from 'sinon';
import { systemScheduler } from '../../../lib/rx/clock.js';
import { Rests } from '../../../lib/rx/paced/rests.js';
import { type Virtual, virtually } from '../../support/virtual-time.js';

const build = ({ scheduler }: Virtual) => new Rests({ scheduler, restAfter: (n) => (n - 1) * 10, memory: 5 });
const failing = (): Observable<never> => throwError(() => new Error('no'));

/** The milliseconds at which work begins that is tried again whenever it fails. */
const startsOf = (
  { scheduler, flush }: Virtual,
  rests: Rests,
  key: unknown,
  work: (n: number) => Observable<unknown>,
  until: number,
) => {
  // prettier-ignore
  const starts: number[] = [];
  const work$ = defer(() => work(starts.push(scheduler.now())));
  const trying = rests.around(key, work$).pipe(retry()).subscribe();
  scheduler.schedule(() => {
    trying.unsubscribe();
  }, until);
  flush();
  return starts;
};

describe('Rests', () => {
  it('lasts no longer where the clock of the system is set back', () => {
    const clock = sinon.stub(Date, 'now').returns(3_600_000);
    try {
      const rests = new Rests({ scheduler: systemScheduler, restAfter: () => 0, memory: 5 });
      let begun = 0;
      const work$ = defer(() => {
        begun += 1;
        return failing();
      });
      rests.around('a', work$).subscribe({ error: () => undefined });
      clock.returns(0);
      rests
        .around('a', work$)
        .subscribe({ error: () => undefined })
        .unsubscribe();
      expect(begun).to.equal(2);
    } finally {
      clock.restore();
    }
  });

  it(
    'has work begin at once after its first failure, and later from failure to failure',
    virtually((virtual) => {
      expect(startsOf(virtual, build(virtual), 'a', failing, 70)).to.deep.equal([0, 0, 10, 30, 60]);
    }),
  );

  it(
    'counts work that takes long to fail, by when it began',
    virtually((virtual) => {
      const slow = (): Observable<unknown> =>
        timer(7, virtual.scheduler).pipe(
          map(() => {
            throw new Error('no');
          }),
        );
      expect(startsOf(virtual, build(virtual), 'a', slow, 80)).to.deep.equal([0, 7, 24, 51]);
    }),
  );

  it(
    'forgets failures once work has begun later than the memory',
    virtually((virtual) => {
      const rests = build(virtual);
      const { scheduler, flush } = virtual;
      const seen: number[] = [];
      const fail = (): void => {
        const work$ = defer(() => {
          seen.push(scheduler.now());
          return failing();
        });
        rests.around('a', work$).subscribe({ error: () => undefined });
      };
      for (const ms of [0, 0, 0, 40, 40, 40]) scheduler.schedule(fail, ms);
      flush();
      expect(seen).to.deep.equal([0, 0, 10, 40, 40, 50]);
    }),
  );

  it(
    'takes failures at one moment of what began before the rest for one, and other keys for others',
    virtually((virtual) => {
      const rests = build(virtual);
      const { scheduler, flush } = virtual;
      const seen: unknown[] = [];
      const begin = (key: string): void => {
        const work$ = defer(() => {
          seen.push([key, scheduler.now()]);
          return timer(1, scheduler).pipe(map(() => { throw new Error('no'); })); // prettier-ignore
        });
        rests.around(key, work$).subscribe({ error: () => undefined });
      };
      for (const ms of [0, 0, 0, 0, 2]) scheduler.schedule(() => { begin('a'); }, ms); // prettier-ignore
      scheduler.schedule(() => { begin('b'); }, 2); // prettier-ignore
      flush();
      expect(seen.slice(4)).to.deep.equal([['b', 2], ['a', 11]]); // prettier-ignore
    }),
  );

  it(
    'passes on values and the end, and begins nothing for a subscriber that leaves in the rest',
    virtually((virtual) => {
      const rests = build(virtual);
      const { scheduler, flush } = virtual;
      const seen: unknown[] = [];
      rests.around('a', EMPTY).subscribe({ complete: () => seen.push('|') });
      rests
        .around('a', timer(1, scheduler))
        .pipe(take(1))
        .subscribe((value) => seen.push(value));
      for (let n = 0; n < 2; n += 1) rests.around('b', failing()).subscribe({ error: () => seen.push('#') });
      const waiting = rests.around('b', defer(() => (seen.push('begun'), EMPTY))).subscribe(); // prettier-ignore
      waiting.unsubscribe();
      flush();
      expect(seen).to.deep.equal(['|', '#', '#', 0]);
    }),
  );
});
