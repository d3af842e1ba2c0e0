import {
  type ComputedRef,
  computed,
  getCurrentInstance,
  getCurrentScope,
  hasInjectionContext,
  inject,
  type InjectionKey,
  type MaybeRefOrGetter,
  onMounted,
  provide,
  type Ref,
  shallowRef,
  toValue,
  watch,
  watchEffect,
} from 'vue';
import type { CoreChannel } from './ably/channel/channel.js';
import type { ChannelOptions } from './ably/channel/options.js';
import type { RealtimeChannel } from './ably/client/channel.js';
import type { AnyEvents, EventName, MessageOf } from './ably/wire/event-types.js';
import type { AnyClient, ChannelOrName } from './view/client.js';
import { noteChanges, unconnected, type ConnectionStatus } from './view/connection-view.js';
import { type MessagesOptions, type MessagesState, noMessages } from './view/messages-view.js';
import { newsOf } from './view/news.js';
import { noMembers, type PresenceState, type PresenceViewOptions } from './view/presence-view.js';
import type { Store } from './view/store.js';
import { connectionStore, messagesStore, presenceStore } from './view/stores.js';

export type { AnyClient, ChannelOrName } from './view/client.js';
export type { ConnectionStatus } from './view/connection-view.js';
export type { MessagesOptions, MessagesState } from './view/messages-view.js';
export type { PresenceState, PresenceViewOptions } from './view/presence-view.js';

/** The fields of a state, each as a ref that is read only. */
export type Refs<State> = { readonly [Field in keyof State]: Readonly<Ref<State[Field]>> };

/** The key under which a client is provided; for `app.provide(realtimeKey, client)`. */
export const realtimeKey: InjectionKey<AnyClient> = Symbol('rx-realtime');

/**
 * Gives a client to the components below the one whose setup calls it. It neither connects nor disposes of the client: the
 * first component that subscribes connects. For a whole app, `app.use(realtime(client))` does the same.
 */
export function provideRealtime(client: AnyClient): void {
  void noteChanges(client.connection); // for a component that is mounted in the middle of an outage
  provide(realtimeKey, client);
}

/**
 * A plugin that gives a client to all components of an app.
 *
 * @example
 * ```ts
 * createApp(App).use(realtime(new RealtimeClient({ authUrl: '/token' }))).mount('#app');
 * ```
 */
export const realtime = (
  client: AnyClient,
): {
  readonly install: (app: { provide: (key: InjectionKey<AnyClient>, value: AnyClient) => unknown }) => void;
} => ({
  install: (app) => {
    void noteChanges(client.connection);
    app.provide(realtimeKey, client);
  },
});

/** The client that was provided, of the class that you name. Throws where there is none, and outside of a setup. */
export function useRealtime<Client extends AnyClient = AnyClient>(): Client {
  const client = hasInjectionContext() ? inject(realtimeKey, undefined) : undefined;
  if (client) return client as Client; // the user's word
  throw new Error('No client is provided here. Call app.use(realtime(client)), and this in a setup.');
}

/**
 * The channel of a name, which may be a ref or a getter; no I/O, and no lease.
 *
 * @example
 * ```ts
 * const chat = useChannel(() => props.room);
 * const send = (text: string) => chat.value.publish('text', text);
 * ```
 */
export function useChannel<
  Events extends object = AnyEvents,
  Channel extends CoreChannel<Events> = RealtimeChannel<Events>,
>(name: MaybeRefOrGetter<string>, options?: ChannelOptions): ComputedRef<Channel> {
  const client = useRealtime();
  return computed(() => client.channel(toValue(name), options) as Channel); // the user's word
}

/** Listens to a store from mounting to unmounting, or for as long as the scope lives; never in a server's render. */
function refsOf<State extends object>(makeStore: () => Store<State>, initial: State): Refs<State> {
  const state = shallowRef(initial);
  const start = (): void => {
    watch(
      makeStore,
      (store: Store<State> | undefined, _, onCleanup) => {
        if (!store) return; // it could not be made, and Vue has told why
        const take = (): void => {
          state.value = store.get();
        };
        onCleanup(store.subscribe(take));
        take();
      },
      { immediate: true },
    );
  };
  const scope = getCurrentScope(); // of a store, maybe, that outlives the component that is the first to use it
  if (getCurrentInstance())
    onMounted(() => {
      if (scope?.active) scope.run(start);
    });
  else if (typeof window !== 'undefined') start();
  const fields = Object.keys(initial) as (keyof State)[];
  return Object.fromEntries(
    fields.map((field) => [field, computed((): unknown => (state.value as State)[field])]),
  ) as unknown as Refs<State>;
}

/**
 * The messages of a channel, for as long as the component is mounted, which is a lease: with their updates and appends,
 * without what was deleted, and changed at most once a frame. A failed channel shows its `error`, and goes on once it is
 * attached again. Channel and options may be refs or getters; `by` and `source` count when another option changes.
 *
 * @example
 * ```ts
 * const { messages, error, attached } = useMessages(() => props.room, { history: 50 });
 * ```
 */
export function useMessages<
  Events extends object = AnyEvents,
  Name extends EventName<Events> = EventName<Events>,
>(
  channel: MaybeRefOrGetter<ChannelOrName<Events>>,
  options: MaybeRefOrGetter<MessagesOptions<Events, Name>> = {},
): Refs<MessagesState<MessageOf<Events, Name>>> {
  const client = useRealtime();
  const wanted = computed(() => toValue(channel)); // tells only of another one
  const settings = computed<MessagesOptions<Events, Name>>((before) => {
    const now = toValue(options);
    return before && newsOf(before) === newsOf(now) ? before : now;
  });
  return refsOf<MessagesState<MessageOf<Events, Name>>>(
    () => messagesStore(client, wanted.value, settings.value),
    noMessages,
  );
}

/**
 * The members of a channel, for as long as the component is mounted, which is a lease. With `data`, which may be a ref or a
 * getter, this client is one of them meanwhile; other data update it, and `status` says whether the server has it. `null`
 * are data, too: `undefined` only looks.
 *
 * @example
 * ```ts
 * const { members, status } = usePresence('chat', () => ({ typing: typing.value }));
 * ```
 */
export function usePresence<Events extends object = AnyEvents>(
  channel: MaybeRefOrGetter<ChannelOrName<Events>>,
  data?: MaybeRefOrGetter<unknown>,
  options: PresenceViewOptions = {},
): Refs<PresenceState> {
  const client = useRealtime();
  const wanted = computed(() => toValue(channel));
  const isPresent = computed(() => toValue(data) !== undefined);
  const store = computed(() =>
    presenceStore(client, wanted.value, { ...options, isPresent: isPresent.value }),
  );
  watchEffect(() => {
    store.value.give(toValue(data));
  });
  return refsOf(() => store.value, noMembers);
}

/**
 * The connection: its state, what went wrong last, and the milliseconds until the next attempt, which count down. Takes no
 * lease, and connects nothing.
 *
 * @example
 * ```ts
 * const { state, retryIn } = useConnection(); // refs
 * ```
 */
export function useConnection(): Refs<ConnectionStatus> {
  const client = useRealtime();
  return refsOf(() => connectionStore(client), unconnected);
}
