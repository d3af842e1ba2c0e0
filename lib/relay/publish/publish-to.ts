import type { OperatorFunction } from 'rxjs';
import { boundsOf, limitKinds, type LimitOptions } from '../../flow/limits.js';
import { paced, paceKinds, type PaceOptions } from '../../flow/pace.js';
import { mapPaced } from '../../rx/paced/map-paced.js';
import { type RelayChannel, servicesOf } from '../channel.js';
import { check, RelayError } from '../relay-error.js';
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
  check(options, { ...paceKinds, ...limitKinds });
  const { backlog, scheduler, publisher } = servicesOf(channel);
  const { ttl, tag, prompt, attestation } = options;
  const terms = { ttl, tag, prompt, attestation };
  const through = paced<string, PublishResult>(options, { backlog, scheduler }, (value, signal) =>
    publisher.publish(channel.topic, value, { ...terms, signal }),
  );
  const bounds = boundsOf(options, 'values wait to be published', (message) => new RelayError(message));
  return (source) => through((gate) => source.pipe(mapPaced(gate, bounds)));
}
