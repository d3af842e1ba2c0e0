import type { Capability } from '../auth/capability.js';
import { refusal } from '../wire/errors.js';
import { sizeOf } from '../wire/payload.js';
import type { Channel } from './channel.js';

/** A client that publishes on a channel, and its limits. */
export interface Publisher {
  readonly channel: Channel;
  /** A name, `*` for any name, or undefined for an anonymous client. */
  readonly clientId: string | undefined;
  readonly capability: Capability;
  /** In bytes (CD2c). */
  readonly maxMessageSize: number;
}

/** Throws 40030 unless the value is an array with at least one item. */
export function nonEmptyList(items: unknown, name: string): readonly unknown[] {
  if (Array.isArray(items) && items.length > 0) return items as readonly unknown[];
  throw refusal(40030, 400, `There are no ${name} to publish: send an array with at least one in it.`);
}

/** Throws 40009 when the items together are larger than `maxSize` bytes (TM6). */
export const demandSize = (items: Parameters<typeof sizeOf>[0], maxSize: number): void =>
  demandBytes(sizeOf(items), maxSize);

/** Throws 40009 when a publish of this size is larger than `maxSize` bytes. */
export function demandBytes(size: number, maxSize: number): void {
  if (size <= maxSize) return;
  throw refusal(40009, 413, `The publish is larger than ${maxSize} bytes: split it up.`);
}

/** RTL6g, RSA8f: the item with the clientId of its publisher, as `Publisher` has it. Throws 40012 on another clientId. */
export function inNameOf<T extends { readonly clientId?: string }>(clientId: string | undefined, item: T): T {
  if (item.clientId === undefined)
    return clientId === undefined || clientId === '*' ? item : { ...item, clientId };
  if (clientId === '*' ? !['', '*'].includes(item.clientId) : item.clientId === clientId) return item;
  throw refusal(
    40012,
    400,
    'The clientId of the message is not that of the client: leave it out, or use a token with that clientId.',
  );
}
