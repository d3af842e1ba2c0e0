import type { Part } from './channel/port.js';
import { authorizedRequest } from './auth/authorized-request.js';
import { amount, callable, type Validators } from '../options/validators.js';
import { check } from './check-options.js';
import { rememberingHosts } from './rest/host-order.js';
import { request, type RequestFunction } from './rest/request.js';

/** The options of HTTP requests. */
export interface HttpOptions {
  /** TO3l4: milliseconds that one HTTP request may take, default 10,000. */
  readonly httpRequestTimeout?: number | undefined;
  /** TO3l5: how many fallback hosts an HTTP request may try, default 3. */
  readonly httpMaxRetryCount?: number | undefined;
  /** TO3l6: milliseconds after which an HTTP request tries no further host, default 15,000. */
  readonly httpMaxRetryDuration?: number | undefined;
  /** TO3l10: milliseconds for which HTTP requests go to the fallback host that answered last, default 600,000. */
  readonly fallbackRetryTimeout?: number | undefined;
  /** Used for every HTTP request; the platform's by default. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export const httpValidators: Validators<keyof HttpOptions> = {
  httpRequestTimeout: amount,
  httpMaxRetryCount: amount,
  httpMaxRetryDuration: amount,
  fallbackRetryTimeout: amount,
  fetch: callable,
};

/** Requests of a client over HTTP. */
export interface Http {
  readonly fetch: typeof globalThis.fetch;
  /** Says nothing of who asks. */
  readonly request: RequestFunction;
  /** Asks in the client's name (RSA4b). */
  readonly authorized: RequestFunction;
}

/** HTTP for a client, made on first use. Throws 40000 with the name of an option that is wrong. */
export const http: Part<Http> = (client) => {
  const options: HttpOptions = client.options;
  check(options, httpValidators);
  const { scheduler, random, endpoint } = client;
  const plainFetch: typeof globalThis.fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const { outside } = client;
  const fetch: typeof globalThis.fetch = outside
    ? (...args) => outside(() => plainFetch(...args))
    : plainFetch;
  const settings = {
    ...endpoint,
    ...{ scheduler, random, fetch },
    httpRequestTimeout: options.httpRequestTimeout ?? 10_000,
    httpMaxRetryCount: options.httpMaxRetryCount ?? 3,
    httpMaxRetryDuration: options.httpMaxRetryDuration ?? 15_000,
    fallbackRetryTimeout: options.fallbackRetryTimeout ?? 600_000,
  };
  const hosts = rememberingHosts(() => {
    const { value } = client.state;
    return value.name === 'connected' ? value.attempt.host : undefined; // RTN17e
  }, settings);
  const plain: RequestFunction = (given) => request(given, hosts, settings);
  return {
    fetch,
    request: plain,
    authorized: authorizedRequest(plain, client.credentials, client.ownClientId),
  };
};
