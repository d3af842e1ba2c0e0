import type { Data } from '../../codec/codec.js';

/** By header name, in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Parameters of a URL, as `URLSearchParams` has them. */
export interface Query {
  readonly get: (name: string) => string | null;
}

/** A request to open a connection. */
export interface ConnectRequest {
  readonly params: Query;
  /** Names in lower case. */
  readonly headers?: Headers;
}

/** An HTTP request without a socket; header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query, and not unescaped. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** The answer to an HttpRequest. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Bytes of one socket, headers and masks included; 0 where the host cannot tell. */
export interface SocketTraffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Bytes that wait for the client to read them. */
  readonly bytesWaiting: number;
}

/** A socket as the core sees it; only `terminate` may call back into the session at once. */
export interface Transport {
  /** Sends text as a text frame, bytes as a binary one. */
  readonly send: (data: string | Uint8Array) => void;
  readonly close: (code: number, reason: string) => void;
  /** Drops the socket (1006). */
  readonly terminate: () => void;
  /** Sends a WebSocket ping, if the client can see one. */
  readonly ping?: () => void;
  /** Stops reading and answering (a half-open socket), or resumes. */
  readonly pause?: (on: boolean) => void;
  /** Bytes so far, which the host counts anyway. */
  readonly traffic?: () => SocketTraffic;
}

/** How a transport ended: by the client or its network, or by the server, which closes with a code or drops. */
export type TransportEnd =
  { readonly by: 'client' } | { readonly by: 'server'; readonly code: number | undefined };

/** Events of one transport. */
export interface Session {
  /** Handles a frame; never throws. */
  readonly receive: (data: Data, isBinary?: boolean) => void;
  /** Handles the end of the transport. */
  readonly ended: () => void;
}

/** Decision about a new socket: to open it, to drop it, or to answer by HTTP. */
export type Admission = 'open' | 'drop' | HttpResponse;

/** A server without any I/O, as its host sees it. */
export interface ServerCore {
  /** In bytes: larger frames and bodies are refused before they are read. */
  readonly maxFrameSize: number;
  readonly admit: (request: ConnectRequest) => Admission;
  /** Serves a transport that has opened. */
  readonly connect: (request: ConnectRequest, transport: Transport) => Session;
  /** Never throws. */
  readonly request: (request: HttpRequest) => HttpResponse;
}
