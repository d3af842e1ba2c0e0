import type { WireMessage } from '../../../../ably/wire/frames.js';
import type { HttpResponse } from '../../../host/server-core.js';
import { demand } from '../../auth/capability.js';
import { acceptEdit } from '../../messages/accept-messages.js';
import { EditAction } from '../../messages/edit.js';
import { publishEdit } from '../../messages/publish-edit.js';
import type { MessageVersions } from '../../messages/versions.js';
import { refusal } from '../../wire/errors.js';
import { type Fields, isFields } from '../../wire/fields.js';
import { publishOn } from '../channel-messages.js';
import { type ChannelRequest, channelOf, newId, publisherOf, refuseMethod } from '../channel-request.js';
import { messagesOf, wantedPublications } from '../history-page.js';
import { pageOf } from '../page.js';
import { decodeBody } from '../request-body.js';
import { respond } from '../response.js';
import { chatMessageOf, isChatMessage, messageFrom } from './chat-message.js';

/** CHA-M3, CHA-M6: sends a message to a room, or returns its history. */
export function roomMessages(channelRequest: ChannelRequest): HttpResponse {
  const { method } = channelRequest.request;
  if (method === 'GET') return history(channelRequest);
  return method === 'POST' ? send(channelRequest) : refuseMethod('GET', 'POST');
}

function send(channelRequest: ChannelRequest): HttpResponse {
  const message = { ...messageFrom(bodyOf(channelRequest)), ...idOf(channelRequest) };
  const { serials } = publishOn(channelRequest, message);
  return respondMessage(channelRequest, serials[0] ?? '', 201);
}

function history({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  demand(caller.capability, name, 'history');
  const { query } = request;
  const orderBy = query.get('orderBy') ?? 'newestFirst';
  if (orderBy !== 'newestFirst' && orderBy !== 'oldestFirst')
    throw refusal(40003, 400, 'The parameter `orderBy` is newestFirst or oldestFirst.');
  const { items, link } = pageOf({
    query,
    name: 'messages',
    direction: orderBy === 'newestFirst' ? 'backwards' : 'forwards',
    items: wantedPublications(ofApp.find(name)?.retained() ?? [], query)
      .flatMap(messagesOf)
      .filter(isChatMessage),
    keyOf: ({ serial = '' }) => serial,
  });
  return respond(request, { content: items.map(chatMessageOf), headers: { link } });
}

/** CHA-M8, CHA-M13: returns a message, or puts another text in its place. */
export function roomMessage(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = channelRequest;
  if (request.method === 'PUT') {
    const { message, ...operation } = bodyOf(channelRequest);
    const { name: _, ...content } = messageFrom(message, 'message.');
    return change(channelRequest, serial, { ...content, action: EditAction.update, version: operation });
  }
  if (request.method !== 'GET') refuseMethod('GET', 'PUT');
  demand(caller.capability, name, 'history');
  return respondMessage(channelRequest, serial, 200);
}

/** CHA-M9: marks a message as deleted; it keeps its text. */
export function deleteMessage(channelRequest: ChannelRequest, serial: string): HttpResponse {
  if (channelRequest.request.method !== 'POST') refuseMethod('POST');
  const hasBody = channelRequest.request.body.length > 0;
  const version = hasBody ? bodyOf(channelRequest) : {};
  return change(channelRequest, serial, { action: EditAction.delete, version });
}

function change(channelRequest: ChannelRequest, serial: string, input: Fields): HttpResponse {
  const publisher = publisherOf(channelRequest);
  const { description, metadata } = input['version'] as Fields;
  const edit = { ...input, ...idOf(channelRequest), version: { description, metadata } };
  const accepted = acceptEdit(publisher, edit, serial);
  versionsOf(channelRequest, serial);
  const id = newId(channelRequest);
  channelRequest.ofApp.use(publisher.channel, (channel) => publishEdit(channel, { id, ...accepted }));
  return respondMessage(channelRequest, serial, 200);
}

/** Returns all versions of a message, oldest first. */
export function roomMessageVersions(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = channelRequest;
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'history');
  const { items, link } = pageOf<WireMessage>({
    query: request.query,
    name: 'versions',
    direction: 'forwards',
    items: versionsOf(channelRequest, serial).all,
    keyOf: ({ version, serial: first = '' }) => version?.serial ?? first,
  });
  return respond(request, { content: items.map(chatMessageOf), headers: { link } });
}

/** Versions of a chat message. Throws 40400, on other messages of the channel too. */
export function versionsOf(channelRequest: ChannelRequest, serial: string): MessageVersions {
  const versions = channelOf(channelRequest).versions(serial);
  if (isChatMessage(versions.original)) return versions;
  throw refusal(
    40400,
    404,
    'The message of this serial is not one of the chat: take the serial of one that is.',
  );
}

const respondMessage = (channelRequest: ChannelRequest, serial: string, status: number): HttpResponse =>
  respond(channelRequest.request, {
    status,
    content: chatMessageOf(versionsOf(channelRequest, serial).latest),
  });

/** The body. Throws 40001 unless it is an object. */
export function bodyOf({ request, settings }: ChannelRequest): Fields {
  const body = decodeBody(request, settings.maxFrameSize);
  if (isFields(body)) return body;
  throw refusal(40001, 400, 'The body is not an object: send one.');
}

/** Names a request that may be sent again, so that it counts once. */
function idOf({ request }: ChannelRequest): { readonly id?: string } {
  const key = request.query.get('idempotencyKey');
  return key === null ? {} : { id: key };
}
