import type { Observable } from 'rxjs';
import { abortable } from '../../rx/abortable.js';
import type { Gate } from '../../rx/sluice.js';
import { check, countFrom, type Kinds } from '../kinds.js';
import type { PublishResult } from '../wire/frames.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import { type RealtimeChannel, servicesOf } from './channel.js';
import type { PublishOptions } from './publish.js';

/** How fast a stream of publishes goes out. */
export interface FlowOptions extends Pick<PublishOptions, 'params'> {
  /** How many publishes of the stream may be unacknowledged at once. Default 16. */
  readonly concurrency?: number;
  /**
   * Nothing more is published while more bytes than this wait to leave on the socket, whoever they are from. Default
   * 262,144. Where a socket does not tell (`bufferedAmount`), `concurrency` alone counts.
   */
  readonly maxBufferedAmount?: number;
}

const kinds: Kinds<'concurrency' | 'maxBufferedAmount'> = {
  concurrency: countFrom(1),
  maxBufferedAmount: countFrom(0),
};

/** What is made of a value: a message of this name with the value as its data, or whatever message the function returns. */
export type ToMessage<T> = string | ((value: T) => OutgoingMessage);

/** How to let a stream of publishes through. */
export type FlowThrough<T> = (gate: Gate<T, PublishResult>) => Observable<PublishResult>;

/** Milliseconds until a full socket is looked at again: none of them tells when it has room. */
const lookAgain = 20;

/** A stream of publishes, as fast as the options say; leaving it takes back what has not been sent. Throws 40000. */
export function flowOf<T>(
  channel: RealtimeChannel,
  toMessage: ToMessage<T>,
  options: FlowOptions,
): (through: FlowThrough<T>) => Observable<PublishResult> {
  check(options, kinds);
  const { params, concurrency = 16, maxBufferedAmount = 262_144 } = options;
  const { publisher, scheduler } = servicesOf(channel);
  const gate = {
    concurrency,
    isCongested: () => publisher.backlog() > maxBufferedAmount,
    lookAgain,
    scheduler,
  };
  const messageOf =
    typeof toMessage === 'string' ? (data: T): OutgoingMessage => ({ name: toMessage, data }) : toMessage;
  return (through) =>
    abortable((signal) => {
      const given: PublishOptions = { signal, ...(params && { params }) };
      const work = (value: T): Promise<PublishResult> => channel.publish(messageOf(value), given);
      return through({ ...gate, work });
    });
}
