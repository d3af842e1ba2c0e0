import { expect } from 'chai';
import { of, Subject, throwError } from 'rxjs';
import { Limiter, type LimiterOptions, type Source } from '../../../lib/rx/paced/limiter.js';
import { type Virtual, virtually } from '../../support/virtual-time.js';

/** A limiter whose work ends by hand, and all that it does, in order. */
function build(
  { scheduler }: Virtual,
  options: Partial<LimiterOptions<string, string>> = {},
  source: Source<string> = {},
) {
  const seen: string[] = [];
  const work = new Map<string, Subject<string>>();
  const limiter = new Limiter<string, string>(
    {
      concurrency: 2,
      isCongested: () => false,
      lookAgain: 10,
      scheduler,
      work: (value) => {
        seen.push(`start ${value}`);
        const result = new Subject<string>();
        work.set(value, result);
        return result;
      },
      ...options,
    },
    source,
  );
  const running = limiter.result$.subscribe({
    next: (result) => seen.push(result),
    error: (error: unknown) => seen.push(`# ${String(error)}`),
    complete: () => seen.push('|'),
  });
  const finish = (value: string) => {
    work.get(value)?.next(value);
    work.get(value)?.complete();
  };
  return {
    limiter,
    seen,
    finish,
    fail: (value: string) => work.get(value)?.error(new Error(value)),
    running,
  };
}

describe('Limiter', () => {
  it(
    'starts work in order, at most `concurrency` at a time',
    virtually((virtual) => {
      const { limiter, seen, finish } = build(virtual);
      for (const value of ['a', 'b', 'c', 'd']) limiter.put(value);
      expect(seen).to.deep.equal(['start a', 'start b']);
      finish('b');
      finish('a');
      expect(seen.slice(2)).to.deep.equal(['b', 'start c', 'a', 'start d']);
    }),
  );

  it(
    'completes after the last piece of work, once ended',
    virtually((virtual) => {
      const { limiter, seen, finish } = build(virtual);
      limiter.put('a');
      limiter.end();
      expect(seen).to.deep.equal(['start a']);
      finish('a');
      expect(seen).to.deep.equal(['start a', 'a', '|']);
    }),
  );

  it(
    'completes at once where it ends without work',
    virtually((virtual) => {
      const { limiter, seen } = build(virtual);
      limiter.end();
      expect(seen).to.deep.equal(['|']);
    }),
  );

  it(
    'does the work of waiting values before it completes',
    virtually((virtual) => {
      const { limiter, seen, finish } = build(virtual, { concurrency: 1 });
      for (const value of ['a', 'b']) limiter.put(value);
      limiter.end();
      finish('a');
      finish('b');
      expect(seen).to.deep.equal(['start a', 'a', 'start b', 'b', '|']);
    }),
  );

  it(
    'errors with the error of a piece of work',
    virtually((virtual) => {
      const { limiter, seen, fail } = build(virtual);
      limiter.put('a');
      fail('a');
      expect(seen).to.deep.equal(['start a', '# Error: a']);
    }),
  );

  it(
    'starts nothing while congested, and checks again every lookAgain ms',
    virtually((virtual) => {
      const { scheduler, act, flush } = virtual;
      let congested = true;
      const checks: number[] = [];
      const isCongested = () => {
        checks.push(scheduler.now());
        return congested;
      };
      const { limiter, seen } = build(virtual, { isCongested });
      act('p 24ms f 20ms e', {
        p: () => limiter.put('a'),
        f: () => (congested = false),
        e: () => limiter.end(),
      });
      flush();
      expect(seen).to.deep.equal(['start a']);
      expect(checks).to.deep.equal([0, 10, 20, 30]);
    }),
  );

  it(
    'checks congestion when a piece of work ends, and keeps one timer for it',
    virtually((virtual) => {
      let congested = false;
      const { limiter, seen, finish } = build(virtual, { isCongested: () => congested });
      limiter.put('a');
      congested = true;
      for (const value of ['b', 'c']) limiter.put(value);
      congested = false;
      finish('a');
      expect(seen).to.deep.equal(['start a', 'a', 'start b', 'start c']);
    }),
  );

  it(
    'leaves no timer when unsubscribed while congested',
    virtually((virtual) => {
      const { limiter, running } = build(virtual, { isCongested: () => true });
      limiter.put('a');
      running.unsubscribe();
      expect(virtual.scheduler.actions.filter(({ closed }) => !closed)).to.have.length(0);
    }),
  );

  it(
    'leaves no timer when it completes after congestion',
    virtually((virtual) => {
      let congested = true;
      const { limiter, finish, seen } = build(virtual, { isCongested: () => congested });
      limiter.put('a');
      congested = false;
      limiter.run();
      limiter.end();
      finish('a');
      expect(seen).to.deep.equal(['start a', 'a', '|']);
      expect(virtual.scheduler.actions.filter(({ closed }) => !closed)).to.have.length(0);
    }),
  );

  it(
    'asks its source for a value when work could start, once until there is one',
    virtually((virtual) => {
      let asked = 0;
      const { limiter, seen, finish } = build(virtual, { concurrency: 1 }, { ask: () => (asked += 1) });
      limiter.run();
      limiter.run();
      expect(asked).to.equal(1);
      limiter.put('a');
      expect([asked, seen]).to.deep.equal([1, ['start a']]);
      finish('a');
      expect(asked).to.equal(2);
      limiter.end();
      expect(asked).to.equal(2);
    }),
  );

  it(
    'starts a value that its source puts at once',
    virtually((virtual) => {
      const values = ['a', 'b', 'c'];
      const { limiter, seen, finish } = build(
        virtual,
        {},
        {
          ask: () => {
            const value = values.shift();
            if (value === undefined) limiter.end();
            else limiter.put(value);
          },
        },
      );
      limiter.run();
      expect(seen).to.deep.equal(['start a', 'start b']);
      for (const value of ['a', 'b', 'c']) finish(value);
      expect(seen).to.deep.equal(['start a', 'start b', 'a', 'start c', 'b', 'c', '|']);
    }),
  );

  it(
    'does not ask its source while congested',
    virtually((virtual) => {
      let asked = 0;
      const { limiter, running } = build(virtual, { isCongested: () => true }, { ask: () => (asked += 1) });
      limiter.run();
      expect(asked).to.equal(0);
      running.unsubscribe();
    }),
  );

  it(
    'shows its source the values that wait, when all work has started that may',
    virtually((virtual) => {
      const kept: number[] = [];
      const { limiter } = build(virtual, {}, { keep: ({ length }) => kept.push(length) });
      for (const value of ['a', 'b', 'c', 'd']) limiter.put(value);
      expect(kept).to.deep.equal([0, 0, 1, 2]);
    }),
  );

  it(
    'does work that ends at once, and values put meanwhile, one after the other',
    virtually((virtual) => {
      const seen: string[] = [];
      const { limiter } = build(virtual, {
        concurrency: 1,
        work: (value) => {
          seen.push(`start ${value}`);
          if (value === 'a') limiter.put('b');
          seen.push(`end ${value}`);
          return value === 'c' ? throwError(() => new Error('c')) : of(value);
        },
      });
      limiter.put('a');
      expect(seen).to.deep.equal(['start a', 'end a', 'start b', 'end b']);
    }),
  );
});
