import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { type Alarms, alarms } from '../../../lib/emulator/host/alarms.js';

type Seen = [at: number, item: string][];

/** Items that were due, and when; the run ends by itself when no timer is left. */
function dueItems(body: (alarm: Alarms<string>, at: (ms: number, act: () => void) => void) => void): Seen {
  const scheduler = new TestScheduler(() => undefined);
  const seen: Seen = [];
  scheduler.run(() => {
    const alarm = alarms<string>(scheduler);
    alarm.due$.subscribe((item) => {
      seen.push([scheduler.now(), item]);
      if (item === 'again') alarm.set('once more', scheduler.now() + 5);
    });
    body(alarm, (ms, act) => void timer(ms).subscribe(act));
  });
  return seen;
}

describe('emulator: alarms', () => {
  it('alarms are due each at its time, in whatever order they are set', () => {
    expect(
      dueItems(({ set }) => {
        for (const [item, at] of Object.entries({ c: 30, a: 10, b: 20, now: 0, past: -5 })) set(item, at);
      }).sort(),
    ).deep.equal([
      [0, 'now'],
      [0, 'past'],
      [10, 'a'],
      [20, 'b'],
      [30, 'c'],
    ]);
  });

  it('alarms are due at the time that was set last, and not when deleted', () => {
    expect(
      dueItems(({ set, delete: forget }, at) => {
        set('later', 10);
        set('sooner', 30);
        set('never', 20);
        at(5, () => {
          set('later', 25);
          set('sooner', 7);
          forget('never');
        });
      }),
    ).deep.equal([
      [7, 'sooner'],
      [25, 'later'],
    ]);
  });

  it('alarms can be set by one that is due, and outlast the longest timer', () => {
    const far = 2 ** 31 + 10;
    expect(
      dueItems(({ set }) => {
        set('again', 10);
        set('far', far);
      }),
    ).deep.equal([
      [10, 'again'],
      [15, 'once more'],
      [far, 'far'],
    ]);
  });

  it('keeps no timer when no alarm is set', () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(() => {
      const alarm = alarms<string>(scheduler);
      alarm.due$.subscribe();
      alarm.set('a', 1000);
      alarm.delete('a');
      expect(scheduler.actions.filter(({ closed }) => !closed)).deep.equal([]);
    });
  });
});
