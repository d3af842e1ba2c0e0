import { refusal } from '../relay-error.js';
import { idTokenIn } from './id-token.js';

/** Id of a call, digit for digit. */
export interface CallId {
  /** Without quotes and leading zeros. */
  readonly digits: string;
  readonly quoted: boolean;
}

/** A call of a client. */
export interface Call {
  readonly id: CallId;
  readonly method: string;
  readonly params: unknown;
  readonly version: unknown;
}

/** An answer of a client to a push. */
export interface Reply {
  readonly id: CallId;
  readonly accepted: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a frame of a client. Throws the error to answer under id 0, because the frame's own id is unreadable. */
export function parseIncoming(text: string): Call | Reply {
  const frame = parseObject(text);
  const { id: parsedId } = frame; // a string has lost no digits
  const id = callIdOf(typeof parsedId === 'string' ? `"${parsedId}"` : idTokenIn(text));
  const { method, params, jsonrpc: version } = frame;
  if (typeof method === 'string') return { id, method, params, version };
  if ('result' in frame || 'error' in frame) return { id, accepted: !('error' in frame) };
  throw refusal('Serialization', 'The frame is neither a call nor an answer: send a method, or a result.');
}

/** Checks a parsed call. Throws the error to answer under its id. */
export function demandValid({ id, version }: Call): void {
  if (BigInt(id.digits) < lowestId)
    throw refusal('InvalidRequestId', `The id ${id.digits} is too low: take one from ${lowestId} up.`);
  if (version !== '2.0')
    throw refusal('InvalidJsonRpcVersion', 'The version of JSON-RPC is not supported: use "2.0".');
}

const lowestId = 1_000_000_000n;
const highestId = 2n ** 64n - 1n;

function parseObject(text: string): Fields {
  try {
    const frame: unknown = JSON.parse(text);
    if (isFields(frame)) return frame;
  } catch {
    // reported below
  }
  throw refusal('Serialization', 'The frame is not a JSON object: send one call or one answer per frame.');
}

function callIdOf(token: string | undefined): CallId {
  const [, quote, digits = ''] = /^("?)(\d{1,40})\1$/.exec(token ?? '') ?? [];
  if (digits === '' || BigInt(digits) > highestId)
    throw refusal(
      'Serialization',
      'The id is malformed: give a whole number that fits in 64 bits, or its digits.',
    );
  return { digits: BigInt(digits).toString(), quoted: quote === '"' };
}
