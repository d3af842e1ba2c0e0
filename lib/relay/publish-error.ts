import type { Failure, FailureReason } from './calls/state.js';
import { RelayError } from './relay-error.js';

const remedies: Readonly<Record<FailureReason, string>> = {
  offline:
    'there was no connection to the relay. Check the network and the option "relayUrl", and publish it again',
  timeout: 'the relay did not answer. It may have the message all the same: publishing it again does no harm',
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

  constructor(topic: string, { attempts, elapsed, reason, cause }: Failure) {
    const told = cause instanceof RelayError ? cause : undefined;
    const said = cause ? ` (${cause.message.replace(/\.$/, '')})` : '';
    const tries = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(elapsed)} ms`;
    super(`Nothing was published on topic "${topic}" after ${tries}: ${remedies[reason]}${said}.`, {
      ...{ code: told?.code, tag: told?.tag, cause },
    });
    this.name = 'PublishError';
    this.attempts = attempts;
    this.elapsed = elapsed;
    this.reason = reason;
  }
}
