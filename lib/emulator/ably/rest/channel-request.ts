import type { WireMessage } from '../../../ably/wire/frames.js';
import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import type { Publisher } from '../channels/publisher.js';
import { textFromBase64 } from '../auth/authenticate.js';
import { type Caller, clientIdOf } from '../auth/caller.js';
import type { Channel } from '../channels/channel.js';
import type { Channels } from '../channels/channels.js';
import { checkChannelName, parseChannelName } from '../channels/channel-name.js';
import { refusal } from '../wire/errors.js';
import { randomText } from '../../../rx/clock.js';
import { withBase64Data } from '../wire/payload.js';
import type { RestContext } from './rest-context.js';
import { respond, wantedFormat } from './response.js';
import type { Page } from './page.js';

/** An authenticated request about an app. */
export interface AppRequest extends RestContext {
  readonly request: HttpRequest;
  readonly caller: Caller;
  /** clientId that the caller claims (RSA7e2). */
  readonly clientId: string | undefined;
  readonly ofApp: Channels;
}

/** An authenticated request about a channel. */
export interface ChannelRequest extends AppRequest {
  /** Name of the channel, without a qualifier. */
  readonly name: string;
}

/** Throws the error of the credentials, and 40012 or 40102 on another clientId. */
export function appRequestOf(request: HttpRequest, context: RestContext): AppRequest {
  const { query, headers } = request;
  const caller = context.authority.authenticate({ params: query, headers });
  const clientId = clientIdOf(caller, textFromBase64(headers['x-ably-clientid'] ?? '') || undefined);
  return { ...context, request, caller, clientId, ofApp: context.channels(caller.app) };
}

/** The request for one channel of the app. Throws 40010 on a derived channel or no name. */
export function requestOn(name: string, appRequest: AppRequest): ChannelRequest {
  const { channel, filter } = parseChannelName(name);
  if (filter === undefined) return { ...appRequest, name: checkChannelName(channel) };
  throw refusal(40010, 400, 'A derived channel is only for subscribers: ask for the channel itself.');
}

/** The caller as a publisher on the channel. */
export const publisherOf = ({ ofApp, name, clientId, caller, settings }: ChannelRequest): Publisher => ({
  channel: ofApp.getOrCreate(name),
  clientId,
  capability: caller.capability,
  maxMessageSize: settings.maxMessageSize,
});

/** The channel, if it exists. Throws 40400. */
export function channelOf({ ofApp, name }: ChannelRequest): Channel {
  const channel = ofApp.find(name);
  if (channel) return channel;
  throw refusal(40400, 404, 'The channel has no recent publications: check its name.');
}

/** TR4n: a new id, as publishes over HTTP have no connection. */
export const newId = ({ settings }: RestContext): string => `${randomText(10, settings.random)}:0`;

/** Answers with a page of messages or annotations, in the wanted format. */
export function respondPage<T extends Pick<WireMessage, 'data' | 'encoding'>>(
  request: HttpRequest,
  { items, link }: Page<T>,
): HttpResponse {
  return respond(request, { content: items.map((item) => inWantedFormat(request, item)), headers: { link } });
}

/** One message or annotation, in the wanted format. */
export const inWantedFormat = <T extends Pick<WireMessage, 'data' | 'encoding'>>(
  request: HttpRequest,
  item: T,
): T => (wantedFormat(request) === 'json' ? withBase64Data(item) : item);

/** Throws 40500, which names the allowed methods. */
export function refuseMethod(...allowed: readonly string[]): never {
  throw refusal(40500, 405, `The method is not allowed here: use ${allowed.join(' or ')}.`);
}
