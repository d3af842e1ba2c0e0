import { warnUnknown } from '../../options/unknown-options.js';
import { isText, type Validators } from '../../options/validators.js';
import type { Part } from '../channel/port.js';
import { check } from '../check-options.js';
import { bareHost, impliedFallbacks, isHost } from '../endpoint/hosts.js';
import { http } from '../http.js';
import { checkConnectivity } from '../transport/connectivity-check.js';
import type { ClientFeature } from './features.js';

/** The options of fallback hosts; all may be left out. */
export interface FallbackOptions {
  /** TO3k6, REC2a2: hosts in place of those that `endpoint` implies. */
  readonly fallbackHosts?: readonly string[] | undefined;
  /** REC3b: asked whether there is an internet at all before a fallback host is tried; has to answer "yes". */
  readonly connectivityCheckUrl?: string | undefined;
}

export const fallbackValidators: Validators<keyof FallbackOptions> = {
  fallbackHosts: [(value) => Array.isArray(value) && value.every(isHost), 'an array of host names'],
  connectivityCheckUrl: [isText, 'a string that is not empty'],
};

/**
 * RTN17: has the client try other hosts, in random order, where the primary one does not answer and `connectivityCheckUrl`
 * says that there is a network (RTN17j). Each round begins with the primary host (RTN17i). Throws 40000 on a wrong option.
 *
 * @example
 * ```ts
 * createClient({ key, features: [fallbacks()] });
 * ```
 */
export function fallbacks(options: FallbackOptions = {}): Part<ClientFeature> {
  check(options, fallbackValidators);
  const { fallbackHosts, connectivityCheckUrl } = options;
  return (client) => {
    warnUnknown(options, [fallbackValidators], client.log);
    return {
      fallbackHosts: (fallbackHosts ?? impliedFallbacks(client.endpoint.name)).map(bareHost),
      checkConnectivity: () =>
        checkConnectivity({
          fetch: client.use(http).fetch,
          connectivityCheckUrl:
            connectivityCheckUrl ?? 'https://internet-up.ably-realtime.com/is-the-internet-up.txt', // REC3a
          realtimeRequestTimeout: client.requestTimeout,
          scheduler: client.scheduler,
        }),
    };
  };
}
