import { amount, flag, type Validator, type Validators } from '../../options/validators.js';
import { check } from '../check-options.js';

/** How much may be unsettled at once; a publish over it is rejected. */
export interface QueueLimits {
  /** Publishes; default 100,000. */
  readonly maxMessages: number;
  /** Bytes, as TM6 counts them; default 64 MiB. */
  readonly maxBytes: number;
}

/** The options of publishing. */
export interface PublisherOptions {
  /** TO3g: whether publishes wait for a connection; default true. */
  readonly queueMessages?: boolean | undefined;
  /** TO3l8: bytes, default 65,536; the server's word in CONNECTED wins. */
  readonly maxMessageSize?: number | undefined;
  /** How much may wait for an ACK at once; a publish over it is rejected. Default 100,000 messages, 64 MiB. */
  readonly queue?: Partial<QueueLimits> | undefined;
}

/** The options, checked and made whole. */
export interface PublisherSettings {
  readonly queueMessages: boolean;
  readonly maxMessageSize: number;
  readonly queue: QueueLimits;
}

const limit: Validator = [(value) => typeof value === 'number' && value >= 0, 'a number, 0 or more'];
export const queueValidators: Validators<keyof QueueLimits> = { maxMessages: limit, maxBytes: limit };
export const publisherValidators: Validators<keyof PublisherOptions> = {
  queueMessages: flag,
  maxMessageSize: amount,
  queue: [() => true, ''], // checked by the names within
};

/** Checks the options; throws 40000 with the name of the one that is wrong. */
export function publisherSettingsOf(options: PublisherOptions): PublisherSettings {
  check(options, publisherValidators);
  const queue = options.queue ?? {};
  check(queue, queueValidators, 'queue', 'queue.');
  return {
    queueMessages: options.queueMessages ?? true,
    maxMessageSize: options.maxMessageSize ?? 65_536,
    queue: {
      maxMessages: queue.maxMessages ?? 100_000,
      maxBytes: queue.maxBytes ?? 64 * 1024 * 1024,
    },
  };
}
