import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { CoreChannel } from './ably/channel/channel.js';
import type { ChannelOptions } from './ably/channel/options.js';
import type { RealtimeChannel } from './ably/client/channel.js';
import type { AnyEvents, EventName, MessageOf } from './ably/wire/event-types.js';
import type { AnyClient, ChannelOrName } from './view/client.js';
import { type ConnectionStatus, noteChanges, unconnected } from './view/connection-view.js';
import { type MessagesOptions, type MessagesState, noMessages } from './view/messages-view.js';
import { noMembers, type PresenceState, type PresenceViewOptions } from './view/presence-view.js';
import type { Store } from './view/store.js';
import { connectionStore, messagesStore, presenceStore } from './view/stores.js';

export type { AnyClient, ChannelOrName } from './view/client.js';
export type { ConnectionStatus } from './view/connection-view.js';
export type { MessagesOptions, MessagesState } from './view/messages-view.js';
export type { PresenceState, PresenceViewOptions } from './view/presence-view.js';

const Client = createContext<AnyClient | undefined>(undefined);

/** The properties of a provider. */
export interface RealtimeProviderProps {
  /** Made outside of components, once: a component may run any number of times. */
  readonly client: AnyClient;
  readonly children?: ReactNode;
}

/**
 * Gives a client to the components in it. It neither connects nor disposes of the client: the first component that
 * subscribes connects, and the client lives as long as whoever made it wants.
 *
 * @example
 * ```tsx
 * const client = new RealtimeClient({ authUrl: '/token' });
 * root.render(<RealtimeProvider client={client}><Chat /></RealtimeProvider>);
 * ```
 */
export function RealtimeProvider({ client, children }: RealtimeProviderProps): ReactElement {
  void noteChanges(client.connection); // for a component that is mounted in the middle of an outage
  return createElement(Client.Provider, { value: client }, children);
}

/** The client of the nearest provider, of the class that you name. Throws where there is no provider. */
export function useRealtime<Client extends AnyClient = AnyClient>(): Client {
  const client = useContext(Client);
  if (client) return client as Client; // the user's word
  throw new Error(
    'There is no RealtimeProvider above this component. Wrap it: <RealtimeProvider client={client}>.',
  );
}

/**
 * The channel of a name, always the same object; no I/O, and no lease. `options` count when the name is first used.
 *
 * @example
 * ```tsx
 * const chat = useChannel<{ text: string }>('chat');
 * const send = (text: string) => chat.publish('text', text);
 * ```
 */
export function useChannel<
  Events extends object = AnyEvents,
  Channel extends CoreChannel<Events> = RealtimeChannel<Events>,
>(name: string, options?: ChannelOptions): Channel {
  const client = useRealtime();
  return useMemo(() => client.channel(name, options) as Channel, [client, name]); // the user's word
}

const useStore = <T>({ subscribe, get }: Store<T>, onServer: T): T =>
  useSyncExternalStore(subscribe, get, () => onServer);

/** Names as one text, because a list that is written in a component is another one each time. */
const keyOf = (names: string | readonly string[] | undefined): string | undefined =>
  typeof names === 'object' ? JSON.stringify(names) : names;

/**
 * The messages of a channel, for as long as the component is mounted, which is a lease: with their updates and appends,
 * without what was deleted, and changed at most once a frame. A failed channel shows its `error`, and goes on once it is
 * attached again. `by` and `source` count when the component is mounted, or when another option changes.
 *
 * @example
 * ```tsx
 * const { messages, error, attached } = useMessages('chat', { history: 50, keep: 200 });
 * ```
 */
export function useMessages<
  Events extends object = AnyEvents,
  Name extends EventName<Events> = EventName<Events>,
>(
  channel: ChannelOrName<Events>,
  options: MessagesOptions<Events, Name> = {},
): MessagesState<MessageOf<Events, Name>> {
  const client = useRealtime();
  const { name, keep, history } = options;
  const names = keyOf(name);
  const store = useMemo(
    () => messagesStore(client, channel, options),
    [client, channel, names, keep, history],
  );
  return useStore<MessagesState<MessageOf<Events, Name>>>(store, noMessages);
}

/**
 * The members of a channel, for as long as the component is mounted, which is a lease. With `data`, this client is one of
 * them meanwhile; other data update it (they are compared as JSON), and `status` says whether the server has it. `null` are
 * data, too: `undefined` only looks.
 *
 * @example
 * ```tsx
 * const { members, status } = usePresence('chat', { typing });
 * ```
 */
export function usePresence<Events extends object = AnyEvents>(
  channel: ChannelOrName<Events>,
  data?: unknown,
  options: PresenceViewOptions = {},
): PresenceState {
  const client = useRealtime();
  const isPresent = data !== undefined;
  const store = useMemo(
    () => presenceStore(client, channel, { ...options, isPresent }),
    [client, channel, isPresent],
  );
  useEffect(() => {
    store.give(data);
  });
  return useStore(store, noMembers);
}

/**
 * The connection: its state, what went wrong last, and the milliseconds until the next attempt, which count down. Takes no
 * lease, and connects nothing.
 *
 * @example
 * ```tsx
 * const { state, retryIn } = useConnection();
 * return retryIn === undefined ? null : <p role="status">Trying again in {retryIn / 1000} s.</p>;
 * ```
 */
export function useConnection(): ConnectionStatus {
  const client = useRealtime();
  return useStore(
    useMemo(() => connectionStore(client), [client]),
    unconnected,
  );
}
