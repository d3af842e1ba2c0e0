import { byteLengthOf } from '../../codec/codec.js';
import { AbortListeners } from '../../base/abort-listeners.js';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import type { Log } from '../../log.js';
import { warnFields } from '../../options/unknown-options.js';
import type { Call, Outcome } from '../calls/call.js';
import type { Calls } from '../calls/calls.js';
import type { Policy } from '../calls/policy.js';
import { messageId } from '../message-id.js';
import { PublishError } from './publish-error.js';
import { disposedError, RelayError } from '../relay-error.js';
import { paramsOf, publishFields, type PublishOptions, type PublishParams } from './publish-params.js';

/** Limits of publishes that are not settled; one over them is rejected. */
export interface QueueLimits {
  readonly maxMessages: number;
  /** Bytes of the messages in UTF-8. */
  readonly maxBytes: number;
}

/** The result of a publish that the relay has accepted. */
export interface PublishResult {
  /** The message's id, which receivers see as `id`. */
  readonly id: string;
}

export interface PublisherSettings {
  readonly calls: Calls;
  readonly policy: Policy;
  readonly limits: QueueLimits;
  readonly log: Log;
  /** Opens the connection, if it is to be opened on demand. */
  readonly demand: () => void;
  /** Called with the error of each rejection, in case the promise is not awaited. */
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

/** Publishes messages, and settles a promise for each. A rejection that is not awaited does no harm. */
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

  /** True while any publish is not settled. */
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
      warnFields(options, publishFields, this.#settings.log, 'the options of a publish');
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

  /** Rejects every further publish. */
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
    params: PublishParams,
    outcome: Outcome,
    { resolve, reject }: Promised,
    signal: AbortSignal | undefined,
  ): void {
    if (outcome.type === 'answered') resolve({ id: messageId(params.message) });
    else if (outcome.type === 'withdrawn') reject(signal?.reason);
    else {
      const error = new PublishError(params, outcome.failure);
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
    if (this.#disposed) throw disposedError();
    if (this.#count >= maxMessages) throw overCap('maxMessages', `${maxMessages} publishes`);
    if (this.#size + size > maxBytes) throw overCap('maxBytes', `${maxBytes} bytes`);
  }
}

const overCap = (option: string, cap: string): RelayError =>
  new RelayError(
    `The queue is full: ${cap} are not settled. Await earlier ones, or raise the option "queue.${option}".`,
  );

const rejection = (reason: unknown): Promise<never> => ignoreRejection(Promise.reject(reason as Error));
