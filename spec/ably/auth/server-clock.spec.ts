import { expect } from 'chai';
import { EMPTY, NEVER, type Observable, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import { ServerClock } from '../../../lib/ably/auth/server-clock.js';
import type { Answer } from '../../../lib/ably/rest/request.js';

/** A clock over a server that answers so, and what was requested of it; the local clock stands at `now`. */
function clockOf(answer: () => Observable<unknown>, now = 0) {
  const scheduler = new VirtualTimeScheduler();
  scheduler.frame = now;
  const requests: string[] = [];
  const clock = new ServerClock(({ path }) => {
    requests.push(path);
    return answer() as Observable<Answer>;
  }, scheduler);
  /** The time that is read, and what else comes. */
  const read = (query: boolean): unknown[] => {
    const seen: unknown[] = [];
    clock.read(query).subscribe({
      next: (time) => seen.push(time),
      error: (error: unknown) => seen.push({ error }),
      complete: () => seen.push('|'),
    });
    return seen;
  };
  return { clock, scheduler, requests, read };
}
const timeIs = (time: number) => (): Observable<unknown> => of({ content: [time], links: {} });

describe('ServerClock', () => {
  it('RSA9d: reads the local clock where the server is not to be asked', () => {
    const { read, requests, clock } = clockOf(timeIs(500), 20);
    expect([read(false), requests, clock.isKnown]).to.deep.equal([[20, '|'], [], false]);
  });

  it('RSA9d, RSA10k: asks the server once, and goes on by the local clock', () => {
    const { read, requests, clock, scheduler } = clockOf(timeIs(500), 20);
    expect([read(true), clock.isKnown]).to.deep.equal([[500, '|'], true]);
    scheduler.frame = 25;
    expect([read(true), read(false), requests]).to.deep.equal([[505, '|'], [505, '|'], ['/time']]);
  });

  it('RSA10k: makes one request for all who read at once', () => {
    const answer = new Subject<unknown>();
    const { read, requests } = clockOf(() => answer);
    const seen = [read(true), read(true)];
    answer.next({ content: [7], links: {} });
    answer.complete();
    expect([seen, requests.length]).to.deep.equal([
      [
        [7, '|'],
        [7, '|'],
      ],
      1,
    ]);
  });

  it('gives whole milliseconds', () => {
    const { read } = clockOf(timeIs(500.6));
    expect(read(true)).to.deep.equal([501, '|']);
  });

  it('asks again after a failure', () => {
    const error = new Error('down');
    let answers = 0;
    const { read, clock } = clockOf(() => {
      answers += 1;
      return answers === 1 ? throwError(() => error) : timeIs(3)();
    });
    expect([read(true), clock.isKnown, read(true)]).to.deep.equal([[{ error }], false, [3, '|']]);
  });

  describe('hasPassed', () => {
    it("RSA4b1: compares with the server's time", () => {
      const { clock, read } = clockOf(timeIs(500), 2000);
      read(true);
      expect([499, 500, 501].map((time) => clock.hasPassed(time))).to.deep.equal([true, true, false]);
    });

    it('RSA4b1: is false where either time is not known', () => {
      const { clock, read } = clockOf(timeIs(500), 2000);
      expect(clock.hasPassed(1)).to.equal(false);
      read(true);
      expect([undefined, null as unknown as undefined].map((time) => clock.hasPassed(time))).to.deep.equal([
        false,
        false,
      ]);
    });
  });

  describe('shortlyBefore', () => {
    /** When it emits, at a server whose clock is `ahead` of the local one. */
    function emissions(time: number | undefined, query = true, answer = timeIs(1000)): unknown[] {
      const { clock, scheduler } = clockOf(answer);
      const seen: unknown[] = [];
      clock.shortlyBefore(time, query).subscribe({
        next: () => seen.push(scheduler.now()),
        error: (error: unknown) => seen.push({ error }),
        complete: () => seen.push('|'),
      });
      scheduler.flush();
      return seen;
    }

    it('RSA4b1: emits 30 seconds before', () => {
      expect(emissions(1000 + 400_000)).to.deep.equal([370_000, '|']);
    });

    it('RSA4b1: emits in the last tenth of a time that is near', () => {
      expect(emissions(1000 + 100_000)).to.deep.equal([90_000, '|']);
      expect(emissions(1000 + 10)).to.deep.equal([9, '|']);
    });

    it('RSA4b1: emits nothing where that has passed, or there would be no end to renewals', () => {
      expect([emissions(1000), emissions(5)]).to.deep.equal([['|'], ['|']]);
    });

    it('emits nothing where the time is not known, or the server cannot tell its own', () => {
      expect([
        emissions(undefined),
        emissions(9000, true, () => throwError(() => new Error('down'))),
        emissions(9000, true, () => EMPTY),
      ]).to.deep.equal([['|'], ['|'], ['|']]);
    });

    it("asks for the server's time only where it may", () => {
      const { clock, requests, read } = clockOf(() => NEVER);
      clock.shortlyBefore(9000, false).subscribe();
      expect(requests).to.deep.equal([]);
      clock.shortlyBefore(9000, true).subscribe();
      expect(requests).to.deep.equal(['/time']);
      expect(read(false)).to.deep.equal([0, '|']);
    });

    it("needs not ask where the server's time is known", () => {
      const { clock, read, scheduler } = clockOf(timeIs(1000));
      read(true);
      const seen: number[] = [];
      clock.shortlyBefore(1010, false).subscribe(() => seen.push(scheduler.now()));
      scheduler.flush();
      expect(seen).to.deep.equal([9]);
    });

    it('takes no longer than a timer can', () => {
      expect(emissions(1e12)).to.deep.equal([2 ** 31 - 1, '|']);
    });
  });
});
