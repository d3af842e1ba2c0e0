import { type Observable, Subject, takeUntil } from 'rxjs';
import { describeAs } from '../../base/described.js';
import { byteLengthOf } from '../../codec/codec.js';
import { bytesOf, closeEvent, messageEvent, plainEvent, SocketEvents } from './memory-events.js';
import type { ServerCore, Session, Transport } from './server-core.js';

/** The network between the sockets and the server. */
export interface Network {
  readonly core: ServerCore;
  /** Calls `arrive` after the latency, and after all earlier calls. */
  readonly carry: (arrive: () => void) => void;
  readonly wait: (ms: number) => Observable<unknown>;
}

type Ctor = new (url: string | URL, protocols?: string | string[]) => WebSocket;

const closeTimeout = 30_000; // timeout of browsers and `ws` for the close of a peer

const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

/** A WebSocket of the WHATWG shape that ends in the server core of its network, whatever its address. */
class MemorySocket extends SocketEvents {
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
  readonly #network: Network;
  #state: 0 | 1 | 2 | 3 = states.CONNECTING;
  readonly #closed$ = new Subject<void>();
  #session: Session | undefined;
  #halfOpen = false;

  constructor(url: string | URL, network: Network) {
    super();
    this.#network = network;
    this.url = new URL(url).href;
    describeAs('MemorySocket', this, () => ({ readyState: this.#state })); // without its URL, where credentials are
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
    this.#network.carry(() => {
      if (byteLengthOf(frame) > this.#network.core.maxFrameSize) this.#refuse();
      else this.#session?.receive(frame, typeof frame !== 'string');
    });
  }

  close(code = 1000, reason = ''): void {
    if (this.#state >= states.CLOSING) return;
    const opened = this.#state === states.OPEN;
    this.#state = states.CLOSING;
    this.#network.carry(() => {
      if (opened) this.#closeAtServer(code, reason);
      else this.#fail();
    });
  }

  /** CD2d: closes as a server does that got a frame over its limit. */
  #refuse(): void {
    if (this.#halfOpen) return;
    this.#session?.ended();
    this.#network.carry(() => {
      this.#end(1009, '');
    });
  }

  #closeAtServer(code: number, reason: string): void {
    if (this.#halfOpen) {
      this.#giveUpLater();
      return;
    }
    this.#session?.ended();
    this.#network.carry(() => {
      this.#end(code, reason);
    });
  }

  #giveUpLater(): void {
    const timedOut$ = this.#network.wait(closeTimeout).pipe(takeUntil(this.#closed$));
    timedOut$.subscribe(() => this.#end(1006, ''));
  }

  #arrive(): void {
    if (this.#state !== states.CONNECTING) return;
    const request = { params: new URL(this.url).searchParams };
    if (this.#network.core.admit(request) !== 'open') {
      this.#network.carry(() => this.#fail());
      return;
    }
    this.#network.carry(() => this.#open());
    this.#session = this.#network.core.connect(request, this.#transport());
  }

  #open(): void {
    if (this.#state !== states.CONNECTING) return;
    this.#state = states.OPEN;
    this.emit(plainEvent('open'));
  }

  #fail(): void {
    if (this.#state === states.CLOSED) return;
    this.emit(plainEvent('error'));
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
      send: (data) => this.#network.carry(() => this.#receive(data)),
      close: (code, reason) => this.#network.carry(() => this.#end(code, reason)),
      terminate: () => this.#network.carry(() => this.#end(1006, '')),
      pause: (on) => void (this.#halfOpen = on),
    };
  }

  #receive(data: string | Uint8Array): void {
    if (this.#state === states.OPEN) this.emit(messageEvent(data, this.binaryType));
  }
}

/** A WebSocket class for clients; all sockets of it end in the server core, whatever their address. */
export const memorySocket = (network: Network): Ctor =>
  class extends MemorySocket {
    constructor(url: string | URL) {
      super(url, network);
    }
  };
