import { authOptionsOf, type AuthOptions, defaultParamsOf } from './ably/auth/auth-options.js';
import { Authorizer, type TokenAuth } from './ably/auth/authorizer.js';
import { checkWays, type TokenWays } from './ably/auth/request-token.js';
import type { TokenParams } from './ably/auth/token.js';

/** Options of `tokenAuth`. */
export interface TokenAuthOptions extends Omit<AuthOptions, 'useTokenAuth'> {
  /** RSA5, RSA6: parameters of each token, but for the `clientId`, which the client adds. */
  readonly defaultTokenParams?: TokenParams | undefined;
}

/**
 * RSA4: authenticates a client with tokens: those in the options, and new ones by `authCallback` or by the ways given.
 * Throws an ErrorInfo that names the invalid option, or the way that is missing.
 *
 * @example
 * createClient({ auth: tokenAuth({ authCallback: () => fetch('/token').then((response) => response.text()) }) });
 * createClient({ auth: tokenAuth({ authUrl: '/token' }, authUrl) });
 * createClient({ auth: tokenAuth({ key }, signing) });
 */
export function tokenAuth(given: TokenAuthOptions, ...ways: readonly TokenWays[]): TokenAuth {
  const options = authOptionsOf({ ...given, useTokenAuth: true });
  const allWays = Object.assign({}, ...ways) as TokenWays;
  checkWays(options, allWays);
  const params = defaultParamsOf(given.defaultTokenParams);
  return {
    options,
    start: (dependencies) => {
      const { clientId } = dependencies;
      const identity = clientId === undefined ? {} : { clientId }; // RSA7d
      return new Authorizer({ params: { ...params, ...identity }, options }, allWays, dependencies);
    },
  };
}

export { authUrl } from './ably/auth/auth-url.js';
export { signing } from './ably/auth/sign.js';
export {
  type AuthCallback,
  type AuthOptions,
  type CallbackParams,
  StopRetrying,
  type TokenListener,
} from './ably/auth/auth-options.js';
export type { TokenAuth } from './ably/auth/authorizer.js';
export type { TokenWays } from './ably/auth/request-token.js';
export {
  type Capability,
  type TokenAnswer,
  TokenDetails,
  type TokenParams,
  TokenRequest,
} from './ably/auth/token.js';
