import { Described } from '../../base/described.js';
import { catchError, defer, firstValueFrom, merge, type Observable, throwError } from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import type { Log } from '../../base/log.js';
import { stateOf } from '../../rx/state-of.js';
import type { RequestFunction } from '../rest/request.js';
import { type AuthOptions, checkAuthMethod } from './auth-options.js';
import type { Authorizer } from './authorizer.js';
import { failedToObtain } from './errors.js';
import { checkedTokenRequest, createTokenRequest, howOf, requestToken } from './request-token.js';
import {
  type BatchResult,
  type RevocationOptions,
  type RevocationResult,
  type RevocationTarget,
  revokeTokens,
} from './revoke.js';
import type { TokenRequestOptions } from './state.js';
import type { TokenDetails, TokenParams, TokenRequest } from './token.js';

interface Services {
  readonly authorizer: Authorizer;
  /** RSA12: clientId of the options, of the connection, or of the token. */
  readonly clientId: () => string | null;
  /** Makes requests that present the credentials. */
  readonly request: RequestFunction;
  /** Errors when the client is disposed of. */
  readonly disposed$: Observable<never>;
  readonly log: Log;
}

/** The identity of a client, and its credentials. */
export class Auth extends Described {
  readonly #services: Services;
  #tokenDetails$: Observable<TokenDetails | null> | undefined;

  /** @internal Use `client.auth`. */
  constructor(services: Services) {
    super();
    this.#services = services;
  }

  toJSON(): object {
    const { clientId } = this;
    return { clientId };
  }

  /**
   * RSA16: the token in use at once, then each next one: by `authorize()`, by renewal, and `null` where there is none, or
   * the one at hand was rejected. Distinct, never errors, completes on `dispose()`. What it emits is a secret.
   */
  get tokenDetails$(): Observable<TokenDetails | null> {
    return (this.#tokenDetails$ ??= stateOf(this.#services.authorizer.token$, (token) => token));
  }

  /** RSA16: the token in use; `null` where there is none (RSA16d). A secret. */
  get tokenDetails(): TokenDetails | null {
    return this.#services.authorizer.token;
  }

  /**
   * RSA7b, RSA12: the client's identity, by its options, by the server's confirmation, or by its token. `'*'` is any
   * client (RSA7b4); `null` is none, or not known yet.
   */
  get clientId(): string | null {
    return this.#services.clientId();
  }

  /**
   * RSA10, RTC8: obtains a new token and has the connection use it: in band where there is one, which loses and doubles
   * nothing; else by connecting. Resolves once the server has accepted it. `tokenParams` and `authOptions`, even empty ones,
   * replace what was configured, from now on (RSA10g, RSA10j); the token is asked for the `clientId` that the client has,
   * unless they name one (RSA10h). Calls without either share one request; others wait their turn. Rejects with 80019 where
   * no token can be obtained: the connection then fails if that is final (RSA4d), else it stays as it is (RSA4c); with the
   * connection's error where that ends or is suspended. It need not be awaited.
   *
   * @example
   * await client.auth.authorize({ clientId: 'alice' }); // another user signed in
   */
  authorize(tokenParams?: TokenParams | null, authOptions?: AuthOptions | null): Promise<TokenDetails> {
    return this.#promise(() => {
      const { log } = this.#services;
      const params = checkedTokenRequest({ params: tokenParams, options: authOptions }, log);
      if (authOptions) checkAuthMethod({ ...authOptions, useTokenAuth: true });
      const { authorizer, clientId } = this.#services;
      return authorizer.authorize(params, authOptions, clientId());
    });
  }

  /**
   * RSA8: obtains a new token, which this client does not use itself. Arguments left out are as configured, and nothing is
   * merged (RSA8e). Rejects with 40170 (RSA4e), 40171, or the server's error.
   */
  requestToken(tokenParams?: TokenParams | null, authOptions?: AuthOptions | null): Promise<TokenDetails> {
    return this.#promise(() =>
      requestToken(this.#howOf(tokenParams, authOptions), this.#services.authorizer.dependencies).pipe(
        catchError((thrown: unknown) => throwError(() => failedToObtain(thrown))), // also StopRetrying
      ),
    );
  }

  /**
   * RSA9: a signed request for a token, for another client to present; made with `key`, and without asking the server
   * (but for the time, with `queryTime`). Arguments left out are as configured, and nothing is merged (RSA9h).
   */
  createTokenRequest(
    tokenParams?: TokenParams | null,
    authOptions?: AuthOptions | null,
  ): Promise<TokenRequest> {
    return this.#promise(() =>
      createTokenRequest(this.#howOf(tokenParams, authOptions), this.#services.authorizer.dependencies),
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
    const { authorizer, request } = this.#services;
    const { key } = authorizer.configured.options;
    const revoked$ = defer(() => revokeTokens(targets, options, { source: authorizer, key, request }));
    return ignoreRejection(firstValueFrom(revoked$)); // `request` says whether it was sent before the client was disposed of
  }

  #howOf(
    params: TokenParams | null | undefined,
    options: AuthOptions | null | undefined,
  ): TokenRequestOptions {
    const { authorizer, log } = this.#services;
    return howOf(authorizer.configured, { params, options }, log);
  }

  /** The first value of `work`; rejects when the client is disposed of. Need not be awaited. */
  #promise<T>(work: () => Observable<T>): Promise<T> {
    return ignoreRejection(firstValueFrom(merge(this.#services.disposed$, defer(work))));
  }
}
