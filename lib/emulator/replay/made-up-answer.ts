import { Action } from '../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../ably/wire/frames.js';
import { defaultModes } from '../ably/attachments/attach.js';

/** The answer of a server that grants all, to a frame whose answer was not recorded. */
export function madeUpAnswer(
  { action, channel = '', flags, id, msgSerial, ...content }: ProtocolMessage,
  connected: ProtocolMessage,
): ProtocolMessage | undefined {
  if (action === Action.heartbeat) return { action, ...(id !== undefined && { id }) };
  if (action === Action.close) return { action: Action.closed };
  if (action === Action.attach) return { action: Action.attached, channel, flags: flags ?? defaultModes };
  if (action === Action.detach) return { action: Action.detached, channel };
  if (action === Action.auth) return connected;
  if (typeof msgSerial !== 'number') return undefined;
  const items: unknown = content.messages ?? content.presence ?? content.annotations ?? content.state;
  const serials = Array.isArray(items) ? items.map((_, at) => `replay@${msgSerial}:${at}`) : [];
  return { action: Action.ack, msgSerial, count: 1, res: [{ serials }] };
}
