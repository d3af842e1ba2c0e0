import { having, type Validators } from '../../options/validators.js';
import { check } from '../check-options.js';
import { rejectAborted } from '../outbox/aborted.js';
import { unsent } from '../outbox/pending-queue.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import { encodeMessage, type OutgoingMessage, sizeOf } from '../wire/outgoing.js';
import { textsOf } from '../wire/texts.js';
import type { ChannelRecord } from '../channel/record.js';
import { abortSignal } from './limits.js';
import { checkOutgoing } from './schemas.js';
import type { Publisher } from '../channel/services.js';

/** What goes with a publish. */
export interface PublishOptions {
  /**
   * Takes the publish back as long as it has not been sent for the first time: it then rejects with the signal's reason and
   * does not show on `errors$`. Once it was sent, the signal does nothing.
   */
  readonly signal?: AbortSignal | undefined;
  /** RTL6k: parameters for the server. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** RTL6: publishes messages in one frame; rejects, and never throws, where that is not possible. */
export function publish(
  record: ChannelRecord,
  publisher: Publisher,
  messages: readonly OutgoingMessage[],
  options?: PublishOptions,
): Promise<PublishResult> {
  return refusing(publisher, () => {
    if (options) check(options, kinds);
    const { signal, params } = options ?? {};
    if (signal?.aborted) return rejectAborted(signal);
    if (messages.length === 0) throw nothing();
    checkState(record, 'published');
    const { binary } = publisher;
    const { cipher, schemas } = record.settings;
    const encoded = messages.map((message) => encodeMessage(message, binary, cipher));
    if (schemas) for (const message of messages) checkOutgoing(message, schemas);
    let size = 0;
    for (const message of encoded) size += sizeOf(message);
    const frame = { action: Action.message, channel: record.name, msgSerial: unsent, messages: encoded };
    return publisher.submit(params ? { ...frame, params: textsOf(params) } : frame, size, signal);
  });
}

/** It would take a serial and an ACK, for nothing. */
const nothing = (): ErrorInfo =>
  new ErrorInfo('There is no message to publish. Give at least one.', { code: 40013 });

/** What `submit` promises, or a refusal of what it throws. */
export function refusing(publisher: Publisher, submit: () => Promise<PublishResult>): Promise<PublishResult> {
  try {
    return submit();
  } catch (error) {
    return publisher.refuse(error);
  }
}

/** RTL6c4, RTAN1b: throws where nothing can be sent on the channel. */
export function checkState({ name, state }: ChannelRecord, done: string): void {
  if (state.name !== 'suspended' && state.name !== 'failed') return;
  throw new ErrorInfo(`Nothing can be ${done} on channel "${name}" while it is ${state.name}.`, {
    code: 90001,
    cause: state.error,
  });
}

/** Users without a compiler may bring the options of another client. */
const kinds: Validators<keyof PublishOptions> = { signal: abortSignal, params: having() };
