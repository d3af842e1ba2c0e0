import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import { encodeMessage, type OutgoingMessage, sizeOf } from '../wire/outgoing.js';
import type { Cell } from './cell.js';
import type { Publisher } from './services.js';

/** RTL6k: what goes with a publish. */
export interface PublishOptions {
  /** RTL6k: parameters for the server. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
}

/** RTL6: publishes messages in one frame; rejects, and never throws, where that is not possible. */
export function published(
  cell: Cell,
  publisher: Publisher,
  messages: readonly OutgoingMessage[],
  { params }: PublishOptions = {},
): Promise<PublishResult> {
  try {
    checkState(cell, 'published');
    const { binary } = publisher;
    const { cipher } = cell.settings;
    const encoded = messages.map((message) => encodeMessage(message, binary, cipher));
    let size = 0;
    for (const message of encoded) size += sizeOf(message);
    const frame = { action: Action.message, channel: cell.name, msgSerial: 0, messages: encoded };
    return publisher.submit(params ? { ...frame, params: textsOf(params) } : frame, size);
  } catch (error) {
    return publisher.refuse(error);
  }
}

/** RTL6c4, RTAN1b: throws where nothing can be sent on the channel. */
export function checkState({ name, state }: Cell, done: string): void {
  if (state.name !== 'suspended' && state.name !== 'failed') return;
  throw new ErrorInfo(`Nothing can be ${done} on channel "${name}" while it is ${state.name}.`, {
    code: 90001,
    statusCode: 400,
    cause: state.error,
  });
}

/** RTC1f: as they travel. */
export const textsOf = (
  params: Readonly<Record<string, string | number | boolean>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
