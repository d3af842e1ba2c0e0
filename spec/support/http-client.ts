import { AblyClient } from '../../lib/ably/client/client.js';
import type { ClientOptions } from '../../lib/ably/client/options.js';
import { platform } from '../../lib/socket/platform.js';
import { type Answer, fakeFetch } from './fake-fetch.js';

/** One request, as a server sees it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text; empty where there is none. */
  readonly body: string;
}

export const askedOf = (url: string, { method = 'GET', headers, body }: RequestInit): Asked => ({
  method,
  url,
  headers: Object.fromEntries(new Headers(headers)),
  body: typeof body === 'string' ? body : '',
});

export const jsonAnswer = (value: unknown, status = 200): Answer => ({
  text: JSON.stringify(value),
  status,
  type: 'application/json',
});

/** A client that is never connected, and the requests that it made; they are answered at once. */
export function httpClient(options: ClientOptions, answer: (asked: Asked) => Answer) {
  const requests: Asked[] = [];
  const fetch = fakeFetch((url, init) => {
    const asked = askedOf(url, init);
    requests.push(asked);
    return answer(asked);
  });
  const client = new AblyClient({ fetch, log: () => undefined, autoConnect: false, ...options }, platform);
  return { client, auth: client.auth, requests };
}
