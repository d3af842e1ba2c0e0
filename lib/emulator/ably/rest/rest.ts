import { refusal, wireErrorOf } from '../errors.js';
import { authServer } from './auth-server.js';
import { channelMessages } from './channel-messages.js';
import type { Context } from './context.js';
import { type HttpRequest, type HttpResponse, respond, respondError } from './http.js';
import { respondText, respondToPreflight } from './http.js';
import { ofKeys } from './keys.js';

/** What Ably's own check is called, on a host of its own. */
const connectivityCheckPath = '/is-the-internet-up.txt';

/** The HTTP part of the service, as a function: it answers everything and never throws. */
export function rest(request: HttpRequest, context: Context): HttpResponse {
  try {
    if (request.method === 'OPTIONS') return respondToPreflight(request);
    return answer(request, context);
  } catch (thrown) {
    return respondError(request, wireErrorOf(thrown));
  }
}

function answer(request: HttpRequest, context: Context): HttpResponse {
  const { method, path } = request;
  if (path === '/time' && method === 'GET') {
    return respond(request, { content: [context.settings.scheduler.now()] }); // RSC16
  }
  if (path === connectivityCheckPath && method === 'GET') return respondText(request, { text: 'yes\n' }); // RTN17j
  if (path === '/auth') return authServer(request, context);
  const [, channel] = /^\/channels\/([^/]+)\/(?:messages|history)\/?$/.exec(path) ?? [];
  if (channel !== undefined) return channelMessages(request, unescaped(channel), context);
  const [, key, act] = /^\/keys\/([^/]+)\/(requestToken|revokeTokens)\/?$/.exec(path) ?? [];
  if (key === undefined)
    throw refusal(40400, 404, 'There is nothing at this path: look at what the emulator serves.');
  if (method !== 'POST') throw refusal(40500, 405, 'The method is not allowed here: use POST.');
  return ofKeys[act as keyof typeof ofKeys](request, unescaped(key), context);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal(40010, 400, 'The name in the path is not escaped well: use encodeURIComponent.');
  }
}
