import { expect } from 'chai';
import { EMPTY, lastValueFrom, materialize, NEVER, of, Subject, throwError, toArray } from 'rxjs';
import type { AuthCallback, CallbackParams, TokenListener } from '../../../lib/ably/auth/auth-options.js';
import { callAuthCallback } from '../../../lib/ably/auth/callback.js';
import { secret } from '../../support/secrets.js';
import { unhandledDuring } from '../../support/unhandled.js';

const token = secret('app.hushed-token');
const other = secret('app.other-hushed-token');
const down = new Error('down');
const params: CallbackParams = { clientId: 'me', ttl: 1000 };

/** What comes of asking, until it ends: what was answered, then an end or an error. */
async function outcomeOf(callback: AuthCallback): Promise<unknown> {
  const notices = await lastValueFrom(callAuthCallback(callback, params).pipe(materialize(), toArray()));
  return notices.map((notice) =>
    notice.kind === 'N' ? notice.value : notice.kind === 'E' ? { error: notice.error as unknown } : '|',
  );
}
/** As a callback in plain JavaScript may be. */
const loose = (callback: (params: CallbackParams, done: TokenListener) => unknown): AuthCallback =>
  callback as AuthCallback;
/** Asks, and says what has come of it so far, and whether the callback was told that nobody waits any more. */
function asking(callback: AuthCallback = () => NEVER) {
  const seen: unknown[] = [];
  const given: { signal?: AbortSignal; done?: TokenListener } = {};
  const subscription = callAuthCallback((wanted, done, signal) => {
    Object.assign(given, { signal, done });
    return callback(wanted, done, signal);
  }, params).subscribe({
    next: (answer) => seen.push(answer),
    error: (error: unknown) => seen.push({ error }),
    complete: () => seen.push('|'),
  });
  return {
    seen,
    subscription,
    done: (...answer: Parameters<TokenListener>) => given.done?.(...answer),
    isAborted: () => given.signal?.aborted,
  };
}
const unanswered: AuthCallback = () => undefined;

describe('asked', () => {
  it('RSA8d: gives the callback the params', () => {
    const seen: unknown[] = [];
    callAuthCallback((given) => {
      seen.push(given);
      return token;
    }, params).subscribe();
    expect(seen).to.deep.equal([{ clientId: 'me', ttl: 1000 }]);
  });

  it('asks anew for each subscriber, and not before there is one', () => {
    let count = 0;
    const answer$ = callAuthCallback(() => `${token}${++count}`, params);
    const seen: unknown[] = [];
    answer$.subscribe((answer) => seen.push(answer));
    answer$.subscribe((answer) => seen.push(answer));
    expect(seen).to.deep.equal([`${token}1`, `${token}2`]);
  });

  describe('answered', () => {
    it('RSA8d: by the value itself', async () => {
      expect(await outcomeOf(() => token)).to.deep.equal([token, '|']);
      expect(await outcomeOf(() => ({ token, expires: 1 }))).to.deep.equal([{ token, expires: 1 }, '|']);
    });

    it('RSA8d: by a Promise', async () => {
      expect(await outcomeOf(() => Promise.resolve(token))).to.deep.equal([token, '|']);
      expect(await outcomeOf(async () => ({ token }))).to.deep.equal([{ token }, '|']);
    });

    it('RSA8d: by an Observable, whose first value counts', async () => {
      expect(await outcomeOf(() => of(token, other))).to.deep.equal([token, '|']);
    });

    it('RSA8d: by an Observable, which is left after its first value', () => {
      const source = new Subject<string>();
      const { seen } = asking(() => source);
      source.next(token);
      expect([seen, source.observed]).to.deep.equal([[token, '|'], false]);
    });

    it('RSA8d: by calling back at once', async () => {
      expect(await outcomeOf((_, done) => void done(null, token))).to.deep.equal([token, '|']);
      expect(await outcomeOf((_, done) => void done(undefined, { token }))).to.deep.equal([{ token }, '|']);
    });

    it('RSA8d: by calling back later', () => {
      const { seen, done } = asking(unanswered);
      expect(seen).to.deep.equal([]);
      done(null, token);
      expect(seen).to.deep.equal([token, '|']);
    });

    it('RSA8d: by an async function that calls back before it is done', async () => {
      expect(await outcomeOf(loose(async (_, done) => done(null, token)))).to.deep.equal([token, '|']);
    });

    it('RSA8d: by an async function that calls back after it is done', async () => {
      const { seen, done } = asking(loose(async () => undefined));
      await Promise.resolve();
      expect(seen).to.deep.equal([]);
      done(null, token);
      expect(seen).to.deep.equal([token, '|']);
    });

    it('RSA8d: by nothing at all, which is passed on as such', async () => {
      expect(await outcomeOf((_, done) => void done(null))).to.deep.equal([undefined, '|']);
      expect(await outcomeOf(loose(() => null))).to.deep.equal([null, '|']);
    });
  });

  describe('failing', () => {
    const failures: Readonly<Record<string, AuthCallback>> = {
      'by throwing': () => {
        throw down;
      },
      'by a Promise': () => Promise.reject(down),
      'by throwing in an async function': async () => {
        throw down;
      },
      'by an Observable': () => throwError(() => down),
      'by calling back at once': (_, done) => void done(down),
      'by calling back in an async function': loose(async (_, done) => done(down)),
    };

    it('RSA8d: passes on what was thrown, in every style', async () => {
      for (const [style, callback] of Object.entries(failures))
        expect(await outcomeOf(callback), style).to.deep.equal([{ error: down }]);
    });

    it('RSA8d: passes on what it called back with later, also if that is a text', () => {
      const { seen, done } = asking(unanswered);
      done('down');
      expect(seen).to.deep.equal([{ error: 'down' }]);
    });

    it('RSA8d: an error counts more than the answer that came with it', async () => {
      expect(await outcomeOf((_, done) => void done(down, token))).to.deep.equal([{ error: down }]);
    });

    it('RSA8d: refuses an Observable without a value', async () => {
      const [{ error }] = (await outcomeOf(() => EMPTY)) as [{ error: Error }];
      expect([error.name, error.message]).to.deep.equal([
        'TypeError',
        'the authCallback returned an Observable that completed without a value',
      ]);
    });
  });

  describe('answered twice', () => {
    it('RSA8d: the first answer counts', async () => {
      const twice = outcomeOf((_, done) => {
        done(null, token);
        done(null, other);
        return undefined;
      });
      expect(await twice).to.deep.equal([token, '|']);
    });

    it('RSA8d: an error after the answer is not heard', () => {
      const { seen, done } = asking(unanswered);
      done(null, token);
      done(down);
      done(null, other);
      expect(seen).to.deep.equal([token, '|']);
    });

    it('RSA8d: an answer after the error is not heard', () => {
      const { seen, done } = asking(unanswered);
      done(down);
      done(null, token);
      expect(seen).to.deep.equal([{ error: down }]);
    });

    it('RSA8d: in two styles, the first one counts', async () => {
      const { seen, done } = asking(() => Promise.resolve(other));
      done(null, token);
      await Promise.resolve();
      expect(seen).to.deep.equal([token, '|']);
    });

    it('RSA8d: a promise that is rejected after the answer harms nobody', async () => {
      for (const later of [false, true]) {
        const unhandled = await unhandledDuring(() =>
          outcomeOf(
            loose(async (_, done) => {
              done(null, token);
              if (later) await Promise.resolve();
              throw down;
            }),
          ),
        );
        expect(unhandled).to.deep.equal([]);
      }
    });
  });

  describe('the signal', () => {
    it('RSA8d: is aborted when nobody waits any more', () => {
      const { subscription, isAborted, seen } = asking();
      expect(isAborted()).to.equal(false);
      subscription.unsubscribe();
      expect([isAborted(), seen]).to.deep.equal([true, []]);
    });

    it('RSA8d: an Observable is left when nobody waits any more', () => {
      const source = new Subject<string>();
      const { subscription } = asking(() => source);
      expect(source.observed).to.equal(true);
      subscription.unsubscribe();
      expect(source.observed).to.equal(false);
    });

    it('RSA8d: an answer after it was aborted is not heard', async () => {
      let answer: (answer: string) => void = () => undefined;
      const { subscription, done, seen } = asking(() => new Promise((resolve) => (answer = resolve)));
      subscription.unsubscribe();
      done(null, token);
      answer(token);
      await Promise.resolve();
      expect(seen).to.deep.equal([]);
    });

    it('RSA8d: an error after it was aborted harms nobody', async () => {
      const unhandled = await unhandledDuring(() => {
        let fail: (error: Error) => void = () => undefined;
        const { subscription, done } = asking(() => new Promise((_, reject) => (fail = reject)));
        subscription.unsubscribe();
        done(down);
        fail(down);
      });
      expect(unhandled).to.deep.equal([]);
    });
  });
});
