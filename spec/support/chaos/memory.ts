import type { SchedulerLike } from 'rxjs';
import type { WebSocketCtor } from '../../../lib/socket/types.js';
import type { Fault } from './fault.js';
import { type Victim, Weather } from './network.js';
import { Wire } from './wire.js';

/** A network between one client and an emulator in memory. */
export interface MemoryNetwork {
  /** For the client. */
  readonly webSocketCtor: WebSocketCtor;
  readonly afflict: (fault: Fault) => void;
  /** How many sockets there have been, and how many of them have not ended. */
  readonly dialled: () => number;
  readonly open: () => number;
}

interface Facts {
  /** Sockets that end in the emulator. */
  readonly through: WebSocketCtor;
  readonly scheduler: SchedulerLike;
  readonly chance: () => number;
}

type Data = string | Uint8Array;

const header = 6; // bytes of a small frame besides its payload, about

const sizeOf = (data: Data): number => header + data.length;
const asBytes = (data: unknown): Data =>
  data instanceof ArrayBuffer ? new Uint8Array(data) : (data as Data);
const asGiven = (data: Data): string | ArrayBuffer =>
  typeof data === 'string' ? data : (data.slice().buffer as ArrayBuffer);

/** The faults of a TCP connection, under whatever time the scheduler keeps. */
export function memoryNetwork({ through, scheduler, chance }: Facts): MemoryNetwork {
  const weather = new Weather(scheduler, () => Math.floor(chance() * 20));
  let dialled = 0;
  let open = 0;

  class ChaosSocket implements Victim {
    onopen: ((event: unknown) => void) | null = null;
    onmessage: ((event: { readonly data: unknown }) => void) | null = null;
    onerror: ((event: unknown) => void) | null = null;
    onclose: ((event: unknown) => void) | null = null;
    binaryType = 'blob';
    readyState: 0 | 1 | 2 | 3 = 0;
    readonly #up = new Wire(scheduler, weather.latency);
    readonly #down = new Wire(scheduler, weather.latency);
    #server: WebSocket | undefined;
    #budget = Infinity;
    #truncates = false;

    constructor(url: string) {
      dialled += 1;
      open += 1;
      if (weather.refuses) this.#down.carry(() => this.#end(1006));
      else this.#up.carry(() => this.#reach(url));
    }

    send(data: string | ArrayBufferView): void {
      if (this.readyState === 0) throw new DOMException('Not open yet.', 'InvalidStateError');
      if (this.readyState !== 1) return;
      const copy = typeof data === 'string' ? data : new Uint8Array(data as Uint8Array);
      if (this.#passes(copy)) this.#up.carry(() => this.#server?.send(copy as string));
    }

    close(code?: number): void {
      if (this.readyState >= 2) return;
      const dials = this.readyState === 0;
      this.readyState = 2;
      this.#up.carry(() => this.#server?.close(code));
      if (dials) this.#down.carry(() => this.#end(1006));
    }

    cutAfter(bytes: number): void {
      this.#budget = Math.min(this.#budget, bytes);
    }

    hold(until: number): void {
      this.#up.hold(until);
      this.#down.hold(until);
    }

    truncate(): void {
      this.#truncates = true;
    }

    say(data: Data): void {
      this.#down.carry(() => this.#hear(data));
    }

    closeWith(code: number): void {
      this.#down.carry(() => this.#end(code));
      this.#leaveServer();
    }

    #reach(url: string): void {
      if (this.readyState === 3) return;
      const server = (this.#server = new through(url) as WebSocket);
      server.binaryType = 'arraybuffer';
      weather.admit(this);
      server.onopen = () => this.#down.carry(() => this.#opened());
      server.onmessage = ({ data }) => this.#fromServer(asBytes(data));
      server.onclose = ({ code }) => this.#down.carry(() => this.#end(code));
    }

    #opened(): void {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.onopen?.({ type: 'open' });
    }

    #fromServer(data: Data): void {
      if (this.#truncates) {
        this.#down.carry(() => this.#hear(data.slice(0, Math.floor(chance() * data.length))));
        this.#down.carry(() => this.#end(1006));
        this.#leaveServer();
      } else if (this.#passes(data)) this.#down.carry(() => this.#hear(data));
    }

    #hear(data: Data): void {
      if (this.readyState === 1) this.onmessage?.({ data: asGiven(data) });
    }

    /** Counts what passes; the byte too much is where the connection is cut. */
    #passes(data: Data): boolean {
      this.#budget -= sizeOf(data);
      if (this.#budget >= 0) return true;
      this.#up.break();
      this.#down.break();
      scheduler.schedule(() => this.#end(1006), weather.latency());
      this.#leaveServer();
      return false;
    }

    /** The server hears of the end sooner or later, and nothing more from this side. */
    #leaveServer(): void {
      const server = this.#server;
      this.#server = undefined;
      if (!server) return;
      server.onopen = server.onmessage = server.onclose = null;
      scheduler.schedule(() => server.close(), Math.floor(chance() ** 4 * 5000));
    }

    #end(code: number): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      open -= 1;
      weather.victims.delete(this);
      this.#up.break();
      this.#leaveServer();
      if (code === 1006) this.onerror?.({ type: 'error' });
      this.onclose?.({ type: 'close', code, reason: '', wasClean: code !== 1006 });
    }
  }
  return {
    webSocketCtor: ChaosSocket as unknown as WebSocketCtor, // only the part of the shape that is ever used
    afflict: (fault) => weather.afflict(fault),
    dialled: () => dialled,
    open: () => open,
  };
}
