import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { listensOnNode } from './listens-on-node.js';
import { upgradeResponse } from './upgrade-response.js';
import type { ConnectRequest, ServerCore } from './server-core.js';

/** Address to listen on. */
export interface ListenAddress {
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1, which other machines cannot reach. */
  readonly host?: string;
}

/** A server core on real sockets. */
export interface ListeningServer {
  readonly host: string;
  readonly port: number;
  /** Host and port as in a URL: IPv6 in brackets. */
  readonly authority: string;
  /** Closes all sockets at once; afterwards nothing keeps the process alive. */
  readonly close: () => Promise<void>;
}

/** In bytes: tokens of 128 KiB (RSA4f) are sent in a URL. */
const maxHeaderSize = 256 * 1024;

/** Listens for HTTP and WebSocket on one port. Rejects when the port is not available. */
export async function listenOnSockets(
  core: ServerCore,
  { port = 0, host = '127.0.0.1' }: ListenAddress,
): Promise<ListeningServer> {
  if (typeof WebSocketServer !== 'function') throw listensOnNode(); // `ws` is a stub in browsers, and in Jest with jsdom
  const server = createServer(
    { maxHeaderSize },
    (request, response) => void respond(core, request, response),
  );
  const { maxFrameSize: maxPayload } = core;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
  server.on('upgrade', (request, socket, head) => upgrade(core, sockets, { request, socket, head }));
  const at = await listen(server, port, host);
  return {
    host,
    port: at.port,
    authority: `${host.includes(':') ? `[${host}]` : host}:${at.port}`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await closeServer(server);
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Error(`The emulator cannot listen on ${host}:${port}: choose another port or host.`, { cause }),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function respond(core: ServerCore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { pathname, searchParams } = urlOf(request);
    const { status, headers, body } = core.request({
      method: request.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: headersOf(request),
      body: await bodyOf(request, core.maxFrameSize),
    });
    response.writeHead(status, headers).end(body);
  } catch {
    response.destroy(); // the client has gone during its request
  }
}

/** Reads a body. It keeps at most one byte more than is allowed, which is enough to refuse it. */
async function bodyOf(request: IncomingMessage, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    if (size <= most) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, most + 1);
}

const urlOf = (request: IncomingMessage): URL => {
  const [path = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const url = new URL('http://emulator.invalid');
  url.pathname = path.replaceAll('\\', '%5C');
  url.search = query;
  return url;
};

const headersOf = ({ headers }: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

function upgrade(core: ServerCore, sockets: WebSocketServer, { request, socket, head }: Upgrade): void {
  socket.on('error', () => socket.destroy());
  const { pathname, searchParams } = urlOf(request);
  const upgrade = { params: searchParams, headers: headersOf(request) };
  const admission = core.admit(upgrade);
  if (admission === 'drop') return void socket.destroy();
  if (pathname !== '/') return void socket.end(upgradeResponse({ status: 404 }), () => socket.destroy());
  if (admission !== 'open') return void socket.end(upgradeResponse(admission), () => socket.destroy());
  sockets.handleUpgrade(request, socket, head, (ws) => serve(core, ws, upgrade));
}

function serve(core: ServerCore, ws: WebSocket, request: ConnectRequest): void {
  const session = core.connect(request, {
    send: (data) => send(ws, data),
    close: (code, reason) => close(ws, code, reason),
    terminate: () => ws.terminate(),
    ping: () => ws.ping(),
    pause: (on) => (on ? ws.pause() : ws.resume()),
  });
  ws.on('message', (data, isBinary) => session.receive(data as Buffer, isBinary));
  ws.on('close', () => session.ended());
  ws.on('error', (error) => {
    session.ended();
    if (!isTooLarge(error)) ws.terminate(); // a peer that breaks the WebSocket protocol
  });
}

/** CD2d: true for a frame that `ws` has refused to read and answers with 1009. */
const isTooLarge = (error: Error): boolean =>
  (error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

const maxBuffered = 256 * 1024 * 1024;

/** Sends data. A client that does not read is dropped before it takes all memory; it can reconnect. */
function send(ws: WebSocket, data: string | Uint8Array): void {
  if (ws.bufferedAmount > maxBuffered) ws.terminate();
  else ws.send(data, { binary: typeof data !== 'string' });
}

const maxReasonLength = 123; // in bytes: the limit of a control frame

/** Truncates a reason to the size that a close can carry. */
const truncateReason = (reason: string): string =>
  reason.slice(0, new TextEncoder().encodeInto(reason, new Uint8Array(maxReasonLength)).read);

function close(ws: WebSocket, code: number, reason: string): void {
  try {
    ws.close(code, truncateReason(reason));
  } catch {
    ws.terminate(); // a reserved code, as 1006, cannot be sent
  }
}
