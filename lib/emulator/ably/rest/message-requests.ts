import type { HttpResponse } from '../../host/server-core.js';
import { acceptedAnnotations, acceptedMutation } from '../messages/accept-messages.js';
import { demand } from '../auth/capability.js';
import { annotate } from '../annotations/annotate.js';
import { mutate } from '../messages/publish-edit.js';
import { type Asked, channelOf, freshId, readable, respondPage, speakerOf, wrongMethod } from './channel-request.js';
import { contentOf } from './request-body.js';
import { respond } from './response.js';
import { listed, stringified } from '../wire/json-data.js';
import { pageOf } from './page.js';

/** RSL11, RSL15: tells one message, or changes it. */
export function message(asked: Asked, serial: string): HttpResponse {
  const { method } = asked.request;
  if (method === 'GET') return read(asked, serial);
  return method === 'PATCH' ? change(asked, serial) : wrongMethod('GET', 'PATCH');
}

function read(asked: Asked, serial: string): HttpResponse {
  const { request, caller, name } = asked;
  demand(caller.capability, name, 'history');
  const { latest } = channelOf(asked).versions(serial);
  return respond(request, { content: readable(request, latest) });
}

function change(asked: Asked, serial: string): HttpResponse {
  const { request, ofApp, settings } = asked;
  const speaker = speakerOf(asked);
  const input = stringified(contentOf(request, settings.maxFrameSize));
  const accepted = acceptedMutation(speaker, input, serial);
  const id = freshId(asked);
  const versionSerial = ofApp.use(speaker.channel, (channel) => mutate(channel, { id, ...accepted }));
  return respond(request, { content: { channel: asked.name, serial, versionSerial } });
}

/** RSL14: tells all versions of a message, oldest first unless asked otherwise. */
export function messageVersions(asked: Asked, serial: string): HttpResponse {
  const { request, caller, name } = asked;
  if (request.method !== 'GET') wrongMethod('GET');
  demand(caller.capability, name, 'history');
  const items = channelOf(asked).versions(serial).all;
  const { query } = request;
  return respondPage(
    request,
    pageOf({
      query,
      name: 'versions',
      direction: 'forwards',
      items,
      keyOf: ({ version, serial: first = '' }) => version?.serial ?? first,
    }),
  );
}

/** RSAN1, RSAN3: annotates a message, or tells all that was annotated, oldest first unless asked otherwise. */
export function messageAnnotations(asked: Asked, serial: string): HttpResponse {
  const { method } = asked.request;
  if (method === 'GET') return readAnnotations(asked, serial);
  return method === 'POST' ? publishAnnotations(asked, serial) : wrongMethod('GET', 'POST');
}

function readAnnotations(asked: Asked, serial: string): HttpResponse {
  const { request, caller, name } = asked;
  demand(caller.capability, name, 'annotation-subscribe');
  const items = channelOf(asked).mutable(serial).annotations;
  const { query } = request;
  return respondPage(
    request,
    pageOf({
      query,
      name: 'annotations',
      direction: 'forwards',
      items,
      keyOf: ({ serial: key = '' }) => key,
    }),
  );
}

function publishAnnotations(asked: Asked, serial: string): HttpResponse {
  const { request, ofApp, settings, name } = asked;
  const speaker = speakerOf(asked);
  const content = listed(contentOf(request, settings.maxFrameSize));
  const accepted = acceptedAnnotations(speaker, content, serial);
  const id = freshId(asked);
  const serials = ofApp.use(speaker.channel, (channel) => annotate(channel, accepted, { id }));
  return respond(request, { status: 201, content: { channel: name, serials } });
}
