import type { HttpResponse } from '../../host/server-core.js';
import { acceptAnnotations } from '../annotations/accept-annotations.js';
import { acceptEdit } from '../messages/accept-messages.js';
import { demand } from '../auth/capability.js';
import { annotate } from '../annotations/annotate.js';
import { publishEdit } from '../messages/publish-edit.js';
import {
  type ChannelRequest,
  channelOf,
  newId,
  inWantedFormat,
  respondPage,
  publisherOf,
  refuseMethod,
} from './channel-request.js';
import { decodeBody } from './request-body.js';
import { respond } from './response.js';
import { messagesIn, stringifyData } from '../wire/json-data.js';
import { pageOf } from './page.js';

/** RSL11, RSL15: tells one message, or changes it. */
export function oneMessage(asked: ChannelRequest, serial: string): HttpResponse {
  const { method } = asked.request;
  if (method === 'GET') return read(asked, serial);
  return method === 'PATCH' ? change(asked, serial) : refuseMethod('GET', 'PATCH');
}

function read(asked: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = asked;
  demand(caller.capability, name, 'history');
  const { latest } = channelOf(asked).versions(serial);
  return respond(request, { content: inWantedFormat(request, latest) });
}

function change(asked: ChannelRequest, serial: string): HttpResponse {
  const { request, ofApp, settings } = asked;
  const speaker = publisherOf(asked);
  const input = stringifyData(decodeBody(request, settings.maxFrameSize));
  const accepted = acceptEdit(speaker, input, serial);
  const id = newId(asked);
  const versionSerial = ofApp.use(speaker.channel, (channel) => publishEdit(channel, { id, ...accepted }));
  return respond(request, { content: { channel: asked.name, serial, versionSerial } });
}

/** RSL14: tells all versions of a message, oldest first unless asked otherwise. */
export function messageVersions(asked: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = asked;
  if (request.method !== 'GET') refuseMethod('GET');
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
export function messageAnnotations(asked: ChannelRequest, serial: string): HttpResponse {
  const { method } = asked.request;
  if (method === 'GET') return readAnnotations(asked, serial);
  return method === 'POST' ? publishAnnotations(asked, serial) : refuseMethod('GET', 'POST');
}

function readAnnotations(asked: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = asked;
  demand(caller.capability, name, 'annotation-subscribe');
  const items = channelOf(asked).editable(serial).annotations;
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

function publishAnnotations(asked: ChannelRequest, serial: string): HttpResponse {
  const { request, ofApp, settings, name } = asked;
  const speaker = publisherOf(asked);
  const content = messagesIn(decodeBody(request, settings.maxFrameSize));
  const accepted = acceptAnnotations(speaker, content, serial);
  const id = newId(asked);
  const serials = ofApp.use(speaker.channel, (channel) => annotate(channel, accepted, { id }));
  return respond(request, { status: 201, content: { channel: name, serials } });
}
