import { decoded } from '../auth/authenticate.js';
import { type Caller, identityOf } from '../auth/caller.js';
import { demand } from '../auth/capability.js';
import { refusal } from '../errors.js';
import { randomText } from '../../../rx/clock.js';
import { textual } from '../payload.js';
import { contentOf } from './content.js';
import type { Context } from './context.js';
import { historyPage } from './history-page.js';
import { type HttpRequest, type HttpResponse, respond, wantedFormat } from './http.js';
import { messagesFrom } from './publish.js';

/** RSL1, RSL2: publishes to a channel, or tells its history. */
export function channelMessages(request: HttpRequest, name: string, context: Context): HttpResponse {
  const { method, query, headers } = request;
  const caller = context.authority.authenticate({ params: query, headers });
  if (method === 'GET') return history(request, { ...context, caller, name });
  if (method === 'POST') return publish(request, { ...context, caller, name });
  throw refusal(40500, 405, 'The method is not allowed here: use GET or POST.');
}

interface Asked extends Context {
  readonly caller: Caller;
  readonly name: string;
}

function history(request: HttpRequest, { caller, channels, name }: Asked): HttpResponse {
  identity(request, caller);
  demand(caller.capability, name, 'history');
  const { items, link } = historyPage(channels(caller.app).existing(name)?.retained() ?? [], request.query);
  const content = wantedFormat(request) === 'json' ? items.map(textual) : items;
  return respond(request, { content, headers: { link } });
}

function publish(request: HttpRequest, { settings, caller, channels, name }: Asked): HttpResponse {
  const { maxFrameSize, maxMessageSize, random } = settings;
  const clientId = identity(request, caller);
  demand(caller.capability, name, 'publish');
  const messages = messagesFrom(contentOf(request, maxFrameSize), maxMessageSize, clientId);
  const ofApp = channels(caller.app);
  const accepted = { id: `${randomText(10, random)}:0`, messages };
  const { serials, frame } = ofApp.publish(ofApp.named(name), accepted);
  return respond(request, { status: 201, content: { channel: name, messageId: frame.id, serials } });
}

/** RSA7e2: who the caller says it is, if it may. Throws 40012 or 40102. */
const identity = ({ headers }: HttpRequest, caller: Caller): string | undefined =>
  identityOf(caller, decoded(headers['x-ably-clientid'] ?? '') || undefined);
