import type { Observable } from 'rxjs';
import { pullPaced } from '../../rx/paced/pull-paced.js';
import type { PublishResult } from '../wire/frames.js';
import type { CoreChannel } from '../channel/channel.js';
import type { EventName, OutgoingData, OutgoingOf } from '../wire/event-types.js';
import { type FlowOptions, flowOf, type ToMessage } from './pacing.js';

/** The values to publish, and how fast. */
export interface PublishAllOptions<T> extends FlowOptions {
  /** An array, a generator, a file's lines, a Node stream: asked for its next value only when that one can go out. */
  readonly values: Iterable<T> | AsyncIterable<T>;
}

/**
 * `publishTo` for values that can wait: nothing is buffered and nothing dropped, because the next value is only asked for
 * when it can go out. Cold: each subscription iterates anew.
 *
 * Emits the result of each publish, in order, on its ACK. Goes on through reconnects. Errors at once when a publish is
 * refused or lost, or the values throw; completes when all is acknowledged. Unsubscribing, or an error, ends the iteration
 * and takes back what has not been sent. Takes no lease. 40000 on a wrong option.
 *
 * @example
 * ```ts
 * await lastValueFrom(publishAll(channel, 'line', { values: createInterface({ input }) }), { defaultValue: undefined });
 * ```
 */
export function publishAll<Events extends object, Outgoing extends object, T>(
  channel: CoreChannel<Events, Outgoing>,
  message: (value: T) => OutgoingOf<Outgoing>,
  options: PublishAllOptions<T>,
): Observable<PublishResult>;
/** The same, with each value as the data of a message of that name. */
export function publishAll<
  Events extends object,
  Outgoing extends object,
  Name extends EventName<Outgoing>,
  T extends OutgoingData<Outgoing, Name>,
>(
  channel: CoreChannel<Events, Outgoing>,
  name: Name,
  options: PublishAllOptions<T>,
): Observable<PublishResult>;
export function publishAll<T>(
  channel: CoreChannel,
  toMessage: ToMessage<T>,
  { values, ...options }: PublishAllOptions<T>,
): Observable<PublishResult> {
  return flowOf(channel, toMessage, options)((gate) => pullPaced(values, gate));
}
