import type { WebSocketCtor } from '../../lib/socket/types.js';

interface HangUp {
  readonly code: number | undefined;
  readonly reason: string;
}

/** A WebSocket that does nothing until told to. Everything it does is synchronous. */
export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readonly url: string;
  readonly protocols: string | string[] | undefined;
  readyState: number = FakeSocket.CONNECTING;
  binaryType = 'blob';
  bufferedAmount = 0;
  /** What it was given to send while it was open. */
  readonly sent: unknown[] = [];
  /** How it was told to close; `undefined` as long as it was not. */
  hungUp: HangUp | undefined;
  /** Missing, as in browsers, until a spec sets it. */
  terminate?: () => void;
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;

  constructor(url: string, protocols?: string | string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  /** As WHATWG has it: throws before the opening, drops in silence once closing. */
  send(data: unknown): void {
    if (this.readyState === FakeSocket.CONNECTING)
      throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
    if (this.readyState === FakeSocket.OPEN) this.sent.push(data);
  }

  close(code?: number, reason = ''): void {
    if (this.readyState >= FakeSocket.CLOSING) return;
    this.readyState = FakeSocket.CLOSING;
    this.hungUp = { code, reason };
  }

  /** The server accepts. */
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.({ type: 'open' });
  }

  /** The server says something. */
  receive(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** The closing handshake is done, whoever began it. */
  end(code = 1000, reason = ''): void {
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.({ type: 'close', code, reason, wasClean: code !== 1006 });
  }

  /** The network gives out, or nobody answers. */
  fail(): void {
    this.readyState = FakeSocket.CLOSED;
    this.onerror?.({ type: 'error' });
    this.onclose?.({ type: 'close', code: 1006, reason: '', wasClean: false });
  }

  /** The same as Node 20's own WebSocket tells of a refused port: an error, and no close at all. */
  failWithoutClose(): void {
    this.readyState = FakeSocket.CLOSED;
    this.onerror?.({ type: 'error' });
  }
}

export interface FakeNetwork {
  /** For the code under test, as `webSocketCtor`. */
  readonly ctor: WebSocketCtor;
  /** Every socket that was made, oldest first. */
  readonly dialled: readonly FakeSocket[];
  /** The newest socket; throws where there is none. */
  readonly last: () => FakeSocket;
}

/** A network of FakeSockets: give `ctor` to the code under test, and take the sockets it dials from `dialled`. */
export function fakeNetwork(): FakeNetwork {
  const dialled: FakeSocket[] = [];
  class Ctor extends FakeSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols);
      dialled.push(this);
    }
  }
  return {
    ctor: Ctor as unknown as WebSocketCtor, // only the part of the shape that is ever used
    dialled,
    last: () => {
      const socket = dialled.at(-1);
      if (!socket) throw new Error('Nothing has been dialled yet.');
      return socket;
    },
  };
}
