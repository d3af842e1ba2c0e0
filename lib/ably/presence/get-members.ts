import {
  defer,
  filter,
  map,
  merge,
  type Observable,
  of,
  Subscription,
  switchMap,
  take,
  tap,
  throwIfEmpty,
  using,
} from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { PresenceMessage } from '../wire/presence-message.js';
import type { ChannelRecord } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import type { ChannelContext } from './commands.js';
import { membersUnknown } from '../channel/modes.js';
import type { ChannelServices } from '../channel/services.js';
import { attachEnds, waitForState } from '../channel/wait-for-state.js';

/**
 * RTP11: emits the members once, in the very turn in which they are known, and completes. Holds the channel until then, also
 * one that is not attached (RTL33b). Errors where they are not going to be known.
 */
export const getMembers = (
  waitForSync: boolean,
  { record, channels, services }: ChannelContext,
): Observable<readonly PresenceMessage[]> => {
  const known = (): readonly PresenceMessage[] => record.presenceState.known;
  const active$ = using(
    () => leaseOn(record, channels),
    () =>
      waitForState(record.channel, 'attached', (change) =>
        attachEnds(change, channels.whyNotAttachable(record) !== undefined),
      ).pipe(
        tap(() => {
          checkMode(record, services);
        }),
        switchMap(() => (waitForSync ? synced(record, channels) : of(true))),
        map(known),
        take(1),
      ),
  );
  return defer(() => {
    const { name } = record.state;
    if (name === 'suspended' && !waitForSync) return of(known()); // RTP11d
    if (name === 'suspended') throw outOfSync(record);
    if (name === 'failed') throw failed(record); // RTL33c
    const hopeless = name === 'attached' ? undefined : channels.whyNotAttachable(record);
    if (hopeless) throw hopeless; // RTL33b1, RTL4b
    return active$;
  });
};

function leaseOn(record: ChannelRecord, channels: Channels): Subscription {
  channels.take(record);
  return new Subscription(() => {
    channels.release(record);
  });
}

/** Emits once all members have been named; errors where they are not going to be. */
function synced(record: ChannelRecord, channels: Channels): Observable<unknown> {
  const over$ = channels.changesOf(record).pipe(
    filter(({ current }) => current === 'suspended' || current === 'detached' || current === 'failed'),
    map(({ reason }): never => {
      throw outOfSync(record, reason);
    }),
  );
  return merge(over$, record.channel.presence.synced$.pipe(filter(Boolean))).pipe(
    throwIfEmpty(() => outOfSync(record)),
  );
}

/** RTP11f */
function checkMode(record: ChannelRecord, { strictMode, log }: ChannelServices): void {
  const error = membersUnknown(record);
  if (!error) return;
  if (strictMode) throw error; // RTP11f1
  log('error', { message: `${error.message} With the option "strictMode" this is an error.`, error }); // RTP11f2
}

const failed = ({ name, state }: ChannelRecord): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" has failed, so that nobody knows who is present. Attach it again.`, {
    code: 90001,
    statusCode: 400,
    cause: state.error,
  });

/** RTP11d */
const outOfSync = ({ name, state }: ChannelRecord, cause = state.error): ErrorInfo =>
  new ErrorInfo(
    `Who is present on channel "${name}" is not known for sure while it is ${state.name}. Wait until it is attached, or ask with waitForSync: false for what was known last.`,
    { code: 91005, statusCode: 400, cause },
  );
