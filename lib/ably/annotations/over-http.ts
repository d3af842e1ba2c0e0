import { warnFields } from '../../options/unknown-options.js';
import type { HttpChannel } from '../channel/port.js';
import { givesIds } from '../http.js';
import { type MessageReference, serialOf } from '../messages/edit.js';
import { pagesOf, type Params, pathOf } from '../messages/history.js';
import type { Paged } from '../rest/pages.js';
import {
  type Annotation,
  annotationFields,
  annotationOf,
  encodeAnnotation,
  type OutgoingAnnotation,
} from '../wire/annotation.js';
import { deciphering } from '../wire/encodings.js';
import type { WireAnnotation } from '../wire/frames.js';

/** RSAN1c6, RSAN3b: the path of a message's annotations. */
export const annotationsPath = (channel: HttpChannel, message: MessageReference, params?: Params): string =>
  pathOf(channel, `/messages/${encodeURIComponent(serialOf(message))}/annotations`, params);

/** RSAN3: the annotations of a message, page by page. */
export function annotationPages(
  channel: HttpChannel,
  message: MessageReference,
  params?: Params,
): Paged<Annotation> {
  const { cipher } = channel.settings;
  const { report } = channel.host.client;
  const undo = cipher && deciphering(cipher);
  return pagesOf(
    channel,
    () => annotationsPath(channel, message, params),
    (content) =>
      content
        .filter((wire): wire is WireAnnotation => typeof wire === 'object' && wire !== null)
        .map((wire) => annotationOf(wire, {}, { index: 0, report, undo })),
  );
}

/** RSAN1c: an annotation as it travels. Throws 40003 where it has no type, or the message no serial. */
export function encodeAnnotationOn(
  { settings: { cipher }, host: { client } }: HttpChannel,
  message: MessageReference,
  annotation: OutgoingAnnotation,
  action: 'annotation.create' | 'annotation.delete',
): WireAnnotation {
  const messageSerial = serialOf(message);
  warnFields(annotation, annotationFields, client.log, 'an annotation');
  const encoded = encodeAnnotation(annotation, { messageSerial, action, binary: client.binary, cipher });
  const id = annotation.id || (givesIds(client) ? `${client.newId()}:0` : undefined); // RSAN1c4
  return { ...(id !== undefined && { id }), ...encoded };
}
