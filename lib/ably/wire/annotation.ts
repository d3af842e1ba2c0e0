import { wellFormed } from '../../codec/utf8.js';
import { checkEncoded, checkEncodedArray, undoOf } from './encoded.js';
import { type Cipher, decodeData, encodeData, type Undo } from './encodings.js';
import { ErrorInfo } from './error-info.js';
import type { ProtocolMessage, WireAnnotation } from './frames.js';
import { type DecodingOptions, plainBytes, type Report } from './message.js';
import { sizeOf, snapshotOf } from './outgoing.js';

/** TAN2b: the actions of annotations, by their number on the wire. */
export const annotationActions = ['annotation.create', 'annotation.delete'] as const;
/** TAN2b1: the action of an annotation; a number that this library does not know yet arrives as `unknown` (RTF1). */
export type AnnotationAction = (typeof annotationActions)[number] | 'unknown';

/** TAN2: an annotation as it was received. */
export interface Annotation {
  /** TAN2a: the same each time that the annotation is sent again. */
  readonly id: string | undefined;
  readonly action: AnnotationAction;
  /** TAN2c: the publisher. */
  readonly clientId: string | undefined;
  /** TAN2d: a value to sum up by, such as an emoji. */
  readonly name: string | undefined;
  /** TAN2e: how often it counts, for types that sum up counts. */
  readonly count: number | undefined;
  /** TAN2f: decoded as a message's payload is. */
  readonly data: unknown;
  /** TAN2g: the steps that could not be undone (RSL6b). */
  readonly encoding: string | undefined;
  /** TAN2h: milliseconds since the epoch */
  readonly timestamp: number | undefined;
  /** TAN2i: names the annotation among those of its channel, in their order. */
  readonly serial: string | undefined;
  /** TAN2j: names the message that is annotated. */
  readonly messageSerial: string | undefined;
  /** TAN2k: with the way of summing up behind a colon, such as `reaction:distinct.v1`. */
  readonly type: string | undefined;
  readonly extras: unknown;
}

/** The fields of an annotation: a received one may be published again, or deleted. */
export const annotationFields: Readonly<Record<keyof Annotation, 0>> = {
  ...({ id: 0, action: 0, clientId: 0, name: 0, count: 0, data: 0, encoding: 0, timestamp: 0 } as const),
  ...({ serial: 0, messageSerial: 0, type: 0, extras: 0 } as const),
};

/** Reads annotations that came another way than over a channel. */
export const Annotation = {
  /**
   * TAN3: an annotation that came another way than over a channel, as JSON.parse() gave it: decoded and decrypted like a
   * channel's own, with what cannot be undone left in `encoding` (RSL6b). Throws on what is no object.
   */
  fromEncoded: (encoded: object, options?: DecodingOptions | null): Annotation => {
    checkEncoded(encoded, 'an annotation');
    return annotationOf(encoded, {}, { index: 0, report: () => undefined, undo: undoOf(options) }); // its `encoding` says what is left
  },
  /** TAN3: the same for several. */
  fromEncodedArray: (encoded: readonly object[], options?: DecodingOptions | null): readonly Annotation[] => {
    checkEncodedArray(encoded, 'an array of annotations');
    return encoded.map((annotation) => Annotation.fromEncoded(annotation, options));
  },
} as const;

/** RSAN1a2: an annotation to publish. */
export interface OutgoingAnnotation {
  /** RSAN1c4: names the annotation, which the server then takes once; by default one that nothing else has. */
  readonly id?: string | null | undefined;
  /** RSAN1a3: with the way of summing up behind a colon, such as `reaction:distinct.v1`. */
  readonly type: string;
  /** TAN2d: a value to sum up by, such as an emoji. */
  readonly name?: string | null | undefined;
  /** TAN2e: how often it counts, for types that sum up counts. */
  readonly count?: number | null | undefined;
  /** TAN2c: the publisher; by default this client. */
  readonly clientId?: string | null | undefined;
  /** TAN2f: a payload of the same types as a message's. */
  readonly data?: unknown;
  readonly extras?: unknown;
}

/** TAN2f1: the `index`th annotation of a frame, decoded. */
export function annotationOf(
  wire: WireAnnotation,
  frame: Pick<ProtocolMessage, 'id' | 'timestamp'>,
  {
    index,
    report,
    undo,
  }: { readonly index: number; readonly report: Report; readonly undo?: Undo | undefined },
): Annotation {
  const { data, encoding, error } = decodeData(wire.data, wire.encoding, undo);
  if (error) report(error);
  return {
    id: wire.id ?? (frame.id ? `${frame.id}:${index}` : undefined),
    action: annotationActions[wire.action ?? 0] ?? 'unknown',
    clientId: wire.clientId ?? undefined,
    name: wire.name ?? undefined,
    count: wire.count ?? undefined,
    data: plainBytes(data ?? undefined),
    encoding,
    timestamp: wire.timestamp ?? frame.timestamp ?? undefined,
    serial: wire.serial ?? undefined,
    messageSerial: wire.messageSerial ?? undefined,
    type: wire.type ?? undefined,
    extras: wire.extras ?? undefined,
  };
}

/** RSAN1: the annotation as it travels. Throws 40003 where it has no type (RSAN1a3). */
export function encodeAnnotation(
  annotation: OutgoingAnnotation,
  {
    messageSerial,
    action,
    binary,
    cipher,
  }: {
    readonly messageSerial: string;
    readonly action: AnnotationAction;
    readonly binary: boolean;
    readonly cipher: Cipher | undefined;
  },
): WireAnnotation {
  const { type, name, count, clientId, data, extras } =
    (annotation as OutgoingAnnotation | null) ?? ({} as OutgoingAnnotation); // from JavaScript
  if (typeof (type as unknown) !== 'string' || type === '')
    throw new ErrorInfo('An annotation has to have a "type", such as "reaction:distinct.v1".', {
      code: 40003,
    });
  return {
    action: (annotationActions as readonly string[]).indexOf(action), // RSAN1c1
    messageSerial, // RSAN1c2
    type: wellFormed(type),
    ...(name != null && { name: wellFormed(name) }),
    ...(count != null && { count }),
    ...(clientId != null && { clientId: wellFormed(clientId) }),
    ...encodeData(data, binary, cipher), // RSAN1c3
    ...(extras != null && { extras: snapshotOf(extras) }),
  };
}

/** RSAN1a4 */
export const sizeOfAnnotation = (wire: WireAnnotation): number => sizeOf(wire);
