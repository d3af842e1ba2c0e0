import { catchError, from, merge, throwError } from 'rxjs';
import type { Holder } from '../../base/described.js';
import { toBase64 } from '../../codec/base64.js';
import type { Bytes } from '../../codec/codec.js';
import { toUtf8 } from '../../codec/utf8.js';
import type { AuthOptions } from '../auth/auth-options.js';
import { failedToObtain } from '../auth/errors.js';
import {
  createTokenRequest as signed,
  howOf,
  requestToken as requested,
  signingBy,
  type TokenDependencies,
  type TokenWays,
} from '../auth/request-token.js';
import {
  type BatchResult,
  type RevocationOptions,
  type RevocationResult,
  type RevocationTarget,
  revokeTokens as revoked,
} from '../auth/revoke.js';
import { ServerClock } from '../auth/server-clock.js';
import type { TokenRequestOptions } from '../auth/state.js';
import type { TokenDetails, TokenParams, TokenRequest } from '../auth/token.js';
import { clientIn, type HttpContext, type HttpPart } from '../channel/port.js';
import { http } from '../http.js';
import { promised } from './perform.js';

/** Signs by the platform's WebCrypto, so that no hash of our own is loaded. */
const signing: Required<Pick<TokenWays, 'signing'>> = {
  signing: (how, dependencies) =>
    signingBy((secret, text) => from(macOf(toUtf8(secret), toUtf8(text))))(how, dependencies),
};

async function macOf(secret: Bytes, text: Bytes): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, text)));
}

/** Dependencies of requests for tokens, for a client that has a key and no more. */
const ownDependencies: HttpPart<TokenDependencies> = (client) => {
  const { scheduler, random, requestTimeout } = client;
  const { fetch, request } = client.use(http);
  return {
    ...{ ways: signing, fetch, request, scheduler, random },
    clock: new ServerClock(request, scheduler),
    realtimeRequestTimeout: requestTimeout,
  };
};

/** The credentials of the client: as they are configured, or its key. */
function configuredOf({ credentials, options, ownClientId }: HttpContext): TokenRequestOptions {
  const { key } = options as { readonly key?: string };
  return (
    credentials.configured ?? {
      params: ownClientId === undefined ? {} : { clientId: ownClientId },
      options: { ...(key !== undefined && { key }) },
    }
  );
}

const dependenciesOf = (client: HttpContext): TokenDependencies => {
  const dependencies = client.credentials.dependencies ?? client.use(ownDependencies);
  return { ...dependencies, ways: { ...signing, ...dependencies.ways } };
};

/**
 * RSA9: a signed request for a token, for another client to present; made with the key, and without asking the server (but
 * for the time, with `queryTime`). Arguments left out are as configured, and nothing is merged (RSA9h). Rejects with 40106
 * where there is no key.
 *
 * @example
 * ```ts
 * return Response.json(await createTokenRequest(client, { clientId: 'alice', capability: { chat: ['subscribe'] } }));
 * ```
 */
export function createTokenRequest(
  client: Holder<HttpContext>,
  params?: TokenParams | null,
  options?: AuthOptions | null,
): Promise<TokenRequest> {
  const inside = clientIn(client);
  return promised(() =>
    signed(howOf(configuredOf(inside), { params, options }, inside.log), dependenciesOf(inside)),
  );
}

/**
 * RSA8: obtains a new token, for another client: this one does not use it. Arguments left out are as configured, and nothing
 * is merged (RSA8e). Rejects with 40170 (RSA4e), 40171, or the server's error.
 */
export function requestToken(
  client: Holder<HttpContext>,
  params?: TokenParams | null,
  options?: AuthOptions | null,
): Promise<TokenDetails> {
  const inside = clientIn(client);
  return promised(() => {
    const how = howOf(configuredOf(inside), { params, options }, inside.log);
    const token$ = requested(how, dependenciesOf(inside)).pipe(
      catchError((thrown: unknown) => throwError(() => failedToObtain(thrown))), // also StopRetrying
    );
    return merge(inside.disposed$, token$); // a user's function may be asked, and not only a server
  });
}

/**
 * RSA17: makes tokens invalid: those for a clientId, of a revocation key, or for a channel. Works with a key only: rejects
 * with 40162 where the client uses tokens (RSA17d). Resolves with a result for each target, also for those that failed.
 */
export function revokeTokens(
  client: Holder<HttpContext>,
  targets: RevocationTarget | readonly RevocationTarget[],
  options: RevocationOptions = {},
): Promise<BatchResult<RevocationResult>> {
  const inside = clientIn(client);
  return promised(() =>
    revoked(targets, options, {
      source: inside.credentials,
      key: configuredOf(inside).options.key,
      request: inside.use(http).authorized,
    }),
  );
}
