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
import type { Paged } from '../rest/pages.js';
import { ErrorInfo } from '../wire/error-info.js';
import { type ChannelMode, modesOfFlags } from '../wire/flags.js';
import type { PublishResult } from '../wire/frames.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import { type MessageReference, RealtimeAnnotations } from './annotations.js';
import type { Cell, ChannelProperties } from './cell.js';
import type { ChannelStateChange, Discontinuity } from './changes.js';
import type { Channels } from './channels.js';
import type {
  AnyEvents,
  EventName,
  MessageOf,
  OutgoingArguments,
  OutgoingName,
  OutgoingOf,
} from './events.js';
import type { MessageFilter } from './filter.js';
import { heard, type Wish } from './heard.js';
import { type HistoryParams, historyOf, messageWith, type Params, versionsOf } from './history.js';
import {
  changed,
  type ChangedMessage,
  type Changing,
  type MessageOperation,
  serialOf,
  type UpdateDeleteResult,
} from './mutate.js';
import type { ChannelOptions } from './options.js';
import type { Past } from './past.js';
import { reconfigured } from './reconfigure.js';
import { published, type PublishOptions } from './publish.js';
import type { ChannelServices } from './services.js';
import { attachEnds, detachEnds, settled } from './settle.js';
import type { ChannelStateName } from './state.js';
import { type StreamOptions, streamOf } from './stream.js';

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
export class RealtimeChannel<Events extends object = AnyEvents, Outgoing extends object = Events> {
  readonly #cell: Cell;
  readonly #channels: Channels;
  readonly #services: ChannelServices;
  #messages$: Observable<MessageOf<Events>> | undefined = undefined;
  #annotations: RealtimeAnnotations | undefined = undefined;

  static {
    servicesOf = (channel) => channel.#services;
  }

  /** @internal Use `client.channel(name)`. */
  constructor(cell: Cell, channels: Channels, services: ChannelServices) {
    this.#cell = cell;
    this.#channels = channels;
    this.#services = services;
  }

  /** RTL23 */
  get name(): string {
    return this.#cell.name;
  }

  /** RTL2b: the current state. */
  get state(): ChannelStateName {
    return this.#cell.state.name;
  }

  /** RTL24: why the channel is where it is, if something went wrong. */
  get errorReason(): ErrorInfo | undefined {
    return this.#cell.state.error;
  }

  /** RTL4m: the modes that the server granted with the last ATTACHED. */
  get modes(): readonly ChannelMode[] {
    return modesOfFlags(this.#cell.flags);
  }

  /** RTL4k1: the parameters that the server recognised with the last ATTACHED. */
  get params(): Readonly<Record<string, string>> {
    return this.#cell.params ?? {};
  }

  /** RTL15: where the channel stands in its history. */
  get properties(): ChannelProperties {
    const { attachSerial, channelSerial } = this.#cell;
    return { attachSerial, channelSerial };
  }

  /**
   * Every message, in order. Subscribing is a lease: the first one connects (unless `autoConnect` is false) and attaches,
   * the last one leaving starts `detachGrace`. Hot, replays nothing; goes on through reconnects, and what may have been
   * missed is told by `discontinuities$`. Errors with the ErrorInfo when the channel fails, so that `retry()` means
   * "attach again"; completes on `dispose()`.
   */
  get messages$(): Observable<MessageOf<Events>> {
    return (this.#messages$ ??= this.#heard({}));
  }

  /**
   * The messages of one name, of several, or those that meet a filter (RTL22); of all where nothing is said. Leases,
   * errors and completion as with `messages$`. With `history`, so many messages of the past come first, oldest first, or
   * all that the server still has (`'untilAttach'`); then what has come since, without a gap and without doubles.
   */
  messages<Name extends EventName<Events>>(
    names: Name | readonly Name[],
    options?: { readonly history?: Past },
  ): Observable<MessageOf<Events, Name>>;
  messages(filter?: MessageFilter, options?: { readonly history?: Past }): Observable<MessageOf<Events>>;
  messages(wanted: Wish['wanted'], { history }: { readonly history?: Past } = {}): Observable<unknown> {
    return this.#heard({ wanted, history });
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
    return this.#channels.changesOf(this.#cell);
  }

  /**
   * RTL12, RTL2f: emits when messages may have been missed, before any message that comes after the hole. Hot, replays
   * nothing; completes on `dispose()`.
   */
  get discontinuities$(): Observable<Discontinuity> {
    return this.#channels.gapsOf(this.#cell);
  }

  /**
   * RTL4: holds a lease until `detach()`. Resolves once attached, which is at once where it is already; rejects with the
   * reason when the channel becomes detached, suspended or failed instead (RTL4d), or cannot be attached because the
   * connection is closed, suspended or failed (RTL4b).
   */
  attach(): Promise<void> {
    const { hopeless } = this.#channels;
    if (hopeless) return Promise.reject(hopeless);
    this.#channels.hold(this.#cell);
    return settled(this, 'attached', (change) => attachEnds(change, this.#channels.hopeless !== undefined));
  }

  /**
   * RTL5: detaches now, whoever is subscribed; they hear messages again once somebody subscribes or attaches anew.
   * Resolves once detached; rejects where the server does not confirm it (RTL5f), and on a failed channel (RTL5b).
   */
  async detach(): Promise<void> {
    if (this.state === 'failed')
      throw new ErrorInfo(`Channel "${this.name}" cannot be detached: it has failed.`, {
        code: 90001,
        statusCode: 400,
      });
    if (this.state === 'initialized' || this.state === 'detached') return; // RTL5a
    this.#channels.detach(this.#cell);
    const isOvertaken = ({ current }: ChannelStateChange): boolean =>
      current === 'attached' && this.#cell.state.wanted; // somebody subscribed or attached meanwhile
    await settled(this, 'detached', (change) => detachEnds(change) || isOvertaken(change));
  }

  /**
   * RTL16: other options from now on. Where the channel is attached and `params` or `modes` change, the server is asked
   * for them, and the channel stays attached meanwhile: no message is missed. Resolves when they are granted; rejects
   * where they are wrong, are not granted, or the channel is detached, suspended or fails first.
   */
  async setOptions(options: ChannelOptions): Promise<void> {
    const settings = this.#channels.settingsOf(options);
    await lastValueFrom(reconfigured(this.#cell, settings, this.#channels, this.#services));
  }

  /** RTL26: the annotations of its messages. */
  get annotations(): RealtimeAnnotations {
    return (this.#annotations ??= new RealtimeAnnotations(this.#cell, this.#channels, this.#services));
  }

  /**
   * RTL10: the history, newest first unless `direction` says otherwise, as a cold Observable: a page is asked for when the
   * one before it has been taken, so that `take(5)` costs one request; `page()` gives the first page by itself. Needs no
   * lease. Errors with the ErrorInfo of a request that failed, and with `untilAttach` where the channel is not attached.
   */
  history(params: HistoryParams = {}): Paged<MessageOf<Events>> {
    const found: Paged<unknown> = historyOf(this.#cell, this.#services, params);
    return found as Paged<MessageOf<Events>>;
  }

  /** RTL28: a message as it is now, by its serial, or by itself. Rejects where there is none. */
  async getMessage(message: MessageReference): Promise<MessageOf<Events>> {
    const found$: Observable<unknown> = messageWith(this.#cell, this.#services, serialOf(message));
    return lastValueFrom(found$ as Observable<MessageOf<Events>>);
  }

  /** RTL31: the versions of a message, oldest first, page by page; as `history` otherwise. */
  getMessageVersions(message: MessageReference, params: Params = {}): Paged<MessageOf<Events>> {
    const found: Paged<unknown> = versionsOf(this.#cell, this.#services, serialOf(message), params);
    return found as Paged<MessageOf<Events>>;
  }

  /** RTL32: changes a message: what `message` says replaces what was there. Resolves on ACK; rejects as `publish` does. */
  updateMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return this.#change(message, { change: 'message.update', operation, params });
  }

  /** RTL32: marks a message as deleted; its serial stays. As `updateMessage` otherwise. */
  deleteMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return this.#change(message, { change: 'message.delete', operation, params });
  }

  /** RTL32: appends `data` to that of a message. As `updateMessage` otherwise. */
  appendMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return this.#change(message, { change: 'message.append', operation, params });
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
   * serials on ACK; rejects on NACK, on loss (RTN7e) and on bad input. Takes no lease and does not attach (RTL6c5). Sent
   * again by itself after a reconnect (RTN19a). A rejection that nobody awaits does no harm and shows on `errors$`; but for
   * that of an aborted `signal`, which takes back what has not been sent yet.
   */
  publish<Name extends OutgoingName<Outgoing>>(
    name: Name,
    ...data: OutgoingArguments<Outgoing, Name>
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
      return published(this.#cell, publisher, [{ name: subject, data: second }]); // RTL6h
    return published(this.#cell, publisher, [subject].flat(), second as PublishOptions | undefined);
  }

  #change(message: ChangedMessage, changing: Changing): Promise<UpdateDeleteResult> {
    return changed(this.#cell, this.#services.publisher, message, changing);
  }

  #heard(wish: Wish): Observable<never> {
    return heard({ cell: this.#cell, channels: this.#channels, services: this.#services, ...wish });
  }
}
