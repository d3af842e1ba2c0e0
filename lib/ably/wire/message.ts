import { Action, type MessageAction, messageActions } from './actions.js';
import { type Cipher, decodeData, type Undo } from './encodings.js';
import { checkEncoded, checkEncodedArray, undoOf } from './encoded.js';
import type { ErrorInfo } from './error-info.js';
import type { ProtocolMessage, WireMessage, WireVersion } from './frames.js';

/** TM2s: which version of a message this is. */
export type MessageVersion = WireVersion;

/** TM2: a message as it was received, with what its frame knows filled in. A plain object: spread it, clone it, store it. */
export interface Message<Data = unknown, Name extends string | undefined = string | undefined> {
  /** TM2a */
  readonly id: string | undefined;
  readonly name: Name;
  /** TM2d: a string, bytes (`Uint8Array`), or what JSON can say; decoded by RSL6. */
  readonly data: Data;
  /** TM2e: the steps that could not be undone (RSL6b); `undefined` when `data` is what was published. */
  readonly encoding: string | undefined;
  readonly clientId: string | undefined;
  readonly connectionId: string | undefined;
  /** TM2f: when the service received it, in milliseconds since the epoch. */
  readonly timestamp: number | undefined;
  /** TM2i */
  readonly extras: unknown;
  readonly action: MessageAction;
  /** TM2r: names the message for good, through all its versions. */
  readonly serial: string | undefined;
  /** TM2s */
  readonly version: MessageVersion;
  /** TM2u, TM8a */
  readonly annotations: { readonly summary: Readonly<Record<string, unknown>> };
}

/** The fields of a message: a received one may be published again. */
export const messageFields: Readonly<Record<keyof Message, 0>> = {
  ...({ id: 0, name: 0, data: 0, encoding: 0, clientId: 0, connectionId: 0, timestamp: 0 } as const),
  ...({ extras: 0, action: 0, serial: 0, version: 0, annotations: 0 } as const),
};

/** The fields of a message that is published. */
export const publishedFields = { ...messageFields, connectionKey: 0 } as const;

const noAnnotations = Object.freeze({ summary: Object.freeze({}) });

/** Told of each payload that could not be decoded to its end. */
export type Report = (error: ErrorInfo) => void;

/** TM3: the part of a channel's options that decoding takes. */
export interface DecodingOptions {
  /** TB2b: decrypts what was encrypted with it. */
  readonly cipher?: Cipher | null | undefined;
}

export const Message = {
  /**
   * TM3: a message that came another way than over a channel, from a queue or a webhook, as JSON.parse() gave it: decoded
   * and decrypted like a channel's own, with what cannot be undone left in `encoding` (RSL6b). Throws on what is no object.
   */
  fromEncoded: (encoded: object, options?: DecodingOptions | null): Message => {
    checkEncoded(encoded, 'a message');
    return messageOf(encoded, noFrame, 0, ignoreReport, undoOf(options));
  },
  /** TM3: the same for several. */
  fromEncodedArray: (encoded: readonly object[], options?: DecodingOptions | null): readonly Message[] => {
    checkEncodedArray(encoded, 'an array of messages');
    return encoded.map((message) => Message.fromEncoded(message, options));
  },
} as const;

const noFrame: ProtocolMessage = { action: Action.message };
/** A payload that could not be decoded says so itself, by its `encoding`. */
const ignoreReport = (): void => undefined;

/** The `index`th message of a frame, decoded. The hot path: one literal, so that all messages have one shape. */
export function messageOf(
  wire: WireMessage,
  frame: ProtocolMessage,
  index: number,
  report: Report,
  undo?: Undo,
): Message {
  const { encoding } = wire;
  const decoded = encoding ? decodeData(wire.data, encoding, undo) : undefined;
  if (decoded?.error) report(decoded.error);
  const timestamp = wire.timestamp ?? frame.timestamp ?? undefined; // TM2f
  const serial = wire.serial ?? undefined;
  return {
    id: idOf(wire, frame, index),
    name: wire.name ?? undefined,
    data: plainBytes(decoded ? decoded.data : (wire.data ?? undefined)),
    encoding: decoded?.encoding,
    clientId: wire.clientId ?? undefined,
    connectionId: wire.connectionId ?? frame.connectionId ?? undefined, // TM2c
    timestamp,
    extras: wire.extras ?? undefined,
    action: messageActions[wire.action ?? 0] ?? 'unknown', // TM5, RTF1
    serial,
    version: wire.version ? filledIn(wire.version, serial, timestamp) : versionOf(serial, timestamp),
    annotations: wire.annotations?.summary ? { summary: wire.annotations.summary } : noAnnotations,
  };
}

/** TM2a */
export const idOf = (
  { id }: Pick<WireMessage, 'id'>,
  frame: ProtocolMessage,
  index: number,
): string | undefined => id ?? (frame.id ? `${frame.id}:${index}` : undefined);

/** Payloads are cut from their frame, which on Node is a Buffer: users get bytes of their own, of one class everywhere. */
export const plainBytes = (data: unknown): unknown =>
  typeof data === 'object' && data instanceof Uint8Array ? new Uint8Array(data) : data;

/** TM2s1, TM2s2: fills in the fields that the wire left out; one that lacks neither is kept as it is. */
function filledIn(
  version: WireVersion,
  serial: string | undefined,
  timestamp: number | undefined,
): MessageVersion {
  if (typeof version.serial === 'string' && typeof version.timestamp === 'number') return version;
  return { ...version, ...versionOf(version.serial ?? serial, version.timestamp ?? timestamp) };
}

/** Four literals, because spreads cost as much as all the rest of a message. */
function versionOf(serial: string | undefined, timestamp: number | undefined): MessageVersion {
  if (serial === undefined) return timestamp === undefined ? {} : { timestamp };
  return timestamp === undefined ? { serial } : { serial, timestamp };
}
