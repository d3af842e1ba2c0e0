import { EMPTY, type Observable } from 'rxjs';
import type { Bytes } from '../codec/codec.js';

/** URL to dial, and headers for the handshake where the platform can send them. */
export interface Address {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The part of a WebSocket that is used: that of browsers and of `ws` has it, and a test's can be small. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  /** Bytes not yet sent; missing where the class does not tell. */
  readonly bufferedAmount?: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string | Bytes): void;
  close(code?: number, reason?: string): void;
  /** Ends the connection without a closing handshake; missing where the class cannot, as in browsers. */
  terminate?(): void;
  /** Milliseconds for which the server that refused the handshake asks to be left alone; set before the socket closes. */
  readonly retryAfter?: number | undefined;
}

/** A constructor of the WHATWG shape, for the option `webSocketCtor`. */
export type WebSocketCtor = new (url: string) => WebSocketLike;

/**
 * Signs of the system and of the page (RTN20). After `terminated` nothing of the page runs any more: the connection is
 * closed, so that the server does not keep its members for some seconds; unless the session is kept for the next page.
 */
export type Lifecycle = 'online' | 'offline' | 'hidden' | 'visible' | 'frozen' | 'resumed' | 'terminated';

/** Keeps one text for the next page of a tab, under a name that nothing else in this page has. */
export interface PageStorage {
  /** Reads and removes the text, so that it is read once, even where the tab was duplicated; `null` where there is none. */
  readonly take: () => string | null;
  /** Replaces the text; `null` removes it. */
  readonly keep: (text: string | null) => void;
  /** Gives the name back. */
  readonly free: () => void;
}

/** Keeps nothing. */
export const noStorage = (): PageStorage => ({
  take: () => null,
  keep: () => undefined,
  free: () => undefined,
});

/** Differences between Node and other platforms. */
export interface Platform {
  /** Whether headers can be sent in the handshake. */
  readonly headers: boolean;
  /** Whether the server's ping frames are visible (RTN23b). */
  readonly pings: boolean;
  /** Opens a raw socket; calls `heard` for each ping where pings are visible. */
  readonly dial: (address: Address, heard: () => void) => WebSocketLike;
  /** RSC7d1: the platform's entry in the agent string, empty where there is none. */
  readonly agent: string;
  /** Emits signs of the page; empty on servers and in workers. */
  readonly lifecycle$: Observable<Lifecycle>;
  /** Storage of a name for the next page of the tab; keeps nothing on servers. */
  readonly memory: (name: string) => PageStorage;
}

/** The platform of a user's own WebSocket class: without headers and pings. */
export const platformOf = (Ctor: WebSocketCtor, agent: string): Platform => ({
  headers: false,
  pings: false,
  dial: ({ url }) => {
    const socket = new Ctor(url);
    socket.binaryType = 'arraybuffer';
    return socket;
  },
  agent,
  lifecycle$: EMPTY,
  memory: noStorage,
});
