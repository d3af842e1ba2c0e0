import type { SchedulerLike } from 'rxjs';
import { refusal } from '../../wire/errors.js';
import { numberIn } from '../../wire/fields.js';
import type { Key } from '../apps.js';
import { isSigned, signature } from './hmac.js';
import { forgetOldest } from './issued-tokens.js';

type Fields = Readonly<Record<string, unknown>>;

/** TE1 to TE5, on the wire. */
export interface TokenRequest {
  readonly keyName: string;
  readonly ttl?: number;
  readonly capability?: string;
  readonly clientId?: string;
  readonly timestamp: number;
  readonly nonce: string;
  readonly mac: string;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** RSA9g: the signed text, one line per field. */
const signedText = ({ keyName, ttl, capability, clientId, timestamp, nonce }: Fields): string =>
  [keyName, ttl, capability, clientId, timestamp, nonce].map((field) => `${textOf(field)}\n`).join('');

/** RSA9: signs a request that can be exchanged for a token, once, by any client. */
export const signTokenRequest = (
  { name, secret }: Key,
  params: Omit<TokenRequest, 'keyName' | 'mac'>,
): TokenRequest => {
  const request = { keyName: name, ...params };
  return { ...request, mac: signature(secret, signedText({ ...request })) };
};

const maxNonces = 100_000;

/** Throws the error of an invalid request: 40001, 40101, 40102 (a guess), 40104, or 40105 when it is replayed. */
export type CheckTokenRequest = (key: Key, request: Fields) => void;

/** Remembers nonces while their request is timely, in both directions; at most 100,000. */
export function tokenRequestChecker(scheduler: SchedulerLike, timestampWindow: number): CheckTokenRequest {
  const nonces = new Map<string, number>();
  const forget = (now: number): void => {
    for (const [nonce, seen] of nonces) {
      if (seen + 2 * timestampWindow >= now) return;
      nonces.delete(nonce);
    }
  };
  return (key, request) => {
    const nonce = checkFields(key, request);
    const now = scheduler.now();
    if (Math.abs(now - numberIn(request['timestamp'])) > timestampWindow)
      throw refusal(
        40104,
        401,
        `The timestamp of the request is more than ${timestampWindow} ms from the time here: set the clock, or query the time.`,
      );
    forget(now);
    if (nonces.has(nonce))
      throw refusal(40105, 401, 'Nonce value replayed: sign a new request for each token.');
    nonces.set(nonce, now);
    if (nonces.size > maxNonces) forgetOldest(nonces);
  };
}

/** The nonce of a request that is complete and signed by this key. */
function checkFields(key: Key, request: Fields): string {
  const { keyName, timestamp, nonce, mac } = request;
  if (keyName !== key.name)
    throw refusal(
      40102,
      401,
      `The keyName of the request differs from that of its path, ${key.name}: use the same name in both.`,
    );
  if (!Number.isInteger(numberIn(timestamp)))
    throw refusal(40001, 400, 'The timestamp of the request is a whole number of milliseconds.');
  if (typeof nonce !== 'string' || nonce.length < 16)
    throw refusal(40001, 400, 'The nonce of the request is a string of at least 16 characters.');
  if (typeof mac === 'string' && isSigned(key.secret, signedText(request), mac)) return nonce;
  throw refusal(
    40101,
    401,
    'The mac of the request does not match its content and this key: check the secret, and change nothing after signing.',
  );
}
