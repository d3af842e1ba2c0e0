import { distinctUntilChanged, EMPTY, type Observable, ReplaySubject } from 'rxjs';
import type { CoreChannel } from '../ably/channel/channel.js';
import type { EventName, MessageOf } from '../ably/wire/event-types.js';
import type { AnyClient, ChannelOrName } from './client.js';
import { connectionView, type ConnectionStatus, statusOf } from './connection-view.js';
import { type MessagesOptions, type MessagesState, messagesView, noMessages } from './messages-view.js';
import { newsOf } from './news.js';
import {
  listed,
  nobody,
  type PresenceState,
  presenceView,
  type PresenceViewOptions,
} from './presence-view.js';
import { type Store, storeOf } from './store.js';

/** The view of a channel, which may be given by its name; nothing where there is none yet. */
const viewOf = <Events extends object, S>(
  client: AnyClient,
  channel: ChannelOrName<Events>,
  view: (channel: CoreChannel<Events>) => Observable<S>,
): Observable<S> =>
  channel == null
    ? EMPTY
    : view(typeof channel === 'string' ? (client.channel(channel) as CoreChannel<Events>) : channel); // the user's word

/** The messages of a channel; a lease while somebody listens. */
export const messagesStore = <Events extends object, Name extends EventName<Events>>(
  client: AnyClient,
  channel: ChannelOrName<Events>,
  options: MessagesOptions<Events, Name>,
): Store<MessagesState<MessageOf<Events, Name>>> =>
  storeOf<MessagesState<MessageOf<Events, Name>>>(
    viewOf(client, channel, (found) => messagesView(found, options)),
    noMessages,
  );

/** A store of members that may make this client one of them. */
export interface PresenceStore extends Store<PresenceState> {
  /** Takes the data of this client, again and again: only what is news updates it. */
  readonly give: (data: unknown) => void;
}

/** The members of a channel; a lease while somebody listens, and where `isPresent` this client is one of them for as long. */
export function presenceStore<Events extends object>(
  client: AnyClient,
  channel: ChannelOrName<Events>,
  options: PresenceViewOptions & { readonly isPresent: boolean },
): PresenceStore {
  const given$ = new ReplaySubject<unknown>(1);
  const data$ = options.isPresent ? given$.pipe(distinctUntilChanged(Object.is, newsOf)) : undefined;
  const view$ = viewOf(client, channel, (found) => presenceView(found as CoreChannel, data$, options));
  return {
    ...storeOf(view$, nobody, listed),
    give: (data) => {
      given$.next(data);
    },
  };
}

/** The connection; no lease. */
export const connectionStore = ({ connection }: AnyClient): Store<ConnectionStatus> =>
  storeOf(connectionView(connection), statusOf(connection));
