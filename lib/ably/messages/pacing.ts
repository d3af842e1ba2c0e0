import type { Observable } from 'rxjs';
import { pace, paceKinds, type PaceOptions } from '../../flow/pace.js';
import type { LimiterOptions } from '../../rx/paced/limiter.js';
import { limitKinds } from '../../flow/limits.js';
import { warnFields } from '../../options/unknown-options.js';
import { check } from '../check-options.js';
import type { PublishResult } from '../wire/frames.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import type { CoreChannel } from '../channel/channel.js';
import { recordOf } from '../channel/port.js';
import { publishOn, type PublishOptions } from './publish.js';

/** How fast a stream of publishes goes out. */
export interface FlowOptions extends PaceOptions, Pick<PublishOptions, 'params'> {}

/** Makes of a value a message of this name with the value as its data, or whatever message the function returns. */
export type ToMessage<T> = string | ((value: T) => OutgoingMessage);

/** How to let a stream of publishes through. */
export type FlowThrough<T> = (gate: LimiterOptions<T, PublishResult>) => Observable<PublishResult>;

/** A stream of publishes, as fast as the options say; leaving it takes back what has not been sent. Throws 40000. */
export function flowOf<T>(
  channel: CoreChannel,
  toMessage: ToMessage<T>,
  options: FlowOptions,
): (through: FlowThrough<T>) => Observable<PublishResult> {
  check(options, paceKinds);
  const { params } = options;
  const record = recordOf(channel);
  const { client } = record.host;
  warnFields(
    options,
    { ...paceKinds, ...limitKinds, params: 0 },
    client.log,
    'the options of a stream of publishes',
  );
  const messageOf =
    typeof toMessage === 'string' ? (data: T): OutgoingMessage => ({ name: toMessage, data }) : toMessage;
  return pace(options, client, (value, signal) =>
    publishOn(
      record,
      [messageOf(value)].flat(),
      { signal, ...(params && { params }) },
      messageOf === toMessage,
    ),
  );
}
