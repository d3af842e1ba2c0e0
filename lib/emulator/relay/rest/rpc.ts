import { corsHeaders } from '../../host/cors.js';
import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import { identityOf, isOriginAllowed } from '../auth/identity.js';
import { answer } from '../calls/answer.js';
import type { Caller, RelayContext } from '../calls/relay-context.js';
import { type Call, parseIncoming } from '../json-rpc/incoming.js';
import { answerText, unreadableId } from '../json-rpc/outgoing.js';
import { refusal, rpcErrorOf } from '../relay-error.js';
import { httpStatusOf, respondText } from './response.js';
import { fromUtf8 } from '../../../codec/utf8.js';

/** Answers an HTTP request; `POST /rpc` takes any call. Never throws. */
export function rest(request: HttpRequest, relay: RelayContext): HttpResponse {
  const { method, path, headers } = request;
  const isAllowed = isOriginAllowed(headers['origin'], relay.settings.origins);
  const cors = isAllowed ? corsHeaders(headers, { methods: 'POST, OPTIONS' }) : {};
  if (method === 'OPTIONS') return { status: 204, headers: cors, body: new Uint8Array() };
  if (path !== '/rpc') return respondText(404, 'There is nothing at this path: use /rpc.\n', cors);
  if (method !== 'POST') return respondText(405, 'The method is not allowed here: use POST.\n', cors);
  const json = { ...cors, 'content-type': 'application/json' };
  try {
    return respondText(200, answerBody(request, relay), json);
  } catch (thrown) {
    const error = rpcErrorOf(thrown);
    return respondText(httpStatusOf(error), answerText(unreadableId, { error }, relay.settings.ids), json);
  }
}

function answerBody({ query, headers, body }: HttpRequest, relay: RelayContext): string {
  const { limits } = relay.settings;
  const { clientId } = identityOf({ params: query, headers }, relay.settings);
  if (body.length > limits.frame)
    throw refusal(
      'PayloadSizeExceeded',
      `The body is larger than ${limits.frame} bytes: send less at a time.`,
    );
  const { text, then } = answer(callerOf(relay, clientId), callIn(body));
  then();
  return text;
}

function callIn(body: Uint8Array): Call {
  const parsed = parseIncoming(textOf(body));
  if ('method' in parsed) return parsed;
  throw refusal('Serialization', 'The body is an answer: send a call.');
}

function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch {
    throw refusal('Serialization', 'The body is not UTF-8: send JSON.');
  }
}

const callerOf = (relay: RelayContext, clientId: string): Caller => ({
  relay,
  client: relay.clients.getOrCreate(clientId),
  pushTarget: undefined,
  failureOf: () => undefined,
});
