import type { LiveObjectState } from '../../../../ably/objects/state/live-object.js';
import { type Pool } from '../../../../ably/objects/state/pool.js';
import { randomText } from '../../../../rx/clock.js';
import type { HttpResponse } from '../../../host/server-core.js';
import { demand } from '../../auth/capability.js';
import { acceptOperations } from '../../objects/accept-operations.js';
import { parsePath, type Place, placesAt } from '../../objects/object-path.js';
import type { PublishedObjects } from '../../objects/object-store.js';
import { compactOf, compactValue, fullOf } from '../../objects/object-view.js';
import { pathOperations } from '../../objects/path-operations.js';
import { publishOperations } from '../../objects/publish-operations.js';
import { refusal } from '../../wire/errors.js';
import { isAbsent, isFields } from '../../wire/fields.js';
import { withBase64Bytes } from '../../wire/object-bytes.js';
import { type ChannelRequest, newId, publisherOf, refuseMethod } from '../channel-request.js';
import { decodeBody } from '../request-body.js';
import { respond, wantedFormat } from '../response.js';

/** Answers a request about the objects of a channel, or about the one of this id. */
export function channelObjects(channelRequest: ChannelRequest, objectId?: string): HttpResponse {
  const { method } = channelRequest.request;
  if (method === 'GET') return read(channelRequest, objectId ?? 'root');
  if (objectId !== undefined) refuseMethod('GET');
  return method === 'POST' ? publish(channelRequest) : refuseMethod('GET', 'POST');
}

function read({ request, caller, ofApp, name }: ChannelRequest, objectId: string): HttpResponse {
  demand(caller.capability, name, 'object-subscribe');
  const { query } = request;
  const pool: Pool = ofApp.objectsOf(name)?.pool ?? new Map<string, LiveObjectState>();
  const start = objectIn(pool, objectId, ofApp.objectsOf(name)?.isEmpty ?? true);
  const place = placeAt(pool, start, query.get('path') ?? '');
  const isFull = query.get('compact') === 'false';
  const content = isFull ? fullOf(pool, place) : compactOf(pool, place, compactValue);
  return respond(request, { content: wantedFormat(request) === 'json' ? withBase64Bytes(content) : content });
}

function objectIn(pool: Pool, objectId: string, isEmpty: boolean): LiveObjectState {
  const object = isEmpty ? undefined : pool.get(objectId);
  if (!object)
    throw refusal(
      92004,
      404,
      `The channel has no object ${objectId.slice(0, 100)}: the id is wrong, or nothing was set yet.`,
    );
  if (object.tombstonedAt === undefined) return object;
  throw refusal(92003, 400, `The object ${objectId} was deleted: read another one.`);
}

function placeAt(pool: Pool, start: LiveObjectState, path: string): Place {
  const steps = parsePath(path);
  const [place] = steps.some(({ isWildcard }) => isWildcard) ? [] : placesAt(pool, start, steps);
  if (place) return place;
  throw refusal(92005, 400, 'The path leads to nothing: mend it, and use no wildcards to read.');
}

/** Publishes operations, once where they bring their ids along. */
function publish(channelRequest: ChannelRequest): HttpResponse {
  const { request, ofApp, settings, name } = channelRequest;
  const { random, scheduler, maxFrameSize } = settings;
  const publisher = publisherOf(channelRequest);
  const { channel } = publisher;
  demand(publisher.capability, name, 'object-publish');
  const content = decodeBody(request, maxFrameSize);
  const ids = idsIn(content);
  const known = ids && channel.objects.answers.get(ids);
  if (known) return respond(request, { content: known });
  const making = { nonce: () => randomText(16, random), now: () => scheduler.now() };
  const accepted = acceptOperations(publisher, pathOperations(channel.objects.pool, content, making));
  const id = newId(channelRequest);
  ofApp.use(channel, () => publishOperations(channel, accepted, { id }));
  const answer: PublishedObjects = {
    messageId: accepted[0]?.id ?? id,
    channel: name,
    objectIds: [...new Set(accepted.flatMap(({ operation: { objectId } }) => objectId ?? []))],
  };
  if (ids) channel.objects.answers.set(ids, answer);
  return respond(request, { content: answer });
}

/** The ids that operations bring along, as one text; undefined where they bring none. */
function idsIn(content: unknown): string | undefined {
  const operations: readonly unknown[] = Array.isArray(content) ? content : [content];
  const ids = operations.map((operation) => (isFields(operation) ? operation['id'] : undefined));
  return ids.every((id) => isAbsent(id)) ? undefined : JSON.stringify(ids);
}
