import { Described } from '../../base/described.js';
import { filter, type Observable, type Subscriber } from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import { FastSubject } from '../../rx/fast-subject.js';
import type { CoreChannel } from '../channel/channel.js';
import { withLease } from '../channel/lease.js';
import { lacksMode, missingMode } from '../channel/modes.js';
import {
  type ChannelFeature,
  type ChannelRecord,
  featureOf,
  type Part,
  type UnservedSubscriber,
  recordOf,
} from '../channel/port.js';
import { isObject, malformed } from '../channel/record.js';
import type { MessageReference } from '../messages/edit.js';
import type { Params } from '../messages/history.js';
import { checkState } from '../messages/publish.js';
import { unsent } from '../outbox/pending-queue.js';
import { publisher } from '../outbox/publisher.js';
import type { Paged } from '../rest/pages.js';
import { Action } from '../wire/actions.js';
import {
  type Annotation,
  annotationOf,
  type OutgoingAnnotation,
  sizeOfAnnotation,
} from '../wire/annotation.js';
import { deciphering } from '../wire/encodings.js';
import type { ErrorInfo } from '../wire/error-info.js';
import { Flag } from '../wire/flags.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { Report } from '../wire/message.js';
import { annotationPages, encodeAnnotationOn } from './over-http.js';

/**
 * RTL26, RTAN4: lets channels receive annotations, for `features` of `createClient`; `annotationsOf(channel)` gives them.
 *
 * @example
 * ```ts
 * const client = createClient({ key, features: [annotations] });
 * const channel = client.channel('chat', { modes: ['subscribe', 'annotation_subscribe'] });
 * annotationsOf(channel).ofType('reaction:distinct.v1').subscribe(show);
 * ```
 */
export const annotations: Part<AnnotationsFeature> = ({ report }) => new AnnotationsFeature(report);

/** The subscribers of all channels' annotations, and what they get. */
class AnnotationsFeature implements ChannelFeature {
  readonly actions = [Action.annotation];
  readonly #subjects = new WeakMap<ChannelRecord, FastSubject<Annotation>>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Adds a subscriber to the annotations of a channel; without replay. */
  join(record: ChannelRecord, subscriber: Subscriber<Annotation>): void {
    const subject = this.#subjects.get(record) ?? new FastSubject<Annotation>();
    this.#subjects.set(record, subject);
    subject.join(subscriber);
  }

  /** RTAN4b, RTL17 */
  readonly frame = (record: ChannelRecord, frame: ProtocolMessage): void => {
    if (record.state.name !== 'attached') return;
    record.advance(frame);
    const { cipher } = record.settings;
    const undo = cipher && deciphering(cipher);
    if (record.recallFrame(frame) || !this.isHeard(record)) return;
    const report = this.#report;
    frame.annotations?.forEach((wire, index) => {
      if (isObject(wire))
        this.#subjects.get(record)?.next(annotationOf(wire, frame, { index, report, undo }));
      else report(malformed('annotation'));
    });
  };

  readonly isHeard = (record: ChannelRecord): boolean => this.#subjects.get(record)?.observed === true;

  /** RTAN4e */
  readonly unserved = (record: ChannelRecord): UnservedSubscriber | undefined =>
    lacksMode(record, Flag.annotationSubscribe) && this.isHeard(record)
      ? {
          error: missingMode(record, 'no annotations come', 'annotation_subscribe'),
          end: (error) => {
            this.end(record, error);
          },
        }
      : undefined;

  readonly end = (record: ChannelRecord, error?: ErrorInfo): void => {
    const subject = this.#subjects.get(record);
    this.#subjects.delete(record); // a subscriber that comes back while the others are told of the end finds a fresh one
    if (error) subject?.error(error);
    else subject?.complete();
  };
}

/** RTL26: the annotations of a channel's messages; no I/O. Throws 40019 where the client has not the feature `annotations`. */
export const annotationsOf = (channel: CoreChannel): RealtimeAnnotations =>
  new RealtimeAnnotations(recordOf(channel));

/** RTL26: the annotations of a channel's messages. */
export class RealtimeAnnotations extends Described {
  readonly #record: ChannelRecord;
  readonly #feature: AnnotationsFeature;

  /** @internal Use `channel.annotations`, or `annotationsOf(channel)`. */
  constructor(record: ChannelRecord) {
    super();
    this.#record = record;
    this.#feature = featureOf(record, annotations, 'annotations');
  }

  toJSON(): object {
    const { name: channel } = this.#record;
    return { channel };
  }

  /**
   * RTAN4: every annotation, in order. Subscribing is a lease, as with `channel.messages$`; the server sends annotations
   * only to channels that ask for the mode `annotation_subscribe` (RTAN4e: their lack is logged). Hot, replays nothing;
   * errors when the channel fails (RxJS throws it where a subscriber has no `error` handler), completes on `dispose()`.
   */
  get annotations$(): Observable<Annotation> {
    return withLease(this.#record, (subscriber) => {
      this.#feature.join(this.#record, subscriber);
    });
  }

  /** RTAN4c: the annotations of one type, or of several. Leases, errors and completion are those of `annotations$`. */
  ofType(types: string | readonly string[]): Observable<Annotation> {
    const wanted = new Set<string | undefined>([types].flat());
    return this.annotations$.pipe(filter(({ type }) => wanted.has(type)));
  }

  /**
   * RTAN1: annotates a message, by its serial or by itself. Resolves on ACK; rejects on NACK, on loss, over
   * `maxMessageSize` (40009) and on bad input, such as no `type` (40003). Takes no lease and does not attach; is sent again
   * after a reconnect. A rejection that is not awaited shows on `errors$`.
   *
   * @example
   * ```ts
   * await annotationsOf(channel).publish(message, { type: 'reaction:distinct.v1', name: '👍' });
   * ```
   */
  publish(message: MessageReference, annotation: OutgoingAnnotation): Promise<void> {
    return this.#send(message, annotation, 'annotation.create');
  }

  /** RTAN2: takes an annotation of this client's back. As `publish` otherwise. */
  delete(message: MessageReference, annotation: OutgoingAnnotation): Promise<void> {
    return this.#send(message, annotation, 'annotation.delete');
  }

  /**
   * RTAN3, RSAN3: the annotations of a message; cold, over HTTP, page by page. Completes after the last one; errors with the
   * ErrorInfo of a request that failed.
   */
  get(message: MessageReference, params?: Params): Paged<Annotation> {
    return annotationPages(this.#record, message, params);
  }

  #send(
    message: MessageReference,
    annotation: OutgoingAnnotation,
    action: 'annotation.create' | 'annotation.delete',
  ): Promise<void> {
    const record = this.#record;
    const { client } = record.host;
    const outbox = client.use(publisher);
    const done = outbox.attempt(() => {
      checkState(record, 'published');
      const wire = encodeAnnotationOn(record, message, annotation, action);
      const frame = {
        action: Action.annotation,
        channel: record.name,
        msgSerial: unsent,
        annotations: [wire],
      }; // RTAN1c
      return outbox.submit(frame, sizeOfAnnotation(wire));
    });
    return ignoreRejection(done.then(() => undefined)); // shown on errors$
  }
}
