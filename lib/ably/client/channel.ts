import { filter, lastValueFrom, type Observable } from 'rxjs';
import { RealtimeAnnotations } from '../annotations/annotations.js';
import { CoreChannel } from '../channel/channel.js';
import { recordOf } from '../channel/port.js';
import type { ChannelOptions } from '../channel/options.js';
import { fieldsOf } from '../check-options.js';
import {
  type ChangedMessage,
  editOn,
  type MessageOperation,
  type MessageReference,
  serialOf,
  type UpdateDeleteResult,
} from '../messages/edit.js';
import { checkFilter, type MessageFilter, matcherFor, namesIn } from '../messages/filter.js';
import { type HistoryParams, historyOn, messageOn, type Params, versionsOn } from '../messages/history.js';
import { publishArguments, publishOn, type PublishOptions } from '../messages/publish.js';
import { type HistoryDepth, replay } from '../messages/replay.js';
import { type StreamOptions, streamOf } from '../messages/stream.js';
import { RealtimePresence } from '../presence/presence.js';
import type { Paged } from '../rest/pages.js';
import type {
  AnyEvents,
  AnyMessageOf,
  EventName,
  MessageOf,
  OutgoingArguments,
  OutgoingData,
  OutgoingName,
  OutgoingOf,
} from '../wire/event-types.js';
import type { PublishResult } from '../wire/frames.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import { setOptionsOf } from './functions.js';

/**
 * One channel of a client. Getting it does no I/O: it attaches when somebody subscribes to its messages, and detaches
 * `detachGrace` after the last one has left.
 *
 * `Events` are the payloads that are received, by event name, and `Outgoing` those that are published: your word, unless
 * the channel has `schemas` that check them.
 */
export class RealtimeChannel<
  Events extends object = AnyEvents,
  Outgoing extends object = Events,
> extends CoreChannel<Events, Outgoing> {
  #annotations: RealtimeAnnotations | undefined = undefined;
  #presence: RealtimePresence | undefined = undefined;

  /**
   * The messages of one name, of several, or those that meet a filter (RTL22); of all where nothing is said. Leases,
   * errors and completion as with `messages$`. With `history`, so many of them from the past come first, oldest first, or
   * all that the server still has (`'untilAttach'`); then what has come since, without a gap and without doubles. For so
   * many of a name or a filter the server's history is read back, 1,000 messages a request, until they are found.
   */
  override messages<Name extends EventName<Events>>(
    names: Name | readonly Name[],
    options?: PastOptions,
  ): Observable<MessageOf<Events, Name>>;
  override messages(filter?: MessageFilter, options?: PastOptions): Observable<AnyMessageOf<Events>>;
  override messages(
    wanted?: string | readonly string[] | MessageFilter,
    options?: PastOptions,
  ): Observable<AnyMessageOf<Events>> {
    const { log } = recordOf(this).host.client;
    if (wanted != null) checkFilter(wanted, log);
    const { history } = fieldsOf(options, { history: 0 }, log, 'the options of messages()');
    const live$ = this.#live(wanted);
    if (history == null) return live$;
    const isWanted = wanted == null ? undefined : matcherFor(wanted);
    const replayed$: Observable<unknown> = replay(live$, {
      record: recordOf(this),
      depth: history,
      isWanted,
    });
    return replayed$ as Observable<MessageOf<Events>>; // the user's word, or a schema's
  }

  /**
   * Every message, in order, for `for await`. Each iteration takes a lease when it asks for its first message, and gives it
   * back as soon as it is left (`break`, `return`, an error) or `signal` is aborted, which throws the signal's reason. What
   * comes faster than it is read waits: up to `buffer` messages, and one too many ends it with an error (80030) after
   * those, or is dropped, as `overflow` says. Goes on through reconnects as `messages$` does; throws the ErrorInfo when the
   * channel fails, and ends on `dispose()`.
   */
  stream(options: StreamOptions<MessageOf<Events>> = {}): AsyncIterable<MessageOf<Events>> {
    return streamOf(this.messages$, options, recordOf(this).host.client.log);
  }

  /**
   * RTL16: other options from now on. Where the channel is attached and `params` or `modes` change, the server is asked
   * for them, and the channel stays attached meanwhile: no message is missed. Resolves when they are granted, which is at
   * once where the server need not be asked; rejects where they are wrong or are not answered in time, and where the
   * channel is detached, suspended or fails first.
   */
  setOptions(options: ChannelOptions): Promise<void> {
    return setOptionsOf(recordOf(this), options);
  }

  /** RTL26: the annotations of its messages. */
  get annotations(): RealtimeAnnotations {
    return (this.#annotations ??= new RealtimeAnnotations(recordOf(this)));
  }

  /** RTL9a: the members of the channel. */
  get presence(): RealtimePresence {
    return (this.#presence ??= new RealtimePresence(recordOf(this)));
  }

  /**
   * RTL6: publishes one message (by name and payload, or as an object) or several in one frame. Resolves with their
   * serials on ACK; rejects on NACK, on loss (RTN7e) and on bad input, such as no messages at all. The error is
   * `uncertain` where the server may have them all the same; where not, they have not arrived. Takes no lease and does
   * not attach (RTL6c5). Sent again by itself after a reconnect (RTN19a). A rejection that nobody awaits does no harm
   * and shows on `errors$`; but for that of an aborted `signal`, which takes back what has not been sent yet.
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
    third?: unknown,
  ): Promise<PublishResult> {
    const record = recordOf(this);
    return publishOn(record, ...publishArguments(record.host.client.log, subject, second, third));
  }

  /**
   * RTL10: the history, newest first unless `direction` says otherwise, as a cold Observable: a page is asked for when the
   * one before it has been taken, so that `take(5)` costs one request; `page()` gives the first page by itself. Needs no
   * lease. Errors with the ErrorInfo of a request that failed, with 80017 where the client is disposed of meanwhile, and with
   * `untilAttach` where the channel is not attached.
   */
  history(params?: HistoryParams): Paged<MessageOf<Events>> {
    const found: Paged<unknown> = historyOn(recordOf(this), params);
    return found as Paged<MessageOf<Events>>;
  }

  /** RTL28: a message as it is now, by its serial, or by itself. Rejects where there is none. */
  async getMessage(message: MessageReference): Promise<MessageOf<Events>> {
    const found: unknown = await lastValueFrom(messageOn(recordOf(this), serialOf(message)));
    return found as MessageOf<Events>;
  }

  /** RTL31: the versions of a message, oldest first, page by page; as `history` otherwise. */
  getMessageVersions(message: MessageReference, params?: Params): Paged<MessageOf<Events>> {
    const found: Paged<unknown> = versionsOn(recordOf(this), () => serialOf(message), params);
    return found as Paged<MessageOf<Events>>;
  }

  /**
   * RTL32: changes a message: what `message` says replaces what was there. Resolves on ACK; rejects as `publish` does, also
   * where the channel has a schema for the message's name that refuses its `data`, where `message` is a received one that
   * could not be decoded (its `encoding` says what is left), and, `uncertain`, where the session was lost before the ACK.
   */
  updateMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return editOn(recordOf(this), message, { change: 'message.update', operation, params });
  }

  /** RTL32: marks a message as deleted; its serial stays. As `updateMessage` otherwise. */
  deleteMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return editOn(recordOf(this), message, { change: 'message.delete', operation, params });
  }

  /** RTL32: appends `data` to that of a message. As `updateMessage` otherwise, but no schema sees a part of a payload. */
  appendMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return editOn(recordOf(this), message, { change: 'message.append', operation, params });
  }

  #live(wanted: string | readonly string[] | MessageFilter | undefined): Observable<MessageOf<Events>> {
    if (wanted == null) return this.messages$;
    if (namesIn(wanted)) return super.messages(wanted as EventName<Events>);
    const isWanted = matcherFor(wanted);
    return this.messages$.pipe(filter((message: MessageOf<Events>) => isWanted(message)));
  }
}

/** Options of the past that comes before the live messages. */
export interface PastOptions {
  readonly history?: HistoryDepth;
}
