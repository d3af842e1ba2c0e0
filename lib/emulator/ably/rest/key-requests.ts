import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import type { Key } from '../auth/apps.js';
import type { Caller } from '../auth/caller.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { isFields } from '../wire/fields.js';
import { decodeBody } from './request-body.js';
import type { RestContext } from './rest-context.js';
import { respond } from './response.js';

type Fields = Readonly<Record<string, unknown>>;

/** Requests about a key, by the last part of the path. */
export const keyRequests = { requestToken, revokeTokens };

/** RSA8, TE1: issues a token for a signed TokenRequest, or for a caller with the key. */
function requestToken(request: HttpRequest, keyName: string, context: RestContext): HttpResponse {
  const { authority } = context;
  const { key } = authority.findKey(keyName);
  const params = fieldsOf(request, context);
  if (params['mac'] !== undefined && params['mac'] !== null) authority.check(key, params);
  else callerWithKey(key, request, context);
  return respond(request, { status: 201, content: authority.issue(key.name, params) });
}

/** RSA17: revokes each target; an invalid one does not stop the others. */
function revokeTokens(request: HttpRequest, keyName: string, context: RestContext): HttpResponse {
  const { key } = context.authority.findKey(keyName);
  const caller = callerWithKey(key, request, context);
  const { targets, ...options } = fieldsOf(request, context);
  if (!Array.isArray(targets) || targets.length === 0)
    throw refusal(40001, 400, 'There are no targets: give an array with at least one in it.');
  const results = targets.map((target: unknown) => {
    try {
      return context.revoke(caller.key, target, options);
    } catch (thrown) {
      return { target, error: wireErrorOf(thrown) };
    }
  });
  const failureCount = results.filter((result) => 'error' in result).length;
  const content = { successCount: results.length - failureCount, failureCount, results };
  return respond(request, { content });
}

/** The caller, which must use this key. Throws 40162 on a token, 40102, a guess, on another key. */
function callerWithKey(key: Key, request: HttpRequest, { authority }: RestContext): Caller {
  const caller = authority.authenticate({ params: request.query, headers: request.headers });
  if (caller.token)
    throw refusal(40162, 401, 'This request needs the key, not a token: use Basic authentication.');
  if (caller.key.name === key.name) return caller;
  throw refusal(40102, 401, 'The key differs from the one in the path: use the same key in both.');
}

function fieldsOf(request: HttpRequest, { settings }: RestContext): Fields {
  const content = decodeBody(request, settings.maxFrameSize);
  if (isFields(content)) return content;
  throw refusal(40001, 400, 'The body is not an object: send one.');
}
