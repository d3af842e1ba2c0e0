import { toUtf8 } from '../../../codec/utf8.js';
import { randomText } from '../../../rx/clock.js';
import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import { signJwt } from '../auth/tokens/jwt.js';
import { jwtClaims } from '../auth/tokens/jwt-claims.js';
import { signTokenRequest, type TokenRequest } from '../auth/tokens/token-request.js';
import { refusal } from '../wire/errors.js';
import { formOf } from './request-body.js';
import type { RestContext } from './rest-context.js';
import { respondText } from './response.js';

type Params = Readonly<Record<string, string>>;

/** Content of an answer, and its type. */
interface Answer {
  readonly type: string;
  readonly text: string;
}

/**
 * RSA8c: the server behind a client's `authUrl`. It issues a token to each caller, which is good for development only.
 * Parameters of the URL: `as` token, details (default), request or jwt; `type`, `status` and `body` replace those of
 * the answer, and `size` pads it to so many bytes. No `type` is one that a browser renders or runs.
 */
export function authServer(request: HttpRequest, context: RestContext): HttpResponse {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'POST')
    throw refusal(40500, 405, 'The method is not allowed here: use GET or POST.');
  const query = Object.fromEntries(request.query);
  const form = formOf(request, context.settings.maxFrameSize);
  context.authRequests.add({ method, params: query, form, headers });
  const status = numberOf(query, 'status', { from: 200, to: 599, absent: 200 });
  const size = numberOf(query, 'size', { from: 0, to: 2 ** 24, absent: 0 });
  const { type, text } = answer(query, { ...query, ...form }, context);
  return respondText(request, {
    status,
    type: typeOf(query) ?? type,
    text: [204, 205, 304].includes(status) ? '' : pad({ type, text }, size),
  });
}

function answer(query: Params, params: Params, context: RestContext): Answer {
  const { body, as = 'details', status = '200' } = query;
  if (body !== undefined) return { type: 'text/plain', text: body };
  if (Number(status) >= 300) return json({ error: errorOf(Number(status)) });
  if (!Object.hasOwn(answersByKind, as))
    throw refusal(40000, 400, 'The parameter `as` is token, details, request or jwt.');
  return answersByKind[as as keyof typeof answersByKind](params, context);
}

const harmless =
  /^(?:text\/plain|application\/(?:json|jwt|octet-stream|x-www-form-urlencoded|[\w.-]+\+json))(?:; ?charset=[\w-]+)?$/i;

/** The type that is asked for. Throws on one that a browser could show as a page, because the content is asked for too. */
function typeOf({ type }: Params): string | undefined {
  if (type === undefined || harmless.test(type)) return type;
  throw refusal(
    40000,
    400,
    'The parameter `type` is text/plain, or application/json, jwt, octet-stream, x-www-form-urlencoded or …+json.',
  );
}

const json = (content: unknown): Answer => ({ type: 'application/json', text: JSON.stringify(content) });

const errorOf = (status: number) => ({
  code: status * 100,
  statusCode: status,
  message: 'The auth server was asked to refuse: leave the parameter `status` out.',
});

const answersByKind = {
  details: (params: Params, context: RestContext): Answer => json(issueToken(params, context)),
  token: (params: Params, context: RestContext): Answer => ({
    type: 'text/plain',
    text: issueToken(params, context).token,
  }),
  jwt: (params: Params, { authority, settings }: RestContext): Answer => {
    const { key } = authority.findKey(keyNameOf(params, settings));
    const claims = jwtClaims(tokenParams(params), authority.revocations.issueTime());
    return { type: 'application/jwt', text: signJwt(key, claims) };
  },
  request: (params: Params, { authority, settings }: RestContext): Answer => {
    const { scheduler, random } = settings;
    const { key } = authority.findKey(keyNameOf(params, settings));
    const { timestamp = String(scheduler.now()), nonce = randomText(20, random) } = params;
    return json(signTokenRequest(key, { ...tokenParams(params), timestamp: Number(timestamp), nonce }));
  },
};

const issueToken = (params: Params, { authority, settings }: RestContext) =>
  authority.issue(keyNameOf(params, settings), tokenParams(params));

const keyNameOf = ({ keyName }: Params, { keyName: first }: RestContext['settings']): string =>
  keyName ?? first;

/** TK2: TokenParams from a form or a query, where all is text. */
function tokenParams({
  ttl,
  capability,
  clientId,
}: Params): Pick<TokenRequest, 'ttl' | 'capability' | 'clientId'> {
  return {
    ...(ttl && { ttl: Number(ttl) }),
    ...(capability && { capability }),
    ...(clientId && { clientId }),
  };
}

function numberOf(
  query: Params,
  name: string,
  { from, to, absent }: { readonly [name in 'from' | 'to' | 'absent']: number },
): number {
  const text = query[name];
  if (text === undefined) return absent;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  throw refusal(40000, 400, `The parameter \`${name}\` is a whole number from ${from} to ${to}.`);
}

/** Pads an answer; JSON stays valid. */
function pad({ type, text }: Answer, size: number): string {
  const missing = size - toUtf8(text).length;
  if (type !== 'application/json') return text + 'x'.repeat(Math.max(0, missing));
  return missing > 13 ? `${text.slice(0, -1)},"padding":"${'x'.repeat(missing - 13)}"}` : text;
}
