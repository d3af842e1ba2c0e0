import type { OperatorFunction } from 'rxjs';
import type { LimitOptions } from '../../flow/limits.js';
import { mapPaced } from '../../rx/paced/map-paced.js';
import type { PublishResult } from '../wire/frames.js';
import type { CoreChannel } from '../channel/channel.js';
import type { EventName, OutgoingData, OutgoingOf } from '../wire/event-types.js';
import { type FlowOptions, flowOf, type ToMessage } from './pacing.js';
import { boundsOf } from './limits.js';

/** How fast a stream is published, and what becomes of what comes faster. */
export interface PublishToOptions<T> extends FlowOptions, LimitOptions<T> {}

/**
 * Publishes each value of a stream, in order, as the message that the function makes of it. At most `concurrency` are
 * unacknowledged at once; what comes faster waits in a buffer, and what that cannot hold is an error (80030) or dropped, as
 * `overflow` says. For a source that can wait there is `publishAll`.
 *
 * Emits the result of each publish, in order, on its ACK. Goes on through reconnects, while which publishes wait as all do.
 * Errors at once when a publish is refused or lost (`uncertain` where the server may have it), or the source errors;
 * completes when all is acknowledged after the source has completed. Unsubscribing, or an error, takes back what has not
 * been sent. Takes no lease. 40000 on a wrong option.
 *
 * @example
 * ```ts
 * positions$.pipe(publishTo(channel, 'position', { concurrency: 4, overflow: 'dropOldest' })).subscribe();
 * ```
 */
export function publishTo<Events extends object, Outgoing extends object, T>(
  channel: CoreChannel<Events, Outgoing>,
  message: (value: T) => OutgoingOf<Outgoing>,
  options?: PublishToOptions<T>,
): OperatorFunction<T, PublishResult>;
/** The same, with each value as the data of a message of that name. */
export function publishTo<
  Events extends object,
  Outgoing extends object,
  Name extends EventName<Outgoing>,
  T extends OutgoingData<Outgoing, Name>,
>(
  channel: CoreChannel<Events, Outgoing>,
  name: Name,
  options?: PublishToOptions<T>,
): OperatorFunction<T, PublishResult>;
export function publishTo<T>(
  channel: CoreChannel,
  toMessage: ToMessage<T>,
  options: PublishToOptions<T> = {},
): OperatorFunction<T, PublishResult> {
  const flow = flowOf(channel, toMessage, options);
  const bounds = boundsOf(options, 'values wait to be published');
  return (source) => flow((gate) => source.pipe(mapPaced(gate, bounds)));
}
