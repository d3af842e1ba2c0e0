import type { Observable } from 'rxjs';
import { getContext, setContext } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import type { CoreChannel } from './ably/channel/channel.js';
import type { ChannelOptions } from './ably/channel/options.js';
import type { RealtimeChannel } from './ably/client/channel.js';
import type { AnyEvents, EventName, MessageOf } from './ably/wire/event-types.js';
import type { AnyClient, ChannelOrName } from './view/client.js';
import { noteChanges, type ConnectionStatus } from './view/connection-view.js';
import type { MessagesOptions, MessagesState } from './view/messages-view.js';
import type { PresenceState, PresenceViewOptions } from './view/presence-view.js';
import { resultStore, type ResultState } from './view/result-store.js';
import type { Store } from './view/store.js';
import { connectionStore, messagesStore, presenceStore } from './view/stores.js';

export type { AnyClient, ChannelOrName } from './view/client.js';
export type { ConnectionStatus } from './view/connection-view.js';
export type { MessagesOptions, MessagesState } from './view/messages-view.js';
export type { PresenceState, PresenceViewOptions } from './view/presence-view.js';
export type { ResultState } from './view/result-store.js';

/** A value, or a function that reads it from state: then what depends on it follows. */
export type MaybeGetter<T> = T | (() => T);

const valueOf = <T>(given: MaybeGetter<T>): T => (typeof given === 'function' ? (given as () => T)() : given);

const key = Symbol('rx-realtime');

/**
 * Gives a client to the component whose script calls it, and to those in it. It neither connects nor disposes of the
 * client: the first component that reads messages connects.
 *
 * @example
 * ```svelte
 * <script>
 *   setRealtime(new RealtimeClient({ authUrl: '/token' })); // in +layout.svelte
 * </script>
 * ```
 */
export function setRealtime(client: AnyClient): void {
  void noteChanges(client.connection); // for a component that is mounted in the middle of an outage
  setContext(key, client);
}

/** The client that was given, of the class that you name. Throws where there is none. */
export function useRealtime<Client extends AnyClient = AnyClient>(): Client {
  const client = getContext<Client | undefined>(key); // the user's word
  if (client) return client;
  throw new Error(
    'There is no client in the context. Call setRealtime(client) in a component above this one.',
  );
}

/** The channel of a name, always the same object; no I/O, and no lease. */
export const useChannel = <
  Events extends object = AnyEvents,
  Channel extends CoreChannel<Events> = RealtimeChannel<Events>,
>(
  name: string,
  options?: ChannelOptions,
): Channel => useRealtime().channel(name, options) as Channel; // the user's word

/**
 * Reads a store where an effect or a template reads its fields, and listens to it for as long as one does. `deps` are read
 * each time: where one is another, the store is made anew.
 */
function live<State extends object, StoreOf extends Store<State> = Store<State>>(
  fields: readonly (keyof State)[],
  deps: () => readonly unknown[],
  makeStore: () => StoreOf,
  refresh?: (store: StoreOf) => void,
): State {
  let known: readonly unknown[] | undefined;
  let store: StoreOf;
  let track: () => void;
  const read = (): State => {
    const now = deps();
    if (!known || now.some((dep, index) => dep !== known?.[index])) {
      const made = makeStore(); // first, so that an error comes with each reading
      known = now;
      store = made;
      track = createSubscriber((update) => {
        const before = made.get();
        const stop = made.subscribe(update);
        if (made.get() !== before) update();
        return stop;
      });
    }
    refresh?.(store);
    track();
    return store.get();
  };
  return Object.defineProperties(
    {} as State,
    Object.fromEntries(fields.map((field) => [field, { enumerable: true, get: () => read()[field] }])),
  );
}

/**
 * The messages of a channel, for as long as a template or an effect reads them, which is a lease: with their updates and
 * appends, without what was deleted, and changed at most once a frame. A failed channel shows its `error`, and goes on once
 * it is attached again. Do not destructure what it returns: its fields are read when they are needed.
 *
 * @example
 * ```svelte
 * <script>
 *   const chat = useMessages(() => room, { history: 50 });
 * </script>
 * {#each chat.messages as { serial, data } (serial)}<p>{data}</p>{/each}
 * ```
 */
export function useMessages<
  Events extends object = AnyEvents,
  Name extends EventName<Events> = EventName<Events>,
>(
  channel: MaybeGetter<ChannelOrName<Events>>,
  options: MaybeGetter<MessagesOptions<Events, Name>> = {},
): MessagesState<MessageOf<Events, Name>> {
  const client = useRealtime();
  return live<MessagesState<MessageOf<Events, Name>>>(
    ['messages', 'error', 'attached'],
    () => {
      const { name, keep, history } = valueOf(options);
      return [valueOf(channel), JSON.stringify(name), keep, history];
    },
    () => messagesStore(client, valueOf(channel), valueOf(options)),
  );
}

/**
 * The members of a channel, for as long as a template or an effect reads them, which is a lease. With `data`, this client is
 * one of them meanwhile; other data update it, and `status` says whether the server has it. `null` are data, too:
 * `undefined` only looks. Do not destructure what it returns.
 *
 * @example
 * ```ts
 * const room = usePresence('chat', () => ({ typing: text !== '' }));
 * const count = $derived(room.members.length);
 * ```
 */
export function usePresence<Events extends object = AnyEvents>(
  channel: MaybeGetter<ChannelOrName<Events>>,
  data?: MaybeGetter<unknown>,
  options: PresenceViewOptions = {},
): PresenceState {
  const client = useRealtime();
  return live(
    ['members', 'status', 'error'],
    () => [valueOf(channel), valueOf(data) !== undefined],
    () => presenceStore(client, valueOf(channel), { ...options, isPresent: valueOf(data) !== undefined }),
    (store) => {
      store.give(valueOf(data));
    },
  );
}

/**
 * The connection: its state, what went wrong last, and the milliseconds until the next attempt, which count down. Takes no
 * lease, and connects nothing. Do not destructure what it returns.
 *
 * @example
 * ```svelte
 * <script>
 *   const connection = useConnection();
 * </script>
 * {#if connection.retryIn}<p role="status">Trying again in {connection.retryIn / 1000} s.</p>{/if}
 * ```
 */
export function useConnection(): ConnectionStatus {
  const client = useRealtime();
  return live<ConnectionStatus>(
    ['state', 'reason', 'retryIn'],
    () => [],
    () => connectionStore(client),
  );
}

/**
 * Any Observable as state: subscribed to for as long as a template or an effect reads it, at most one change a frame, and an
 * error as a value. Svelte's own `fromStore` throws when it is given up, and goes on listening. Do not destructure it.
 *
 * @example
 * ```ts
 * const gaps = fromObservable(channel.discontinuities$);
 * ```
 */
export const fromObservable = <T>(source$: Observable<T>): ResultState<T> =>
  live<ResultState<T>>(
    ['value', 'error', 'status'],
    () => [],
    () => resultStore(source$),
  );
