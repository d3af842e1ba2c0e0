import { type AuthOptions, canRenew, usesTokens } from '../auth/auth-options.js';
import { Authorizer } from '../auth/authorizer.js';
import { unrenewable } from '../auth/errors.js';
import type { TokenWays } from '../auth/request-token.js';
import type { TokenParams } from '../auth/token.js';
import type { ClientContext, Part } from '../channel/port.js';
import { http } from '../http.js';

/** How a client comes by its credentials. */
export interface TokenAuth {
  /** AO2, checked. */
  readonly options: AuthOptions;
  /** The ways of obtaining tokens that are there, besides a callback. */
  readonly ways: TokenWays;
  /** RSA7d: params of token requests, made of those of the client. */
  readonly paramsOf: (client: ClientContext) => TokenParams;
}

/** Has a client obtain, present and renew tokens, or present its key for as long as it needs no token. */
export const authorizerPart =
  ({ options, ways, paramsOf }: TokenAuth): Part<Authorizer> =>
  (client) => {
    const { scheduler, random, requestTimeout, log } = client;
    if (usesTokens(options) && !canRenew(options)) {
      const error = unrenewable();
      const message = `The connection will fail when the token is over: ${error.message} See ${error.href}`;
      log('info', { message, error }); // RSA4a1
    }
    return new Authorizer({ options, params: paramsOf(client) }, ways, {
      clientId: client.ownClientId,
      fetch: (...args) => client.use(http).fetch(...args),
      request: (request) => client.use(http).request(request),
      connection: {
        state: client.state,
        command: client.command,
        send: client.send,
        report: client.reportError,
      },
      realtimeRequestTimeout: requestTimeout,
      scheduler,
      random,
    });
  };
