import { Action } from '../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../ably/wire/frames.js';
import { withPlainBytes } from '../ably/wire/object-bytes.js';
import type { Script } from './script.js';

/** The connection that a client has now, in place of the recorded one. */
export interface Identity {
  readonly id: string;
  readonly key: string;
}

/** A recorded frame as one of the client's connection: its id in place of the recorded one, and its key. */
export function asConnection(
  frame: ProtocolMessage,
  { connectionId }: Pick<Script, 'connectionId'>,
  { id, key }: Identity,
): ProtocolMessage {
  const { action, messages, presence, annotations, state } = frame;
  const own = <T extends object>(item: T): T => renamed(item, connectionId, id);
  const mine = {
    ...own(frame),
    ...(Array.isArray(messages) && { messages: messages.map(own) }),
    ...(Array.isArray(presence) && { presence: presence.map(own) }),
    ...(Array.isArray(annotations) && { annotations: annotations.map(own) }),
    ...(Array.isArray(state) && { state: (withPlainBytes(state) as typeof state).map(own) }),
  };
  if (action !== Action.connected) return mine;
  return {
    ...mine,
    connectionId: id,
    connectionDetails: { ...frame.connectionDetails, connectionKey: key },
  };
}

function renamed<T extends { readonly connectionId?: unknown; readonly id?: unknown }>(
  item: T,
  before: string,
  now: string,
): T {
  const { connectionId, id } = item;
  const hasId = typeof id === 'string' && id.startsWith(`${before}:`);
  return {
    ...item,
    ...(connectionId === before && { connectionId: now }),
    ...(hasId && { id: now + id.slice(before.length) }),
  };
}
