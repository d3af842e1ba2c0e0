import type { HttpResponse } from '../../host/server-core.js';
import { acceptMessages } from '../messages/accept-messages.js';
import { demand } from '../auth/capability.js';
import { type ChannelRequest, newId, respondPage, publisherOf, refuseMethod } from './channel-request.js';
import { decodeBody } from './request-body.js';
import { historyPage } from './history-page.js';
import { respond } from './response.js';
import type { ResumableSession } from '../connections/resumable-sessions.js';
import { refusal } from '../wire/errors.js';
import { isAbsent, isFields } from '../wire/fields.js';
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
  const { request, settings } = channelRequest;
  const content = publishOn(channelRequest, decodeBody(request, settings.maxFrameSize));
  return respond(request, { status: 201, content });
}

/** The result of a publish over HTTP (BPR2). */
export interface Published {
  readonly channel: string;
  readonly messageId: string;
  readonly serials: readonly string[];
}

/** RSL1: publishes one message or many. Throws the ErrorInfo that refuses them. */
export function publishOn(channelRequest: ChannelRequest, input: unknown): Published {
  const { caller, settings, ofApp, name } = channelRequest;
  demand(caller.capability, name, 'publish');
  const content = marked(messagesIn(input), channelRequest);
  const onBehalf = sessionIn(content, channelRequest);
  const clientId = onBehalf ? onBehalf.identity.clientId : channelRequest.clientId;
  const messages = acceptMessages({ ...settings, clientId }, content);
  const id = newId(channelRequest);
  const origin = { id, ...(onBehalf && { connectionId: onBehalf.id }) };
  const serials = ofApp.use(publisherOf(channelRequest).channel, (channel) =>
    channel.publish({ ...origin, messages }),
  );
  return { channel: name, messageId: id, serials };
}

/** RSL1l: messages with the mark that the parameter `ephemeral` asks for. */
const marked = (messages: readonly unknown[], { request }: ChannelRequest): readonly unknown[] =>
  request.query.get('ephemeral') !== 'true'
    ? messages
    : messages.map((message) =>
        isFields(message) && (isAbsent(message['extras']) || isFields(message['extras']))
          ? { ...message, extras: { ...message['extras'], ephemeral: true } }
          : message,
      );

/**
 * TM2h: the session on whose behalf messages are published: they come from its connection, which does not hear them
 * without echo, and from its client. Throws 40006, as the docs of the code say, where the key is stale, of no connection,
 * or of that of another client.
 */
function sessionIn(
  messages: readonly unknown[],
  { caller, clientId, sessionOf }: ChannelRequest,
): ResumableSession | undefined {
  const keyOf = (message: unknown): unknown => (isFields(message) ? message['connectionKey'] : null) ?? null;
  const [key, ...others] = new Set(messages.map(keyOf));
  if (others.length > 0)
    throw refusal(
      40030,
      400,
      'The messages name different connectionKeys: publish those of each by themselves.',
    );
  if (key === null || key === undefined) return undefined;
  const session = sessionOf(typeof key === 'string' ? key : '', caller.app);
  if (session && [undefined, '*', session.identity.clientId].includes(clientId)) return session;
  throw refusal(
    40006,
    400,
    'The connectionKey is of no connection of this client: take the `key` of one that lives.',
  );
}
