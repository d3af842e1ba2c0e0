import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { authServer } from './auth-server.js';
import { createApp, deleteApp } from './app/apps.js';
import { batchPresence, batchPublish } from './app/batch.js';
import { channelDetails } from './app/channel-details.js';
import { channelList } from './app/channel-list.js';
import { stats } from './app/stats.js';
import { answerInRoom, type RoomRequest } from './chat/chat-requests.js';
import { type AppRequest, appRequestOf, type ChannelRequest, requestOn } from './channel-request.js';
import { channelPresence, presenceHistory } from './channel-presence.js';
import { channelMessages } from './channel-messages.js';
import { channelObjects } from './objects/object-requests.js';
import type { RestContext } from './rest-context.js';
import { respond, respondError } from './response.js';
import { respondNothing, respondText } from './response.js';
import { keyRequests } from './key-requests.js';
import { oneMessage, messageAnnotations, messageVersions } from './message-requests.js';

/** Path of Ably's connectivity check. */
const connectivityCheckPath = '/is-the-internet-up.txt';

/** Answers an HTTP request; never throws. */
export function rest(request: HttpRequest, context: RestContext): HttpResponse {
  try {
    if (request.method === 'OPTIONS') return respondNothing(request);
    return route(request, context);
  } catch (thrown) {
    return respondError(request, wireErrorOf(thrown));
  }
}

function route(request: HttpRequest, context: RestContext): HttpResponse {
  const { method, path } = request;
  if (path === '/time' && method === 'GET') {
    return respond(request, { content: [context.settings.scheduler.now()] }); // RSC16
  }
  if (path === connectivityCheckPath && method === 'GET') return respondText(request, { text: 'yes\n' }); // RTN17j
  if (path === '/auth') return authServer(request, context);
  if (path === '/apps') return createApp(request, context);
  const [, appId] = /^\/apps\/([^/]+)\/?$/.exec(path) ?? [];
  if (appId !== undefined) return deleteApp(appRequestOf(request, context), unescapePath(appId));
  const ofApp = Object.hasOwn(appRequests, path) ? appRequests[path] : undefined;
  if (ofApp) return ofApp(appRequestOf(request, context));
  const [, channel, rest = ''] = /^\/channels\/([^/]+)(?:\/(.+?))?\/?$/.exec(path) ?? [];
  if (channel !== undefined)
    return routeChannel(rest, () => requestOn(unescapePath(channel), appRequestOf(request, context)));
  if (path.startsWith('/chat/')) return routeChat(path, () => appRequestOf(request, context));
  const [, key, act] = /^\/keys\/([^/]+)\/(requestToken|revokeTokens)\/?$/.exec(path) ?? [];
  if (key === undefined) throw notFound();
  if (method !== 'POST') throw refusal(40500, 405, 'The method is not allowed here: use POST.');
  return keyRequests[act as keyof typeof keyRequests](request, unescapePath(key), context);
}

/** Requests about an app, by path. */
const appRequests: Readonly<Record<string, (appRequest: AppRequest) => HttpResponse>> = {
  '/channels': channelList,
  '/messages': batchPublish,
  '/presence': batchPresence,
  '/stats': stats,
};

/** Requests about a message, by the last part of the path. */
const messageRequests = { versions: messageVersions, annotations: messageAnnotations };

function routeChannel(rest: string, ask: () => ChannelRequest): HttpResponse {
  if (rest === '') return channelDetails(ask());
  if (rest === 'messages' || rest === 'history') return channelMessages(ask());
  if (rest === 'presence') return channelPresence(ask());
  if (rest === 'presence/history') return presenceHistory(ask());
  const [isObject, , objectId] = /^object(\/([^/]+))?$/.exec(rest) ?? [];
  if (isObject !== undefined) return channelObjects(ask(), objectId && unescapePath(objectId));
  const [, serial, , act] = /^messages\/([^/]+)(\/(versions|annotations))?$/.exec(rest) ?? [];
  if (serial === undefined) throw notFound();
  if (act === undefined) return oneMessage(ask(), unescapePath(serial));
  return messageRequests[act as keyof typeof messageRequests](ask(), unescapePath(serial));
}

function routeChat(path: string, ask: () => AppRequest): HttpResponse {
  const [, room, kind, serial, act = ''] =
    /^\/chat\/v4\/rooms\/([^/]+)\/(messages|occupancy)(?:\/([^/]+)(?:\/([^/]+))?)?\/?$/.exec(path) ?? [];
  if (room === undefined) throw notFound();
  const part = { room: unescapePath(room), serial: serial && unescapePath(serial), act };
  const answer = answerInRoom({ ...part, kind: kind as RoomRequest['kind'] }, ask);
  if (answer) return answer;
  throw notFound();
}

const notFound = (): Error =>
  refusal(40400, 404, 'There is nothing at this path: check it against the REST API.');

function unescapePath(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal(40010, 400, 'The name in the path is not escaped well: use encodeURIComponent.');
  }
}
