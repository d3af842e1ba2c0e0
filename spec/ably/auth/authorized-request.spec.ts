import { expect } from 'chai';
import { defer, map, NEVER, type Observable, of, Subject, throwError, VirtualTimeScheduler } from 'rxjs';
import type { TokenAnswer } from '../../../lib/ably/auth/token.js';
import type { ClientOptions } from '../../../lib/ably/client/options.js';
import type { Request, RequestFunction } from '../../../lib/ably/rest/request.js';
import { authorizedRequest } from '../../../lib/ably/auth/authorized-request.js';
import { ServerClock } from '../../../lib/ably/auth/server-clock.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { authorizerOf } from '../../support/authorizer.js';
import { secret } from '../../support/secrets.js';
import { answered } from '../../support/answered.js';

const key = secret('app.id:hushhush');
const token = secret('app.hushed-token');
const jwt = secret('eyJhbGciOiJIUzI1NiJ9.e30.aHVzaGh1c2g');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const bearer = (text: string): string => `Bearer ${base64(text)}`;
/** The n-th token that a callback gives. */
const issued = (n: number): string => secret(`app.hushed-token-${n}`);
const errorOf = (code: number, statusCode = 401): ErrorInfo => new ErrorInfo('said so', { code, statusCode });
const tokenError = errorOf(40142);
const request: Request = { method: 'GET', path: '/p' };

/** Requests over a fake server, and what it saw. */
function askingWith(
  options: ClientOptions,
  answer: (authorization: string, n: number) => Observable<unknown>,
) {
  const requests: Request[] = [];
  const ask: RequestFunction = (asked) =>
    defer(() => {
      if (asked.path === '/time') return of([settings.scheduler.now()]);
      requests.push(asked);
      return answer(asked.headers?.['Authorization'] ?? '', requests.length);
    }).pipe(map((content) => answered(content)));
  const { authorizer: tokens, settings } = authorizerOf(options, { request: ask });
  const { clock } = tokens.dependencies;
  const authorized = authorizedRequest(ask, tokens);
  /** Makes a request, and says what has come of it so far. */
  const outcome = (asked: Request = request): unknown[] => {
    const seen: unknown[] = [];
    authorized(asked).subscribe({
      next: ({ content }) => seen.push(content),
      error: (error: unknown) => seen.push({ error }),
      complete: () => seen.push('|'),
    });
    return seen;
  };
  const shown = (): unknown[] => requests.map(({ headers }) => headers?.['Authorization']);
  return { requests, tokens, clock, outcome, shown };
}
/** An authCallback that gives one token after another, and how often it was asked. */
function issuer(give: (token: string) => Observable<TokenAnswer> = (next) => of(next)) {
  const count = { asked: 0 };
  return { count, authCallback: () => give(issued(++count.asked)) };
}
/** Rejects one token, and answers all others. */
const rejecting =
  (...bad: readonly string[]) =>
  (authorization: string): Observable<unknown> =>
    bad.map(bearer).includes(authorization) ? throwError(() => tokenError) : of('ok');

describe('authorizedRequest', () => {
  describe('shows', () => {
    it('RSA11, RSA2: the key, as base64, by Basic', () => {
      const { outcome, shown } = askingWith({ key }, () => of('ok'));
      expect([outcome(), shown()]).to.deep.equal([['ok', '|'], [`Basic ${base64(key)}`]]);
    });

    it('RSA3b, RSA3d: a token of Ably, as base64, by Bearer', () => {
      const { outcome, shown } = askingWith({ token }, () => of('ok'));
      expect([outcome(), shown()]).to.deep.equal([['ok', '|'], [bearer(token)]]);
    });

    it('RSA3b, RSA3d: a JWT, as base64, by Bearer', () => {
      const { outcome, shown } = askingWith({ token: jwt }, () => of('ok'));
      expect([outcome(), shown()]).to.deep.equal([['ok', '|'], [bearer(jwt)]]);
    });

    it('RSA3b, RSA3d: the token of TokenDetails', () => {
      const { outcome, shown } = askingWith({ tokenDetails: { token, clientId: 'me' } }, () => of('ok'));
      expect([outcome(), shown()]).to.deep.equal([['ok', '|'], [bearer(token)]]);
    });

    it('RSA3b: a token that has to be had first, and keeps it', () => {
      const { authCallback, count } = issuer();
      const { outcome, shown } = askingWith({ authCallback }, () => of('ok'));
      expect([outcome(), outcome(), shown(), count.asked]).to.deep.equal([
        ['ok', '|'],
        ['ok', '|'],
        [bearer(issued(1)), bearer(issued(1))],
        1,
      ]);
    });

    it("the request's own body and headers too", () => {
      const { outcome, requests } = askingWith({ key }, () => of('ok'));
      outcome({ method: 'POST', path: '/q', body: { a: 1 }, headers: { 'X-A': '1' } });
      expect(requests).to.deep.equal([
        {
          method: 'POST',
          path: '/q',
          body: { a: 1 },
          headers: { 'X-A': '1', Authorization: `Basic ${base64(key)}` },
        },
      ]);
    });
  });

  describe('after a token error', () => {
    it('RSA4b: gets another token, and asks once more', () => {
      const { authCallback, count } = issuer();
      const { outcome, shown } = askingWith({ authCallback, token }, rejecting(token));
      expect([outcome(), shown(), count.asked]).to.deep.equal([
        ['ok', '|'],
        [bearer(token), bearer(issued(1))],
        1,
      ]);
    });

    it('RSA4b: does so for each code of a token error', () => {
      for (const code of [40140, 40141, 40142, 40149]) {
        const { outcome, shown } = askingWith({ ...issuer(), token }, (_, n) =>
          n === 1 ? throwError(() => errorOf(code)) : of('ok'),
        );
        expect([outcome(), shown()]).to.deep.equal([
          ['ok', '|'],
          [bearer(token), bearer(issued(1))],
        ]);
      }
    });

    it('RSA4b: keeps the other token for the requests after it', () => {
      const { authCallback, count } = issuer();
      const { outcome, shown, tokens } = askingWith({ authCallback, token }, rejecting(token));
      outcome();
      outcome();
      expect([shown(), count.asked, tokens.token]).to.deep.equal([
        [bearer(token), bearer(issued(1)), bearer(issued(1))],
        1,
        { token: issued(1) },
      ]);
    });

    it('RSA4b: passes a second token error on', () => {
      const { authCallback, count } = issuer();
      const { outcome, shown } = askingWith({ authCallback, token }, rejecting(token, issued(1)));
      expect([outcome(), shown(), count.asked]).to.deep.equal([
        [{ error: tokenError }],
        [bearer(token), bearer(issued(1))],
        1,
      ]);
    });

    it('RSA4b, RSA16d: has no token once the second one was rejected, and gets another one for the next request', () => {
      const { outcome, shown, tokens } = askingWith({ ...issuer(), token }, rejecting(token, issued(1)));
      outcome();
      expect(tokens.token === null).to.equal(true);
      expect([outcome(), shown().slice(2)]).to.deep.equal([['ok', '|'], [bearer(issued(2))]]);
    });

    it('RSA4b: fails where no other token can be had', () => {
      const down = errorOf(40300, 403);
      const { outcome, shown } = askingWith(
        { authCallback: () => throwError(() => down), token },
        rejecting(token),
      );
      expect([outcome(), shown()]).to.deep.equal([[{ error: down }], [bearer(token)]]);
    });

    it('RSA4b: a token that cannot be had in the first place is not asked for again', () => {
      let count = 0;
      const authCallback = () => {
        count += 1;
        return throwError(() => tokenError);
      };
      const { outcome, shown } = askingWith({ authCallback }, () => of('ok'));
      expect([outcome(), shown(), count]).to.deep.equal([[{ error: tokenError }], [], 1]);
    });

    it('RSA4b: a hundred requests at once wait for one other token', () => {
      const given = new Subject<TokenAnswer>();
      const { authCallback, count } = issuer(() => given);
      const answers: Subject<unknown>[] = [];
      const { outcome, shown } = askingWith({ authCallback, token }, (authorization) => {
        if (authorization !== bearer(token)) return of('ok');
        const answer = new Subject<unknown>();
        answers.push(answer);
        return answer;
      });
      const outcomes = Array.from({ length: 100 }, () => outcome());
      for (const answer of answers) answer.error(tokenError);
      given.next(issued(1));
      expect(outcomes).to.deep.equal(Array(100).fill(['ok', '|']));
      expect([count.asked, shown().length]).to.deep.equal([1, 200]);
    });

    it('RSA4b: a hundred requests at once wait for one other token, also if they are refused one after the other', () => {
      const { authCallback, count } = issuer();
      const answers: Subject<unknown>[] = [];
      const { outcome, tokens } = askingWith({ authCallback, token }, (authorization) => {
        if (authorization !== bearer(token)) return of('ok');
        const answer = new Subject<unknown>();
        answers.push(answer);
        return answer;
      });
      const outcomes = Array.from({ length: 100 }, () => outcome());
      for (const answer of answers) answer.error(tokenError); // a new token is there before the second is refused
      expect(outcomes).to.deep.equal(Array(100).fill(['ok', '|']));
      expect([count.asked, tokens.token]).to.deep.equal([1, { token: issued(1) }]);
    });

    it('RSA16d: has no token until there is another one', () => {
      const seen: unknown[] = [];
      const { outcome, tokens } = askingWith({ ...issuer(() => NEVER), token }, rejecting(token));
      tokens.token$.subscribe((now) => seen.push(now));
      expect([outcome(), seen]).to.deep.equal([[], [{ token }, null]]);
    });

    it('RSA4a2: fails with 40171 where there is no way to another token, and does not ask again', () => {
      const { outcome, shown, tokens } = askingWith({ token }, rejecting(token));
      const [failure] = outcome() as [{ error: ErrorInfo }];
      const { code, statusCode, cause, href } = failure.error;
      expect({ code, statusCode, cause, href }).to.deep.equal({
        code: 40171,
        statusCode: 401,
        cause: tokenError,
        href: 'https://help.ably.io/error/40171',
      });
      expect([shown(), tokens.token]).to.deep.equal([[bearer(token)], null]);
    });

    it('RSA4b: passes it on where the key was shown', () => {
      const { outcome, shown } = askingWith({ key }, () => throwError(() => tokenError));
      expect([outcome(), shown()]).to.deep.equal([[{ error: tokenError }], [`Basic ${base64(key)}`]]);
    });
  });

  it('RSA4b: passes on any other error', () => {
    for (const error of [
      errorOf(40100),
      errorOf(40142, 403),
      errorOf(40150),
      errorOf(50000, 500),
      new Error('no'),
    ]) {
      const { authCallback, count } = issuer();
      const { outcome, tokens } = askingWith({ authCallback, token }, () => throwError(() => error));
      expect([outcome(), count.asked, tokens.token]).to.deep.equal([[{ error }], 0, { token }]);
    }
  });

  describe('a token that is over', () => {
    const tokenDetails = { token, expires: 5000 };
    /** What is shown at a time, by a server that has the time of the local clock; or by one that was not asked for it. */
    const shownAt = (
      time: number,
      { isKnown = true, ...options }: Partial<ClientOptions> & { isKnown?: boolean } = {},
    ) => {
      const scheduler = new VirtualTimeScheduler();
      const { authCallback } = issuer();
      const { outcome, clock, shown } = askingWith(
        { authCallback, tokenDetails, scheduler, ...options },
        () => of('ok'),
      );
      if (isKnown) clock.read(true).subscribe();
      scheduler.frame = time;
      outcome();
      return shown();
    };

    it("RSA4b1: is not shown, where the server's time is known; another one is", () => {
      expect([shownAt(5000), shownAt(9000)]).to.deep.equal([[bearer(issued(1))], [bearer(issued(1))]]);
    });

    it('RSA4b1: is shown until it is over', () => {
      expect(shownAt(4999)).to.deep.equal([bearer(token)]);
    });

    it("RSA4b1: is shown where the server's time is not known", () => {
      expect(shownAt(9000, { isKnown: false })).to.deep.equal([bearer(token)]);
    });

    it('RSA4b1: is shown where it is not known when it is over', () => {
      expect(shownAt(9000, { tokenDetails: { token } })).to.deep.equal([bearer(token)]);
    });

    it('RSA4b1: is shown where there is no way to another one, so that the server can say so', () => {
      expect(shownAt(9000, { authCallback: undefined })).to.deep.equal([bearer(token)]);
    });

    it("RSA4b1: is judged by the server's time, and not by the local clock", () => {
      const scheduler = new VirtualTimeScheduler();
      const shownBy = (serverTime: number): unknown => {
        const ask: RequestFunction = () => of(answered([serverTime]));
        const clock = new ServerClock(ask, scheduler);
        clock.read(true).subscribe();
        return clock.hasPassed(tokenDetails.expires);
      };
      scheduler.frame = 4000;
      expect([shownBy(5000), shownBy(4999)]).to.deep.equal([true, false]);
      scheduler.frame = 6000;
      expect([shownBy(5000), shownBy(4999)]).to.deep.equal([true, false]);
    });
  });

  it('gives up the wait for a token when nobody waits any more', () => {
    const given = new Subject<TokenAnswer>();
    const ask: RequestFunction = () => of(answered('ok'));
    const { authorizer } = authorizerOf({ authCallback: () => given }, { request: ask });
    const asking = authorizedRequest(ask, authorizer)(request).subscribe();
    const before = given.observed;
    asking.unsubscribe();
    expect([before, given.observed]).to.deep.equal([true, false]);
  });
});
