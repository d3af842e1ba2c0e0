import type { Failure, FailureReason } from '../calls/state.js';
import { RelayError } from '../relay-error.js';

const remedies: Readonly<Record<FailureReason, string>> = {
  offline: 'there was no connection. Check the network and the option "relayUrl", and try it again',
  timeout: 'the relay did not answer. Try it again',
  rejected: 'the relay refused it. Correct it, or try it again later',
  closed: 'the connection is closed. Connect, and try it again',
};

/** The failure of a request after its last attempt or at its deadline, whichever came first. */
export class RequestError extends RelayError {
  /** The method of the relay, such as `irn_publish`. */
  readonly method: string;
  /** Number of attempts: sends, and waits for a connection. */
  readonly attempts: number;
  /** Milliseconds since the call. */
  readonly elapsed: number;
  /** How the last attempt failed. */
  readonly reason: FailureReason;
  /** True when the relay may have done it all the same: one send at least was not refused. */
  readonly uncertain: boolean;

  /** @internal `failed` is how the text begins, `perhaps` how it ends where the relay may have done it. */
  constructor(method: string, failure: Failure, failed: string, perhaps: string) {
    const { attempts, elapsed, reason, uncertain, cause } = failure;
    const wire = cause instanceof RelayError ? cause : undefined;
    const reasonText = cause ? ` (${cause.message.replace(/\.$/, '')})` : '';
    const tries = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(elapsed)} ms`;
    super(
      `${failed} after ${tries}: ${remedies[reason]}${reasonText}.${uncertain ? ` It may have ${perhaps}.` : ''}`,
      { code: wire?.code, data: wire?.data, cause },
    );
    this.name = 'RequestError';
    this.method = method;
    this.attempts = attempts;
    this.elapsed = elapsed;
    this.reason = reason;
    this.uncertain = uncertain;
  }
}

/** Makes the error of a request of any method. */
export const requestError = (method: string, failure: Failure): RequestError =>
  new RequestError(
    method,
    failure,
    failure.uncertain
      ? `The relay has not confirmed the request "${method}"`
      : `The request "${method}" was not carried out`,
    'done it all the same: ask it what it has before you repeat what must not happen twice',
  );
