import type { WireMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { allows, type Capability } from './capability.js';

interface Edit {
  readonly channel: string;
  readonly kind: 'update' | 'delete';
  /** The clientId of the editor; undefined for an anonymous one. */
  readonly clientId: string | undefined;
  readonly original: WireMessage;
}

/** Throws 40160 where the edit is not allowed, 40166 where it would be allowed to a client with a clientId. */
export function demandEdit(capability: Capability, { channel, kind, clientId, original }: Edit): void {
  if (allows(capability, channel, `message-${kind}-any`)) return;
  const own = allows(capability, channel, `message-${kind}-own`);
  if (own && clientId !== undefined && clientId === original.clientId) return;
  if (own && clientId === undefined)
    throw refusal(
      40166,
      401,
      `A client without a clientId has no messages of its own: connect with one, or get message-${kind}-any.`,
    );
  throw refusal(
    40160,
    401,
    `The key or token does not allow to ${kind} this message: it needs message-${kind}-any, or message-${kind}-own for the client's own ones.`,
  );
}
