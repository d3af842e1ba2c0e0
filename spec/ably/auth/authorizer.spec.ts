import { expect } from 'chai';
import { map, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import type { AuthCallback } from '../../../lib/ably/auth/auth-options.js';
import type { Connection } from '../../../lib/ably/auth/state.js';
import type { TokenAnswer, TokenDetails } from '../../../lib/ably/auth/token.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { authorizerOf } from '../../support/authorizer.js';
import { secret } from '../../support/secrets.js';
import { virtually } from '../../support/virtual-time.js';
import { answered } from '../../support/answered.js';

const key = secret('app.id:hushhush');
const tokens = Array.from({ length: 5 }, (_, n) => secret(`app.authorizer-token-${n + 1}`));
const [first = '', second = '', third = ''] = tokens;

const attempt = { host: 'h', resume: undefined };
const connectedState = (): Connection => ({
  name: 'connected',
  attempt,
  session: { idleAfter: undefined, keepFor: 1, warning: undefined, extra: undefined },
  resumed: false,
  recentOutage: undefined,
});
const connecting: Connection = { name: 'connecting', attempt, outage: undefined, remainingHosts: [] };
const expired = new ErrorInfo('Expired.', { code: 40142, statusCode: 401 });
const authOf = (accessToken: string) => ({ action: Action.auth, auth: { accessToken } });

/** An authCallback that answers when a spec says so, and the signals that it was given. */
function callback(answers: () => Observable<unknown> = () => NEVER) {
  const signals: AbortSignal[] = [];
  const authCallback: AuthCallback = (_, __, signal) => {
    signals.push(signal);
    return answers() as Observable<TokenAnswer>;
  };
  return { signals, authCallback };
}
/** Answers at once with one token after the other. */
function issuer() {
  let n = 0;
  return callback(() => of(tokens[n++]));
}
/** Everything that an Observable emits, with errors by their code. */
function seenOf<T>(source: Observable<T>) {
  const seen: unknown[] = [];
  const subscription = source.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => seen.push(error instanceof ErrorInfo ? error.code : error),
    complete: () => seen.push('|'),
  });
  return Object.assign(seen, { subscription });
}

describe('Authorizer', () => {
  describe('credentials$', () => {
    it('RSA2: is the key, and completes', () => {
      const { authorizer } = authorizerOf({ key });
      expect(seenOf(authorizer.credentials$)).to.deep.equal([
        { type: 'key', name: 'app.id', secret: 'hushhush' },
        '|',
      ]);
      expect([authorizer.usesTokens, authorizer.renewable, authorizer.token]).to.deep.equal([
        false,
        true,
        null,
      ]);
    });

    it('RSA4b: makes one request for all who wait, and none for those who come later', () => {
      const answer = new Subject<string>();
      const { authCallback, signals } = callback(() => answer);
      const { authorizer } = authorizerOf({ authCallback });
      const seen = [seenOf(authorizer.credentials$), seenOf(authorizer.credentials$)];
      answer.next(first);
      seen.push(seenOf(authorizer.credentials$));
      expect([seen, signals.length]).to.deep.equal([
        Array(3).fill([{ type: 'token', token: first }, '|']),
        1,
      ]);
    });

    it('RSA4b: makes another request once the token was rejected', () => {
      const { authorizer } = authorizerOf({ authCallback: issuer().authCallback });
      const seen = [seenOf(authorizer.credentials$)];
      authorizer.rejected(expired, first);
      seen.push(seenOf(authorizer.credentials$));
      expect(seen.map(([credentials]) => credentials)).to.deep.equal([
        { type: 'token', token: first },
        { type: 'token', token: second },
      ]);
    });

    it('gives the request up when the last one stops waiting', () => {
      const { authCallback, signals } = callback();
      const { authorizer } = authorizerOf({ authCallback });
      const [one, other] = [seenOf(authorizer.credentials$), seenOf(authorizer.credentials$)];
      one.subscription.unsubscribe();
      expect(signals.map(({ aborted }) => aborted)).to.deep.equal([false]);
      other.subscription.unsubscribe();
      expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
    });

    it('RTC8b: waits for the token of an authorization under way, which has precedence', () => {
      const [old, fresh] = [new Subject<string>(), new Subject<string>()];
      const { authorizer } = authorizerOf({ authCallback: () => old });
      const before = seenOf(authorizer.credentials$);
      authorizer.authorize(null, { authCallback: () => fresh }, null).subscribe();
      const meanwhile = seenOf(authorizer.credentials$);
      old.next(first);
      expect([before, meanwhile]).to.deep.equal([[{ type: 'token', token: first }, '|'], []]);
      fresh.next(second);
      expect(meanwhile).to.deep.equal([{ type: 'token', token: second }, '|']);
    });

    it('RTC8a: with a key alone runs nothing until it has tokens to obtain, and knows the connection then', () => {
      const ran: unknown[] = [];
      const { authCallback } = issuer();
      const { authorizer, done, move } = authorizerOf({ key }, {}, (stream$) => ran.push(stream$));
      move(connectedState());
      expect(ran).to.have.length(0);
      authorizer.authorize(null, { authCallback }, null).subscribe();
      expect([ran.length, done]).to.deep.equal([1, [authOf(first)]]);
    });

    it('RTC8b: errors with that of an authorization under way', () => {
      const failing = new Subject<string>();
      const { authorizer } = authorizerOf({ authCallback: () => failing });
      authorizer.authorize(null, null, null).subscribe({ error: () => undefined });
      const seen = seenOf(authorizer.credentials$);
      failing.error(new Error('no'));
      expect(seen).to.deep.equal([40170]);
    });

    it('RTC8b: an attempt that begins again takes a token that came at once, and asks no second time', () => {
      const { authCallback, signals } = issuer();
      const dialled: unknown[] = [];
      const { authorizer, move } = authorizerOf(
        { authCallback },
        {
          connection: {
            state: Object.assign(of(connecting), { value: connecting }),
            command: ({ type }) => dialled.push(type, ...seenOf(authorizer.credentials$)),
            send: () => undefined,
            report: () => undefined,
            run: (stream$) => void stream$.subscribe(),
          },
        },
      );
      move(connecting);
      authorizer.authorize(null, null, null).subscribe();
      expect([dialled, signals.length]).to.deep.equal([['redial', { type: 'token', token: first }, '|'], 1]);
    });

    it('RSA15a, RSA15c: errors with 40102 for a token of another clientId, which is not kept', () => {
      const tokenDetails: TokenDetails = { token: first, clientId: 'another' };
      for (const [options, kept] of [
        [{ tokenDetails }, tokenDetails],
        [{ authCallback: () => tokenDetails }, null],
      ] as const) {
        const { authorizer } = authorizerOf({ ...options, clientId: 'me' });
        expect([seenOf(authorizer.credentials$), authorizer.token]).to.deep.equal([[40102], kept]);
      }
    });

    it('RSA15b: takes a token of the own clientId, of any, and of none', () => {
      for (const clientId of ['me', '*', null, undefined]) {
        const { authorizer } = authorizerOf({
          authCallback: () => ({ token: first, ...(clientId !== undefined && { clientId }) }),
          clientId: 'me',
        });
        expect(seenOf(authorizer.credentials$)).to.deep.equal([{ type: 'token', token: first }, '|']);
      }
    });
  });

  describe('authorize', () => {
    it('RTC8a, RTC8a3: sends AUTH, emits the token once the server has answered, and completes', () => {
      const { authorizer, done, move } = authorizerOf({ authCallback: issuer().authCallback });
      move(connectedState());
      const seen = seenOf(authorizer.authorize(null, null, null));
      expect([done, seen]).to.deep.equal([[authOf(first)], []]);
      move(connectedState());
      expect(seen).to.deep.equal([{ token: first }, '|']);
    });

    it('RSA10a: uses tokens from then on, also where none can be obtained', () => {
      const { authorizer } = authorizerOf({ key });
      authorizer.authorize(null, { authCallback: () => NEVER }, null).subscribe();
      expect(authorizer.usesTokens).to.equal(true);
    });

    it('RSA4b: shares a renewal until that has settled', () => {
      const { authCallback, signals } = issuer();
      const { authorizer, move, done } = authorizerOf({ authCallback });
      move(connectedState());
      const seen = [1, 2].map(() => seenOf(authorizer.authorize(null, null, null)));
      authorizer.renew();
      expect([done, signals.length]).to.deep.equal([[authOf(first)], 1]);
      move(connectedState());
      expect([seen, done.length]).to.deep.equal([Array(2).fill([{ token: first }, '|']), 1]);
      seenOf(authorizer.authorize(null, null, null));
      expect(done).to.deep.equal([authOf(first), authOf(second)]);
    });

    it('RSA10g: shares no renewal that began before other options came', () => {
      const { authCallback } = callback();
      const other = issuer();
      const { authorizer, move, done } = authorizerOf({ authCallback });
      move(connectedState());
      const renewal = seenOf(authorizer.authorize(null, null, null));
      const withOptions = seenOf(authorizer.authorize({}, { authCallback: other.authCallback }, null));
      const after = seenOf(authorizer.authorize(null, null, null));
      authorizer.close();
      expect([renewal, withOptions, after, done]).to.deep.equal([[80017], [80017], [80017], []]);
      expect(authorizer.configured.options.authCallback).to.equal(other.authCallback);
    });

    it('RSA10e: presents the token among its options, and asks nobody', () => {
      const { authCallback, signals } = callback();
      const { authorizer, done, move } = authorizerOf({ key });
      move(connectedState());
      authorizer.authorize(null, { token: third, authCallback }, null).subscribe();
      expect([done, authorizer.token, signals]).to.deep.equal([[authOf(third)], { token: third }, []]);
    });

    it('RSA10g: the options of a call serve its own request, the configured ones later renewals', () => {
      const params: unknown[] = [];
      let n = 0;
      const authCallback: AuthCallback = (given) => {
        params.push(given);
        return of(tokens[n++] ?? '');
      };
      const { authorizer, move } = authorizerOf({ key });
      move(connectedState());
      authorizer.authorize({ ttl: 5, timestamp: 1 }, { authCallback }, 'me').subscribe();
      move(connectedState());
      authorizer.renew();
      expect(params).to.deep.equal([
        { ttl: 5, timestamp: 1, clientId: 'me' },
        { ttl: 5, clientId: 'me' },
      ]);
    });

    it('unsubscribing does not take it back', () => {
      const answer = new Subject<string>();
      const { authorizer, done, move } = authorizerOf({ authCallback: () => answer });
      move(connectedState());
      seenOf(authorizer.authorize(null, null, null)).subscription.unsubscribe();
      answer.next(first);
      expect(done).to.deep.equal([authOf(first)]);
    });

    it('RSA4c: reports an error once, and rejects every caller', () => {
      const { authorizer, done, move } = authorizerOf({
        authCallback: () => throwError(() => new Error('no')),
      });
      const seen = [1, 2].map(() => seenOf(authorizer.authorize(null, null, null)));
      expect(seen).to.deep.equal([[80019], [80019]]);
      move(connectedState());
      done.length = 0;
      authorizer.renew();
      expect(done.map((entry) => ({ ...(entry as object), error: undefined }))).to.deep.equal([
        { type: 'warned', error: undefined },
        { report: 80019, error: undefined },
      ]);
      authorizer.renew(); // the machine goes on after an error
      expect(done).to.have.length(4);
    });

    it('gives the request up when the connection is to be closed', () => {
      const { authCallback, signals } = callback();
      const { authorizer } = authorizerOf({ authCallback });
      const seen = seenOf(authorizer.authorize(null, null, null));
      authorizer.close();
      expect([seen, signals.map(({ aborted }) => aborted)]).to.deep.equal([[80017], [true]]);
    });

    it(
      'rejects when the server does not answer AUTH within realtimeRequestTimeout, and not before',
      virtually(({ scheduler, flush }) => {
        const { authorizer, move, done } = authorizerOf({
          authCallback: issuer().authCallback,
          scheduler,
          realtimeRequestTimeout: 40,
        });
        move(connectedState());
        const seen: unknown[] = [];
        authorizer
          .authorize(null, null, null)
          .subscribe({ error: (error: unknown) => seen.push([scheduler.now(), (error as ErrorInfo).code]) });
        scheduler.schedule(() => {
          authorizer.renew();
        }, 50);
        scheduler.schedule(() => {
          move(connectedState());
        }, 70);
        flush();
        expect([seen, done]).to.deep.equal([[[40, 80014]], [authOf(first), authOf(second)]]);
        expect(scheduler.now()).to.be.at.most(70); // no timer is left once the server has answered
      }),
    );
  });

  describe('renews', () => {
    const details = (n: number): TokenDetails => ({ token: tokens[n] ?? '', expires: (n + 1) * 100_000 });
    /** A connected client whose callback gives tokens that expire, and how often it was asked. */
    function expiring(options: object, scheduler: ReturnType<typeof Object>) {
      const asked: number[] = [];
      let n = 0;
      const made = authorizerOf(
        {
          authCallback: () => {
            asked.push((scheduler as { now: () => number }).now());
            return details(n++);
          },
          ...options,
          scheduler: scheduler as never,
        },
        { request: () => of(answered([0])) },
      );
      made.authorizer.credentials$.subscribe();
      return { ...made, asked };
    }

    it(
      'RSA4b1: renews a token shortly before it expires, while connected and with queryTime',
      virtually(({ scheduler, flush }) => {
        const { move, asked, done, running } = expiring({ queryTime: true }, scheduler);
        move(connectedState());
        scheduler.schedule(() => {
          move(connectedState());
        }, 90_001);
        scheduler.schedule(() => {
          running.unsubscribe();
        }, 100_000);
        flush();
        expect([asked, done]).to.deep.equal([[0, 90_000], [authOf(second)]]);
      }),
    );

    it(
      'RSA4b1: does not renew a token ahead of its expiry without queryTime, or without a connection',
      virtually(({ scheduler, flush }) => {
        const one = expiring({}, scheduler);
        one.move(connectedState());
        const other = expiring({ queryTime: true }, scheduler);
        other.move(connectedState());
        other.move(connecting);
        flush();
        expect([one.asked, other.asked]).to.deep.equal([[0], [0]]);
      }),
    );

    it(
      'RSA4b1: does not renew a token ahead of its expiry where it has no way to another one',
      virtually(({ scheduler, flush }) => {
        const { move, done } = authorizerOf(
          { tokenDetails: details(0), queryTime: true, scheduler },
          { request: () => of(answered([0])) },
        );
        move(connectedState());
        flush();
        expect(done).to.deep.equal([]);
      }),
    );

    it('RTN22: renews once, however often the server sends AUTH before that is settled, and again after that', () => {
      const answers = new Subject<string>();
      const { authCallback, signals } = callback(() => answers);
      const { authorizer, move, done } = authorizerOf({ authCallback });
      move(connectedState());
      for (let n = 0; n < 3; n += 1) authorizer.renew();
      answers.next(first);
      authorizer.renew();
      expect([signals.length, done]).to.deep.equal([1, [authOf(first)]]);
      move(connectedState());
      authorizer.renew();
      answers.next(second);
      expect([signals.length, done]).to.deep.equal([2, [authOf(first), authOf(second)]]);
    });

    it('RTN22: starts no renewal on AUTH while one is under way, even where authorize() has set other options meanwhile', () => {
      const answers = new Subject<string>();
      const [one, other] = [callback(() => answers), callback(() => of(second))];
      const { authorizer, move } = authorizerOf({ authCallback: one.authCallback });
      move(connectedState());
      authorizer.renew();
      authorizer.authorize(null, { authCallback: other.authCallback }, null).subscribe();
      authorizer.renew();
      answers.next(first);
      move(connectedState());
      move(connectedState());
      expect([one.signals.length, other.signals.length]).to.deep.equal([1, 1]);
    });
  });

  describe('token$', () => {
    it('RSA16: emits the token at once, then each next one once, and completes on dispose()', () => {
      const { authorizer } = authorizerOf({
        token: first,
        authCallback: callback(() => of(second)).authCallback,
      });
      const seen = seenOf(authorizer.token$.pipe(map((details) => details?.token ?? null)));
      authorizer.rejected(expired, first);
      authorizer.rejected(expired, first);
      authorizer.credentials$.subscribe();
      authorizer.credentials$.subscribe();
      authorizer.dispose();
      expect(seen).to.deep.equal([first, null, second, '|']);
    });

    it('RSA4a2: is final where it was rejected and nothing brings another one, and not where something does', () => {
      const alone = authorizerOf({ token: first });
      const error = alone.authorizer.rejected(expired, first);
      expect([error?.code, error?.cause]).to.deep.equal([40171, expired]);
      const renewing = authorizerOf({ authCallback: issuer().authCallback });
      expect(renewing.authorizer.rejected(expired, first)).to.equal(undefined);
    });

    it('RSA4c: names 80019 as the error of a connection for which there is none', () => {
      const { authorizer } = authorizerOf({ authCallback: issuer().authCallback });
      expect(authorizer.failure(new Error('no'))).to.include({ code: 80019, statusCode: 401 });
    });

    it('RSA16d: emits that the connection was rejected only once its state was emitted', () => {
      const { authorizer, move } = authorizerOf({ token: first });
      const seen = seenOf(authorizer.token$);
      authorizer.presented(first);
      authorizer.rejected(expired);
      expect([seen, authorizer.token]).to.deep.equal([[{ token: first }], null]);
      move(connecting);
      expect(seen).to.deep.equal([{ token: first }, null]);
    });

    it('RSA16d: holds the rejection of a token that AUTH presented', () => {
      const { authorizer, move } = authorizerOf({ token: first });
      authorizer.presented(first);
      move(connectedState());
      authorizer.authorize(null, { token: second }, null).subscribe({ error: () => undefined });
      authorizer.rejected(expired);
      expect(authorizer.token).to.equal(null);
    });
  });
});
