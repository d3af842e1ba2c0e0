import type { HttpResponse } from '../../../host/server-core.js';
import { acceptAnnotations } from '../../annotations/accept-annotations.js';
import { annotate } from '../../annotations/annotate.js';
import { demand } from '../../auth/capability.js';
import { refusal } from '../../wire/errors.js';
import { type Fields, isFields } from '../../wire/fields.js';
import { type ChannelRequest, newId, publisherOf, refuseMethod } from '../channel-request.js';
import { respond } from '../response.js';
import { type Reactions, reactionsOf, reactionTypes } from './chat-message.js';
import { bodyOf, versionsOf } from './room-messages.js';

/** CHA-MR4, CHA-MR11: adds a reaction to a message, or takes it back. */
export function messageReactions(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { method } = channelRequest.request;
  if (method === 'POST') return react(channelRequest, serial);
  return method === 'DELETE' ? takeBack(channelRequest, serial) : refuseMethod('POST', 'DELETE');
}

function react(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { type, name, count } = bodyOf(channelRequest);
  if (typeof name !== 'string' || name === '')
    throw refusal(40000, 400, 'The field `name` of a reaction is a text that is not empty, as "👍".');
  if (type !== 'multiple' && count !== undefined && count !== null)
    throw refusal(40000, 400, 'The field `count` is for reactions of the type multiple: leave it out.');
  return respondReaction(channelRequest, serial, { action: 0, type: annotationType(type), name, count }, 201);
}

/** The name counts for nothing where a client has one reaction at most: it is looked up. */
function takeBack(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { query } = channelRequest.request;
  const kind = query.get('type') ?? '';
  const type = annotationType(kind);
  const { clientId = '' } = channelRequest;
  const sums = ofClient(reactionsOf(versionsOf(channelRequest, serial).latest), clientId)[kind] ?? {};
  const [name = ''] = kind === 'unique' ? Object.keys(sums) : [query.get('name') ?? ''];
  if (name === '' && kind !== 'unique')
    throw refusal(40003, 400, 'The parameter `name` is missing: say which reaction to take back.');
  const isThere = Object.hasOwn(sums, name) || (kind === 'multiple' && clientId === '*');
  if (!isThere)
    throw refusal(40400, 404, 'The message has no such reaction of this client: take back one that it has.');
  return respondReaction(channelRequest, serial, { action: 1, type, name }, 200);
}

function annotationType(type: unknown): string {
  if (typeof type === 'string' && Object.hasOwn(reactionTypes, type)) return reactionTypes[type] ?? '';
  throw refusal(40000, 400, `The \`type\` of a reaction is ${Object.keys(reactionTypes).join(', ')}.`);
}

function respondReaction(
  channelRequest: ChannelRequest,
  serial: string,
  annotation: Fields,
  status: number,
): HttpResponse {
  const publisher = publisherOf(channelRequest);
  const accepted = acceptAnnotations(publisher, [annotation], serial);
  versionsOf(channelRequest, serial);
  const id = newId(channelRequest);
  const serials = channelRequest.ofApp.use(publisher.channel, (channel) =>
    annotate(channel, accepted, { id }),
  );
  return respond(channelRequest.request, { status, content: { serial: serials[0] } });
}

/** CHA-MR13: returns the sums of the reactions that a client has added, with no other client in them. */
export function clientReactions(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = channelRequest;
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'history');
  const clientId = request.query.get('forClientId') ?? channelRequest.clientId ?? '*';
  if (clientId === '*')
    throw refusal(40012, 400, 'The request is of no client: give the parameter `forClientId`.');
  const reactions = ofClient(reactionsOf(versionsOf(channelRequest, serial).latest), clientId);
  return respond(request, { content: reactions });
}

const ofClient = (reactions: Reactions, clientId: string): Reactions =>
  Object.fromEntries(
    Object.entries(reactions).map(([type, sums]) => [
      type,
      Object.fromEntries(Object.entries(sums).flatMap(([name, sum]) => clipped(name, sum, clientId))),
    ]),
  );

function clipped(name: string, sum: Fields, clientId: string): readonly (readonly [string, Fields])[] {
  const { clientIds } = sum;
  if (Array.isArray(clientIds))
    return clientIds.includes(clientId)
      ? [[name, { ...sum, clientIds: [clientId], clipped: clientIds.length > 1 }]]
      : [];
  if (!isFields(clientIds) || !Object.hasOwn(clientIds, clientId)) return [];
  const others = Object.keys(clientIds).length - 1;
  return [[name, { ...sum, clientIds: { [clientId]: clientIds[clientId] }, clipped: others > 0 }]];
}
