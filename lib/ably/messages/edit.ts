import { warnFields } from '../../options/unknown-options.js';
import { unsent } from '../outbox/pending-queue.js';
import { Action, messageActions } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { WireMessage } from '../wire/frames.js';
import { encodeMessage, type OutgoingMessage, sizeOf, sizeOfJson, snapshotOf } from '../wire/outgoing.js';
import { messageFields } from '../wire/message.js';
import { textsOf } from '../wire/texts.js';
import type { ChannelRecord, HttpChannel } from '../channel/port.js';
import { publisher } from '../outbox/publisher.js';
import { isSegment } from '../wire/channel-name.js';
import { checkState, type PublishOptions } from './publish.js';

/** A message that was published, by its serial, and what is to be changed of it: a received message will do. */
export interface ChangedMessage<Data = unknown> extends Omit<OutgoingMessage<Data>, 'id' | 'connectionKey'> {
  /** TM2r */
  readonly serial?: string | undefined;
  /** RSL6b: of a received message, what could not be decoded; such a message is refused. */
  readonly encoding?: string | undefined;
}

/** MOP2: notes on a change. */
export interface MessageOperation {
  readonly clientId?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

const operationFields: Readonly<Record<keyof MessageOperation, 0>> = {
  clientId: 0,
  description: 0,
  metadata: 0,
};

/** UDR1: the result of a change. */
export interface UpdateDeleteResult {
  /** UDR2a: names the new version; `null` where a later change came before it was published. */
  readonly versionSerial: string | null;
}

/** The kinds of change to a message. */
export type Change = 'message.update' | 'message.delete' | 'message.append';

/** @internal */
export interface Edit {
  readonly change: Change;
  readonly operation: MessageOperation | undefined;
  readonly params: PublishOptions['params'] | undefined;
}

/** RTL32: changes a message in a frame of its own; rejects, and never throws, where that is not possible. */
export function editOn(
  record: ChannelRecord,
  message: ChangedMessage,
  { change, operation, params }: Edit,
): Promise<UpdateDeleteResult> {
  const { client } = record.host;
  const outbox = client.use(publisher);
  const done = outbox
    .attempt(() => {
      checkState(record, 'published');
      const wire = encodeEdit(record, message, { change, operation });
      const frame = { action: Action.message, channel: record.name, msgSerial: unsent, messages: [wire] };
      const size = sizeOf(wire) + sizeOfJson(params);
      return outbox.submit(params ? { ...frame, params: textsOf(params) } : frame, size); // RTL32e
    })
    .then(({ serials }) => ({ versionSerial: serials[0] ?? null })); // RTL32d
  done.catch(() => undefined); // told on errors$
  return done;
}

/** RTL32b, RSL15b: a change as it travels. Throws where it cannot. */
export function encodeEdit(
  { settings: { cipher, payloads }, host: { client } }: HttpChannel,
  message: ChangedMessage,
  { change, operation }: Omit<Edit, 'params'>,
): WireMessage & { readonly serial: string } {
  const serial = serialOf(message);
  checkDecoded(message);
  warnFields(message, messageFields, client.log, 'a message');
  warnFields(operation, operationFields, client.log, 'an operation');
  const wire = {
    ...encodeMessage(contentOf(message), client.binary, cipher), // RTL32c: a copy
    serial,
    action: messageActions.indexOf(change), // RTL32b1
    ...(operation && { version: snapshotOf(operation) as MessageOperation }), // RTL32b2
  };
  if (change === 'message.update' && message.data !== undefined) payloads?.check(message); // an append is but a part of a payload
  return wire;
}

/** A message, or its serial (RSAN1a1). */
export type MessageReference = string | { readonly serial?: string | undefined };

/** RTL32a, RSAN1a1: the serial, or that of the message. Throws 40003 where there is none. */
export function serialOf(subject: MessageReference): string {
  const serial: unknown = typeof subject === 'string' ? subject : (subject as typeof subject | null)?.serial;
  if (typeof serial === 'string' && isSegment(serial)) return serial;
  throw new ErrorInfo(
    'A message is named by its serial, and this is none. Give a message that was received, or its serial.',
    { code: 40003 },
  );
}

/** Whether `data` is what was received or has been changed since, nobody knows: no encoding is right for both. Throws 40013. */
function checkDecoded({ encoding }: ChangedMessage): void {
  if (!encoding) return;
  throw new ErrorInfo(
    `A received message that could not be decoded ("${encoding}" is left) cannot be sent back. Name it by its serial alone, with new data or none.`,
    { code: 40013 },
  );
}

/** The fields of a message that its publisher may set; the rest is the server's. */
const contentOf = ({ name, data, clientId, extras }: ChangedMessage): OutgoingMessage => ({
  name,
  data,
  clientId,
  extras,
});
