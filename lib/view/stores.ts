import { identity, NEVER, type Observable } from 'rxjs';
import type { CoreChannel } from '../ably/channel/channel.js';
import type { EventName, MessageOf } from '../ably/wire/event-types.js';
import { type AnyClient, channelOf, type ChannelOrName } from './client.js';
import { connectionView, type ConnectionStatus, statusOf } from './connection-view.js';
import { type MessagesOptions, type MessagesState, messagesView, noMessages } from './messages-view.js';
import {
  listed,
  nobody,
  type PresenceState,
  presenceView,
  type PresenceViewOptions,
} from './presence-view.js';
import { type Store, storeOf } from './store.js';

/** The messages of a channel; a lease while somebody listens. */
export const messagesStore = <Events extends object, Name extends EventName<Events>>(
  client: AnyClient,
  channel: ChannelOrName<Events>,
  options: MessagesOptions<Events, Name>,
): Store<MessagesState<MessageOf<Events, Name>>> =>
  storeOf<MessagesState<MessageOf<Events, Name>>, MessagesState<MessageOf<Events, Name>>>(
    channel == null ? NEVER : messagesView(channelOf(client, channel), options),
    noMessages,
    identity,
  );

/** The members of a channel; a lease while somebody listens, and with `data$` this client is present for as long. */
export const presenceStore = <Events extends object>(
  client: AnyClient,
  channel: ChannelOrName<Events>,
  { data$, presence }: PresenceViewOptions & { readonly data$: Observable<unknown> | undefined },
): Store<PresenceState> =>
  storeOf(
    channel == null ? NEVER : presenceView(channelOf(client, channel) as CoreChannel, data$, { presence }),
    nobody,
    listed,
  );

/** The connection; no lease. */
export const connectionStore = ({ connection }: AnyClient): Store<ConnectionStatus> =>
  storeOf(connectionView(connection), statusOf(connection), identity);

/** The states where nothing runs: in a server's render. */
export const atRest: {
  readonly messages: MessagesState<never>;
  readonly presence: PresenceState;
  readonly connection: ConnectionStatus;
} = {
  messages: noMessages,
  presence: listed(nobody),
  connection: statusOf({ state: 'initialized', errorReason: undefined }),
};
