import { map } from 'rxjs';
import { warnFields } from '../../options/unknown-options.js';
import { type ChannelFace, channelIn, type HttpChannel, type HttpContext } from '../channel/port.js';
import { fieldsOf, invalid } from '../check-options.js';
import { givesIds } from '../http.js';
import {
  type ChangedMessage,
  encodeEdit,
  type MessageOperation,
  type UpdateDeleteResult,
} from '../messages/edit.js';
import { type Params, pathOf } from '../messages/history.js';
import { noMessages, publishArguments } from '../messages/publish.js';
import type { PublisherOptions } from '../outbox/options.js';
import { unexpectedResponse } from '../rest/errors.js';
import type { Answer } from '../rest/request.js';
import type {
  AnyEvents,
  OutgoingArguments,
  OutgoingData,
  OutgoingName,
  OutgoingOf,
} from '../wire/event-types.js';
import type { PublishResult, WireMessage } from '../wire/frames.js';
import { publishedFields } from '../wire/message.js';
import { bytesOf, checkRoom, encodeMessage, type OutgoingMessage, sizeOfJson } from '../wire/outgoing.js';
import { ask, performed } from './perform.js';

/** The options of one publish over HTTP. */
export interface RestPublishOptions {
  /** RSL1l: parameters for the server. */
  readonly params?: Params | undefined;
}

/**
 * RSL1: publishes one message (by name and payload, or as an object) or several in one request, over HTTP. Resolves with
 * their serials. Messages without an id get one, so that a request that is repeated on another host publishes them once
 * (RSL1k). Rejects with the server's error, over `maxMessageSize` (40009) and on bad input (40013); the error is `uncertain`
 * where the server may have the messages. A rejection that is not awaited does no harm.
 *
 * @example
 * ```ts
 * await publish(createRest({ key }).channel('chat'), 'greeting', { text: 'hello' });
 * ```
 */
export function publish<Events extends object, Outgoing extends object, Name extends OutgoingName<Outgoing>>(
  channel: ChannelFace<Events, Outgoing>,
  name: Name,
  ...data: OutgoingArguments<OutgoingData<Outgoing, Name>>
): Promise<PublishResult>;
export function publish<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  messages: OutgoingOf<Outgoing> | readonly OutgoingOf<Outgoing>[],
  options?: RestPublishOptions,
): Promise<PublishResult>;
export function publish(
  channel: ChannelFace<AnyEvents>,
  subject: string | null | OutgoingMessage | readonly OutgoingMessage[],
  second?: unknown,
  third?: unknown,
): Promise<PublishResult> {
  const inside = channelIn(channel);
  const { client } = inside.host;
  return performed(client, () => {
    const [messages, given] = publishArguments(client.log, subject, second, third);
    const options: RestPublishOptions | undefined = given;
    const { params } = fieldsOf(options, { params: 0 }, client.log, 'the options of a publish');
    const body = encodeAll(messages, inside, params);
    const path = pathOf(inside, '/messages', params);
    return ask(client, { method: 'POST', path, body }).pipe(map(resultOf));
  });
}

/** RSL1e, RSL1k1, RSL4: messages as they travel; with ids, where none has one. Throws 40013 where there are none, 40009 where they are too large. */
export function encodeAll(
  messages: readonly OutgoingMessage[],
  { settings, host: { client } }: Pick<HttpChannel, 'settings' | 'host'>,
  params?: Params,
): readonly WireMessage[] {
  if (messages.length === 0) throw noMessages();
  const encoded = messages.map((message) => {
    const wire = encodeMessage(message, client.binary, settings.cipher);
    warnFields(message, publishedFields, client.log, 'a message');
    settings.payloads?.check(message);
    return wire;
  });
  checkSize(encoded, params, client);
  if (!givesIds(client) || encoded.some(({ id }) => id)) return encoded; // RSL1k2, RSL1k3
  const base = client.newId();
  return encoded.map((message, index) => ({ ...message, id: `${base}:${index}` }));
}

/** RSL1i */
export function checkSize(
  messages: readonly WireMessage[],
  params: Params | undefined,
  client: HttpContext,
): void {
  const { maxMessageSize }: PublisherOptions = client.options;
  checkRoom(bytesOf(messages) + sizeOfJson(params), maxMessageSize ?? 65_536);
}

/** RSL1n; 201, and a body without anything in it, say as well that it is done. */
function resultOf({ status, content }: Answer): PublishResult {
  const { serials } = (content ?? {}) as Partial<PublishResult>;
  if (Array.isArray(serials)) return { serials };
  if (status === 201 || Object.keys(content ?? {}).length === 0) return { serials: [] };
  throw unexpectedResponse('result of a publish', true);
}

const changes: readonly string[] = ['update', 'delete', 'append'];

/** Notes on a change, and parameters for the server. */
export interface RestEditOptions {
  readonly operation?: MessageOperation | undefined;
  /** RSL15f */
  readonly params?: Params | undefined;
}

/**
 * RSL15: updates a message (what is given replaces what was there), deletes it (its serial stays), or appends `data` to its
 * own, over HTTP. Resolves with the version's serial; rejects as `publish` does, and where the message has no serial
 * (40003), or `change` is another word (40000). An append whose answer does not come is sent to no other host, as it has no
 * id and would be appended twice: the error is `uncertain`.
 *
 * @example
 * ```ts
 * await edit(channel, 'update', { serial, data: 'mended' });
 * ```
 */
export function edit<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing>,
  change: 'update' | 'delete' | 'append',
  message: ChangedMessage,
  options?: RestEditOptions,
): Promise<UpdateDeleteResult> {
  const inside = channelIn(channel);
  const { client } = inside.host;
  return performed(client, () => {
    const known = { operation: 0, params: 0 } as const;
    const { operation, params } = fieldsOf(options, known, client.log, 'the options of an edit');
    if (!changes.includes(change)) throw invalid('change', '"update", "delete" or "append"');
    const body = encodeEdit(inside, message, { change: `message.${change}`, operation });
    checkSize([body], params, client);
    const path = pathOf(inside, `/messages/${encodeURIComponent(body.serial)}`, params);
    return ask(client, { method: 'PATCH', path, body, once: change === 'append' }).pipe(
      map(({ content }) => {
        const { versionSerial } = (content ?? {}) as Partial<UpdateDeleteResult>;
        return { versionSerial: versionSerial ?? null }; // UDR2a
      }),
    );
  });
}
