import { BehaviorSubject, defer, finalize, map, type Observable, of, ReplaySubject, share, tap } from 'rxjs';
import { type Credentials, parseKey } from '../auth/credentials.js';
import { canRenew, usesTokens } from '../auth/means.js';
import type { TokenDetails } from '../auth/token.js';
import { incompatible } from '../auth/token-error.js';
import { type Means, obtained, type Wish } from './obtain.js';

/** The token at hand, and how the next one is had. */
export class Tokens {
  /** A new token as it was last wished for; one request, however many wait for it (RSA4b). */
  readonly renewed$: Observable<TokenDetails> = defer(() => this.#obtained(this.#wish)).pipe(share());
  /** What to show now: the key, the token at hand if it holds, or else a new one. One value, then it completes. */
  readonly credentials$: Observable<Credentials> = defer(() => this.#credentials());

  readonly #means: Means;
  readonly #token: BehaviorSubject<TokenDetails | null>;
  #wish: Wish;
  #usesTokens: boolean;
  /** The one under way, which everybody has to wait for (RTC8b). */
  #authorization$: Observable<TokenDetails> | undefined;
  /** What was shown last. */
  #shown: string | undefined;

  constructor(means: Means) {
    const { authOptions, tokenParams } = means.settings;
    this.#means = means;
    this.#wish = { params: tokenParams, options: authOptions };
    this.#usesTokens = usesTokens(authOptions);
    this.#token = new BehaviorSubject(this.#usesTokens ? givenIn(this.#wish) : null); // RSA16b, RSA16c
  }

  /** RSA16 */
  get token(): TokenDetails | null {
    return this.#token.value;
  }

  /** RSA16: the one at hand at once, then each next one. */
  get token$(): Observable<TokenDetails | null> {
    return this.#token;
  }

  /** What is wished for where nothing else is said. */
  get wish(): Wish {
    return this.#wish;
  }

  /** RSA4: whether tokens are shown, and not the key. */
  get inUse(): boolean {
    return this.#usesTokens;
  }

  /** RSA4a: whether there is a way to get another token. */
  get renewable(): boolean {
    return canRenew(this.#wish.options);
  }

  /** RSA10g: from now on tokens are used, and had like this. */
  supersede(wish: Wish): void {
    this.#wish = wish;
    this.#usesTokens = true;
  }

  /** RSA10e: the token that `wish` brings along, or else a new one; until it is there, all others wait for it. */
  authorized(wish: Wish | undefined): Observable<TokenDetails> {
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

  /** A token is about to be shown. */
  shows({ token }: TokenDetails): void {
    this.#shown = token;
  }

  /** RSA16d: a token does not hold any more; the one that was shown last, where nothing else is said. */
  rejected(token = this.#shown): void {
    if (this.#token.value?.token === token) this.#token.next(null);
  }

  /** Ends the stream. */
  dispose(): void {
    this.#token.complete();
  }

  /** RSA4b1: whether a token is over, as far as that can be known. */
  isOver({ expires }: TokenDetails): boolean {
    const { now } = this.#means.clock;
    return typeof expires === 'number' && now !== undefined && now >= expires;
  }

  #credentials(): Observable<Credentials> {
    const { key } = this.#wish.options;
    if (!this.#usesTokens && key != null) return of({ type: 'key', ...parseKey(key) });
    return (this.#authorization$ ?? this.#usable()).pipe(
      tap((details) => {
        this.shows(details);
      }),
      map(({ token }) => ({ type: 'token', token })),
    );
  }

  #usable(): Observable<TokenDetails> {
    const token = this.#token.value;
    return token && !(this.renewable && this.isOver(token)) ? this.#held(of(token)) : this.renewed$;
  }

  #obtained(wish: Wish): Observable<TokenDetails> {
    return this.#held(obtained(wish, this.#means));
  }

  /** RSA15a, RSA15c: a token of somebody else's is not even kept. */
  #held(token$: Observable<TokenDetails>): Observable<TokenDetails> {
    const { clientId: own } = this.#means.settings;
    return token$.pipe(
      tap((token) => {
        const { clientId } = token;
        if (own !== undefined && clientId != null && clientId !== '*' && clientId !== own)
          throw incompatible(own, clientId);
        if (token !== this.#token.value) this.#token.next(token); // RSA16c
      }),
    );
  }
}

/** RSA10e: the token that the options bring along. */
const givenIn = ({ options: { token, tokenDetails } }: Wish): TokenDetails | null =>
  tokenDetails ?? (token == null ? null : { token });
