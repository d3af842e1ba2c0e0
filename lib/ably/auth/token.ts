import { ErrorInfo } from '../wire/error-info.js';

/** What a token may do: operations by channel name or pattern; as an object, or as the JSON text of one. */
export type Capability = string | Readonly<Record<string, readonly string[]>>;

/** TK1: what a token is asked for with. */
export interface TokenParams {
  /** TK2a, RSA5: milliseconds that the token is to live; the server's default (60 minutes) where left out. */
  readonly ttl?: number | null | undefined;
  /** TK2b, RSA6: what the token is to be good for; all that its key is good for where left out. */
  readonly capability?: Capability | null | undefined;
  /** TK2c: whom the token is to stand for; `'*'` for anybody, left out for nobody. */
  readonly clientId?: string | null | undefined;
  /** TK2d: milliseconds since the epoch; for one request only, never a default. */
  readonly timestamp?: number | null | undefined;
  /** TK2e: at least 16 characters, used once; drawn by chance where left out. */
  readonly nonce?: string | null | undefined;
}

/** TE1: a signed request for a token. Whoever has it can get that one token, once, and learns no secret. */
export interface TokenRequest {
  /** TE2 */
  readonly keyName: string;
  /** TE4: milliseconds */
  readonly ttl?: number;
  /** TE3: JSON text */
  readonly capability?: string;
  /** TE2 */
  readonly clientId?: string;
  /** TE5: milliseconds since the epoch */
  readonly timestamp: number;
  /** TE2 */
  readonly nonce: string;
  /** TE2: HMAC-SHA256 of the rest under the key's secret, as base64. */
  readonly mac: string;
}

/** TD1: a token, and what is known of it. */
export interface TokenDetails {
  /** TD2: an Ably token or a JWT; a secret. */
  readonly token: string;
  /** TD3: milliseconds since the epoch */
  readonly expires?: number;
  /** TD4: milliseconds since the epoch */
  readonly issued?: number;
  /** TD5: JSON text */
  readonly capability?: string;
  /** TD6: whom it stands for; `'*'` for anybody, left out for nobody. */
  readonly clientId?: string | null;
  readonly keyName?: string;
}

/** What an `authCallback` or an `authUrl` may answer: a token, a token with its details, or a signed request for one. */
export type TokenAnswer = string | TokenDetails | TokenRequest;

/** RSA4f: bytes of a token, or of the JSON text of its details or of a request for it. */
export const maxTokenSize = 128 * 1024;

const invalid = (problem: string): ErrorInfo =>
  new ErrorInfo(
    `What came instead of a token ${problem}. It has to be a token string, TokenDetails or a TokenRequest.`,
    { code: 40170 },
  );

/** RSA4f, AO2b: what was answered, as what it is. Throws 40170 where it is none of the three. */
export function tokenAnswerOf(answer: unknown): TokenDetails | TokenRequest {
  const text = textOf(answer);
  if (text === undefined) throw invalid(`was ${answer === null ? 'null' : `of type ${typeof answer}`}`);
  if (text === '') throw invalid('was empty');
  if (new TextEncoder().encode(text).length > maxTokenSize)
    throw invalid(`was longer than ${maxTokenSize} bytes`);
  if (typeof answer === 'string') return { token: answer };
  const fields = answer as Readonly<Record<string, unknown>>;
  if ('token' in fields) {
    if (typeof fields['token'] === 'string' && fields['token'] !== '') return answer as TokenDetails;
    throw invalid('has a "token" that is no string');
  }
  if (typeof fields['keyName'] === 'string' && typeof fields['mac'] === 'string')
    return answer as TokenRequest;
  throw invalid('has neither a "token" nor the "keyName" and "mac" of a TokenRequest');
}

/** The text that an answer is, or that it has as JSON; `undefined` where it has none. */
function textOf(answer: unknown): string | undefined {
  if (typeof answer === 'string') return answer;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  try {
    return JSON.stringify(answer);
  } catch {
    return undefined; // it contains itself, or a BigInt
  }
}

function fromJson(json: string | object): TokenDetails | TokenRequest {
  const read = typeof json === 'string' ? parsed(json) : json;
  return tokenAnswerOf(typeof read === 'string' ? undefined : read); // a mere token has no details
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new ErrorInfo('This is no JSON. Give the text that JSON.stringify() made of it.', {
      code: 40003,
    }); // the parser's own error repeats it
  }
}

const mistaken = (found: string, wanted: string): ErrorInfo =>
  new ErrorInfo(`This is ${found}, and not ${wanted}. Use ${found}.fromJson().`, { code: 40003 });

export const TokenDetails = {
  /** TD7: from JSON, as text or as an object. Throws an ErrorInfo on anything else. */
  fromJson: (json: string | object): TokenDetails => {
    const read = fromJson(json);
    if ('token' in read) return read;
    throw mistaken('TokenRequest', 'TokenDetails');
  },
} as const;

export const TokenRequest = {
  /** TE6: from JSON, as text or as an object. Throws an ErrorInfo on anything else. */
  fromJson: (json: string | object): TokenRequest => {
    const read = fromJson(json);
    if (!('token' in read)) return read;
    throw mistaken('TokenDetails', 'TokenRequest');
  },
} as const;
