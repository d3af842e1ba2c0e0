import { expect } from 'chai';
import { concat, EMPTY, NEVER, Observable, of, range, Subject, throwError } from 'rxjs';
import type { OverflowLimits } from '../../../lib/base/overflow.js';
import { toAsyncIterable } from '../../../lib/rx/paced/to-async-iterable.js';
import { settling } from '../../support/settling.js';
import { rejectionOf } from '../../support/thrown.js';

const failure = new Error('no');
const full = new Error('full');

/** A source to be fed by hand, and an iteration of it. */
function build(limits: Partial<OverflowLimits<string>> & { readonly signal?: AbortSignal } = {}) {
  const source = new Subject<string>();
  const all = toAsyncIterable(source, {
    ...{ buffer: 10, overflow: 'error', onDrop: undefined, full: () => full, signal: undefined },
    ...limits,
  });
  const iterator = all[Symbol.asyncIterator]();
  const feed = (...values: readonly string[]): void => {
    for (const value of values) source.next(value);
  };
  return { source, all, iterator, feed, next: () => iterator.next() };
}
const value = (of: string) => ({ done: false, value: of });
const done = { done: true, value: undefined };
const collected = async (all: AsyncIterable<string>): Promise<unknown[]> => {
  const seen: unknown[] = [];
  try {
    for await (const one of all) seen.push(one);
    seen.push('|');
  } catch (error) {
    seen.push(error);
  }
  return seen;
};
const over = <T>(source$: Observable<T>) =>
  toAsyncIterable(source$, {
    buffer: 10,
    overflow: 'error',
    onDrop: undefined,
    full: () => full,
    signal: undefined,
  });

describe('iterated', () => {
  it('many: gives each value, in order, and ends when the source does', async () => {
    const { source, all, feed } = build();
    const seen = collected(all);
    feed('a', 'b');
    await settling();
    feed('c');
    source.complete();
    expect(await seen).to.deep.equal(['a', 'b', 'c', '|']);
  });

  it('subscribes with the first question and not before, each iteration for itself', async () => {
    const { source, all, next, feed } = build();
    expect(source.observed).to.equal(false);
    feed('unheard');
    const first = next();
    expect(source.observed).to.equal(true);
    const other = all[Symbol.asyncIterator]();
    const second = other.next();
    feed('a');
    expect([await first, await second]).to.deep.equal([value('a'), value('a')]);
    await other.return?.();
    expect(source.observed).to.equal(true);
  });

  it('many: answers questions that are asked together in order', async () => {
    const { source, next, feed } = build();
    const answers = [next(), next(), next(), next()];
    feed('a', 'b');
    source.complete();
    expect(await Promise.all(answers)).to.deep.equal([value('a'), value('b'), done, done]);
  });

  it('empty, and never until it is left', async () => {
    expect(await collected(over(EMPTY))).to.deep.equal(['|']);
    const iterator = over(NEVER)[Symbol.asyncIterator]();
    const waiting = [iterator.next(), iterator.next()];
    expect(await iterator.return?.()).to.deep.equal(done);
    expect(await Promise.all(waiting)).to.deep.equal([done, done]);
  });

  it('error: after what waits, once; then it is over', async () => {
    const { source, next, feed } = build();
    const first = next();
    feed('a', 'b');
    source.error(failure);
    expect([await first, await next()]).to.deep.equal([value('a'), value('b')]);
    expect(await rejectionOf(next())).to.equal(failure);
    expect(await next()).to.deep.equal(done);
    expect(await collected(over(throwError(() => failure) as Observable<string>))).to.deep.equal([failure]);
  });

  it('error: with questions asked together, the first of them is told', async () => {
    const { source, next } = build();
    const answers = [next(), next()];
    source.error(failure);
    expect(await rejectionOf(answers[0]!)).to.equal(failure);
    expect(await answers[1]).to.deep.equal(done);
  });

  it('values that come at once, also endlessly many, are bounded', async () => {
    expect(await collected(over(of('a', 'b')))).to.deep.equal(['a', 'b', '|']);
    const seen: unknown[] = [];
    try {
      for await (const n of over(range(0, 1e6))) seen.push(n);
    } catch (error) {
      seen.push(error);
    }
    expect(seen).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, full]);
    let ended = false;
    const endless = new Observable<string>((subscriber) => {
      while (!subscriber.closed) subscriber.next('x');
      ended = true;
    });
    const iterator = over(endless)[Symbol.asyncIterator]();
    expect(await iterator.next()).to.deep.equal(value('x'));
    expect(ended).to.equal(true);
  });

  it('break: unsubscribes at once, and gives nothing of what waits', async () => {
    const { source, all, iterator, next, feed } = build();
    const leaving = (async () => {
      for await (const one of all) if (one === 'a') break;
    })();
    feed('a', 'b');
    await leaving;
    expect(source.observed).to.equal(false);
    const first = next();
    feed('a', 'b');
    await first;
    expect(await iterator.return?.()).to.deep.equal(done);
    expect([source.observed, await next()]).to.deep.equal([false, done]);
  });

  it('an error in the loop unsubscribes at once; so does throw()', async () => {
    const { source, all, iterator, next, feed } = build();
    const failing = (async () => {
      for await (const one of all) throw new Error(one);
    })();
    feed('a');
    expect(((await rejectionOf(failing)) as Error).message).to.equal('a');
    expect(source.observed).to.equal(false);
    const waiting = next();
    expect(await rejectionOf(iterator.throw!(failure))).to.equal(failure);
    expect([await waiting, source.observed, await next()]).to.deep.equal([done, false, done]);
  });

  it('left before it began: never subscribes', async () => {
    const { source, iterator, next } = build();
    await iterator.return?.();
    expect([await next(), source.observed]).to.deep.equal([done, false]);
  });

  describe('a signal', () => {
    it('ends the iteration at once with its reason, dropping buffered values', async () => {
      const giving = new AbortController();
      const { source, next, feed } = build({ signal: giving.signal });
      const first = next();
      feed('a', 'b', 'c');
      await first;
      giving.abort(failure);
      expect(source.observed).to.equal(false);
      expect(await rejectionOf(next())).to.equal(failure);
      expect(await next()).to.deep.equal(done);
    });
    it('rejects the first of the calls of next() that wait', async () => {
      const giving = new AbortController();
      const { next } = build({ signal: giving.signal });
      const answers = [next(), next()];
      giving.abort(failure);
      expect(await rejectionOf(answers[0]!)).to.equal(failure);
      expect(await answers[1]).to.deep.equal(done);
    });
    it('aborted before the first next() keeps the iterable from subscribing', async () => {
      const { source, next } = build({ signal: AbortSignal.abort(failure) });
      expect(await rejectionOf(next())).to.equal(failure);
      expect([await next(), source.observed]).to.deep.equal([done, false]);
    });
    it('ends the reading of values that a completed source has left', async () => {
      const giving = new AbortController();
      const { source, next, feed } = build({ signal: giving.signal });
      const first = next();
      feed('a', 'b');
      source.complete();
      await first;
      giving.abort(failure);
      expect(await rejectionOf(next())).to.equal(failure);
    });
    it('has no listener left once the iteration is over, however it ended', async () => {
      const { signal } = new AbortController();
      let listeners = 0;
      Object.assign(signal, {
        addEventListener: () => (listeners += 1),
        removeEventListener: () => (listeners -= 1),
      });
      const ways: readonly ((built: ReturnType<typeof build>) => unknown)[] = [
        ({ source }) => {
          source.complete();
        },
        ({ source }) => {
          source.error(failure);
        },
        ({ iterator }) => iterator.return?.(),
        ({ iterator }) => iterator.throw?.(failure).catch(() => undefined),
      ];
      for (const way of ways) {
        const built = build({ signal });
        const waiting = built.next().catch(() => undefined);
        expect(listeners).to.equal(1);
        await way(built);
        await waiting;
        expect(listeners).to.be.at.most(0);
        listeners = 0;
      }
    });
  });

  describe('keeps to its bounds', () => {
    const fed = async (limits: Partial<OverflowLimits<string>>) => {
      const built = build({ buffer: 2, ...limits });
      const first = built.next();
      built.feed('a', 'b', 'c', 'd', 'e');
      const isHeard = built.source.observed;
      built.source.complete();
      await first;
      return [isHeard, ...(await collected({ [Symbol.asyncIterator]: () => built.iterator }))];
    };
    it('fails on one value too many, after those before it, and unsubscribes from the source at once', async () => {
      expect(await fed({})).to.deep.equal([false, 'b', 'c', full]);
    });
    it('drops the oldest or the newest value as `overflow` says, and calls onDrop', async () => {
      const dropped: string[] = [];
      const onDrop = (one: string): number => dropped.push(one);
      expect(await fed({ overflow: 'dropOldest', onDrop })).to.deep.equal([true, 'd', 'e', '|']);
      expect(await fed({ overflow: 'dropNewest', onDrop })).to.deep.equal([true, 'b', 'c', '|']);
      expect(dropped).to.deep.equal(['b', 'c', 'd', 'e']);
    });
    it('an onDrop that throws ends it', async () => {
      const onDrop = (): never => {
        throw failure;
      };
      expect(await fed({ overflow: 'dropNewest', onDrop })).to.deep.equal([false, 'b', 'c', failure]);
    });
    it('nothing waits where nothing may, but those who ask are answered', async () => {
      const { next, feed } = build({ buffer: 0, overflow: 'dropNewest' });
      const first = next();
      feed('a', 'b');
      const second = next();
      feed('c');
      expect([await first, await second]).to.deep.equal([value('a'), value('c')]);
    });
  });

  it('re-entrant: what comes while a value is taken is taken after it', async () => {
    const source = new Subject<string>();
    const echoing = concat(source);
    source.subscribe((one) => {
      if (one === 'a') source.next('b');
    });
    const iterator = over(echoing)[Symbol.asyncIterator]();
    const answers = [iterator.next(), iterator.next()];
    source.next('a');
    expect((await Promise.all(answers)).map(({ value: one }) => String(one)).sort()).to.deep.equal([
      'a',
      'b',
    ]);
  });
});
