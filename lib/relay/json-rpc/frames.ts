import type { Data } from '../../codec/codec.js';
import { digitsOf } from '../../codec/digits.js';
import { json, textOf } from '../../codec/json.js';

/** A message that came in, pushed or fetched. */
export interface Arrival {
  readonly type: 'message';
  /** The id to acknowledge, exactly as in the frame; `undefined` for a fetched message. */
  readonly idToken: string | undefined;
  readonly topic: string;
  readonly message: string;
  /** Missing from old relays. */
  readonly publishedAt: number | undefined;
  readonly tag: number;
  readonly attestation: string | undefined;
}

/** A frame of the relay. Ids are decimal text. */
export type Incoming =
  | Arrival
  | { readonly type: 'answer'; readonly id: string; readonly result: unknown }
  | { readonly type: 'refusal'; readonly id: string; readonly error: unknown };

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** Reads a frame. Throws on a malformed one. */
export function incomingOf(data: Data): Incoming {
  const text = textOf(data);
  const frame = json.decode(text);
  if (!isObject(frame)) throw new TypeError('The relay sent a frame that is not an object.');
  const error = frame['error'] ?? undefined;
  const found = frame['id'] === null && error !== undefined ? 0 : frame['id']; // JSON-RPC's own word for a request that could not be read
  const id = typeof found === 'number' ? exactId(found, text) : found;
  if (typeof id !== 'string') throw new TypeError('The relay sent a frame without a valid id.');
  if (typeof frame['method'] === 'string') {
    const idToken = typeof frame['id'] === 'number' ? id : JSON.stringify(id);
    return arrivalOf(pushedBy(frame['method'], frame['params']), idToken);
  }
  if (error !== undefined) return { type: 'refusal', id, error };
  if ('result' in frame) return { type: 'answer', id, result: frame['result'] };
  throw new TypeError('The relay sent a frame that is neither a request nor a response.');
}

/** Gives a number as it was written, even if a double cannot hold it. */
const exactId = (id: number, text: string): string =>
  Number.isSafeInteger(id) ? String(id) : (digitsOf(text, 'id') ?? String(id));

/** Reads a push: `irn_subscription`; older relays have another prefix. */
function pushedBy(method: string, params: unknown): unknown {
  if (!method.endsWith('_subscription'))
    throw new TypeError(`The relay sent a request of unknown method "${method}".`);
  if (!isObject(params)) throw new TypeError('The relay sent a push without parameters.');
  return params['data'];
}

/** Reads a message of a push or of a page. Throws if it has no topic or no text. */
export function arrivalOf(data: unknown, idToken?: string): Arrival {
  if (!isObject(data) || typeof data['topic'] !== 'string' || typeof data['message'] !== 'string')
    throw new TypeError('The relay sent a message without a topic or a text.');
  const { topic, message, publishedAt, tag, attestation } = data as Fields & {
    topic: string;
    message: string;
  };
  return {
    type: 'message',
    idToken,
    topic,
    message,
    publishedAt: typeof publishedAt === 'number' && Number.isFinite(publishedAt) ? publishedAt : undefined,
    tag: typeof tag === 'number' ? tag : 0,
    attestation: typeof attestation === 'string' ? attestation : undefined,
  };
}
