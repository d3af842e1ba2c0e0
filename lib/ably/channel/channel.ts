import {
  defer,
  distinctUntilChanged,
  filter,
  lastValueFrom,
  map,
  merge,
  type Observable,
  of,
  take,
} from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import { type ChannelMode, modesOfFlags } from '../wire/flags.js';
import type { PublishResult } from '../wire/frames.js';
import type { Message } from '../wire/message.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import { RealtimeAnnotations } from '../annotations/annotations.js';
import type { ChannelRecord, ChannelProperties } from './record.js';
import type { ChannelStateChange, Discontinuity } from './changes.js';
import type { Channels } from './channels.js';
import { withLease } from './lease.js';
import type { ChannelOptions } from './options.js';
import { type MessageFilter, namesIn, wantedOf } from '../messages/filter.js';
import { replay, type HistoryDepth } from '../messages/replay.js';
import { reconfigure } from './reconfigure.js';
import type {
  AnyEvents,
  EventName,
  MessageOf,
  OutgoingArguments,
  OutgoingData,
  OutgoingName,
  OutgoingOf,
} from '../messages/event-types.js';
import { RealtimePresence } from '../presence/presence.js';
import { publish, type PublishOptions } from '../messages/publish.js';
import type { ChannelServices } from './services.js';
import { attachEnds, detachEnds, whenStateReached } from './wait-for-state.js';
import type { ChannelStateName } from './state.js';
import { StoredMessages } from './stored-messages.js';
import { type StreamOptions, streamOf } from '../messages/stream.js';

/** The services of a channel, for what is a function and no method so that bundlers can leave it out. */
export let servicesOf: <Events extends object, Outgoing extends object>(
  channel: RealtimeChannel<Events, Outgoing>,
) => ChannelServices;

/**
 * One channel of a client. Getting it does no I/O: it attaches when somebody subscribes to its messages, and detaches
 * `detachGrace` after the last one has left.
 *
 * `Events` are the payloads that are received, by event name, and `Outgoing` those that are published: your word, unless
 * the channel has `schemas` that see to it.
 */
export class RealtimeChannel<
  Events extends object = AnyEvents,
  Outgoing extends object = Events,
> extends StoredMessages<Events> {
  readonly #record: ChannelRecord;
  readonly #channels: Channels;
  readonly #services: ChannelServices;
  #messages$: Observable<MessageOf<Events>> | undefined = undefined;
  #annotations: RealtimeAnnotations | undefined = undefined;
  #presence: RealtimePresence | undefined = undefined;

  static {
    servicesOf = (channel) => channel.#services;
  }

  /** @internal Use `client.channel(name)`. */
  constructor(record: ChannelRecord, channels: Channels, services: ChannelServices) {
    super(record, services);
    this.#record = record;
    this.#channels = channels;
    this.#services = services;
  }

  /** RTL23 */
  get name(): string {
    return this.#record.name;
  }

  /** RTL2b: the current state. */
  get state(): ChannelStateName {
    return this.#record.state.name;
  }

  /** RTL24: why the channel is where it is, if something went wrong. */
  get errorReason(): ErrorInfo | undefined {
    return this.#record.state.error;
  }

  /** RTL4m: the modes that the server granted with the last ATTACHED. */
  get modes(): readonly ChannelMode[] {
    return modesOfFlags(this.#record.flags);
  }

  /** RTL4k1: the parameters that the server recognised with the last ATTACHED. */
  get params(): Readonly<Record<string, string>> {
    return this.#record.params ?? {};
  }

  /** RTL15: where the channel stands in its history. */
  get properties(): ChannelProperties {
    const { attachSerial, channelSerial } = this.#record;
    return { attachSerial, channelSerial };
  }

  /**
   * Every message, in order. Subscribing is a lease: the first one connects (unless `autoConnect` is false) and attaches,
   * the last one leaving starts `detachGrace`. Hot, replays nothing; goes on through reconnects, and what may have been
   * missed is told by `discontinuities$`. Errors with the ErrorInfo when the channel fails, so that `retry()` means
   * "attach again"; completes on `dispose()` and `releaseChannel()`.
   */
  get messages$(): Observable<MessageOf<Events>> {
    return (this.#messages$ ??= this.#messagesOf());
  }

  /**
   * The messages of one name, of several, or those that meet a filter (RTL22); of all where nothing is said. Leases,
   * errors and completion as with `messages$`. With `history`, so many of them from the past come first, oldest first, or
   * all that the server still has (`'untilAttach'`); then what has come since, without a gap and without doubles. For so
   * many of a name or a filter the server's history is read back, 1,000 messages a request, until they are found.
   */
  messages<Name extends EventName<Events>>(
    names: Name | readonly Name[],
    options?: PastOptions,
  ): Observable<MessageOf<Events, Name>>;
  messages(filter?: MessageFilter, options?: PastOptions): Observable<MessageOf<Events>>;
  messages(
    wanted?: string | readonly string[] | MessageFilter,
    { history }: PastOptions = {},
  ): Observable<MessageOf<Events>> {
    const live$ = this.#live(wanted);
    if (history == null) return live$;
    const [record, channels, services] = [this.#record, this.#channels, this.#services];
    const isWanted = wanted === undefined ? undefined : wantedOf(wanted);
    const joined$ = replay(live$, { record, channels, services, past: history, isWanted });
    return joined$ as Observable<unknown> as Observable<MessageOf<Events>>;
  }

  /**
   * Every message, in order, for `for await`. Each iteration takes a lease when it asks for its first message, and gives it
   * back as soon as it is left (`break`, `return`, an error) or `signal` is aborted, which throws the signal's reason. What
   * comes faster than it is read waits: up to `buffer` messages, and one too many ends it with an error (80030) after
   * those, or is dropped, as `overflow` says. Goes on through reconnects as `messages$` does; throws the ErrorInfo when the
   * channel fails, and ends on `dispose()`.
   */
  stream(options: StreamOptions<MessageOf<Events>> = {}): AsyncIterable<MessageOf<Events>> {
    return streamOf(this.messages$, options);
  }

  /** The current state at once, then each next one; distinct, never errors, completes on `dispose()`. */
  get state$(): Observable<ChannelStateName> {
    const now$ = defer(() => of(this.state)); // second, so that what its subscribers do about it is heard of
    return merge(this.changes$.pipe(map(({ current }) => current)), now$).pipe(distinctUntilChanged());
  }

  /** RTL2a, RTL2g: each change of state, and each `update`. Hot, replays nothing; completes on `dispose()`. */
  get changes$(): Observable<ChannelStateChange> {
    return this.#channels.changesOf(this.#record);
  }

  /**
   * RTL12, RTL2f: emits when messages may have been missed, before any message that comes after the hole. Hot, replays
   * nothing; completes on `dispose()`.
   */
  get discontinuities$(): Observable<Discontinuity> {
    return this.#channels.gapsOf(this.#record);
  }

  /**
   * RTL4: holds a lease until `detach()`. Resolves once attached, which is at once where it is already; rejects with the
   * reason when the channel becomes detached, suspended or failed instead (RTL4d), or cannot be attached because the
   * connection is closed, suspended or failed (RTL4b).
   */
  attach(): Promise<void> {
    const hopeless = this.#channels.whyNotAttachable(this.#record);
    if (hopeless) return Promise.reject(hopeless);
    this.#channels.takeAttachLease(this.#record);
    return whenStateReached(this, 'attached', (change) =>
      attachEnds(change, this.#channels.whyNotAttachable(this.#record) !== undefined),
    );
  }

  /**
   * RTL5: detaches now, whoever is subscribed; they hear messages again once somebody subscribes or attaches anew. Where a
   * message's handler detaches, what came in the same frame is delivered still. Resolves once detached; rejects on a failed
   * channel (RTL5b), and where the server does not confirm it (RTL5f): whoever is subscribed goes on hearing then, and where
   * nobody is, it is tried again by itself.
   */
  async detach(): Promise<void> {
    if (this.state === 'failed')
      throw new ErrorInfo(`Channel "${this.name}" cannot be detached: it has failed.`, {
        code: 90001,
        statusCode: 400,
      });
    this.#channels.detach(this.#record); // RTL5a: nobody is told of it where it is detached, and it stays so
    if (this.state === 'initialized' || this.state === 'detached') return;
    const isOvertaken = ({ current }: ChannelStateChange): boolean =>
      current === 'attached' && this.#record.state.wanted; // somebody subscribed or attached meanwhile
    await whenStateReached(this, 'detached', (change) => detachEnds(change) || isOvertaken(change));
  }

  /**
   * RTL16: other options from now on. Where the channel is attached and `params` or `modes` change, the server is asked
   * for them, and the channel stays attached meanwhile: no message is missed. Resolves when they are granted, which is at
   * once where the server need not be asked; rejects where they are wrong or are not answered in time, and where the
   * channel is detached, suspended or fails first.
   */
  async setOptions(options: ChannelOptions): Promise<void> {
    const settings = this.#channels.settingsOf(options);
    await lastValueFrom(reconfigure(this.#record, settings, this.#channels), { defaultValue: undefined });
  }

  /** RTL26: the annotations of its messages. */
  get annotations(): RealtimeAnnotations {
    return (this.#annotations ??= new RealtimeAnnotations(this.#record, this.#channels, this.#services));
  }

  /** RTL9a: who is present. */
  get presence(): RealtimePresence {
    return (this.#presence ??= new RealtimePresence(this.#record, this.#channels, this.#services));
  }

  /** RTL25: emits once, and completes, as soon as the channel is in `state`, which may be at once. */
  whenState(state: ChannelStateName): Observable<ChannelStateName> {
    return this.state$.pipe(
      filter((current) => current === state),
      take(1),
    );
  }

  /**
   * RTL6: publishes one message (by name and payload, or as an object) or several in one frame. Resolves with their
   * serials on ACK; rejects on NACK, on loss (RTN7e) and on bad input, such as no messages at all. Takes no lease and does
   * not attach (RTL6c5). Sent again by itself after a reconnect (RTN19a). A rejection that nobody awaits does no harm and
   * shows on `errors$`; but for that of an aborted `signal`, which takes back what has not been sent yet.
   */
  publish<Name extends OutgoingName<Outgoing>>(
    name: Name,
    ...data: OutgoingArguments<OutgoingData<Outgoing, Name>>
  ): Promise<PublishResult>;
  publish(
    messages: OutgoingOf<Outgoing> | readonly OutgoingOf<Outgoing>[],
    options?: PublishOptions,
  ): Promise<PublishResult>;
  publish(
    subject: string | null | OutgoingMessage | readonly OutgoingMessage[],
    second?: unknown,
  ): Promise<PublishResult> {
    const { publisher } = this.#services;
    if (typeof subject === 'string' || subject === null)
      return publish(this.#record, publisher, [{ name: subject, data: second }]); // RTL6h
    return publish(this.#record, publisher, [subject].flat(), second as PublishOptions | undefined);
  }

  #live(wanted: string | readonly string[] | MessageFilter | undefined): Observable<MessageOf<Events>> {
    if (wanted === undefined) return this.messages$;
    const names = namesIn(wanted);
    if (!names) return this.messages$.pipe(filter((message: MessageOf<Events>) => wantedOf(wanted)(message)));
    return merge(...[...new Set(names)].map((name) => this.#messagesOf(name)));
  }

  #messagesOf(name?: string): Observable<MessageOf<Events>> {
    const messages$ = withLease<Message>(this.#record, this.#channels, (subscriber) => {
      if (name === undefined) this.#record.join(subscriber);
      else this.#record.joinNamed(subscriber, name);
    });
    return messages$ as Observable<unknown> as Observable<MessageOf<Events>>; // the user's word, or a schema's
  }
}

/** What comes before the messages that are live. */
export interface PastOptions {
  readonly history?: HistoryDepth;
}
