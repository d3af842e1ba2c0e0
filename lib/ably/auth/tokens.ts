import {
  BehaviorSubject,
  defer,
  finalize,
  ignoreElements,
  map,
  type Observable,
  of,
  ReplaySubject,
  share,
  Subject,
  tap,
} from 'rxjs';
import { serialize } from '../../rx/serialize.js';
import { type Credentials, parseKey } from './credentials.js';
import { canRenew, usesTokens } from './check-auth-options.js';
import type { TokenDetails } from './token.js';
import { incompatible } from './errors.js';
import { type AuthDependencies, requestToken, type TokenRequestOptions } from './request-token.js';

/** The token at hand, and how the next one is had. */
export class Tokens {
  /** A new token as it was last wished for; one request, however many wait for it (RSA4b). */
  readonly renewed$: Observable<TokenDetails> = defer(() => this.#renewal$);
  /** What to show now: the key, the token at hand if it holds, or else a new one. One value, then it completes. */
  readonly credentials$: Observable<Credentials> = defer(() => this.#credentials());

  readonly #means: AuthDependencies;
  /** What has been told; lags behind while somebody who is told sees to another one. */
  readonly #told: BehaviorSubject<TokenDetails | null>;
  readonly #changed = new Subject<TokenDetails | null>();
  /** Tells of each token, in their order; subscribed to once. Never emits, never ends. */
  readonly run$: Observable<never> = defer(() =>
    this.#changed.pipe(
      serialize(),
      tap((token) => {
        this.#told.next(token);
      }),
      ignoreElements(),
    ),
  );
  #token: TokenDetails | null;
  #renewal$: Observable<TokenDetails>;
  /** Whether the server's time is wanted (RSA10k). */
  #queriesTime: boolean;
  #wish: TokenRequestOptions;
  #usesTokens: boolean;
  /** The one under way, which everybody has to wait for (RTC8b). */
  #authorization$: Observable<TokenDetails> | undefined;
  /** What was shown last. */
  #shown: string | undefined;

  constructor(means: AuthDependencies) {
    const { authOptions, tokenParams } = means.settings;
    this.#means = means;
    this.#wish = { params: tokenParams, options: authOptions };
    this.#usesTokens = usesTokens(authOptions);
    this.#queriesTime = authOptions.queryTime ?? false;
    this.#token = this.#usesTokens ? givenIn(this.#wish) : null; // RSA16b, RSA16c
    this.#told = new BehaviorSubject(this.#token);
    this.#renewal$ = this.#renewal();
  }

  /** RSA16 */
  get token(): TokenDetails | null {
    return this.#token;
  }

  /** RSA16: the one at hand at once, then each next one. */
  get token$(): Observable<TokenDetails | null> {
    return this.#told;
  }

  /** RSA10k: whether the server is to be asked for its time. */
  get queriesTime(): boolean {
    return this.#queriesTime;
  }

  /** What is wished for where nothing else is said. */
  get wish(): TokenRequestOptions {
    return this.#wish;
  }

  /** RSA4: whether tokens are shown, and not the key. */
  get usesTokens(): boolean {
    return this.#usesTokens;
  }

  /** RSA4a: whether there is a way to get another token. */
  get renewable(): boolean {
    return canRenew(this.#wish.options);
  }

  /** RSA10a: from now on tokens are used. */
  use(): void {
    this.#usesTokens = true;
  }

  /** RSA10g: from now on tokens are had like this; a renewal under way is for those who wait for it already. */
  supersede(wish: TokenRequestOptions, queriesTime: boolean): void {
    this.#wish = wish;
    this.#renewal$ = this.#renewal();
    this.#queriesTime ||= queriesTime;
  }

  /** RSA10e: the token that `wish` brings along, or else a new one; until it is there, all others wait for it. */
  authorized(wish: TokenRequestOptions | undefined): Observable<TokenDetails> {
    return defer(() => {
      const given = wish && givenIn(wish);
      const authorization$ = (
        given ? this.#held(of(given)) : wish ? this.#obtained(wish) : this.renewed$
      ).pipe(
        finalize(() => {
          if (this.#authorization$ === authorization$) this.#authorization$ = undefined;
        }),
        share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnError: false }),
      );
      this.#authorization$ = authorization$;
      return authorization$;
    });
  }

  /** The connection is about to show a token. */
  readonly presented = (token: string): void => {
    this.#shown = token;
  };

  /** RSA16d: a token does not hold any more; the one that the connection shows, where nothing else is said. */
  readonly rejected = (token = this.#shown): void => {
    if (this.#token?.token === token) this.#token = null;
  };

  get tokenClientId(): string | null {
    return this.#token?.clientId ?? null;
  }

  /** Tells of the token at hand, where that has not been done yet. */
  tell(): void {
    if (this.#told.value !== this.#token) this.#changed.next(this.#token);
  }

  /** Ends the stream. */
  dispose(): void {
    this.#told.complete();
  }

  /** RSA4b1: whether a token is over, as far as that can be known. */
  isOver({ expires }: TokenDetails): boolean {
    const { now } = this.#means.clock;
    return typeof expires === 'number' && now !== undefined && now >= expires;
  }

  #credentials(): Observable<Credentials> {
    const { key } = this.#wish.options;
    if (!this.#usesTokens && key != null) return of({ type: 'key', ...parseKey(key) });
    return (this.#authorization$ ?? this.#usable()).pipe(map(({ token }) => ({ type: 'token', token })));
  }

  #usable(): Observable<TokenDetails> {
    const token = this.#token;
    return token && !(this.renewable && this.isOver(token)) ? this.#held(of(token)) : this.renewed$;
  }

  #renewal(): Observable<TokenDetails> {
    return defer(() => this.#obtained(this.#wish)).pipe(share());
  }

  #obtained(wish: TokenRequestOptions): Observable<TokenDetails> {
    return this.#held(requestToken(wish, this.#means));
  }

  /** RSA15a, RSA15c: a token of somebody else's is not even kept. */
  #held(token$: Observable<TokenDetails>): Observable<TokenDetails> {
    const { clientId: own } = this.#means.settings;
    return token$.pipe(
      tap((token) => {
        const { clientId } = token;
        if (own !== undefined && clientId != null && clientId !== '*' && clientId !== own)
          throw incompatible(own, clientId);
        this.#token = token; // RSA16c
        this.tell();
      }),
    );
  }
}

/** RSA10e: the token that the options bring along. */
const givenIn = ({ options: { token, tokenDetails } }: TokenRequestOptions): TokenDetails | null =>
  tokenDetails ?? (token == null ? null : { token });
