import { toUtf8 } from '../../codec/utf8.js';
import { ErrorInfo } from '../wire/error-info.js';

/** Operations that a token permits, by channel name or pattern: an object, or the JSON text of one. */
export type Capability = string | Readonly<Record<string, readonly string[]>>;

/** TK1: parameters of a new token. */
export interface TokenParams {
  /** TK2a, RSA5: lifetime in milliseconds; the server's default (60 minutes) where left out. */
  readonly ttl?: number | null | undefined;
  /** TK2b, RSA6: operations that the token is to permit; all that its key permits where left out. */
  readonly capability?: Capability | null | undefined;
  /** TK2c: clientId of the token; `'*'` for any, left out for none. */
  readonly clientId?: string | null | undefined;
  /** TK2d: milliseconds since the epoch; for one request only, never a default. */
  readonly timestamp?: number | null | undefined;
  /** TK2e: at least 16 characters, used once; random where left out. */
  readonly nonce?: string | null | undefined;
}

/** TE1: a signed request for a token. It can be exchanged for that one token, once, and contains no secret. */
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

/** TD1: a token and its details. */
export interface TokenDetails {
  /** TD2: an Ably token or a JWT; a secret. */
  readonly token: string;
  /** TD3: milliseconds since the epoch */
  readonly expires?: number;
  /** TD4: milliseconds since the epoch */
  readonly issued?: number;
  /** TD5: JSON text */
  readonly capability?: string;
  /** TD6: clientId of the token; `'*'` for any, left out for none. */
  readonly clientId?: string | null;
  /** The name of the key that the token is of. */
  readonly keyName?: string;
}

/** Answer of an `authCallback` or an `authUrl`: a token, a token with its details, or a signed request for one. */
export type TokenAnswer = string | TokenDetails | TokenRequest;

/** RSA4f: largest size of a token, or of the JSON text of its details or of a request for it, in bytes. */
export const maxTokenSize = 128 * 1024;

const invalid = (problem: string): ErrorInfo =>
  new ErrorInfo(
    `The token response ${problem}. It has to be a token string, TokenDetails or a TokenRequest.`,
    { code: 40170 },
  );

/** RSA9f: the capability as it travels. */
export const capabilityText = ({ capability }: TokenParams): string | undefined =>
  capability == null || typeof capability === 'string'
    ? (capability ?? undefined)
    : JSON.stringify(capability);

/** TokenParams with the fields that each TokenRequest needs. */
export interface SignableParams extends TokenParams {
  readonly timestamp: number;
  readonly nonce: string;
}

/** RSA9g: a TokenRequest without its signature, and the text that is to be signed. */
export function unsignedOf(
  keyName: string,
  params: SignableParams,
): { readonly request: Omit<TokenRequest, 'mac'>; readonly text: string } {
  const { timestamp, nonce, ttl, clientId } = params;
  const capability = capabilityText(params);
  const lines = [keyName, ttl ?? '', capability ?? '', clientId ?? '', timestamp, nonce];
  return {
    text: lines.map((line) => `${line}\n`).join(''),
    request: {
      keyName,
      ...(ttl != null && { ttl }), // RSA5
      ...(capability !== undefined && { capability }), // RSA6
      ...(clientId != null && { clientId }),
      timestamp,
      nonce,
    },
  };
}

/** RSA4f, AO2b: reads the answer of a callback or a URL. Throws 40170 unless it is one of the three. */
export function tokenAnswerOf(answer: unknown): TokenDetails | TokenRequest {
  const text = textOf(answer);
  if (text === undefined) throw invalid(`was ${answer === null ? 'null' : `of type ${typeof answer}`}`);
  if (text === '') throw invalid('was empty');
  if (toUtf8(text).length > maxTokenSize) throw invalid(`was longer than ${maxTokenSize} bytes`);
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

/** A text answer as it is, others as JSON; `undefined` where they have none. */
function textOf(answer: unknown): string | undefined {
  if (typeof answer === 'string') return answer;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  try {
    return JSON.stringify(answer);
  } catch {
    return undefined; // circular, or with a BigInt
  }
}

function fromJson(json: string | object): TokenDetails | TokenRequest {
  const read = typeof json === 'string' ? parsed(json) : json;
  return tokenAnswerOf(typeof read === 'string' ? undefined : read); // a bare token has no details
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new ErrorInfo('The text is not JSON. Pass the text that JSON.stringify() returned.', {
      code: 40003,
    }); // the parser's own error repeats the secret
  }
}

const wrongType = (found: string, wanted: string): ErrorInfo =>
  new ErrorInfo(`The JSON is a ${found}, not a ${wanted}. Use ${found}.fromJson().`, { code: 40003 });

export const TokenDetails = {
  /** TD7: reads TokenDetails from JSON, as text or as an object. Throws an ErrorInfo on anything else. */
  fromJson: (json: string | object): TokenDetails => {
    const read = fromJson(json);
    if ('token' in read) return read;
    throw wrongType('TokenRequest', 'TokenDetails');
  },
} as const;

export const TokenRequest = {
  /** TE6: reads a TokenRequest from JSON, as text or as an object. Throws an ErrorInfo on anything else. */
  fromJson: (json: string | object): TokenRequest => {
    const read = fromJson(json);
    if (!('token' in read)) return read;
    throw wrongType('TokenDetails', 'TokenRequest');
  },
} as const;
