import { Observable } from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelStateChange } from './changes.js';
import type { ChannelRecord } from './port.js';
import type { ChannelStateName } from './state.js';

/**
 * Emits the state, and completes, with the first change that settles a request, or at once; errors where the channel
 * comes into another state than the one asked for. By hand, because ten thousand channels may be attached at once, and
 * five operators cost more than all the rest of that.
 */
export const waitForState = (
  record: ChannelRecord,
  goal: ChannelStateName,
  settles: (change: ChannelStateChange) => boolean,
): Observable<ChannelStateName> =>
  new Observable((subscriber) => {
    const succeed = (): void => {
      subscriber.next(goal);
      subscriber.complete();
    };
    if (record.state.name === goal) {
      succeed();
      return;
    }
    const fail = (found: string, reason?: ErrorInfo): void => {
      const text = `Channel "${record.name}" is ${found} instead of ${goal}.`;
      subscriber.error(reason ?? new ErrorInfo(text, { code: 90000 }));
    };
    subscriber.add(
      record.host.changesOf(record).subscribe({
        next: (change) => {
          if (!settles(change)) return;
          if (change.current === goal) succeed();
          else fail(change.current, change.reason);
        },
        complete: () => {
          fail('disposed of');
        },
      }),
    );
  });

/** The same as a promise. */
export const whenStateReached = (...request: Parameters<typeof waitForState>): Promise<void> =>
  new Promise((resolve, reject) => {
    waitForState(...request).subscribe({ error: reject, complete: resolve });
  });

/** RTL4d: tells which changes end an attach. A detach that was under way comes first (RTL4h), unless nothing can follow it. */
export const attachEnds =
  (record: ChannelRecord) =>
  ({ previous, current }: ChannelStateChange): boolean =>
    current === 'attached' ||
    current === 'suspended' ||
    current === 'failed' ||
    (current === 'detached' &&
      (previous !== 'detaching' || record.host.whyNotAttachable(record) !== undefined));

/** RTL5e: whether a change ends a detach; any other state after detaching means that the server did not answer (RTL5f). */
export const detachEnds = ({ previous, current }: ChannelStateChange): boolean =>
  current === 'detached' || current === 'failed' || previous === 'detaching';
