import type { Data } from '../../codec/codec.js';

/** By name in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The parameters of a URL, as `URLSearchParams` has them. */
export interface Query {
  readonly get: (name: string) => string | null;
}

/** What a client asks a connection with. */
export interface ConnectRequest {
  readonly params: Query;
  /** Names in lower case. */
  readonly headers?: Headers;
}

/** An HTTP request without a socket; header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query, escapes as they came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Its answer. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The socket as the core sees it; none of these may call back into the session at once, except `terminate`. */
export interface Transport {
  /** Text goes as a text frame, bytes as a binary one. */
  readonly send: (data: string | Uint8Array) => void;
  readonly close: (code: number, reason: string) => void;
  /** Ends without a word (1006). */
  readonly terminate: () => void;
  /** A WebSocket ping, where the transport has one that clients can see. */
  readonly ping?: () => void;
  /** Stops reading and answering (a half-open socket), or goes on. */
  readonly pause?: (on: boolean) => void;
}

/** One transport's way in. */
export interface Session {
  /** A frame has come; never throws. */
  readonly receive: (data: Data, isBinary?: boolean) => void;
  /** The transport has ended. */
  readonly ended: () => void;
}

/** What becomes of a socket that wants to open: it does, it ends without a word, or HTTP says why not. */
export type Admission = 'open' | 'drop' | HttpResponse;

/** A server without any I/O, as those see it who put it on sockets. */
export interface ServerCore {
  /** Larger frames and bodies are refused before they are read, in bytes. */
  readonly maxFrameSize: number;
  readonly admit: (request: ConnectRequest) => Admission;
  /** A transport has opened. */
  readonly connect: (request: ConnectRequest, transport: Transport) => Session;
  /** Never throws. */
  readonly request: (request: HttpRequest) => HttpResponse;
}
