import type { Observable } from 'rxjs';
import type { CoreChannel } from '../ably/channel/channel.js';
import type { EventName, MessageOf } from '../ably/wire/event-types.js';
import type { AnyClient } from './client.js';
import { noteChanges, connectionView, type ConnectionStatus, statusOf } from './connection-view.js';
import { type MessagesOptions, type MessagesState, messagesView, noMessages } from './messages-view.js';
import {
  listed,
  nobody,
  type PresenceState,
  presenceView,
  type PresenceViewOptions,
} from './presence-view.js';
import type { Outside } from '../rx/clock.js';
import { type Store, storeOf } from './store.js';

/** The messages of a channel; a lease while somebody listens. */
export const messagesStore = <Events extends object, Name extends EventName<Events>>(
  channel: CoreChannel<Events>,
  options: MessagesOptions<Events, Name>,
  outside?: Outside,
): Store<MessagesState<MessageOf<Events, Name>>> =>
  storeOf<MessagesState<MessageOf<Events, Name>>, MessagesState<MessageOf<Events, Name>>>({
    source$: messagesView(channel, options),
    initial: noMessages,
    show: (state) => state,
    outside,
  });

/** The members of a channel; a lease while somebody listens, and with `data$` this client is present for as long. */
export const presenceStore = (
  channel: CoreChannel,
  data$: Observable<unknown> | undefined,
  options: PresenceViewOptions,
  outside?: Outside,
): Store<PresenceState> =>
  storeOf({ source$: presenceView(channel, data$, options), initial: nobody, show: listed, outside });

/** The connection; no lease. */
export const connectionStore = ({ connection }: AnyClient, outside?: Outside): Store<ConnectionStatus> => {
  noteChanges(connection);
  return storeOf({
    source$: connectionView(connection),
    initial: statusOf(connection),
    show: (status) => status,
    outside,
  });
};

/** The states where nothing runs: in a server's render. */
export const atRest: {
  readonly messages: MessagesState<never>;
  readonly presence: PresenceState;
  readonly connection: ConnectionStatus;
} = {
  messages: noMessages,
  presence: listed(nobody),
  connection: { state: 'initialized', reason: undefined, retryIn: undefined },
};
