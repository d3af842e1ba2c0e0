import { firstValueFrom, map, type SchedulerLike, timer } from 'rxjs';
import { systemScheduler } from '../rx/clock.js';
import { createEmulator, type Emulator } from './ably/server.js';
import type { EmulatorOptions } from './ably/settings.js';
import { type Network, memorySocket } from './memory-socket.js';

export interface InMemoryOptions extends EmulatorOptions {
  /** One that exists already, instead of the options for a new one. */
  readonly emulator?: Emulator;
  /** How long everything takes to arrive, in ms; default 0, which is still never at once. */
  readonly latency?: number;
}

/** An emulator, and what makes clients talk to it without a network. */
export interface InMemory {
  readonly emulator: Emulator;
  /** For the client's option of this name; whatever the address, the emulator answers. */
  readonly webSocketCtor: new (url: string | URL, protocols?: string | string[]) => WebSocket;
  /** For the client's option of this name. */
  readonly fetch: typeof globalThis.fetch;
  readonly key: string;
}

/** An emulator in the same process: all that is sent arrives through `scheduler`, in order, never synchronously. */
export function inMemory(options: InMemoryOptions = {}): InMemory {
  const { latency = 0, scheduler = systemScheduler } = options;
  const emulator = options.emulator ?? createEmulator(options);
  const network: Network = {
    emulator,
    carry: (arrive) => void scheduler.schedule(arrive, latency),
    wait: (ms) => timer(ms, scheduler),
  };
  return {
    emulator,
    key: emulator.key,
    webSocketCtor: memorySocket(network),
    fetch: fetching(emulator, scheduler, latency),
  };
}

function fetching(emulator: Emulator, scheduler: SchedulerLike, latency: number): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = new Uint8Array(await request.arrayBuffer());
    const { pathname, searchParams } = new URL(request.url);
    const answer = (): Response => {
      request.signal.throwIfAborted();
      const response = emulator.request({
        method: request.method,
        path: pathname,
        query: searchParams,
        headers: Object.fromEntries(request.headers),
        body,
      });
      const { status, headers, body: content } = response;
      return new Response(content.length === 0 ? null : new Uint8Array(content), { status, headers });
    };
    return firstValueFrom(timer(latency, scheduler).pipe(map(answer)), { defaultValue: Response.error() });
  };
}
