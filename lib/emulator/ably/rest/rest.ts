import type { App } from '../apps.js';
import { authenticate, type Caller, decoded } from '../auth.js';
import type { Channels } from '../channels/channels.js';
import { refusal, wireErrorOf } from '../errors.js';
import { codecs } from '../formats.js';
import { randomText } from '../../../rx/clock.js';
import { textual } from '../payload.js';
import type { Settings } from '../settings.js';
import { historyPage } from './history-page.js';
import { bodyFormat, type HttpRequest, type HttpResponse, respond, respondError } from './http.js';
import { respondText, respondToPreflight, wantedFormat } from './http.js';
import { messagesFrom } from './publish.js';

/** What Ably's own check is called, on a host of its own. */
const connectivityCheckPath = '/is-the-internet-up.txt';

interface Context {
  readonly settings: Settings;
  readonly channels: (app: App) => Channels;
}

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
  if (path === connectivityCheckPath && method === 'GET') return respondText(request, 'yes\n'); // RTN17j
  const [, escaped] = /^\/channels\/([^/]+)\/(?:messages|history)\/?$/.exec(path) ?? [];
  if (escaped === undefined)
    throw refusal(40400, 404, 'There is nothing at this path: look at what the emulator serves.');
  const caller = authenticate(context.settings.apps, { params: request.query, headers: request.headers });
  const channels = context.channels(caller.app);
  if (method === 'GET') return history(request, channels, unescaped(escaped));
  if (method === 'POST') return publish(request, { ...context, caller, name: unescaped(escaped) });
  throw refusal(40500, 405, 'The method is not allowed here: use GET or POST.');
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusal(40010, 400, 'The channel name is not escaped well: use encodeURIComponent.');
  }
}

function history(request: HttpRequest, channels: Channels, name: string): HttpResponse {
  const { items, link } = historyPage(channels.existing(name)?.retained() ?? [], request.query);
  const content = wantedFormat(request) === 'json' ? items.map(textual) : items;
  return respond(request, { content, headers: { link } });
}

function publish(request: HttpRequest, context: Context & { caller: Caller; name: string }): HttpResponse {
  const { settings, caller, name } = context;
  const clientId = clientIdOf(request);
  const messages = messagesFrom(contentOf(request, settings.maxFrameSize), settings.maxMessageSize, clientId);
  const channels = context.channels(caller.app);
  const accepted = { id: `${randomText(10, settings.random)}:0`, messages };
  const { serials, frame } = channels.publish(channels.named(name), accepted);
  return respond(request, { status: 201, content: { channel: name, messageId: frame.id, serials } });
}

/** RSA7e2 */
function clientIdOf({ headers }: HttpRequest): string | undefined {
  return decoded(headers['x-ably-clientid'] ?? '') || undefined;
}

function contentOf(request: HttpRequest, maxSize: number): unknown {
  if (request.body.length > maxSize)
    throw refusal(40009, 413, `The body is larger than ${maxSize} bytes: split it up.`);
  try {
    return codecs[bodyFormat(request)].decode(request.body);
  } catch {
    throw refusal(
      40000,
      400,
      `The body is not ${bodyFormat(request)}: look at its content and at its Content-Type.`,
    );
  }
}
