import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelStateChange } from './changes.js';
import type { RealtimeChannel } from './channel.js';
import type { ChannelStateName } from './state.js';

/** Waits for the first change that settles a request; rejects where it is not the one asked for. */
export function settled(
  channel: Pick<RealtimeChannel, 'name' | 'state' | 'changes$'>,
  goal: ChannelStateName,
  settles: (change: ChannelStateChange) => boolean,
): Promise<void> {
  if (channel.state === goal) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const fail = (found: string, reason?: ErrorInfo): void => {
      const text = `Channel "${channel.name}" is ${found} instead of ${goal}.`;
      reject(reason ?? new ErrorInfo(text, { code: 90000 }));
    };
    const waiting = channel.changes$.subscribe({
      next: (change) => {
        if (!settles(change)) return;
        waiting.unsubscribe();
        if (change.current === goal) resolve();
        else fail(change.current, change.reason);
      },
      complete: () => {
        fail('disposed of');
      },
    });
  });
}

/** RTL4d; a detach that was under way comes first (RTL4h), unless nothing can follow it. */
export const attachEnds = ({ previous, current }: ChannelStateChange, hopeless: boolean): boolean =>
  current === 'attached' ||
  current === 'suspended' ||
  current === 'failed' ||
  (current === 'detached' && (hopeless || previous !== 'detaching'));

/** RTL5e; whatever else it is after detaching, the server did not answer (RTL5f). */
export const detachEnds = ({ previous, current }: ChannelStateChange): boolean =>
  current === 'detached' || current === 'failed' || previous === 'detaching';
