import { isFields } from './fields.js';

/** RSL1: messages from HTTP or from code, as a list; objects as data are encoded as JSON. */
export const messagesIn = (content: unknown): readonly unknown[] =>
  (Array.isArray(content) ? content : [content]).map(stringifyData);

/** Encodes objects and arrays as data of one message as JSON. */
export function stringifyData(input: unknown): unknown {
  if (!isFields(input)) return input;
  const { data, encoding } = input;
  if (encoding || !(isFields(data) || Array.isArray(data))) return input;
  return { ...input, data: JSON.stringify(data), encoding: 'json' };
}
