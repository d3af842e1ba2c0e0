import type { OperatorFunction } from 'rxjs';
import { boundsOf, type LimitOptions } from '../../flow/limits.js';
import { paced, type PaceOptions } from '../../flow/pace.js';
import { throughSluice } from '../../rx/through-sluice.js';
import { type RelayChannel, servicesOf } from '../channel.js';
import { invalid, RelayError } from '../relay-error.js';
import type { PublishOptions } from './publish-params.js';
import type { PublishResult } from './publisher.js';

/** How a stream is published, and what becomes of what comes faster. */
export interface PublishToOptions<T> extends PaceOptions, LimitOptions<T>, Omit<PublishOptions, 'signal'> {}

/**
 * Publishes each value of a stream on a topic, in order. At most `concurrency` are unaccepted at once; what comes faster
 * waits in a buffer, and what that cannot hold is an error or dropped, as `overflow` says.
 *
 * Emits the result of each publish when the relay has accepted it. Goes on through reconnects. Errors at once with the
 * PublishError of one that failed, or the error of the source; completes when all is accepted after the source has
 * completed. Unsubscribing, or an error, takes back what has not been sent. Takes no lease.
 */
export function publishTo(
  channel: RelayChannel,
  options: PublishToOptions<string>,
): OperatorFunction<string, PublishResult> {
  const { backlog, scheduler, publisher } = servicesOf(channel);
  const { ttl, tag, prompt, attestation } = options;
  const terms = { ttl, tag, prompt, attestation };
  const wrong = (option: string, name: string): RelayError => invalid(option, `has to be ${name}`);
  const through = paced<string, PublishResult>(
    options,
    { backlog, scheduler, invalid: wrong },
    (value, signal) => publisher.publish(channel.topic, value, { ...terms, signal }),
  );
  const full = (message: string): RelayError => new RelayError(message);
  const bounds = boundsOf(options, 'values wait to be published', { invalid: wrong, full });
  return (source) => through((gate) => source.pipe(throughSluice(gate, bounds)));
}
