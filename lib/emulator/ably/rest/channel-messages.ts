import type { HttpResponse } from '../../host/server-core.js';
import { acceptedMessages } from '../messages/accept-messages.js';
import { demand } from '../auth/capability.js';
import { type Asked, freshId, respondPage, speakerOf, wrongMethod } from './channel-request.js';
import { contentOf } from './request-body.js';
import { historyPage } from './history-page.js';
import { respond } from './response.js';
import { listed } from '../wire/json-data.js';

/** RSL1, RSL2: publishes to a channel, or tells its history. */
export function channelMessages(asked: Asked): HttpResponse {
  const { method } = asked.request;
  if (method === 'GET') return history(asked);
  return method === 'POST' ? publish(asked) : wrongMethod('GET', 'POST');
}

function history({ request, caller, ofApp, name }: Asked): HttpResponse {
  demand(caller.capability, name, 'history');
  return respondPage(request, historyPage(ofApp.existing(name)?.retained() ?? [], request.query));
}

function publish(asked: Asked): HttpResponse {
  const { request, caller, settings, ofApp, name } = asked;
  demand(caller.capability, name, 'publish');
  const content = contentOf(request, settings.maxFrameSize);
  const messages = acceptedMessages({ ...settings, clientId: asked.clientId }, listed(content));
  const id = freshId(asked);
  const serials = ofApp.use(speakerOf(asked).channel, (channel) => channel.publish({ id, messages }));
  return respond(request, { status: 201, content: { channel: name, messageId: id, serials } });
}
