import {
  defer,
  filter,
  ignoreElements,
  lastValueFrom,
  type Observable,
  of,
  take,
  tap,
  throwIfEmpty,
} from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelStateChange } from './changes.js';
import type { RealtimeChannel } from './channel.js';
import type { ChannelStateName } from './state.js';

type Settling = Pick<RealtimeChannel, 'name' | 'state' | 'changes$'>;

/** Emits, and completes, with the first change that settles a request, or at once; errors where it is not the one asked for. */
export const settling = (
  channel: Settling,
  goal: ChannelStateName,
  settles: (change: ChannelStateChange) => boolean,
): Observable<unknown> =>
  defer(() => {
    const unsettled = (found: string): ErrorInfo =>
      new ErrorInfo(`Channel "${channel.name}" is ${found} instead of ${goal}.`, {
        code: 90000,
        statusCode: 400,
      });
    if (channel.state === goal) return of(goal);
    return channel.changes$.pipe(
      filter(settles),
      take(1),
      tap(({ current, reason }) => {
        if (current !== goal) throw reason ?? unsettled(current);
      }),
      throwIfEmpty(() => unsettled('disposed of')),
    );
  });

/** The same as a promise. */
export const settled = (...request: Parameters<typeof settling>): Promise<void> =>
  lastValueFrom(settling(...request).pipe(ignoreElements()), { defaultValue: undefined });

/** RTL4d; a detach that was under way comes first (RTL4h), unless nothing can follow it. */
export const attachEnds = ({ previous, current }: ChannelStateChange, hopeless: boolean): boolean =>
  current === 'attached' ||
  current === 'suspended' ||
  current === 'failed' ||
  (current === 'detached' && (hopeless || previous !== 'detaching'));

/** RTL5e; whatever else it is after detaching, the server did not answer (RTL5f). */
export const detachEnds = ({ previous, current }: ChannelStateChange): boolean =>
  current === 'detached' || current === 'failed' || previous === 'detaching';
