import type { Failure, FailureReason } from '../calls/state.js';
import { RelayError } from '../relay-error.js';

const remedies: Readonly<Record<FailureReason, string>> = {
  offline:
    'there was no connection to the relay. Check the network and the option "relayUrl", and publish it again',
  timeout: 'the relay did not answer. Publish it again',
  rejected: 'the relay refused it. Mend what it says, or publish it again later',
  closed: 'the connection is closed. Connect, and publish it again',
};

/** A publish that failed, after all its attempts or at its deadline, whichever came first. */
export class PublishError extends RelayError {
  /** How often it was tried: sent, or meant to be sent where there was no connection. */
  readonly attempts: number;
  /** Milliseconds that it was tried for. */
  readonly elapsed: number;
  /** What the last attempt failed by. */
  readonly reason: FailureReason;
  /** Whether the relay may have accepted it all the same: it was sent at least once, and that was not refused. */
  readonly uncertain: boolean;

  constructor(topic: string, { attempts, elapsed, reason, uncertain, cause }: Failure) {
    const told = cause instanceof RelayError ? cause : undefined;
    const said = cause ? ` (${cause.message.replace(/\.$/, '')})` : '';
    const tries = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(elapsed)} ms`;
    const failed = uncertain ? 'The relay has not confirmed a publish' : 'Nothing was published';
    const perhaps = uncertain
      ? ' It may have the message all the same: published again within its ttl, it is delivered once.'
      : '';
    super(`${failed} on topic "${topic}" after ${tries}: ${remedies[reason]}${said}.${perhaps}`, {
      ...{ code: told?.code, tag: told?.tag, cause },
    });
    this.name = 'PublishError';
    this.attempts = attempts;
    this.elapsed = elapsed;
    this.reason = reason;
    this.uncertain = uncertain;
  }
}
