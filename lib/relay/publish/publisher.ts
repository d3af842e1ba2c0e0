import { byteLengthOf } from '../../codec/byte-length.js';
import { AbortListeners } from '../../base/abort-listeners.js';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import type { Call, Outcome } from '../calls/call.js';
import type { Calls } from '../calls/calls.js';
import type { Policy } from '../calls/policy.js';
import { messageId } from '../message-id.js';
import { PublishError } from './publish-error.js';
import { RelayError } from '../relay-error.js';
import { paramsOf, type PublishOptions, type PublishParams } from './publish-params.js';

/** How much may be unsettled at once; a publish over it is rejected. */
export interface QueueLimits {
  readonly maxMessages: number;
  /** Of the messages' UTF-8. */
  readonly maxBytes: number;
}

/** The relay has accepted a message. */
export interface PublishResult {
  /** The message's id: what receivers see as `id`. */
  readonly id: string;
}

export interface PublisherSettings {
  readonly calls: Calls;
  readonly policy: Policy;
  readonly limits: QueueLimits;
  /** Asked for a connection by each publish. */
  readonly demand: () => void;
  /** Told of every rejection, also of those that nobody awaits. */
  readonly report: (error: RelayError) => void;
}

interface Publish {
  readonly params: PublishParams;
  /** In bytes. */
  readonly size: number;
  readonly signal: AbortSignal | undefined;
}

interface Promised {
  readonly resolve: (result: PublishResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** Publishes, and tells by promises what came of it; a rejection that nobody awaits does no harm. */
export class Publisher {
  readonly #settings: PublisherSettings;
  readonly #aborts = new AbortListeners<Call>((call) => {
    this.#settings.calls.withdraw(call);
  });
  #size = 0;
  #count = 0;
  #disposed = false;

  constructor(settings: PublisherSettings) {
    this.#settings = settings;
  }

  /** Whether any is unsettled. */
  get busy(): boolean {
    return this.#count > 0;
  }

  /** Resolves when the relay has accepted it; rejects as `RelayClient.publish` says. */
  publish(topic: string, message: string, options: PublishOptions): Promise<PublishResult> {
    let params: PublishParams;
    let size: number;
    const signal = (options as PublishOptions | undefined)?.signal;
    try {
      params = paramsOf(topic, message, options);
      size = byteLengthOf(message);
      this.#checkRoom(size);
    } catch (error) {
      return this.#refuse(RelayError.of(error));
    }
    if (signal?.aborted) return rejection(signal.reason);
    this.#settings.demand();
    return ignoreRejection(
      new Promise((resolve, reject) => {
        this.#begin({ params, size, signal }, { resolve, reject });
      }),
    );
  }

  /** Nothing is published any more. */
  dispose(): void {
    this.#disposed = true;
  }

  #begin({ params, size, signal }: Publish, promised: Promised): void {
    const { calls, policy } = this.#settings;
    this.#count += 1;
    this.#size += size;
    const call = calls.begin({ method: 'irn_publish', params, policy }, (outcome, settled) => {
      this.#count -= 1;
      this.#size -= size;
      if (signal) this.#aborts.forget(signal, settled);
      this.#settle(params, outcome, promised, signal);
    });
    if (signal && call.state.name !== 'settled') this.#aborts.watch(signal, call);
  }

  #settle(
    { topic, message }: PublishParams,
    outcome: Outcome,
    { resolve, reject }: Promised,
    signal: AbortSignal | undefined,
  ): void {
    if (outcome.type === 'answered') resolve({ id: messageId(message) });
    else if (outcome.type === 'withdrawn') reject(signal?.reason);
    else {
      const error = new PublishError(topic, outcome.failure);
      reject(error);
      this.#settings.report(error);
    }
  }

  #refuse(error: RelayError): Promise<never> {
    this.#settings.report(error);
    return rejection(error);
  }

  #checkRoom(size: number): void {
    const { maxMessages, maxBytes } = this.#settings.limits;
    if (this.#disposed) throw new RelayError('The client was disposed of. Make a new one.');
    if (this.#count >= maxMessages) throw overCap('maxMessages', `${maxMessages} publishes`);
    if (this.#size + size > maxBytes) throw overCap('maxBytes', `${maxBytes} bytes`);
  }
}

const overCap = (option: string, cap: string): RelayError =>
  new RelayError(
    `Too much waits for the relay: ${cap} are unsettled already (option queue.${option}). Wait for earlier ones to settle, or raise the option.`,
  );

const rejection = (reason: unknown): Promise<never> => ignoreRejection(Promise.reject(reason as Error));
