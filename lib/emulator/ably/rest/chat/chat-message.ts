import type { WireMessage } from '../../../../ably/wire/frames.js';
import { refusal } from '../../wire/errors.js';
import { type Fields, isAbsent, isFields } from '../../wire/fields.js';

/** Name of the messages that are chat messages; others on the channel are typing, reactions to the room and so on. */
const messageName = 'chat.message';

const actions: readonly string[] = ['message.create', 'message.update', 'message.delete'];

export const isChatMessage = ({ name }: WireMessage): boolean => name === messageName;

/** A message as the API of Chat has it, in its version 4. */
export function chatMessageOf(message: WireMessage): object {
  const { serial = '', timestamp = 0, clientId = '', action = 0, version, extras } = message;
  const { text, metadata } = contentIn(message);
  const headers = isFields(extras) ? extras['headers'] : undefined;
  return {
    serial,
    clientId,
    text: typeof text === 'string' ? text : '',
    metadata: metadata ?? {},
    headers: headers ?? {},
    action: actions[action] ?? 'message.create',
    version: { ...version, serial: version?.serial ?? serial, timestamp: version?.timestamp ?? timestamp },
    timestamp,
    reactions: reactionsOf(message),
  };
}

function contentIn({ data, encoding }: WireMessage): Fields {
  if (typeof data !== 'string' || encoding !== 'json') return {};
  try {
    const content: unknown = JSON.parse(data);
    return isFields(content) ? content : {};
  } catch {
    return {}; // a client has published it by itself
  }
}

/** CHA-MR2: types of reactions, and how they are called in an annotation. */
export const reactionTypes: Readonly<Record<string, string>> = {
  unique: 'reaction:unique.v1',
  distinct: 'reaction:distinct.v1',
  multiple: 'reaction:multiple.v1',
};

/** Sums of reactions, by type and name. */
export type Reactions = Readonly<Record<string, Readonly<Record<string, Fields>>>>;

/** CHA-MR3: the sums of a message's reactions, by type. */
export function reactionsOf({ annotations }: WireMessage): Reactions {
  const summary = (annotations as { readonly summary?: Fields } | undefined)?.summary ?? {};
  return Object.fromEntries(
    Object.entries(reactionTypes).map(([type, name]) => [type, (summary[name] ?? {}) as Reactions[string]]),
  );
}

/** The message to publish for `{ text, metadata, headers }`. Throws 40000, which names the field. */
export function messageFrom(input: unknown, within = ''): WireMessage {
  const fields = isFields(input) ? input : {};
  const { text } = fields;
  if (typeof text !== 'string' || text === '')
    throw refusal(40000, 400, `The field \`${within}text\` of a chat message is a text that is not empty.`);
  const metadata = objectIn(fields, 'metadata', within);
  const headers = objectIn(fields, 'headers', within);
  return {
    name: messageName,
    data: JSON.stringify({ text, ...(metadata && { metadata }) }),
    encoding: 'json',
    extras: headers ? { headers } : {},
  };
}

function objectIn(fields: Fields, name: string, within: string): Fields | undefined {
  const value = fields[name];
  if (isAbsent(value)) return undefined;
  if (isFields(value)) return value;
  throw refusal(40000, 400, `The field \`${within}${name}\` of a chat message is an object.`);
}
