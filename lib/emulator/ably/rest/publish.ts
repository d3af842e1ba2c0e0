import type { WireMessage } from '../../../ably/wire/frames.js';
import { claimed } from '../connections/publishing.js';
import { refusal } from '../errors.js';
import { canonical, isFields, sizeOf } from '../payload.js';

/** RSL1: one message or many, as they may come over HTTP or from code: objects as data are made JSON. Throws. */
export function messagesFrom(
  content: unknown,
  maxMessageSize: number,
  clientId: string | undefined,
): readonly WireMessage[] {
  const inputs: readonly unknown[] = Array.isArray(content) ? content : [content];
  if (inputs.length === 0) throw refusal(40000, 400, 'There is no message to publish: send at least one.');
  const messages = inputs.map((input) => claimed(canonical(stringified(input)), clientId));
  if (sizeOf(messages) <= maxMessageSize) return messages;
  throw refusal(40009, 400, `The publish is larger than ${maxMessageSize} bytes: split it up.`);
}

function stringified(input: unknown): unknown {
  if (!isFields(input)) return input;
  const { data, encoding } = input;
  if (encoding || !(isFields(data) || Array.isArray(data))) return input;
  return { ...input, data: JSON.stringify(data), encoding: 'json' };
}
