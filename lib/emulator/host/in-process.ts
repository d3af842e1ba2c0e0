import { firstValueFrom, map, type SchedulerLike, timer } from 'rxjs';
import { memorySocket } from './memory-socket.js';
import type { ServerCore } from './server-core.js';

interface Options {
  readonly scheduler: SchedulerLike;
  /** How long everything takes to arrive, in ms; 0 is still never at once. */
  readonly latency: number;
}

/** What makes clients talk to a server core without a network. */
export interface InProcess {
  /** For the client's option of this name; whatever the address, the core answers. */
  readonly webSocketCtor: new (url: string | URL, protocols?: string | string[]) => WebSocket;
  /** For the client's option of this name. */
  readonly fetch: typeof globalThis.fetch;
}

/** All that is sent arrives through the scheduler, in order, never synchronously. */
export const inProcess = (core: ServerCore, { scheduler, latency }: Options): InProcess => ({
  webSocketCtor: memorySocket({
    core,
    carry: (arrive) => void scheduler.schedule(arrive, latency),
    wait: (ms) => timer(ms, scheduler),
  }),
  fetch: async (input, init) => {
    const request = new Request(input, init);
    const body = new Uint8Array(await request.arrayBuffer());
    const answer$ = timer(latency, scheduler).pipe(map(() => answerOf(core, request, body)));
    return firstValueFrom(answer$, { defaultValue: Response.error() });
  },
});

function answerOf(core: ServerCore, request: Request, body: Uint8Array): Response {
  request.signal.throwIfAborted();
  const { pathname, searchParams } = new URL(request.url);
  const {
    status,
    headers,
    body: content,
  } = core.request({
    method: request.method,
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(request.headers),
    body,
  });
  return new Response(content.length === 0 ? null : new Uint8Array(content), { status, headers });
}
