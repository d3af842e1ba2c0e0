import { type Message, Message as Decoded, type OutgoingMessage, type PresenceMessage } from '../../index.js';
import type { Shown } from '../command.js';
import { columns, jsonData, printable, shown, timeOfDay } from '../printable.js';

/** A message of a channel in one line; the channel is named where there are several. */
export const messageLine = (channel: string, message: Message, isOneOfMany = false): Shown => ({
  text: columns(
    timeOfDay(message.timestamp),
    isOneOfMany ? printable(channel) : undefined,
    message.action === 'message.create' ? undefined : message.action,
    message.name && printable(message.name),
    shown(message.data),
    message.clientId && `(${printable(message.clientId)})`,
  ),
  json: { channel, ...message, ...jsonData(message.data, message.encoding) },
});

/** A member, or what a member did. */
export const presenceLine = (channel: string, member: PresenceMessage): Shown => ({
  text: columns(
    timeOfDay(member.timestamp),
    member.action === 'present' ? undefined : member.action,
    printable(member.clientId ?? ''),
    shown(member.data),
  ),
  json: { channel, ...member, ...jsonData(member.data, member.encoding) },
});

/** Data as it is typed: JSON where that is an object or an array, which are the only ones that a message has; else text. */
export function dataOf(text: string, isText: boolean): unknown {
  if (isText || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A message from the line that `subscribe` or `history` prints of it, or from one of the same form. Throws on another line. */
export function messageIn(line: string): OutgoingMessage {
  const read = objectIn(line);
  const { name, data, encoding, extras, id, clientId } = Decoded.fromEncoded(read);
  if (encoding !== undefined)
    throw new Error(`The data cannot be published, because the encoding ${encoding} is not undone.`);
  const isReceived = 'connectionId' in read; // an id and a clientId are of the publisher then
  return { name, data, extras, ...(!isReceived && { id, clientId }) };
}

function objectIn(line: string): object {
  try {
    const read: unknown = JSON.parse(line);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  } catch {
    // the error below says it
  }
  throw new Error('The line is not a message: write it as JSON, like {"name":"greeting","data":"hello"}.');
}
