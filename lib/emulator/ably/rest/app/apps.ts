import type { HttpRequest, HttpResponse } from '../../../host/server-core.js';
import { refusal } from '../../wire/errors.js';
import { type AppRequest, refuseMethod } from '../channel-request.js';
import { decodeBody } from '../request-body.js';
import type { RestContext } from '../rest-context.js';
import { respond, respondNothing } from '../response.js';

/** Creates an app with keys of its own, for everybody who asks: the suites of SDKs begin so. */
export function createApp(request: HttpRequest, { sandbox, settings }: RestContext): HttpResponse {
  if (request.method !== 'POST') refuseMethod('POST');
  const content = sandbox.create(decodeBody(request, settings.maxFrameSize));
  return respond(request, { status: 201, content });
}

/** Deletes an app, for a caller with a key of it; its connections are dropped. */
export function deleteApp({ request, caller, sandbox }: AppRequest, id: string): HttpResponse {
  if (request.method !== 'DELETE') refuseMethod('DELETE');
  if (caller.token)
    throw refusal(40162, 401, 'An app is deleted with a key, not a token: use Basic authentication.');
  if (caller.app.id !== id)
    throw refusal(40300, 403, 'The app is another than that of the key: use a key of it.');
  sandbox.delete(caller);
  return respondNothing(request);
}
