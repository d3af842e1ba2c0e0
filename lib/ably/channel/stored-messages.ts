import { lastValueFrom } from 'rxjs';
import type { Paged } from '../rest/pages.js';
import type { MessageReference } from '../annotations/annotations.js';
import type { ChannelRecord } from './record.js';
import type { MessageOf } from '../messages/event-types.js';
import { type HistoryParams, historyOf, messageWith, type Params, versionsOf } from '../messages/history.js';
import {
  edit,
  type ChangedMessage,
  type Edit,
  type MessageOperation,
  serialOf,
  type UpdateDeleteResult,
} from '../messages/edit.js';
import type { ChannelServices } from './services.js';

/** The messages of a channel that the server has kept: read, and changed. What they are of is the user's word, or a schema's. */
export class StoredMessages<Events extends object> {
  readonly #record: ChannelRecord;
  readonly #services: ChannelServices;

  /** @internal Use `client.channel(name)`. */
  constructor(record: ChannelRecord, services: ChannelServices) {
    this.#record = record;
    this.#services = services;
  }

  /**
   * RTL10: the history, newest first unless `direction` says otherwise, as a cold Observable: a page is asked for when the
   * one before it has been taken, so that `take(5)` costs one request; `page()` gives the first page by itself. Needs no
   * lease. Errors with the ErrorInfo of a request that failed, and with `untilAttach` where the channel is not attached.
   */
  history(params: HistoryParams = {}): Paged<MessageOf<Events>> {
    const found: Paged<unknown> = historyOf(this.#record, this.#services, params);
    return found as Paged<MessageOf<Events>>;
  }

  /** RTL28: a message as it is now, by its serial, or by itself. Rejects where there is none. */
  async getMessage(message: MessageReference): Promise<MessageOf<Events>> {
    const found: unknown = await lastValueFrom(messageWith(this.#record, this.#services, serialOf(message)));
    return found as MessageOf<Events>;
  }

  /** RTL31: the versions of a message, oldest first, page by page; as `history` otherwise. */
  getMessageVersions(message: MessageReference, params: Params = {}): Paged<MessageOf<Events>> {
    const found: Paged<unknown> = versionsOf(this.#record, this.#services, () => serialOf(message), params);
    return found as Paged<MessageOf<Events>>;
  }

  /**
   * RTL32: changes a message: what `message` says replaces what was there. Resolves on ACK; rejects as `publish` does, also
   * where the channel has a schema for the message's name that refuses its `data`, and where `message` is a received one
   * that could not be decoded (its `encoding` says what is left).
   */
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

  /** RTL32: appends `data` to that of a message. As `updateMessage` otherwise, but no schema sees a part of a payload. */
  appendMessage(
    message: ChangedMessage,
    operation?: MessageOperation,
    params?: Params,
  ): Promise<UpdateDeleteResult> {
    return this.#change(message, { change: 'message.append', operation, params });
  }

  #change(message: ChangedMessage, changing: Edit): Promise<UpdateDeleteResult> {
    return edit(this.#record, this.#services.publisher, message, changing);
  }
}
