import type { RpcError } from '../relay-error.js';
import type { CallId } from './incoming.js';

/** How ids are written: as bare digits, as a string of digits, or in answers as the call had it. */
export type IdFormat = 'number' | 'string' | 'same';

/** By hand: 19 digits are too many for a double. */
const idText = ({ digits, quoted }: CallId, format: IdFormat): string =>
  format === 'string' || (format === 'same' && quoted) ? `"${digits}"` : digits;

/** What is answered to what cannot be read. */
export const unreadableId: CallId = { digits: '0', quoted: false };

/** What a call has come to. */
export type CallOutcome = { readonly result: unknown } | { readonly error: RpcError };

/** The text of an answer. */
export function answerText(id: CallId, outcome: CallOutcome, format: IdFormat): string {
  const rest = JSON.stringify({ jsonrpc: '2.0', ...outcome });
  return `{"id":${idText(id, format)},${rest.slice(1)}`;
}

/** The text of a call, as the server makes one. */
export const callText = (id: CallId, method: string, params: unknown): string =>
  `{"id":${idText(id, 'same')},${JSON.stringify({ jsonrpc: '2.0', method, params }).slice(1)}`;
