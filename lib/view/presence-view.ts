import { EMPTY, map, type Observable, skip } from 'rxjs';
import type { CoreChannel } from '../ably/channel/channel.js';
import type { PresenceStatus } from '../ably/presence/keep-present.js';
import type { RealtimePresence } from '../ably/presence/presence.js';
import type { Members } from '../ably/presence/members.js';
import type { ErrorInfo } from '../ably/wire/error-info.js';
import type { PresenceMessage } from '../ably/wire/presence-message.js';
import { goingOn, type Patch, patched } from './messages-view.js';

/** The members of a channel, as a page shows them. */
export interface PresenceState {
  /** The members, in the order in which they came; an unchanged member stays the same object. */
  readonly members: readonly PresenceMessage[];
  /** How it stands with this client, where it is to be present; `undefined` where it only looks. */
  readonly status: PresenceStatus | undefined;
  /** Why this client is not present; `undefined` again once it is. */
  readonly error: ErrorInfo | undefined;
}

/** The same, before members are made a list of: that is done once a frame. */
export interface PresenceSnapshot extends Omit<PresenceState, 'members'> {
  readonly members: Members;
}

/** Where the presence of a channel comes from. */
export interface PresenceViewOptions {
  /** For channels of `createClient`, which have no `presence` themselves: `presenceOf` of `rx-realtime/presence`. */
  readonly presence?: ((channel: CoreChannel) => RealtimePresence) | undefined;
}

/** The state in which no member is known. */
export const nobody: PresenceSnapshot = {
  members: new Map(),
  status: undefined,
  error: undefined,
};

export const listed = (state: PresenceSnapshot): PresenceState => ({
  ...state,
  members: [...state.members.values()],
});

/** The same, as it is shown. */
export const noMembers: PresenceState = listed(nobody);

/**
 * The members of a channel as one state: never errors. Subscribing is a lease; with `data$` this client is present for as
 * long, with the latest data. Where that is refused, it is lost and the error is shown; it is tried again with the next attach, and
 * with other data.
 */
export function presenceView(
  channel: CoreChannel,
  data$: Observable<unknown> | undefined,
  { presence }: PresenceViewOptions,
): Observable<PresenceSnapshot> {
  const found = presence?.(channel) ?? (channel as { readonly presence?: RealtimePresence }).presence;
  if (!found)
    throw new TypeError('A channel of createClient() has no presence. Give `presence: presenceOf`.');
  const held =
    (status: PresenceStatus): Patch<PresenceSnapshot> =>
    (state) => ({ ...state, status, error: status === 'present' ? undefined : state.error });
  return patched(
    nobody,
    found.members$.pipe(map((members) => (state) => ({ ...state, members }))),
    data$ ? goingOn(channel, found.hold(data$).pipe(map(held)), data$.pipe(skip(1)), held('lost')) : EMPTY,
  );
}
