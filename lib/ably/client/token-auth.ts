import { type AuthOptions, canRenew, usesTokens } from '../auth/auth-options.js';
import { Authorizer } from '../auth/authorizer.js';
import { unrenewable } from '../auth/errors.js';
import type { TokenWays } from '../auth/request-token.js';
import type { TokenParams } from '../auth/token.js';
import type { HttpPart } from '../channel/port.js';
import { http } from '../http.js';

/** How a client comes by its credentials. */
export interface TokenAuth {
  /** AO2, checked. */
  readonly options: AuthOptions;
  /** The ways of obtaining tokens that are there, besides a callback. */
  readonly ways: TokenWays;
  /** Params of token requests, but for the `clientId`, which the client adds (RSA7d). */
  readonly params: TokenParams;
}

/** Has a client obtain, present and renew tokens, or present its key for as long as it needs no token. */
export const authorizerPart =
  ({ options, ways, params }: TokenAuth): HttpPart<Authorizer> =>
  (client) => {
    const {
      ownClientId: clientId,
      scheduler,
      random,
      requestTimeout,
      log,
      state,
      command,
      send,
      run,
    } = client;
    if (usesTokens(options) && !canRenew(options)) {
      const error = unrenewable();
      const message = `The connection will fail when the token is over: ${error.message} See ${error.href}`;
      log('info', { message, error }); // RSA4a1
    }
    const configured = { options, params: { ...params, ...(clientId !== undefined && { clientId }) } };
    return new Authorizer(configured, ways, {
      ...{ clientId, scheduler, random },
      fetch: (...args) => client.use(http).fetch(...args),
      request: (request) => client.use(http).request(request),
      connection: { state, command, send, run, report: client.reportError },
      realtimeRequestTimeout: requestTimeout,
    });
  };
