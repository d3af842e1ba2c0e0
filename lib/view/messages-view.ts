import {
  catchError,
  distinctUntilChanged,
  EMPTY,
  filter,
  identity,
  map,
  merge,
  type Observable,
  scan,
  startWith,
  switchMap,
  take,
} from 'rxjs';
import type { CoreChannel } from '../ably/channel/channel.js';
import type { HistoryDepth } from '../ably/messages/replay.js';
import { folded } from '../ably/messages/fold.js';
import type { ErrorInfo } from '../ably/wire/error-info.js';
import type { EventName, MessageOf } from '../ably/wire/event-types.js';
import type { Message } from '../ably/wire/message.js';

/** The messages of a channel, as a page shows them. */
export interface MessagesState<M> {
  /** The newest ones, oldest first: with their updates and appends, and without those that were deleted. */
  readonly messages: readonly M[];
  /** Why messages do not come any more; `undefined` again once the channel is attached. */
  readonly error: ErrorInfo | undefined;
  /** Whether the channel is attached at the moment. */
  readonly attached: boolean;
}

/** Which messages are shown, and how many. */
export interface MessagesOptions<Events extends object, Name extends EventName<Events> = EventName<Events>> {
  /** The name, or the names, of the messages that are wanted; all where it is left out. */
  readonly name?: Name | readonly Name[] | undefined;
  /** How many are kept, 100 where it is left out: the newest. */
  readonly keep?: number | undefined;
  /** How many of the past come first, or all that the server has; needs the channel of a `RealtimeClient`. */
  readonly history?: HistoryDepth | undefined;
  /** Names what a message is about, so that a later one takes the place of the one before; its serial where it is left out. */
  readonly by?: ((message: MessageOf<Events, Name>) => string | undefined) | undefined;
  /** Another source of messages, such as `(channel) => withHistory(channel, 50)` of `rx-realtime/core`. */
  readonly source?: ((channel: CoreChannel<Events>) => Observable<MessageOf<Events, Name>>) | undefined;
}

/** A change of a state. */
export type Patch<S> = (state: S) => S;

/** The state after each patch that changes it. */
export const patched = <S>(initial: S, ...patches: readonly Observable<Patch<S>>[]): Observable<S> =>
  merge(...patches).pipe(
    scan((state: S, patch: Patch<S>) => patch(state), initial),
    distinctUntilChanged(),
  );

/** Nothing has come yet. */
export const noMessages: MessagesState<never> = { messages: [], error: undefined, attached: false };

/**
 * The messages of a channel as one state: never errors. Subscribing is a lease. A failed channel shows its error, and goes on
 * once it is attached again; completes on `dispose()` and `releaseChannel()`, and the state stays.
 */
export function messagesView<Events extends object, Name extends EventName<Events>>(
  channel: CoreChannel<Events>,
  options: MessagesOptions<Events, Name>,
): Observable<MessagesState<MessageOf<Events, Name>>> {
  type M = MessageOf<Events, Name> & Message;
  type State = MessagesState<M>;
  const { keep = 100 } = options;
  const by = options.by as ((message: M) => string | undefined) | undefined;
  if (!(keep >= 0)) throw new TypeError('The option "keep" is a number of messages, 0 or more.');
  const messages$ = sourceOf(channel, options) as Observable<M>;
  return patched<State>(
    noMessages,
    channel.state$.pipe(
      map((current) => (state) => {
        const attached = current === 'attached';
        return { ...state, attached, error: attached ? undefined : state.error };
      }),
    ),
    goingOn(
      channel,
      messages$.pipe(
        map((message) => {
          by?.(message); // here, where what it throws is an error of the stream
          return (state) => {
            const messages = folded(state.messages, message, { keep, by });
            return messages === state.messages ? state : { ...state, messages };
          };
        }),
      ),
    ),
  );
}

/** The states in which something can go wrong. */
interface Failing {
  readonly error: ErrorInfo | undefined;
}

/**
 * Patches of a stream that may fail: the failure is one more, after `lost`, and the stream is subscribed to again with the
 * next attach, or when `other$` emits.
 */
export const goingOn = <Events extends object, S extends Failing>(
  channel: CoreChannel<Events>,
  patch$: Observable<Patch<S>>,
  other$: Observable<unknown> = EMPTY,
  lost: Patch<S> = identity,
): Observable<Patch<S>> =>
  patch$.pipe(
    catchError((error: unknown, again$) =>
      merge(
        channel.changes$.pipe(filter(({ current }) => current === 'attaching' || current === 'attached')),
        other$,
      ).pipe(
        take(1),
        switchMap(() => again$),
        startWith((state: S): S => ({ ...lost(state), error: error as ErrorInfo })),
      ),
    ),
  );

/** `messages` of a `RealtimeClient`'s channel. */
type WithPast<Events extends object, Name extends EventName<Events>> = (
  name: Name | readonly Name[] | undefined,
  options: { readonly history: HistoryDepth | null | undefined },
) => Observable<MessageOf<Events, Name>>;

function sourceOf<Events extends object, Name extends EventName<Events>>(
  channel: CoreChannel<Events>,
  { name, history, source }: MessagesOptions<Events, Name>,
): Observable<MessageOf<Events, Name>> {
  if (source) return source(channel);
  if (history != null && !('history' in channel))
    throw new TypeError(
      'A channel of createClient() has no history. Give `source: (channel) => withHistory(channel, 50)`.',
    );
  const whole: { messages: WithPast<Events, Name> } = channel;
  return whole.messages(name, { history });
}
