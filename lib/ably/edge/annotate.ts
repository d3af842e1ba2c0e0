import { map } from 'rxjs';
import { annotationPages, annotationsPath, encodeAnnotationOn } from '../annotations/over-http.js';
import { type ChannelFace, channelIn } from '../channel/port.js';
import type { MessageReference } from '../messages/edit.js';
import type { Params } from '../messages/history.js';
import type { Paged } from '../rest/pages.js';
import type { Annotation, OutgoingAnnotation } from '../wire/annotation.js';
import { checkSize } from './change.js';
import { ask, performed } from './perform.js';

/**
 * RSAN1: annotates a message, by its serial or by itself, over HTTP. Rejects with the server's error, over `maxMessageSize`
 * (40009) and on bad input, such as no `type` (40003); the error is `uncertain` where the server may have the annotation.
 *
 * @example
 * ```ts
 * await annotate(channel, message, { type: 'reaction:distinct.v1', name: '👍' });
 * ```
 */
export const annotate = <Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  message: MessageReference,
  annotation: OutgoingAnnotation,
): Promise<void> => send(channel, message, { annotation, action: 'annotation.create' });

/** RSAN2: takes an annotation of this client's back. As `annotate` otherwise. */
export const deleteAnnotation = <Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  message: MessageReference,
  annotation: OutgoingAnnotation,
): Promise<void> => send(channel, message, { annotation, action: 'annotation.delete' });

/** RSAN3: the annotations of a message, oldest first, page by page. Cold; completes and errors as `historyOf` does. */
export const getAnnotations = <Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  message: MessageReference,
  params?: Params,
): Paged<Annotation> => annotationPages(channelIn(channel), message, params);

function send<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  message: MessageReference,
  what: {
    readonly annotation: OutgoingAnnotation;
    readonly action: 'annotation.create' | 'annotation.delete';
  },
): Promise<void> {
  const inside = channelIn(channel);
  const { client } = inside.host;
  return performed(client, () => {
    const wire = encodeAnnotationOn(inside, message, what.annotation, what.action);
    checkSize([wire], undefined, client);
    const path = annotationsPath(inside, message);
    return ask(client, { method: 'POST', path, body: [wire] }).pipe(map(() => undefined));
  });
}
