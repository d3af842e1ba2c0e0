import { byteLengthOf } from '../../codec/codec.js';
import { wellFormed } from '../../codec/utf8.js';
import { type Cipher, encodeData, writeJson } from './encodings.js';
import { ErrorInfo } from './error-info.js';
import type { WireMessage } from './frames.js';

/** A message to publish; every field may be left out (RTL6i3). */
export interface OutgoingMessage<Data = unknown> {
  readonly name?: string | null | undefined;
  /** A string, an object, an array, or bytes (RSL4a). */
  readonly data?: Data | null | undefined;
  /** Only for clients that may assume any identity (RTL6g3). */
  readonly clientId?: string | undefined;
  /** A client-supplied id makes re-publishing idempotent. */
  readonly id?: string | undefined;
  readonly extras?: unknown;
  /** TM2e: the steps that `data` has been through already, oldest first; those of this client come after them. */
  readonly encoding?: string | undefined;
  /** TM2h: the key of the connection on whose behalf it is published, which is the one that others see; a secret. */
  readonly connectionKey?: string | undefined;
}

/** RSL4: the message as it travels; empty fields are left out (RTL6i3). Throws 40013 on a payload of another type. */
export function encodeMessage(message: OutgoingMessage, binary: boolean, cipher?: Cipher): WireMessage {
  if (typeof message !== 'object' || (message as unknown) === null) throw notAMessage(message);
  const { name, data, clientId, id, extras, encoding, connectionKey } = message;
  if (
    typeof name === 'string' &&
    typeof data === 'string' &&
    clientId === undefined &&
    id === undefined &&
    extras === undefined &&
    encoding === undefined &&
    connectionKey === undefined &&
    !cipher
  )
    return { name: wellFormed(name), data: wellFormed(data) }; // by far the most frequent one: no spreads on the hot path
  return {
    ...(id != null && { id: textOf('id', id) }),
    ...(name != null && { name: textOf('name', name) }),
    ...encodeData(data, binary, cipher, encoding == null ? undefined : textOf('encoding', encoding)), // RSL1j
    ...(clientId != null && { clientId: textOf('clientId', clientId) }),
    ...(connectionKey != null && { connectionKey: textOf('connectionKey', connectionKey) }),
    ...(extras != null && { extras: snapshotOf(extras) }),
  };
}

const notAMessage = (given: unknown): ErrorInfo =>
  new ErrorInfo(
    `A message to publish has to be an object, or a name and a payload; it was ${given === null ? 'null' : `of type ${typeof given}`}.`,
    { code: 40013 },
  );

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return wellFormed(value);
  throw new ErrorInfo(`A message's ${field} has to be a string; it was of type ${typeof value}.`, {
    code: 40013,
  });
}

/**
 * TM2i: as JSON has it, and as it is now: what is queued may change before it is sent. JSON escapes half of a surrogate
 * pair, which MessagePack cannot carry: it becomes U+FFFD, also in names.
 */
export const snapshotOf = (extras: unknown): unknown =>
  JSON.parse(
    (writeJson(extras, 'extras') ?? 'null').replace(/\\(?:ud[89a-f][\da-f]{2}|.)/g, (escape) =>
      escape.length > 2 ? '\ufffd' : escape,
    ),
  ) as unknown;

/**
 * TM6: the size of a message as it counts against `maxMessageSize`; besides what is listed there, the id and the notes on a
 * change, so that nothing in a frame is without a limit. Text data counts by its length, or as `lengthOf` measures it: by
 * its UTF-8, as servers do, it costs as much as all the rest of a publish.
 */
export const sizeOf = (
  { id, name, data, encoding, clientId, extras, version }: WireMessage,
  lengthOf?: (text: string) => number,
): number =>
  (id?.length ?? 0) +
  (name?.length ?? 0) +
  sizeOfData(data, encoding, lengthOf) +
  (clientId?.length ?? 0) +
  sizeOfJson(extras) +
  sizeOfJson(version);

/** TM6d */
export const sizeOfJson = (value: unknown): number =>
  value === undefined ? 0 : JSON.stringify(value).length;

/** TM6f: the size in bytes, the text data of all messages being UTF-8. */
export const bytesOf = (messages: readonly WireMessage[]): number =>
  messages.reduce((sum, message) => sum + sizeOf(message, byteLengthOf), 0);

/** TO3l8, RSL1i: throws 40009 where a publish has more bytes than it may. */
export function checkRoom(bytes: number, limit: number): void {
  if (bytes > limit)
    throw new ErrorInfo(`A publish of ${bytes} bytes is over the limit of ${limit}. Publish less at once.`, {
      code: 40009,
    });
}

/** Size of data as it travels; base64 counts as the bytes that it stands for. */
export function sizeOfData(
  data: unknown,
  encoding: string | undefined,
  lengthOf = (text: string): number => text.length,
): number {
  if (data instanceof Uint8Array) return data.byteLength;
  if (typeof data !== 'string') return 0;
  return encoding?.endsWith('base64')
    ? (data.length / 4) * 3 - (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0)
    : lengthOf(data); // TM6c, TM6f
}
