import type { Failure, FailureReason } from '../calls/state.js';
import { RelayError } from '../relay-error.js';
import type { PublishParams } from './publish-params.js';

const remedies: Readonly<Record<FailureReason, string>> = {
  offline: 'there was no connection. Check the network and the option "relayUrl", and publish it again',
  timeout: 'the relay did not answer. Publish it again',
  rejected: 'the relay refused it. Correct it, or publish it again later',
  closed: 'the connection is closed. Connect, and publish it again',
};

/** The failure of a publish after its last attempt or at its deadline, whichever came first. */
export class PublishError extends RelayError {
  /** The kind of message, as it was given to `publish()`. */
  readonly tag: number;
  /** Number of attempts: sends, and waits for a connection. */
  readonly attempts: number;
  /** Milliseconds since `publish()`. */
  readonly elapsed: number;
  /** How the last attempt failed. */
  readonly reason: FailureReason;
  /** True when the relay may have accepted it all the same: one send at least was not refused. */
  readonly uncertain: boolean;

  constructor(
    { topic, tag }: Pick<PublishParams, 'topic' | 'tag'>,
    { attempts, elapsed, reason, uncertain, cause }: Failure,
  ) {
    const wire = cause instanceof RelayError ? cause : undefined;
    const reasonText = cause ? ` (${cause.message.replace(/\.$/, '')})` : '';
    const tries = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(elapsed)} ms`;
    const failed = uncertain ? 'The relay has not confirmed a publish' : 'Nothing was published';
    const perhaps = uncertain
      ? ' It may have the message all the same: publish it again within its ttl, and it is delivered once.'
      : '';
    super(`${failed} on topic "${topic}" after ${tries}: ${remedies[reason]}${reasonText}.${perhaps}`, {
      ...{ code: wire?.code, data: wire?.data, cause },
    });
    this.name = 'PublishError';
    this.tag = tag;
    this.attempts = attempts;
    this.elapsed = elapsed;
    this.reason = reason;
    this.uncertain = uncertain;
  }
}
