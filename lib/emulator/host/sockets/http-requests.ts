import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemScheduler } from '../../../rx/clock.js';
import type { Headers, ServerCore } from '../server-core.js';
import type { SideRoom } from '../side-door.js';
import type { Refusal } from './gate.js';

/** Keeps browsers from guessing that an answer is a page or a script. */
export const safeHeaders = { 'x-content-type-options': 'nosniff' } as const;

/** Answers an HTTP request. */
export async function respond(
  core: Pick<ServerCore | SideRoom, 'maxFrameSize' | 'request'>,
  request: IncomingMessage,
  response: ServerResponse,
  requestTimeout: number,
): Promise<void> {
  try {
    const { pathname, searchParams } = urlOf(request);
    const { status, headers, body } = await core.request({
      method: request.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: headersOf(request),
      body: await bodyOf(request, core.maxFrameSize),
    });
    endsWithin(response, requestTimeout);
    response.writeHead(status, { ...headers, ...safeHeaders }).end(body);
  } catch {
    if (request.complete && !response.headersSent) response.writeHead(500, safeHeaders).end();
    else response.destroy(); // the client has gone during its request
  }
}

/**
 * Destroys the socket of a client that has not read its answer in time; 0 is no limit. The timeout of Node's own sockets
 * starts anew after its first end where data wait, and so takes twice as long.
 */
function endsWithin(response: ServerResponse, ms: number): void {
  if (ms === 0) return;
  const timer = systemScheduler.schedule(() => response.destroy(), ms);
  response.once('close', () => timer.unsubscribe());
}

/** Answers a request that is not let in, without reading its body. */
export const respondRefusal = (response: ServerResponse, { status, reason }: Refusal): void =>
  void response
    .writeHead(status, { 'content-type': 'text/plain', connection: 'close', ...safeHeaders })
    .end(`${reason}\n`);

/** Reads a body. It keeps at most one byte more than is allowed, which is enough to refuse it. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    if (size <= most) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, most + 1);
}

export const urlOf = (request: IncomingMessage): URL => {
  const [path = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const url = new URL('http://emulator.invalid');
  url.pathname = path.replaceAll('\\', '%5C');
  url.search = query;
  return url;
};

export const headersOf = ({ headers }: IncomingMessage): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
