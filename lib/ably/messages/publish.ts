import { having, type Validators } from '../../options/validators.js';
import type { Log } from '../../base/log.js';
import { warnFields, warnOnce } from '../../options/unknown-options.js';
import type { ChannelRecord } from '../channel/port.js';
import { check } from '../check-options.js';
import { rejectAborted } from '../outbox/outbox.js';
import { unsent } from '../outbox/pending-queue.js';
import { publisher } from '../outbox/publisher.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import { encodeMessage, type OutgoingMessage, sizeOf, sizeOfJson } from '../wire/outgoing.js';
import { publishedFields } from '../wire/message.js';
import { textsOf } from '../wire/texts.js';
import { abortSignal } from './limits.js';

/** The options of one publish. */
export interface PublishOptions {
  /**
   * Takes the publish back as long as it has not been sent for the first time: it then rejects with the signal's reason and
   * does not show on `errors$`. Once it was sent, the signal does nothing.
   */
  readonly signal?: AbortSignal | undefined;
  /** RTL6k: parameters for the server. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * RTL6: publishes messages in one frame, and logs fields that messages have not; rejects, and never throws, where that
 * is not possible.
 */
export function publishOn(
  record: ChannelRecord,
  messages: readonly OutgoingMessage[],
  options?: PublishOptions,
  isObject = true,
  isNamed = false,
): Promise<PublishResult> {
  const outbox = record.host.client.use(publisher);
  const { around } = outbox;
  if (around && !isNamed)
    return around({
      record,
      messages,
      signal: options?.signal,
      send: (named) => publishOn(record, named, options, isObject, true),
    });
  try {
    if (options != null) {
      check(options, validators);
      warnFields(options, validators, record.host.client.log, 'the options of a publish');
    }
    const { signal, params } = options ?? {};
    if (signal?.aborted) return rejectAborted(signal);
    if (messages.length === 0) throw noMessages();
    checkState(record, 'published');
    const { binary, log } = record.host.client;
    const { cipher, payloads } = record.settings;
    const encoded = messages.map((message) => encodeMessage(message, binary, cipher));
    if (isObject) for (const message of messages) warnFields(message, publishedFields, log, 'a message');
    if (payloads) for (const message of messages) payloads.check(message);
    let size = sizeOfJson(params);
    for (const message of encoded) size += sizeOf(message);
    const frame = { action: Action.message, channel: record.name, msgSerial: unsent, messages: encoded };
    return outbox.submit(params ? { ...frame, params: textsOf(params) } : frame, size, signal);
  } catch (error) {
    return outbox.refused(ErrorInfo.of(error, 40000)); // as `attempt` does it, without a function per publish
  }
}

/**
 * The messages that the arguments of `publish` stand for, its options, and whether a user made the messages. Logs what comes
 * after a name and a payload, since nothing does (RTL6h).
 */
export function publishArguments(
  log: Log,
  subject: string | null | OutgoingMessage | readonly OutgoingMessage[],
  second: unknown,
  third: unknown,
): readonly [messages: readonly OutgoingMessage[], options: PublishOptions | undefined, isObject: boolean] {
  if (typeof subject === 'string' || subject === null) {
    if (third != null) warnOnce(log, tooMany);
    return [[{ name: subject, data: second }], undefined, false];
  }
  if (typeof subject !== 'object') return [[subject], undefined, true]; // encodeMessage refuses it
  return [[subject].flat(), second as PublishOptions | undefined, true];
}

const tooMany =
  'publish(name, data) ignores a third argument. Pass options as publish({ name, data }, options), and await the promise in place of a callback.';

/** 40013: a publish of nothing would take a serial and an ACK. */
export const noMessages = (): ErrorInfo =>
  new ErrorInfo('There is no message to publish. Give at least one.', { code: 40013 });

/** RTL6c4, RTAN1b: throws where nothing can be sent on the channel. */
export function checkState({ name, state }: ChannelRecord, done: string): void {
  if (state.name !== 'suspended' && state.name !== 'failed') return;
  throw new ErrorInfo(
    `Nothing can be ${done} on channel "${name}" while it is ${state.name}. Attach it first.`,
    {
      code: 90001,
      cause: state.error,
    },
  );
}

/** Users without a compiler may bring the options of another client. */
const validators: Validators<keyof PublishOptions> = { signal: abortSignal, params: having() };
