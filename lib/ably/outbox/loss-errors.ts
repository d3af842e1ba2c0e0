import { ErrorInfo, type WireError } from '../wire/error-info.js';

/** The reason of a loss, as it concerns one publish: same code, and the reason as its cause. */
const lossOf = (cause: ErrorInfo, text: string, uncertain: boolean): ErrorInfo => {
  const { code, statusCode, href, detail, message } = cause;
  return new ErrorInfo(`${text} ${message}`, { code, statusCode, href, detail, cause, uncertain });
};

/** RTN7e: of what was sent. */
export const unconfirmed = (reason: ErrorInfo): ErrorInfo =>
  lossOf(
    reason,
    'The server has not confirmed this, and may have it all the same: look whether it has before you send it again.',
    true,
  );

/** RTN7e: of what was not. */
export const neverSent = (reason: ErrorInfo): ErrorInfo => lossOf(reason, 'Nothing was sent.', false);

/** RTN7b: reason of what an ACK skips. */
export const skipping = (): ErrorInfo =>
  new ErrorInfo('The server acknowledged later ones, and skipped this one.', { code: 50001 });

/** RTN19a2: reason of edits that cannot be sent again. */
export const sessionLost = (): ErrorInfo =>
  new ErrorInfo('The session in which the change was sent is lost.', { code: 80008 });

const culprit = (bytes: number, name: string, advice: string): string =>
  `A frame was too large for the server, or for a gateway before it, and with ${bytes} bytes ${name} was the largest of those that had no answer. ${advice}`;

/** 1009: of the publish that is taken to have ended its transport. */
export const largest = (bytes: number, cause: ErrorInfo): ErrorInfo =>
  new ErrorInfo(culprit(bytes, 'this', 'Publish less at once.'), { code: 40009, cause, uncertain: true });

/** 1009: of the channel whose ATTACH is taken to have ended its transport. */
export function attachTooLarge(channel: string, bytes: number): WireError {
  const name = `the ATTACH of channel "${channel.slice(0, 40)}…"`;
  const { code, message, href } = new ErrorInfo(
    culprit(bytes, name, 'Use a shorter name, or fewer params.'),
    { code: 40009 },
  );
  return { code, message, href };
}
