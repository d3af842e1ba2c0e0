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

/** RSL11, RSL15: returns or edits one message. */
export function oneMessage(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { method } = channelRequest.request;
  if (method === 'GET') return read(channelRequest, serial);
  return method === 'PATCH' ? change(channelRequest, serial) : refuseMethod('GET', 'PATCH');
}

function read(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = channelRequest;
  demand(caller.capability, name, 'history');
  const { latest } = channelOf(channelRequest).versions(serial);
  return respond(request, { content: inWantedFormat(request, latest) });
}

function change(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, ofApp, settings } = channelRequest;
  const publisher = publisherOf(channelRequest);
  const input = stringifyData(decodeBody(request, settings.maxFrameSize));
  const accepted = acceptEdit(publisher, input, serial);
  const id = newId(channelRequest);
  const versionSerial = ofApp.use(publisher.channel, (channel) => publishEdit(channel, { id, ...accepted }));
  return respond(request, { content: { channel: channelRequest.name, serial, versionSerial } });
}

/** RSL14: returns all versions of a message, oldest first by default. */
export function messageVersions(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = channelRequest;
  if (request.method !== 'GET') refuseMethod('GET');
  demand(caller.capability, name, 'history');
  const items = channelOf(channelRequest).versions(serial).all;
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

/** RSAN1, RSAN3: annotates a message, or returns its annotations, oldest first by default. */
export function messageAnnotations(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { method } = channelRequest.request;
  if (method === 'GET') return readAnnotations(channelRequest, serial);
  return method === 'POST' ? publishAnnotations(channelRequest, serial) : refuseMethod('GET', 'POST');
}

function readAnnotations(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, caller, name } = channelRequest;
  demand(caller.capability, name, 'annotation-subscribe');
  const items = channelOf(channelRequest).editable(serial).annotations;
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

function publishAnnotations(channelRequest: ChannelRequest, serial: string): HttpResponse {
  const { request, ofApp, settings, name } = channelRequest;
  const publisher = publisherOf(channelRequest);
  const content = messagesIn(decodeBody(request, settings.maxFrameSize));
  const accepted = acceptAnnotations(publisher, content, serial);
  const id = newId(channelRequest);
  const serials = ofApp.use(publisher.channel, (channel) => annotate(channel, accepted, { id }));
  return respond(request, { status: 201, content: { channel: name, serials } });
}
