import type { ConnectionSettings } from '../../connection/connection.js';
import { backoff, fullJitter } from '../endpoint/backoff.js';
import type { ChannelRules } from '../channel/reduce.js';
import { type AblySession, defaultConnectionStateTtl } from '../transport/session.js';
import type { Settings } from './settings.js';

/** Milliseconds after which a connection is stable: one lost before that is not dialled again at once, but after as long a wait. */
const stableAfter = 1000;

/** The connection's share of the settings. */
export function connectionSettings(settings: Settings): ConnectionSettings<AblySession> {
  const {
    hosts,
    disconnectedRetryTimeout,
    suspendedRetryTimeout: suspendedRetry,
    realtimeRequestTimeout: requestTimeout,
  } = settings;
  const { platform, scheduler, random, lifecycle$ } = settings;
  const wait = settings.jitter === 'full' ? fullJitter : backoff;
  return {
    rules: {
      hosts: [hosts.primary, ...hosts.fallbacks],
      disconnectedRetry: (n, chance) => wait(disconnectedRetryTimeout, n, chance), // RTB1
      suspendedRetry,
      stableAfter,
      keepFor: defaultConnectionStateTtl,
    },
    requestTimeout,
    platform,
    lifecycle$,
    scheduler,
    random,
  };
}

/** The channels' share of the settings. */
export const channelRules = ({
  realtimeRequestTimeout: requestTimeout,
  channelRetryTimeout,
  detachGrace,
}: Settings): ChannelRules => ({
  requestTimeout,
  detachGrace,
  retry: (n, chance) => backoff(channelRetryTimeout, n, chance), // RTB1
});
