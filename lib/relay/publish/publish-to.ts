import type { OperatorFunction } from 'rxjs';
import { boundsOf, limitKinds, type LimitOptions } from '../../flow/limits.js';
import { pace, paceKinds, type PaceOptions } from '../../flow/pace.js';
import { warnFields } from '../../options/unknown-options.js';
import { mapPaced } from '../../rx/paced/map-paced.js';
import { type RelayChannel, servicesOf } from '../channel.js';
import { check, RelayError } from '../relay-error.js';
import { publishFields, type PublishOptions } from './publish-params.js';
import type { PublishResult } from './publisher.js';

/** How to publish a stream, and the values that come faster than the relay accepts them. */
export interface PublishToOptions<T> extends PaceOptions, LimitOptions<T>, Omit<PublishOptions, 'signal'> {}

/**
 * Publishes each value of a stream on a topic, in order, at most `concurrency` at a time. Values that come faster wait in
 * a buffer; one too many is an error or dropped, as `overflow` says.
 *
 * Emits the result of each publish when the relay has accepted it. Goes on through reconnects. Errors at once with the
 * PublishError of one that failed, or the error of the source; completes when the source has completed and all is accepted.
 * Unsubscribing, or an error, withdraws the values that have not been sent. Takes no lease.
 */
export function publishTo(
  channel: RelayChannel,
  options: PublishToOptions<string>,
): OperatorFunction<string, PublishResult> {
  check(options, { ...paceKinds, ...limitKinds });
  const { backlog, scheduler, publisher, log } = servicesOf(channel);
  const { signal: _, ...fields } = publishFields;
  warnFields(options, { ...fields, ...paceKinds, ...limitKinds }, log, 'the options of publishTo');
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const params = Object.fromEntries(names.map((name) => [name, options[name]])) as unknown as PublishOptions;
  const through = pace<string, PublishResult>(options, { backlog, scheduler }, (value, signal) =>
    publisher.publish(channel.topic, value, { ...params, signal }),
  );
  const bounds = boundsOf(options, 'values wait to be published', (message) => new RelayError(message));
  return (source) => through((gate) => source.pipe(mapPaced(gate, bounds)));
}
