import { filter, type Observable } from 'rxjs';
import { type Paged, paged } from '../rest/pages.js';
import { unsent } from '../outbox/pending-queue.js';
import { Action } from '../wire/actions.js';
import {
  type Annotation,
  annotationOf,
  encodeAnnotation,
  type OutgoingAnnotation,
  sizeOfAnnotation,
  type WireAnnotation,
} from '../wire/annotation.js';
import { deciphering } from '../wire/encodings.js';
import type { ChannelRecord } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import { type Params, pathOf } from '../messages/history.js';
import { withLease } from '../channel/lease.js';
import { serialOf } from '../messages/edit.js';
import { refusing, checkState } from '../messages/publish.js';
import type { ChannelServices } from '../channel/services.js';

/** A message, or its serial (RSAN1a1). */
export type MessageReference = string | { readonly serial?: string | undefined };

/** RTL26: the annotations of a channel's messages. */
export class RealtimeAnnotations {
  readonly #record: ChannelRecord;
  readonly #channels: Channels;
  readonly #services: ChannelServices;

  /** @internal Use `channel.annotations`. */
  constructor(record: ChannelRecord, channels: Channels, services: ChannelServices) {
    this.#record = record;
    this.#channels = channels;
    this.#services = services;
  }

  /**
   * RTAN4: every annotation, in order. Subscribing is a lease, as with `channel.messages$`; the server sends annotations
   * only to channels that ask for the mode `annotation_subscribe` (RTAN4e: their lack is logged). Hot, replays nothing;
   * errors when the channel fails, completes on `dispose()`.
   */
  get annotations$(): Observable<Annotation> {
    return withLease(this.#record, this.#channels, (subscriber) => {
      this.#record.joinAnnotations(subscriber);
    });
  }

  /** RTAN4c: the annotations of one type, or of several. */
  ofType(types: string | readonly string[]): Observable<Annotation> {
    const wanted = new Set<string | undefined>([types].flat());
    return this.annotations$.pipe(filter(({ type }) => wanted.has(type)));
  }

  /** RTAN1: annotates a message. Resolves on ACK, rejects on NACK, on loss and on bad input; nobody has to await it. */
  publish(message: MessageReference, annotation: OutgoingAnnotation): Promise<void> {
    return this.#send(message, annotation, 'annotation.create');
  }

  /** RTAN2: takes an annotation of this client's back. As `publish` otherwise. */
  delete(message: MessageReference, annotation: OutgoingAnnotation): Promise<void> {
    return this.#send(message, annotation, 'annotation.delete');
  }

  /** RTAN3, RSAN3: the annotations of a message, page by page. */
  get(message: MessageReference, params: Params = {}): Paged<Annotation> {
    const { cipher } = this.#record.settings;
    const { report, ask } = this.#services;
    const undo = cipher && deciphering(cipher);
    const path = (): string =>
      pathOf(this.#record, `/messages/${encodeURIComponent(serialOf(message))}/annotations`, params);
    return paged(ask, path, (content) =>
      content
        .filter((wire): wire is WireAnnotation => typeof wire === 'object' && wire !== null)
        .map((wire) => annotationOf(wire, {}, { index: 0, report, undo })),
    );
  }

  #send(
    message: MessageReference,
    annotation: OutgoingAnnotation,
    action: 'annotation.create' | 'annotation.delete',
  ): Promise<void> {
    const { publisher } = this.#services;
    const record = this.#record;
    const done = refusing(publisher, () => {
      checkState(record, 'published');
      const { binary } = publisher;
      const messageSerial = serialOf(message);
      const wire = encodeAnnotation(annotation, {
        messageSerial,
        action,
        binary,
        cipher: record.settings.cipher,
      });
      const frame = {
        action: Action.annotation,
        channel: record.name,
        msgSerial: unsent,
        annotations: [wire],
      }; // RTAN1c
      return publisher.submit(frame, sizeOfAnnotation(wire));
    }).then(() => undefined);
    done.catch(() => undefined); // told on errors$
    return done;
  }
}
