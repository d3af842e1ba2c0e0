import type { Observable } from 'rxjs';
import type { ConnectionState } from '../../connection/state.js';
import { type CredentialsSource, keyCredentials } from '../auth/credentials.js';
import { isObject, type Validators } from '../../options/validators.js';
import { type ChannelFeature, type ClientContext, type HttpContext, type Part } from '../channel/port.js';
import { check, invalid } from '../check-options.js';
import { isLoopback } from '../endpoint/hosts.js';
import type { AblySession } from '../transport/session.js';
import { ErrorInfo } from '../wire/error-info.js';

/** RTN16g: the data with which another process goes on where this one left off. */
export interface Recovery {
  readonly connectionKey: string;
  readonly msgSerial: number;
  /** Channel by channel, where it stands in its history. */
  readonly channelSerials: Readonly<Record<string, string>>;
  /** Set where it was found, and not given: it may be another client's. */
  readonly tentative?: true;
}

/** A feature of a client: what it does for channels, and what the connection takes from it. */
export interface ClientFeature extends ChannelFeature {
  /** REC2: hosts to dial when the primary one does not answer. */
  readonly fallbackHosts?: readonly string[];
  /** RTN17j: emits where there is a network; asked before a fallback host is dialled. */
  readonly checkConnectivity?: () => Observable<unknown>;
  /** RTN16: the session of another process, to go on with. */
  readonly recovered?: Recovery | undefined;
  /** The session outlives the page, for the next one to go on with. */
  readonly keepsSession?: boolean;
}

/** Proves who a client is. A key does so by itself; `tokenAuth(…)` of `rx-realtime/auth` obtains tokens. */
export interface ClientAuth extends CredentialsSource {
  /** Takes a step of the connection, before users hear of it. */
  moved?(state: ConnectionState<AblySession>): void;
  /** RTN22: the server asks for another token. */
  renew?(): void;
  /** Users have heard of a step of the connection. */
  stateEmitted?(): void;
  /** The connection is about to be closed. */
  close?(): void;
  dispose?(): void;
}

const parts = 'values such as `presence` and `deltas(vcdiff)`, in a list';
const compositionValidators: Validators<keyof Composition> = {
  auth: [(value) => typeof value === 'function', '`tokenAuth(…)`, of "rx-realtime/auth"'],
  features: [(value) => Array.isArray(value) && value.every((part) => typeof part === 'function'), parts],
};

/** Makes the features of a client, in their order. Throws 40000 where one of the options is none. */
export function featuresOf(client: ClientContext, composition: Composition): readonly ClientFeature[] {
  check(composition, compositionValidators);
  return (composition.features ?? []).map((part) => {
    try {
      const feature: unknown = client.use(part);
      if (isObject(feature)) return feature;
    } catch (error) {
      if (error instanceof ErrorInfo && !(error.cause instanceof TypeError)) throw error; // of the feature's own option
    }
    throw invalid('features', parts); // a function that makes one, such as `deltas`, or of something else
  });
}

/** The options of a client that are values, made by functions of this package. */
export interface Composition {
  /** `tokenAuth(…)`, in place of `key`. */
  readonly auth?: Part<ClientAuth> | undefined;
  /** `presence`, `annotations`, `schemas`, `deltas(vcdiff)`, `fallbacks()`, `recovery(…)`. */
  readonly features?: readonly Part<ClientFeature>[] | undefined;
}

/**
 * RSA1, RSA2: the credentials of a client, of a key or as they were made. Throws 40106 where there are none, and 40103 where
 * a key would be sent without TLS to another machine; logs a warning where it is sent to this one, and `warns` is set.
 */
export function credentialsOf(
  given: {
    readonly key: string | null | undefined;
    readonly auth: ClientAuth | undefined;
    readonly warns: boolean;
  },
  { endpoint: { hosts, tls }, log }: Pick<HttpContext, 'endpoint' | 'log'>,
): ClientAuth {
  const made = given.auth ?? keyCredentials(given.key ?? noCredentials());
  if (!tls && !made.usesTokens) {
    if (![hosts.primary, ...hosts.fallbacks].every(isLoopback)) throw plainKey();
    if (given.warns)
      log('warn', {
        message: 'The key travels without TLS. That is allowed to loopback addresses only.',
        about: 'plain key',
      });
  }
  return made;
}

/** Throws 40000 where there is a key beside another way to authenticate: which one counts is not for us to guess. */
export function checkOneCredential(
  options: { readonly key?: string | null | undefined; readonly auth?: unknown } | null,
): void {
  if (options?.auth && options.key != null)
    throw new ErrorInfo(
      'The options "key" and "auth" exclude each other. Leave "key" out, or write `tokenAuth({ key }, signing)`.',
      { code: 40000 },
    );
}

/** RSC1b, RSA14 */
function noCredentials(): never {
  throw new ErrorInfo(
    'The client has no credentials. Set "key", or "auth" to `tokenAuth(…)` of "rx-realtime/auth".',
    {
      code: 40106,
      statusCode: 400,
    },
  );
}

/** RSA1: a key is sent over a plain connection to this very machine only. */
const plainKey = (): ErrorInfo =>
  new ErrorInfo(
    'A key must not be sent without TLS. Leave "tls" out, or use a token; only loopback addresses are exempt.',
    { code: 40103 },
  );
