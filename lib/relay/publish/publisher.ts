import { byteLengthOf } from '../../codec/codec.js';
import { AbortListeners } from '../../base/abort-listeners.js';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import type { Log } from '../../base/log.js';
import { warnFields } from '../../options/unknown-options.js';
import type { Call, Outcome, Request } from '../calls/call.js';
import type { Calls } from '../calls/calls.js';
import type { Policy } from '../calls/policy.js';
import type { Failure } from '../calls/state.js';
import { messageId } from '../message-id.js';
import { PublishError } from './publish-error.js';
import { disposedError, RelayError } from '../relay-error.js';
import { paramsOf, publishFields, type PublishOptions, subjectFields } from './publish-params.js';
import { requestError } from './request-error.js';
import { checkRequest, requestFields, type RequestOptions } from './request-params.js';

/** Limits of publishes and requests that are not settled; one over them is rejected. */
export interface QueueLimits {
  readonly maxMessages: number;
  /** Bytes of the messages, and of the parameters of requests, in UTF-8. */
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

/** A request that is made whole, and the settling of its promise. */
interface Submission<T> {
  readonly request: Request;
  /** In bytes. */
  readonly size: number;
  readonly resultOf: (answer: unknown) => T;
  readonly errorOf: (failure: Failure) => RelayError;
}

/** Publishes messages, makes other requests, and settles a promise for each. A rejection that is not awaited does no harm. */
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

  /** Resolves when the relay has accepted it; rejects as `RelayClient.publish` says. */
  publish(topic: string, message: string, options: PublishOptions): Promise<PublishResult> {
    return this.#submit((options as PublishOptions | undefined)?.signal, () => {
      const { log, policy } = this.#settings;
      const params = paramsOf(topic, message, options);
      warnFields(options, publishFields, log, 'the options of a publish');
      warnFields(params.tvf, subjectFields, log, 'the field "tvf" of a publish');
      return {
        request: { method: 'irn_publish', params, policy },
        size: byteLengthOf(message),
        resultOf: () => ({ id: messageId(message) }),
        errorOf: (failure) => new PublishError(params, failure),
      };
    });
  }

  /** Resolves with the relay's answer; rejects as `RelayClient.request` says. */
  request(method: string, params: object, options: RequestOptions = {}): Promise<unknown> {
    return this.#submit(options.signal, () => {
      const { log, policy } = this.#settings;
      const size = byteLengthOf(checkRequest(method, params, options.retries));
      warnFields(options, requestFields, log, 'the options of a request');
      const attempts = (options.retries ?? policy.attempts - 1) + 1;
      return {
        request: { method, params, policy: { ...policy, attempts } },
        size,
        resultOf: (answer) => answer,
        errorOf: (failure) => requestError(method, failure),
      };
    });
  }

  /** Rejects every further publish and request. */
  dispose(): void {
    this.#disposed = true;
  }

  #submit<T>(signal: AbortSignal | undefined, make: () => Submission<T>): Promise<T> {
    let submission: Submission<T>;
    try {
      submission = make();
      this.#checkRoom(submission.size);
    } catch (error) {
      return this.#refuse(RelayError.of(error));
    }
    if (signal?.aborted) return rejection(signal.reason);
    this.#settings.demand();
    return ignoreRejection(
      new Promise((resolve, reject) => {
        this.#begin(submission, signal, (outcome) => {
          if (outcome.type === 'answered') resolve(submission.resultOf(outcome.result));
          else if (outcome.type === 'withdrawn') reject(signal?.reason as Error);
          else {
            const error = submission.errorOf(outcome.failure);
            reject(error);
            this.#settings.report(error);
          }
        });
      }),
    );
  }

  #begin<T>(
    { request, size }: Submission<T>,
    signal: AbortSignal | undefined,
    settle: (outcome: Outcome) => void,
  ): void {
    this.#count += 1;
    this.#size += size;
    const call = this.#settings.calls.begin(request, (outcome, settled) => {
      this.#count -= 1;
      this.#size -= size;
      if (signal) this.#aborts.forget(signal, settled);
      settle(outcome);
    });
    if (signal && call.state.name !== 'settled') this.#aborts.watch(signal, call);
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
