import type { HttpResponse } from '../../host/server-core.js';
import { acceptMessages } from '../messages/accept-messages.js';
import { demand } from '../auth/capability.js';
import { type ChannelRequest, newId, respondPage, publisherOf, refuseMethod } from './channel-request.js';
import { decodeBody } from './request-body.js';
import { historyPage } from './history-page.js';
import { respond } from './response.js';
import { messagesIn } from '../wire/json-data.js';

/** RSL1, RSL2: publishes to a channel, or returns its history. */
export function channelMessages(channelRequest: ChannelRequest): HttpResponse {
  const { method } = channelRequest.request;
  if (method === 'GET') return history(channelRequest);
  return method === 'POST' ? publish(channelRequest) : refuseMethod('GET', 'POST');
}

function history({ request, caller, ofApp, name }: ChannelRequest): HttpResponse {
  demand(caller.capability, name, 'history');
  return respondPage(request, historyPage(ofApp.find(name)?.retained() ?? [], request.query));
}

function publish(channelRequest: ChannelRequest): HttpResponse {
  const { request, caller, settings, ofApp, name } = channelRequest;
  demand(caller.capability, name, 'publish');
  const content = decodeBody(request, settings.maxFrameSize);
  const messages = acceptMessages({ ...settings, clientId: channelRequest.clientId }, messagesIn(content));
  const id = newId(channelRequest);
  const serials = ofApp.use(publisherOf(channelRequest).channel, (channel) =>
    channel.publish({ id, messages }),
  );
  return respond(request, { status: 201, content: { channel: name, messageId: id, serials } });
}
