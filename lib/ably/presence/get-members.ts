import { defer, map, Observable, of, Subscription, switchMap, take, tap, using } from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { ChannelRecord } from '../channel/port.js';
import { attachEnds, waitForState, waitForSync } from '../channel/lease.js';
import type { PresenceMessage } from '../wire/presence-message.js';
import type { PresenceContext } from './commands.js';
import { membersUnknown } from './on-channel-change.js';
import type { PresenceState } from './presence-state.js';

/**
 * RTP11: emits the members once, in the very turn in which they are known, and completes. Holds the channel until then, also
 * one that is not attached (RTL33b). Errors where they are not going to be known.
 */
export const getMembers = (
  waitForSync: boolean,
  { record, state }: PresenceContext,
): Observable<readonly PresenceMessage[]> => {
  const known = (): readonly PresenceMessage[] => state.known;
  const active$ = using(
    () => leaseOn(record),
    () =>
      waitForState(record, 'attached', attachEnds(record)).pipe(
        tap(() => {
          checkMode(record);
        }),
        switchMap(() => (waitForSync ? synced(record, state) : of(true))),
        map(known),
        take(1),
      ),
  );
  return defer(() => {
    const { name } = record.state;
    if (name === 'suspended' && !waitForSync) return of(known()); // RTP11d
    if (name === 'suspended') throw outOfSync(record);
    if (name === 'failed') throw failed(record); // RTL33c
    const isThere = name === 'attached' && !record.host.isOver(record);
    const whyNot = isThere ? undefined : record.host.whyNotAttachable(record);
    if (whyNot) throw whyNot; // RTL33b1, RTL4b
    return active$;
  });
};

function leaseOn(record: ChannelRecord): Subscription {
  record.host.take(record);
  return new Subscription(() => {
    record.host.release(record);
  });
}

/** Emits once all members have been named; errors where they are not going to be. */
function synced(record: ChannelRecord, state: PresenceState): Observable<unknown> {
  const synced$ = new Observable<boolean>((subscriber) => {
    state.joinSynced(subscriber);
  });
  return waitForSync(record, synced$, { errorOf: outOfSync });
}

/** RTP11f */
function checkMode(record: ChannelRecord): void {
  const { strictMode, log } = record.host.client;
  const error = membersUnknown(record);
  if (!error) return;
  if (strictMode) throw error; // RTP11f1
  log('error', { message: `${error.message} With the option "strictMode" this is an error.`, error }); // RTP11f2
}

const failed = ({ name, state }: ChannelRecord): ErrorInfo =>
  new ErrorInfo(`Channel "${name}" has failed, so that nobody knows who is present. Attach it again.`, {
    code: 90001,
    cause: state.error,
  });

/** RTP11d */
const outOfSync = ({ name, state }: ChannelRecord): ErrorInfo =>
  new ErrorInfo(
    `The members of channel "${name}" are not known for sure while it is ${state.name}. Wait until it is attached, or ask with waitForSync: false for what was known last.`,
    { code: 91005, cause: state.error },
  );
