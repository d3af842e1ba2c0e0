import {
  computed,
  DestroyRef,
  effect,
  type EnvironmentProviders,
  inject,
  InjectionToken,
  makeEnvironmentProviders,
  NgZone,
  PLATFORM_ID,
  type Signal,
  signal,
  untracked,
} from '@angular/core';
import type { Observable } from 'rxjs';
import type { CoreChannel } from './ably/channel/channel.js';
import type { ChannelOptions } from './ably/channel/options.js';
import type { RealtimeChannel } from './ably/client/channel.js';
import type { AnyEvents, EventName, MessageOf } from './ably/wire/event-types.js';
import type { Outside } from './rx/clock.js';
import type { AnyClient, ChannelOrName } from './view/client.js';
import { noteChanges, unconnected, type ConnectionStatus } from './view/connection-view.js';
import { type MessagesOptions, type MessagesState, noMessages } from './view/messages-view.js';
import { newsOf } from './view/news.js';
import { noMembers, type PresenceState, type PresenceViewOptions } from './view/presence-view.js';
import { loading, resultStore, type ResultState } from './view/result-store.js';
import type { Store } from './view/store.js';
import { connectionStore, messagesStore, presenceStore } from './view/stores.js';

export type { AnyClient, ChannelOrName } from './view/client.js';
export type { ConnectionStatus } from './view/connection-view.js';
export type { MessagesOptions, MessagesState } from './view/messages-view.js';
export type { PresenceState, PresenceViewOptions } from './view/presence-view.js';
export type { ResultState } from './view/result-store.js';

/** The fields of a state, each as a signal. */
export type Signals<State> = { readonly [Field in keyof State]: Signal<State[Field]> };

/** A value, or a signal or function that reads it from signals: then what depends on it follows. */
export type MaybeSignal<T> = T | (() => T);

const valueOf = <T>(given: MaybeSignal<T>): T => (typeof given === 'function' ? (given as () => T)() : given);

/** A client that ends with its injector. */
interface Disposable {
  dispose(): Promise<void>;
}

/** The options that a client needs in Angular: spread them into its own. */
export interface AngularOptions {
  /** Makes sockets and timers outside of the zone, so that the app becomes stable and is not checked for each frame. */
  readonly outside: Outside;
}

/** The client that `provideRealtime` provides. */
export const REALTIME = new InjectionToken<AnyClient>('rx-realtime');

const SERVER_RENDERING = new InjectionToken<'off' | 'on'>('server rendering');

/** Something that `provideRealtime` takes besides the client. */
export interface RealtimeFeature {
  readonly provide: InjectionToken<unknown>;
  readonly useValue: unknown;
}

/**
 * Whether components subscribe while a server renders: `'off'`, which is the default, opens no socket there and lets nothing
 * wait; `'on'` connects, and it is yours to end the render.
 */
export const withServerRendering = (mode: 'off' | 'on'): RealtimeFeature => ({
  provide: SERVER_RENDERING,
  useValue: mode,
});

/**
 * Provides a client, which is made when it is first injected, and disposed of with its injector. The function gets the
 * options that a client needs in Angular; a class and its options will do as well.
 *
 * @example
 * ```ts
 * bootstrapApplication(App, { providers: [provideRealtime(RealtimeClient, { authUrl: '/token' })] });
 * provideRealtime((angular) => createClient({ key, features: [presence], ...angular }), withServerRendering('off'));
 * ```
 */
export function provideRealtime(
  make: (angular: AngularOptions) => AnyClient & Disposable,
  ...features: readonly RealtimeFeature[]
): EnvironmentProviders;
export function provideRealtime<Options extends object>(
  client: new (options: Options) => AnyClient & Disposable,
  options: Options,
  ...features: readonly RealtimeFeature[]
): EnvironmentProviders;
export function provideRealtime(
  make: unknown,
  ...rest: readonly (object | RealtimeFeature)[]
): EnvironmentProviders {
  const features = rest.filter((given): given is RealtimeFeature => 'provide' in given);
  const isClass = features.length < rest.length; // its options are among them
  const factory = (): AnyClient => {
    const zone = inject(NgZone);
    const outside: Outside = (work) => zone.runOutsideAngular(work);
    const client = outside(() =>
      isClass
        ? new (make as new (options: object) => AnyClient & Disposable)({ outside, ...rest[0] })
        : (make as (angular: AngularOptions) => AnyClient & Disposable)({ outside }),
    );
    void noteChanges(client.connection);
    inject(DestroyRef).onDestroy(() => void client.dispose());
    return client;
  };
  return makeEnvironmentProviders([{ provide: REALTIME, useFactory: factory }, ...features]);
}

/**
 * Provides the client of `realtimeTesting()` of `rx-realtime/testing`, or any other that makes clients, in place of a real
 * one: in TestBed, without a network.
 *
 * @example
 * ```ts
 * const rt = realtimeTesting();
 * TestBed.configureTestingModule({ providers: [provideRealtimeTesting(rt)] });
 * rt.channel('chat').emit('greeting', 'hello');
 * ```
 */
export const provideRealtimeTesting = (testing: {
  readonly client: (options: AngularOptions) => AnyClient & Disposable;
}): EnvironmentProviders => provideRealtime((angular) => testing.client(angular));

/** The client that was provided, of the class that you name. Throws where there is none. */
export function injectRealtime<Client extends AnyClient = AnyClient>(): Client {
  const client = inject(REALTIME, { optional: true });
  if (client) return client as Client; // the user's word
  throw new Error('There is no provideRealtime() in the providers.');
}

/**
 * The channel of a name, always the same object; no I/O, and no lease. Of a signal or a function that reads one, a signal.
 *
 * @example
 * ```ts
 * readonly room = input.required<string>();
 * readonly chat = injectChannel(this.room); // Signal
 * ```
 */
export function injectChannel<
  Events extends object = AnyEvents,
  Channel extends CoreChannel<Events> = RealtimeChannel<Events>,
>(name: () => string, options?: ChannelOptions): Signal<Channel>;
export function injectChannel<
  Events extends object = AnyEvents,
  Channel extends CoreChannel<Events> = RealtimeChannel<Events>,
>(name: string, options?: ChannelOptions): Channel;
export function injectChannel(name: MaybeSignal<string>, options?: ChannelOptions): unknown {
  const client = injectRealtime();
  return typeof name === 'function'
    ? computed(() => client.channel(name(), options))
    : client.channel(name, options);
}

/** Listens to a store for as long as the injector of the caller lives; not in a server's render. */
function signalsOf<State extends object>(makeStore: () => Store<State>, initial: State): Signals<State> {
  const state = signal(initial);
  const zone = inject(NgZone);
  if (inject(PLATFORM_ID) !== 'server' || inject(SERVER_RENDERING, { optional: true }) === 'on')
    effect((onCleanup) => {
      const store = makeStore(); // reads what it depends on
      const take = (): void => {
        state.set(store.get());
      };
      onCleanup(untracked(() => zone.runOutsideAngular(() => store.subscribe(take))));
      take();
    });
  const fields = Object.keys(initial) as (keyof State)[];
  return Object.fromEntries(
    fields.map((field) => [field, computed(() => state()[field])]),
  ) as unknown as Signals<State>;
}

/**
 * The messages of a channel as signals, for as long as the component (or whatever injector it is called in) lives, which is
 * a lease: with their updates and appends, without what was deleted, and changed at most once a frame. A failed channel
 * shows its `error`, and goes on once it is attached again. Channel and options may be signals, or functions that read some;
 * `by` and `source` count when another option changes.
 *
 * @example
 * ```ts
 * readonly chat = injectMessages('chat', { history: 50 });
 * // @for (message of chat.messages(); track message.serial) { <p>{{ message.data }}</p> }
 * ```
 */
export function injectMessages<
  Events extends object = AnyEvents,
  Name extends EventName<Events> = EventName<Events>,
>(
  channel: MaybeSignal<ChannelOrName<Events>>,
  options: MaybeSignal<MessagesOptions<Events, Name>> = {},
): Signals<MessagesState<MessageOf<Events, Name>>> {
  const client = injectRealtime();
  const wanted = computed(() => valueOf(channel)); // tells only of another one
  const settings = computed(() => valueOf(options), {
    equal: (some, others) => newsOf(some) === newsOf(others),
  });
  return signalsOf<MessagesState<MessageOf<Events, Name>>>(
    () => messagesStore(client, wanted(), settings()),
    noMessages,
  );
}

/**
 * The members of a channel as signals, for as long as the component lives, which is a lease. With `data`, which may be a
 * signal, this client is one of them meanwhile; other data update it, and `status` says whether the server has it. `null`
 * are data, too: `undefined` only looks.
 *
 * @example
 * ```ts
 * readonly typing = signal(false);
 * readonly room = injectPresence('chat', () => ({ typing: this.typing() }));
 * ```
 */
export function injectPresence<Events extends object = AnyEvents>(
  channel: MaybeSignal<ChannelOrName<Events>>,
  data?: MaybeSignal<unknown>,
  options: PresenceViewOptions = {},
): Signals<PresenceState> {
  const client = injectRealtime();
  const wanted = computed(() => valueOf(channel));
  const isPresent = computed(() => valueOf(data) !== undefined);
  const store = computed(() => presenceStore(client, wanted(), { ...options, isPresent: isPresent() }));
  effect(() => {
    store().give(valueOf(data));
  });
  return signalsOf(store, noMembers);
}

/**
 * The connection as signals: its state, what went wrong last, and the milliseconds until the next attempt, which count down.
 * Takes no lease, and connects nothing.
 *
 * @example
 * ```ts
 * readonly connection = injectConnection();
 * // @if (connection.retryIn(); as wait) { <p role="status">Trying again in {{ wait / 1000 }} s.</p> }
 * ```
 */
export function injectConnection(): Signals<ConnectionStatus> {
  const client = injectRealtime();
  return signalsOf(() => connectionStore(client), unconnected);
}

/**
 * Any Observable as signals: the one that `stream` answers with is subscribed to until it answers with another one, or with
 * `undefined`, which leaves it. At most one change a frame; an error is a value. It keeps no app from becoming stable, as
 * `rxResource` does while its stream is quiet, and does not go on where its params are gone.
 *
 * @example
 * ```ts
 * readonly gaps = realtimeResource(() => this.chat()?.discontinuities$);
 * ```
 */
export const realtimeResource = <T>(stream: () => Observable<T> | undefined): Signals<ResultState<T>> =>
  signalsOf<ResultState<T>>(() => resultStore(stream()), loading);
