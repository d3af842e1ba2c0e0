import { createRest, type RestOptions } from '../../lib/rest.js';
import type { Codec } from '../../lib/codec/codec.js';
import { inMemory } from '../../lib/emulator/index.js';

/** One request, with its body decoded. */
export interface Sent {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly host: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** An answer of a server in the place of the emulator's; `undefined` lets the emulator answer. */
export type Answering = (sent: Sent, count: number) => Response | Error | undefined;

/** An emulator in memory, a client without a connection, and the requests that it makes. */
export function restWorld(
  codec: Codec,
  options: Partial<RestOptions> & { readonly answering?: Answering; readonly server?: object } = {},
) {
  const { answering, server, ...others } = options;
  const { emulator, fetch: served, webSocketCtor, key } = inMemory(server);
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const { host, pathname, search } = new URL(String(input));
    const { method = 'GET', body, headers } = init;
    const read = body == null ? undefined : codec.decode(body as string | Uint8Array);
    const one = { method, host, path: pathname + search, headers: new Headers(headers), body: read };
    sent.push(one);
    const answer = answering?.(one, sent.length);
    if (answer instanceof Error) throw answer;
    return answer ?? served(input, init);
  };
  const where = { endpoint: 'localhost', tls: false, codec, log: () => undefined };
  const client = createRest({
    ...where,
    ...(others.auth ? {} : { key }),
    fetch,
    ...others,
  });
  return { emulator, webSocketCtor, key, client, sent, served, fetch };
}

/** An answer in a codec. */
export const answerIn = (
  { format, encode }: Codec,
  value: unknown,
  {
    status = 200,
    headers = {},
  }: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response =>
  new Response(encode(value), {
    status,
    headers: { 'content-type': format === 'json' ? 'application/json' : 'application/x-msgpack', ...headers },
  });
