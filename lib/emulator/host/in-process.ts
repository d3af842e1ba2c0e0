import { firstValueFrom, map, type SchedulerLike, timer } from 'rxjs';
import { closable } from './closable.js';
import { memorySocket } from './memory-socket.js';
import { requestOf, responseOf } from './plain-fetch.js';
import type { ServerCore } from './server-core.js';

interface Options {
  readonly scheduler: SchedulerLike;
  /** Time in ms for data to arrive; at 0 it is still asynchronous. */
  readonly latency: number;
  /** Ends the server, where `close` is to do that. */
  readonly dispose?: (() => void) | undefined;
}

/** Client options that connect to a server core without a network. */
export interface InProcess {
  /** For the client's option of this name; the address does not matter. */
  readonly webSocketCtor: new (url: string | URL, protocols?: string | string[]) => WebSocket;
  /** For the client's option of this name. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Drops all sockets and refuses new ones, stops the timers of the server that was made with it, and leaves one that was
   * given as it is. Calling it again does nothing.
   */
  readonly close: () => void;
  readonly [Symbol.dispose]: () => void;
}

/** Delivers all data through the scheduler, in order, never synchronously. */
export function inProcess(server: ServerCore, { scheduler, latency, dispose }: Options): InProcess {
  const { core, close: drop } = closable(server);
  const close = (): void => {
    drop();
    dispose?.();
  };
  return {
    webSocketCtor: memorySocket({
      core,
      carry: (arrive) => void scheduler.schedule(arrive, latency),
      wait: (ms) => timer(ms, scheduler),
    }),
    fetch: async (input, init) => {
      const request = requestOf(input, init);
      const body = new Uint8Array(await request.arrayBuffer());
      const answer$ = timer(latency, scheduler).pipe(map(() => answerOf(core, request, body)));
      return firstValueFrom(answer$);
    },
    close,
    [Symbol.dispose]: close,
  };
}

function answerOf(core: ServerCore, request: ReturnType<typeof requestOf>, body: Uint8Array): Response {
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
  return responseOf(status, headers, content);
}
