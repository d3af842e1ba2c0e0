import { type Observable, Subject, takeUntil } from 'rxjs';
import { byteLengthOf } from '../../codec/codec.js';
import { bytesOf, closeEvent, dispatcher, messageEvent } from './memory-events.js';
import type { ServerCore, Session, Transport } from './server-core.js';

/** What is between the sockets and the server. */
export interface Network {
  readonly core: ServerCore;
  /** Does it when the latency has passed, after all that was carried before. */
  readonly carry: (arrive: () => void) => void;
  readonly wait: (ms: number) => Observable<unknown>;
}

type Ctor = new (url: string | URL, protocols?: string | string[]) => WebSocket;

const closeTimeout = 30_000; // how long browsers and `ws` wait for a peer to answer a close

const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

/** A class of the WHATWG shape whose sockets end in the server core, whatever their address. */
export function memorySocket(network: Network): Ctor {
  class MemorySocket extends dispatcher() {
    static readonly CONNECTING = states.CONNECTING;
    static readonly OPEN = states.OPEN;
    static readonly CLOSING = states.CLOSING;
    static readonly CLOSED = states.CLOSED;
    readonly CONNECTING = states.CONNECTING;
    readonly OPEN = states.OPEN;
    readonly CLOSING = states.CLOSING;
    readonly CLOSED = states.CLOSED;
    readonly url: string;
    readonly extensions = '';
    readonly protocol = '';
    readonly bufferedAmount = 0;
    binaryType: BinaryType = 'blob';
    #state: 0 | 1 | 2 | 3 = states.CONNECTING;
    readonly #closed$ = new Subject<void>();
    #session: Session | undefined;
    #halfOpen = false;

    constructor(url: string | URL) {
      super();
      this.url = new URL(url).href;
      network.carry(() => this.#arrive());
    }

    get readyState(): 0 | 1 | 2 | 3 {
      return this.#state;
    }

    send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
      if (this.#state === states.CONNECTING) {
        throw new DOMException('The socket is not open yet: send after `open`.', 'InvalidStateError');
      }
      if (this.#state !== states.OPEN) return;
      const frame = typeof data === 'string' ? data : bytesOf(data);
      network.carry(() => {
        if (byteLengthOf(frame) > network.core.maxFrameSize) this.#refuse();
        else this.#session?.receive(frame, typeof frame !== 'string');
      });
    }

    close(code = 1000, reason = ''): void {
      if (this.#state >= states.CLOSING) return;
      const opened = this.#state === states.OPEN;
      this.#state = states.CLOSING;
      network.carry(() => {
        if (opened) this.#closeAtServer(code, reason);
        else this.#fail();
      });
    }

    /** CD2d: as a socket does that is sent more than it reads. */
    #refuse(): void {
      if (this.#halfOpen) return;
      this.#session?.ended();
      network.carry(() => {
        this.#end(1009, '');
      });
    }

    #closeAtServer(code: number, reason: string): void {
      if (this.#halfOpen) {
        this.#giveUpLater();
        return;
      }
      this.#session?.ended();
      network.carry(() => {
        this.#end(code, reason);
      });
    }

    #giveUpLater(): void {
      const timedOut$ = network.wait(closeTimeout).pipe(takeUntil(this.#closed$));
      timedOut$.subscribe(() => this.#end(1006, ''));
    }

    #arrive(): void {
      if (this.#state !== states.CONNECTING) return;
      const request = { params: new URL(this.url).searchParams };
      if (network.core.admit(request) !== 'open') {
        network.carry(() => this.#fail());
        return;
      }
      network.carry(() => this.#open());
      this.#session = network.core.connect(request, this.#transport());
    }

    #open(): void {
      if (this.#state !== states.CONNECTING) return;
      this.#state = states.OPEN;
      this.emit(new Event('open'));
    }

    #fail(): void {
      if (this.#state === states.CLOSED) return;
      this.emit(new Event('error'));
      this.#end(1006, '');
    }

    #end(code: number, reason: string): void {
      if (this.#state === states.CLOSED) return;
      this.#state = states.CLOSED;
      this.#closed$.next();
      this.#session?.ended();
      this.emit(closeEvent(code, reason));
    }

    #transport(): Transport {
      return {
        send: (data) => network.carry(() => this.#receive(data)),
        close: (code, reason) => network.carry(() => this.#end(code, reason)),
        terminate: () => network.carry(() => this.#end(1006, '')),
        pause: (on) => void (this.#halfOpen = on),
      };
    }

    #receive(data: string | Uint8Array): void {
      if (this.#state === states.OPEN) this.emit(messageEvent(data, this.binaryType));
    }
  }
  return MemorySocket;
}
