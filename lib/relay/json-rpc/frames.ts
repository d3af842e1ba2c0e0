import type { Data } from '../../codec/codec.js';
import { digitsOf } from '../../codec/digits.js';
import { json, textOf } from '../../codec/json.js';
import type { WireError } from '../relay-error.js';

/** A message, as the relay passes it on. */
export interface WireMessage {
  readonly topic: string;
  readonly message: string;
  /** As the relay told it, if it did. */
  readonly publishedAt: number | undefined;
  readonly tag: number;
  readonly attestation: string | undefined;
}

/** A message on its way to us. */
export interface Arrival {
  /** Under which it wants to be acknowledged, as it stood in the frame; that of a message that was fetched is not there. */
  readonly idToken: string | undefined;
  readonly message: WireMessage;
}

/** A message that the relay sends by itself. */
export interface Push extends Arrival {
  readonly type: 'push';
}

/** What a relay sends. Ids are decimal text. */
export type Incoming =
  | Push
  | { readonly type: 'answer'; readonly id: string; readonly result: unknown }
  | { readonly type: 'refusal'; readonly id: string; readonly error: WireError };

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** What a frame says. Throws on what makes no sense. */
export function incomingOf(data: Data): Incoming {
  const text = textOf(data);
  const frame = json.decode(text);
  if (!isObject(frame)) throw new TypeError('The relay sent a frame that is no object.');
  const id = typeof frame['id'] === 'number' ? exactId(frame['id'], text) : frame['id'];
  if (typeof id !== 'string')
    throw new TypeError('The relay sent a frame without an id that is text or a number.');
  if (typeof frame['method'] === 'string') {
    const idToken = typeof frame['id'] === 'number' ? id : JSON.stringify(id);
    return { type: 'push', idToken, message: pushedBy(frame['method'], frame['params']) };
  }
  if (isObject(frame['error'])) return { type: 'refusal', id, error: frame['error'] };
  if ('result' in frame) return { type: 'answer', id, result: frame['result'] };
  throw new TypeError('The relay sent a frame that is neither a request nor an answer.');
}

/** A number as it was written, also where a double cannot hold it. */
const exactId = (id: number, text: string): string =>
  Number.isSafeInteger(id) ? String(id) : (digitsOf(text, 'id') ?? String(id));

/** `irn_subscription`; older relays have other words before the underscore. */
function pushedBy(method: string, params: unknown): WireMessage {
  if (!method.endsWith('_subscription'))
    throw new TypeError(`The relay asked for "${method}", which a client does not know.`);
  if (!isObject(params)) throw new TypeError('The relay pushed a message without parameters.');
  return wireMessageOf(params['data']);
}

/** A message of a push or of a page. Throws where it has no topic or no text. */
export function wireMessageOf(data: unknown): WireMessage {
  if (!isObject(data) || typeof data['topic'] !== 'string' || typeof data['message'] !== 'string')
    throw new TypeError('The relay passed on a message without a topic or without a text.');
  const { topic, message, publishedAt, tag, attestation } = data as Fields & {
    topic: string;
    message: string;
  };
  return {
    topic,
    message,
    publishedAt: typeof publishedAt === 'number' && Number.isFinite(publishedAt) ? publishedAt : undefined,
    tag: typeof tag === 'number' ? tag : 0,
    attestation: typeof attestation === 'string' ? attestation : undefined,
  };
}
