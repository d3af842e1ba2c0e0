import type { HttpResponse } from '../../../host/server-core.js';
import { clientIdOf } from '../../auth/caller.js';
import { demand } from '../../auth/capability.js';
import { metricsOf } from '../../occupancy/metrics.js';
import { type AppRequest, type ChannelRequest, refuseMethod, requestOn } from '../channel-request.js';
import { respond } from '../response.js';
import { clientReactions, messageReactions } from './message-reactions.js';
import { deleteMessage, roomMessage, roomMessages, roomMessageVersions } from './room-messages.js';

/** A request about a room, split up: parts of a path are unescaped. */
export interface RoomRequest {
  readonly room: string;
  /** The rest of the path. */
  readonly kind: 'messages' | 'occupancy';
  readonly serial: string | undefined;
  readonly act: string;
}

type Answer = (channelRequest: ChannelRequest, serial: string) => HttpResponse;

/** Requests about a message, by the last part of the path. */
const messageRequests: Readonly<Record<string, Answer>> = {
  '': roomMessage,
  delete: deleteMessage,
  versions: roomMessageVersions,
  reactions: messageReactions,
  'client-reactions': clientReactions,
};

/** Answers a request about a room; undefined where there is nothing at the path. */
export function answerInRoom(
  { room, kind, serial, act }: RoomRequest,
  ask: () => AppRequest,
): HttpResponse | undefined {
  const inRoom = (): ChannelRequest => requestInRoom(room, ask());
  if (kind === 'occupancy') return serial === undefined ? roomOccupancy(inRoom()) : undefined;
  if (serial === undefined) return roomMessages(inRoom());
  return Object.hasOwn(messageRequests, act) ? messageRequests[act]?.(inRoom(), serial) : undefined;
}

/** The channel of the room, for the client of the header X-Ably-ClientId or of the parameter `clientId`. */
function requestInRoom(room: string, appRequest: AppRequest): ChannelRequest {
  const { caller, request, clientId } = appRequest;
  const named = request.query.get('clientId');
  return requestOn(`${room}::$chat`, {
    ...appRequest,
    clientId: named === null ? clientId : clientIdOf(caller, named),
  });
}

/** CHA-O3: returns how many connections and members there are in a room. */
function roomOccupancy({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'channel-metadata');
  const { connections, presenceMembers } = ofApp.use(ofApp.getOrCreate(name), metricsOf);
  return respond(request, { content: { connections, presenceMembers } });
}
