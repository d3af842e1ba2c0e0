import { Observable } from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelStateChange } from './changes.js';
import type { RealtimeChannel } from './channel.js';
import type { ChannelStateName } from './state.js';

type Settling = Pick<RealtimeChannel, 'name' | 'state' | 'changes$'>;

/**
 * Emits the state, and completes, with the first change that settles a request, or at once; errors where it is not the one asked for. By hand,
 * because ten thousand channels may be attached at once, and five operators cost more than all the rest of that.
 */
export const waitForState = (
  channel: Settling,
  goal: ChannelStateName,
  settles: (change: ChannelStateChange) => boolean,
): Observable<ChannelStateName> =>
  new Observable((subscriber) => {
    const succeed = (): void => {
      subscriber.next(goal);
      subscriber.complete();
    };
    if (channel.state === goal) {
      succeed();
      return;
    }
    const fail = (found: string, reason?: ErrorInfo): void => {
      const text = `Channel "${channel.name}" is ${found} instead of ${goal}.`;
      subscriber.error(reason ?? new ErrorInfo(text, { code: 90000 }));
    };
    subscriber.add(
      channel.changes$.subscribe({
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

/** RTL4d; a detach that was under way comes first (RTL4h), unless nothing can follow it. */
export const attachEnds = ({ previous, current }: ChannelStateChange, hopeless: boolean): boolean =>
  current === 'attached' ||
  current === 'suspended' ||
  current === 'failed' ||
  (current === 'detached' && (hopeless || previous !== 'detaching'));

/** RTL5e; whatever else it is after detaching, the server did not answer (RTL5f). */
export const detachEnds = ({ previous, current }: ChannelStateChange): boolean =>
  current === 'detached' || current === 'failed' || previous === 'detaching';
