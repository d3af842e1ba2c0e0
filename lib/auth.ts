import {
  authOptionsOf,
  type AuthOptions,
  authValidators,
  defaultParamsOf,
} from './ably/auth/auth-options.js';
import { checkWays, type TokenWays } from './ably/auth/request-token.js';
import type { TokenParams } from './ably/auth/token.js';
import type { HttpPart } from './ably/channel/port.js';
import type { ClientAuth } from './ably/client/features.js';
import { authorizerPart } from './ably/client/token-auth.js';
import { warnUnknown } from './options/unknown-options.js';

/** Options of `tokenAuth`. */
export interface TokenAuthOptions extends Omit<AuthOptions, 'useTokenAuth'> {
  /** RSA5, RSA6: parameters of each token, but for the `clientId`, which the client adds. */
  readonly defaultTokenParams?: TokenParams | undefined;
}

/**
 * RSA4: authenticates a client with tokens: those in the options, and new ones by `authCallback` or by the ways given. A
 * token is obtained when the client connects, replaced shortly before it expires, when the server asks for another one
 * (RTN22) and when it rejects one (RSA4b), and kept through reconnects. A token that cannot be obtained is 40170 (80019 is
 * the connection's error then, RSA4c); without a way to obtain another one it is 40171, and the connection fails (RSA4a).
 * Throws an ErrorInfo that names the invalid option (40000), the way that is missing (40000), or that there are no
 * credentials (40106).
 *
 * @example
 * createClient({ auth: tokenAuth({ authCallback: () => fetch('/token').then((response) => response.text()) }) });
 * createClient({ auth: tokenAuth({ authUrl: '/token' }, authUrl) });
 * createClient({ auth: tokenAuth({ key }, signing) });
 */
export function tokenAuth(given: TokenAuthOptions, ...others: readonly TokenWays[]): HttpPart<ClientAuth> {
  const options = authOptionsOf({ ...given, useTokenAuth: true });
  const ways = Object.assign({}, ...others) as TokenWays;
  checkWays(options, ways);
  const part = authorizerPart({ options, ways, params: defaultParamsOf(given.defaultTokenParams) });
  return (client) => {
    const elsewhere = new Map([['clientId', 'give it to createClient()']]);
    warnUnknown(given, [authValidators, { defaultTokenParams: 0 }], client.log, elsewhere);
    return part(client);
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
export type { ClientAuth } from './ably/client/features.js';
export type { TokenWays } from './ably/auth/request-token.js';
export {
  type Capability,
  type TokenAnswer,
  TokenDetails,
  type TokenParams,
  TokenRequest,
} from './ably/auth/token.js';
