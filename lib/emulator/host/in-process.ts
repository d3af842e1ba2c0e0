import { firstValueFrom, map, Observable, type SchedulerLike, type Subscription, timer } from 'rxjs';
import { Fifo } from '../../base/fifo.js';
import { promiseScheduler } from '../../rx/clock.js';
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
  const { carry, hurry } = carrier(scheduler, latency);
  const close = (): void => {
    hurry();
    drop();
    dispose?.();
  };
  return {
    webSocketCtor: memorySocket({ core, carry, wait: (ms) => timer(ms, scheduler) }),
    fetch: async (input, init) => {
      const request = requestOf(input, init);
      const body = new Uint8Array(await request.arrayBuffer());
      const arrived$ = new Observable<void>((subscriber) => carry(() => subscriber.next()));
      return firstValueFrom(arrived$.pipe(map(() => answerOf(core, request, body))));
    },
    close,
    [Symbol.dispose]: close,
  };
}

interface Carrier {
  readonly carry: (arrive: () => void) => void;
  /** Leaves no timer: what is under way arrives once promises have settled, and so does all that comes later. */
  readonly hurry: () => void;
}

/** Calls back after the latency, in order. */
function carrier(scheduler: SchedulerLike, latency: number): Carrier {
  const underWay = new Fifo<{ readonly arrive: () => void; readonly timer: Subscription }>();
  const soon = (arrive: () => void): void => void promiseScheduler.schedule(arrive);
  let carry = (arrive: () => void): void => {
    const timer = scheduler.schedule(() => {
      underWay.shift();
      arrive();
    }, latency);
    underWay.push({ arrive, timer });
  };
  return {
    carry: (arrive) => carry(arrive),
    hurry: () => {
      carry = soon;
      for (const { arrive, timer } of underWay.drain()) {
        timer.unsubscribe();
        soon(arrive);
      }
    },
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
