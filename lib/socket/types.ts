import { EMPTY, type Observable } from 'rxjs';

/** Where to dial, and what to say in the handshake where headers can be said. */
export interface Address {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As much of a WebSocket as is used: the browser's is one, that of `ws` is one, and a test's can be small. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  /** Bytes that wait to leave, where the class tells. */
  readonly bufferedAmount?: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** A constructor of the WHATWG shape, as users may bring one. */
export type WebSocketCtor = new (url: string) => WebSocketLike;

/** What the system or the page tells of itself (RTN20). */
export type Lifecycle = 'online' | 'offline' | 'hidden' | 'visible' | 'frozen' | 'resumed';

/** Keeps one text beyond the end of a page, for that tab. */
export interface PageStorage {
  /** Takes the text out: what is read once is not read again, also not by a tab that was duplicated. */
  readonly take: () => string | null;
  /** Keeps a text instead of the one before; `null` forgets it. */
  readonly keep: (text: string | null) => void;
}

/** Forgets at once. */
export const noStorage: PageStorage = { take: () => null, keep: () => undefined };

/** What differs between Node and everything else. */
export interface Platform {
  /** Whether the handshake can carry headers. */
  readonly headers: boolean;
  /** Whether the server's ping frames can be seen (RTN23b). */
  readonly pings: boolean;
  /** A raw socket, dialling; `heard` is called for each ping where pings can be seen. */
  readonly dial: (address: Address, heard: () => void) => WebSocketLike;
  /** RSC7d1: the platform's entry in the agent string, empty where there is none. */
  readonly agent: string;
  /** What the page tells of itself; nothing on servers and in workers. */
  readonly lifecycle$: Observable<Lifecycle>;
  /** Where a text outlives a page that is loaded again; nowhere on servers. */
  readonly memory: PageStorage;
}

/** The platform of a user's own WebSocket class: taken as given, no headers, no pings. */
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
