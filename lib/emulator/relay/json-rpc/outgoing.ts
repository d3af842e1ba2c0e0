import type { RpcError } from '../relay-error.js';
import type { CallId } from './incoming.js';

/** Form of ids: bare digits, a string of digits, or as in the call. */
export type IdFormat = 'number' | 'string' | 'same';

/** Writes an id by hand: a double cannot hold 19 digits. */
const idText = ({ digits, quoted }: CallId, format: IdFormat): string =>
  format === 'string' || (format === 'same' && quoted) ? `"${digits}"` : digits;

/** Id in answers to unreadable frames. */
export const unreadableId: CallId = { digits: '0', quoted: false };

/** Result of a call. */
export type CallOutcome = { readonly result: unknown } | { readonly error: RpcError };

/** Encodes an answer. */
export function answerText(id: CallId, outcome: CallOutcome, format: IdFormat): string {
  const rest = JSON.stringify({ jsonrpc: '2.0', ...outcome });
  return `{"id":${idText(id, format)},${rest.slice(1)}`;
}

/** Encodes a call of the server. */
export const callText = (id: CallId, method: string, params: unknown): string =>
  `{"id":${idText(id, 'same')},${JSON.stringify({ jsonrpc: '2.0', method, params }).slice(1)}`;
