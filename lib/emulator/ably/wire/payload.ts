import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { fromBase64, toBase64 } from '../../../codec/base64.js';
import { byteLengthOf } from '../../../codec/codec.js';
import { refusal } from './errors.js';
import { type Fields, isAbsent, isFields, textField } from './fields.js';
import { withBase64Bytes } from './object-bytes.js';

/**
 * Canonical form of a message: only the fields that a publisher may set, no `null`s, and binary payloads as bytes in
 * any format (RSL4c1, RSL4d1). Throws 40030, 40032 or 40013 on a malformed message.
 */
export function canonicalMessage(input: unknown): WireMessage {
  if (!isFields(input)) throw refusal(40030, 400, 'A message is an object: send { name, data }.');
  if (isAbsent(input['action']) || input['action'] === 0) return contentOf(input);
  throw refusal(
    40030,
    400,
    'The action of a message to publish is 0 or absent: send an update, delete or append in a frame of its own.',
  );
}

/** Canonical form of a message with any action. */
export function contentOf(input: Fields): WireMessage {
  const { extras } = input;
  if (!isAbsent(extras) && !(isFields(extras) && isShallow(extras))) {
    throw refusal(40032, 400, `The extras of a message are an object, nested ${maxDepth} times at most.`);
  }
  return {
    ...textField(input, 'id'),
    ...textField(input, 'name'),
    ...textField(input, 'clientId'),
    ...payload(input['data'], textField(input, 'encoding').encoding),
    ...(isAbsent(extras) ? {} : { extras }),
  };
}

const maxDepth = 32; // MessagePack refuses to encode deeper values

const isShallow = (value: unknown, levels = maxDepth): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

function payload(data: unknown, encoding: string | undefined): Pick<WireMessage, 'data' | 'encoding'> {
  if (isAbsent(data)) return encoding === undefined ? {} : { encoding };
  if (data instanceof Uint8Array) return { data: data.slice(), ...(encoding ? { encoding } : {}) }; // a copy, not a view of the frame
  if (typeof data !== 'string') {
    throw refusal(
      40013,
      400,
      'The data of a message is a string or binary: stringify it, with the encoding "json".',
    );
  }
  if (!encoding) return { data };
  return /(^|\/)base64$/.test(encoding) ? decodeBase64(data, encoding) : { data, encoding };
}

function decodeBase64(data: string, encoding: string): Pick<WireMessage, 'data' | 'encoding'> {
  const rest = encoding.replace(/\/?base64$/, '');
  try {
    return { data: fromBase64(data), ...(rest ? { encoding: rest } : {}) };
  } catch {
    throw refusal(40013, 400, 'The data of a message is not base64, though its encoding says so.');
  }
}

/** A message or annotation for JSON: bytes become base64, and the encoding says so. */
export function withBase64Data<T extends Pick<WireMessage, 'data' | 'encoding'>>(item: T): T {
  const { data, encoding } = item;
  if (!(data instanceof Uint8Array)) return item;
  return { ...item, data: toBase64(data), encoding: encoding ? `${encoding}/base64` : 'base64' };
}

const holdsBytes = (items: readonly unknown[] | undefined): boolean =>
  items?.some((item) => (item as WireMessage).data instanceof Uint8Array) ?? false;

/** A frame for JSON; the same object if it contains no bytes. */
export function jsonFrame(frame: ProtocolMessage): ProtocolMessage {
  const { messages, annotations, presence, state } = frame;
  if (Array.isArray(state)) return { ...frame, state: withBase64Bytes(state) as NonNullable<typeof state> };
  if (![messages, annotations, presence].some(holdsBytes)) return frame;
  return {
    ...frame,
    ...(messages && { messages: messages.map(withBase64Data) }),
    ...(presence && { presence: presence.map(withBase64Data) }),
    ...(annotations && { annotations: annotations.map((item) => withBase64Data(item as WireMessage)) }),
  };
}

/** TM6: the size of canonical messages together, in bytes. */
export const sizeOf = (
  messages: readonly Pick<WireMessage, 'name' | 'data' | 'clientId' | 'extras'>[],
): number =>
  messages.reduce((sum, { name, data, clientId, extras }) => {
    const ofData = typeof data === 'string' || data instanceof Uint8Array ? byteLengthOf(data) : 0;
    const ofExtras = extras === undefined ? 0 : JSON.stringify(extras).length;
    return sum + (name?.length ?? 0) + ofData + (clientId?.length ?? 0) + ofExtras;
  }, 0);
