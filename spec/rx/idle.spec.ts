import { expect } from 'chai';
import { TestScheduler } from 'rxjs/testing';
import { maxTimer } from '../../lib/base/deadline.js';
import { idle, idleRepeated } from '../../lib/rx/idle.js';
import { SetBack } from '../support/set-back.js';
import { type Virtual, virtually } from '../support/virtual-time.js';

/** Marks the moments at which something is heard. */
function hearing({ act, scheduler }: Virtual, marbles: string): () => number {
  let heardAt = 0;
  act(marbles, { h: () => (heardAt = scheduler.now()) });
  return () => heardAt;
}

describe('silence', () => {
  it(
    'never heard of anything: emits after the time, and completes',
    virtually(({ scheduler, expectObservable }) => {
      expectObservable(idle(() => 0, 50, scheduler)).toBe('50ms (x|)', { x: undefined });
    }),
  );

  it(
    'counts from the last sign of life, not from the subscription',
    virtually((virtual) => {
      const heardAt = hearing(virtual, '10ms h 29ms h');
      virtual.expectObservable(idle(heardAt, 50, virtual.scheduler)).toBe('90ms (x|)', { x: undefined });
    }),
  );

  it(
    'many: stays quiet while something is heard in time',
    virtually((virtual) => {
      const heardAt = hearing(virtual, '40ms h 48ms h 48ms h 48ms h');
      virtual.expectObservable(idle(heardAt, 50, virtual.scheduler), '210ms !').toBe('');
    }),
  );

  it(
    'fractions of a millisecond: ends, where 192.47 + 8000 - 192.47 is less than 8000',
    virtually(({ scheduler, flush }) => {
      let asked = 0;
      const heardAt = (): number => {
        if ((asked += 1) > 10) throw new Error('asks for ever');
        return 192.47;
      };
      const emitted: number[] = [];
      const watch = (): unknown =>
        idle(heardAt, 8000, scheduler).subscribe(() => emitted.push(scheduler.now()));
      scheduler.schedule(() => void watch(), 192.47);
      flush();
      expect(emitted).to.deep.equal([8192.47]);
    }),
  );

  it(
    'the clock is set back by an hour: emits no later than the time after that',
    virtually((virtual) => {
      const { act, flush, scheduler } = virtual;
      const [unheard, heardSince] = [new SetBack(scheduler), new SetBack(scheduler)];
      const emitted: unknown[] = [];
      idle(() => 0, 50, unheard).subscribe(() => emitted.push(['unheard', scheduler.now()]));
      let heardAt = 0;
      idle(() => heardAt, 50, heardSince).subscribe(() => emitted.push(['heard', scheduler.now()]));
      act('20ms h 9ms b 9ms n', {
        h: () => (heardAt = heardSince.now()),
        b: () => [unheard, heardSince].forEach((clock) => (clock.by = 3_600_000)),
        n: () => undefined,
      });
      flush();
      expect(emitted).to.deep.equal([
        ['unheard', 50],
        ['heard', 100],
      ]);
    }),
  );

  it(
    'the clock is set back: emits after the longest time that one timer takes, too',
    virtually(({ act, flush, scheduler }) => {
      const clock = new SetBack(scheduler);
      const emitted: number[] = [];
      idle(() => 0, maxTimer, clock).subscribe(() => emitted.push(scheduler.now()));
      act('20ms b', { b: () => (clock.by = 3_600_000) });
      flush();
      expect(emitted).to.deep.equal([maxTimer]);
    }),
  );

  it(
    'the clock is set back: what is heard after that counts by the new time',
    virtually(({ act, flush, scheduler }) => {
      const clock = new SetBack(scheduler);
      const emitted: number[] = [];
      let heardAt = 0;
      idle(() => heardAt, 50, clock).subscribe(() => emitted.push(scheduler.now()));
      act('20ms b 9ms h', { b: () => (clock.by = 3_600_000), h: () => (heardAt = clock.now()) });
      flush();
      expect(emitted).to.deep.equal([80]);
    }),
  );

  it(
    'has been silent long enough already: emits at once',
    virtually(({ cold, scheduler, expectObservable }) => {
      const late$ = idle(() => 0, 50, scheduler);
      expectObservable(late$, '80ms ^').toBe('80ms (x|)', { x: undefined });
      expectObservable(cold('')).toBe('');
    }),
  );

  it(
    'unsubscribing leaves no timer',
    virtually(({ scheduler, expectObservable, flush }) => {
      expectObservable(
        idle(() => 0, 60_000, scheduler),
        '--!',
      ).toBe('---');
      flush();
      expect(scheduler.now()).to.be.below(1000);
    }),
  );

  it('waits without a busy loop however long the time is', () => {
    for (const ms of [2 ** 31, 2 ** 40, Infinity]) {
      const scheduler = new TestScheduler(() => undefined);
      const delays: number[] = [];
      const { schedule } = scheduler;
      scheduler.schedule = function (this: TestScheduler, work, delay = 0, state) {
        delays.push(delay);
        return schedule.call(this, work as never, delay, state as never);
      } as typeof schedule;
      idle(() => 0, ms, scheduler)
        .subscribe()
        .unsubscribe();
      expect(delays, `${ms} ms`).to.have.length(1);
      expect(delays[0], `${ms} ms`).to.be.within(1, 2 ** 31 - 1);
    }
  });

  it('error: a clock that throws is an error', () => {
    const broken = new Error('no clock');
    let seen: unknown;
    const throwing = (): number => {
      throw broken;
    };
    idle(throwing, 1, new TestScheduler(() => undefined)).subscribe({
      error: (error: unknown) => (seen = error),
    });
    expect(seen).to.equal(broken);
  });
});

describe('silences', () => {
  it(
    'emits each time nothing has been heard for so long, counted from the last time it emitted',
    virtually((virtual) => {
      const heardAt = hearing(virtual, '10ms h');
      virtual
        .expectObservable(idleRepeated(heardAt, 50, virtual.scheduler), '170ms !')
        .toBe('60ms x 49ms x 49ms x', {
          x: undefined,
        });
    }),
  );

  it(
    'starts anew from what is heard, and stops when left',
    virtually((virtual) => {
      const heardAt = hearing(virtual, '40ms h 69ms h');
      virtual.expectObservable(idleRepeated(heardAt, 50, virtual.scheduler), '155ms !').toBe('90ms x', {
        x: undefined,
      });
    }),
  );
});
