import { catchError, defer, firstValueFrom, merge, type Observable, throwError } from 'rxjs';
import { stateOf } from '../../rx/state-of.js';
import type { AuthOptions } from './auth-options.js';
import { checkAuthOptions, checkAuthMethod, checkTokenParams } from './check-auth-options.js';
import type { TokenDetails, TokenParams, TokenRequest } from './token.js';
import { failedToObtain } from './errors.js';
import type { Authorizations } from './authorizations.js';
import {
  type AuthDependencies,
  requestToken,
  createTokenRequest,
  type TokenRequestOptions,
} from './request-token.js';
import {
  type BatchResult,
  type RevocationOptions,
  revokeTokens,
  type RevocationResult,
  type RevocationTarget,
} from './revoke.js';
import type { Tokens } from './tokens.js';

interface Doors {
  readonly means: AuthDependencies;
  readonly tokens: Tokens;
  readonly authorizations: Authorizations;
  /** The clientId that the server has confirmed. */
  readonly confirmed: () => string | undefined;
  /** Emits an error when the client is disposed of. */
  readonly disposed$: Observable<never>;
}

/** Who a client is, and how it proves it. */
export class Auth {
  /**
   * RSA16: the token in use at once, then each next one: by `authorize()`, by renewal, and `null` where there is none, or
   * the one at hand was rejected. Distinct, never errors, completes on `dispose()`. What it emits is a secret.
   */
  readonly tokenDetails$: Observable<TokenDetails | null>;
  readonly #doors: Doors;

  /** @internal Use `client.auth`. */
  constructor(doors: Doors) {
    this.#doors = doors;
    this.tokenDetails$ = stateOf(doors.tokens.token$, (token) => token);
  }

  /** RSA16: the token in use; `null` where there is none (RSA16d). A secret. */
  get tokenDetails(): TokenDetails | null {
    return this.#doors.tokens.token;
  }

  /**
   * RSA7b, RSA12: who this client is: by its options, by what the server confirmed, or by its token. `'*'` is anybody
   * (RSA7b4); `null` is nobody, or not known yet.
   */
  get clientId(): string | null {
    const { means, confirmed, tokens } = this.#doors;
    return means.settings.clientId ?? confirmed() ?? tokens.token?.clientId ?? null;
  }

  /**
   * RSA10, RTC8: gets a new token and has the connection use it: in band where there is one, which loses and doubles
   * nothing; else by connecting. Resolves once the server has accepted it. `tokenParams` and `authOptions`, even empty ones,
   * replace what was configured, from now on (RSA10g, RSA10j). Calls without either share one request; others wait their
   * turn. Rejects with 80019 where no token can be had: the connection then fails if that is for good (RSA4d), else it
   * stays as it is (RSA4c); with the connection's error where that comes to an end, or is suspended. Nobody has to await it.
   */
  authorize(tokenParams?: TokenParams | null, authOptions?: AuthOptions | null): Promise<TokenDetails> {
    const { authorizations, tokens } = this.#doors;
    return this.#promised(() => {
      const wish = this.#wished(tokenParams, authOptions);
      if (authOptions) checkAuthMethod({ ...authOptions, useTokenAuth: true });
      tokens.use(); // RSA10a
      if (tokenParams == null && authOptions == null) return authorizations.renewed$;
      const { timestamp: _, nonce: __, ...params } = wish.params;
      const { queryTime = false, ...options } = wish.options;
      const own = params.clientId ?? this.clientId; // RSA10h
      const identity = tokenParams && own !== null ? { clientId: own } : {};
      tokens.supersede({ params: { ...params, ...identity }, options }, queryTime); // RSA10g
      authorizations.supersede();
      return authorizations.authorized({ ...wish, params: { ...wish.params, ...identity } });
    });
  }

  /**
   * RSA8: a new token, which this client does not use itself. What is left out is as configured, and nothing is merged
   * (RSA8e). Rejects with 40170 (RSA4e), 40171, or the server's error.
   */
  requestToken(tokenParams?: TokenParams | null, authOptions?: AuthOptions | null): Promise<TokenDetails> {
    return this.#promised(() =>
      requestToken(this.#wished(tokenParams, authOptions), this.#doors.means).pipe(
        catchError((thrown: unknown) => throwError(() => failedToObtain(thrown))), // StopRetrying, for one
      ),
    );
  }

  /**
   * RSA9: a signed request for a token, for another client to present; made with `key`, and without asking the server
   * (but for the time, with `queryTime`). What is left out is as configured, and nothing is merged (RSA9h).
   */
  createTokenRequest(
    tokenParams?: TokenParams | null,
    authOptions?: AuthOptions | null,
  ): Promise<TokenRequest> {
    return this.#promised(() =>
      createTokenRequest(this.#wished(tokenParams, authOptions), this.#doors.means),
    );
  }

  /**
   * RSA17: makes tokens invalid: those for a clientId, of a revocation key, or for a channel. Works with a key only: rejects
   * with 40162 where the client uses tokens (RSA17d). Resolves with a result for each target, also for those that failed.
   */
  revokeTokens(
    targets: RevocationTarget | readonly RevocationTarget[],
    options: RevocationOptions = {},
  ): Promise<BatchResult<RevocationResult>> {
    const { means, tokens } = this.#doors;
    return this.#promised(() => revokeTokens(targets, options, { ...means, tokens }));
  }

  #wished(
    params: TokenParams | null | undefined,
    options: AuthOptions | null | undefined,
  ): TokenRequestOptions {
    const { wish } = this.#doors.tokens;
    if (params != null) checkTokenParams(params);
    if (options != null) checkAuthOptions(options);
    return { params: params ?? wish.params, options: options ?? wish.options };
  }

  /** A promise that nobody has to hold, of what `work` gives; rejects when the client is disposed of. */
  #promised<T>(work: () => Observable<T>): Promise<T> {
    const promise = firstValueFrom(merge(this.#doors.disposed$, defer(work)));
    promise.catch(() => undefined);
    return promise;
  }
}
