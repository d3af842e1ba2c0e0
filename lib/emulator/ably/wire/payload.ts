import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { fromBase64, toBase64 } from '../../../codec/base64.js';
import { refusal } from './errors.js';

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/**
 * A message as the emulator keeps it: only the fields a publisher may set, no `null`s, and binary payloads as bytes
 * whatever format they came in (RSL4c1, RSL4d1). Throws 40000 or 40013 on what is not a message.
 */
export function canonical(input: unknown): WireMessage {
  if (!isFields(input)) throw refusal(40000, 400, 'A message is an object: send { name, data }.');
  if (absent(input['action']) || input['action'] === 0) return contentOf(input);
  throw refusal(
    40000,
    400,
    'The action of a message to publish is 0 or absent: send an update, delete or append in a frame of its own.',
  );
}

/** The same, whatever its action. */
export function contentOf(input: Fields): WireMessage {
  const { extras } = input;
  if (!absent(extras) && !(isFields(extras) && isShallow(extras))) {
    throw refusal(40000, 400, `The extras of a message are an object, nested ${deepest} times at most.`);
  }
  return {
    ...textField(input, 'id'),
    ...textField(input, 'name'),
    ...textField(input, 'clientId'),
    ...payload(input['data'], textField(input, 'encoding').encoding),
    ...(absent(extras) ? {} : { extras }),
  };
}

const deepest = 32; // MessagePack refuses to encode what is too deep

const isShallow = (value: unknown, levels = deepest): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));

/** MessagePack knows no difference between the two. */
export const absent = (value: unknown): value is null | undefined => value === undefined || value === null;

/** The field, where it is there. Throws 40000 if it is no string. */
export function textField<Name extends string>(
  fields: Fields,
  name: Name,
): { readonly [Key in Name]?: string } {
  const value = fields[name];
  if (absent(value)) return {};
  if (typeof value === 'string') return { [name]: value } as { [Key in Name]: string };
  throw refusal(40000, 400, `The ${name} of a message is a string.`);
}

function payload(data: unknown, encoding: string | undefined): Pick<WireMessage, 'data' | 'encoding'> {
  if (absent(data)) return encoding === undefined ? {} : { encoding };
  if (data instanceof Uint8Array) return { data: data.slice(), ...(encoding ? { encoding } : {}) }; // not a view of the frame
  if (typeof data !== 'string') {
    throw refusal(
      40013,
      400,
      'The data of a message is a string or binary: stringify it, with the encoding "json".',
    );
  }
  if (!encoding) return { data };
  return /(^|\/)base64$/.test(encoding) ? bytes(data, encoding) : { data, encoding };
}

function bytes(data: string, encoding: string): Pick<WireMessage, 'data' | 'encoding'> {
  const rest = encoding.replace(/\/?base64$/, '');
  try {
    return { data: fromBase64(data), ...(rest ? { encoding: rest } : {}) };
  } catch {
    throw refusal(40013, 400, 'The data of a message is not base64, though its encoding says so.');
  }
}

/** A message or an annotation as JSON can carry it: bytes become base64, and the encoding says so. */
export function textual<T extends Pick<WireMessage, 'data' | 'encoding'>>(item: T): T {
  const { data, encoding } = item;
  if (!(data instanceof Uint8Array)) return item;
  return { ...item, data: toBase64(data), encoding: encoding ? `${encoding}/base64` : 'base64' };
}

const holdsBytes = (items: readonly unknown[] | undefined): boolean =>
  items?.some((item) => (item as WireMessage).data instanceof Uint8Array) ?? false;

/** The frame as JSON can carry it; the same object if it holds no bytes. */
export function textualFrame(frame: ProtocolMessage): ProtocolMessage {
  const { messages, annotations, presence } = frame;
  if (![messages, annotations, presence].some(holdsBytes)) return frame;
  return {
    ...frame,
    ...(messages && { messages: messages.map(textual) }),
    ...(presence && { presence: presence.map(textual) }),
    ...(annotations && { annotations: annotations.map((item) => textual(item as WireMessage)) }),
  };
}

/** TM6, of canonical messages, all together. */
export const sizeOf = (
  messages: readonly Pick<WireMessage, 'name' | 'data' | 'clientId' | 'extras'>[],
): number =>
  messages.reduce((sum, { name, data, clientId, extras }) => {
    const ofData = typeof data === 'string' || data instanceof Uint8Array ? data.length : 0;
    const ofExtras = extras === undefined ? 0 : JSON.stringify(extras).length;
    return sum + (name?.length ?? 0) + ofData + (clientId?.length ?? 0) + ofExtras;
  }, 0);
