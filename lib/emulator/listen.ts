import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { createEmulator, type Emulator } from './ably/server.js';
import type { EmulatorOptions } from './ably/settings.js';

export interface ListenOptions extends EmulatorOptions {
  /** Default: 0, any free one. */
  readonly port?: number;
  /** Default: 127.0.0.1, so that nobody else can reach it. */
  readonly host?: string;
  /** One that exists already, instead of the options for a new one; `close` does not dispose it. */
  readonly emulator?: Emulator;
}

/** An emulator on real sockets. */
export interface ListeningEmulator {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly emulator: Emulator;
  /** Ends all sockets at once; nothing of it keeps the process alive afterwards. */
  close(): Promise<void>;
}

/** Tokens of 128 KiB (RSA4f) travel in a URL. */
const maxHeaderSize = 256 * 1024;

/** HTTP and WebSocket on one port. Rejects when the port cannot be had. */
export async function listen(options: ListenOptions = {}): Promise<ListeningEmulator> {
  const { port = 0, host = '127.0.0.1' } = options;
  const emulator = options.emulator ?? createEmulator(options);
  const server = createServer(
    { maxHeaderSize },
    (request, response) => void answer(emulator, request, response),
  );
  const { maxFrameSize: maxPayload } = emulator;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
  server.on('upgrade', (request, socket, head) => upgrade(emulator, sockets, { request, socket, head }));
  const at = await bound(server, port, host);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${at.port}`,
    host,
    port: at.port,
    key: emulator.key,
    emulator,
    close: async () => {
      if (!options.emulator) emulator.dispose();
      for (const socket of sockets.clients) socket.terminate();
      await closed(server);
    },
  };
}

function bound(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Error(`The emulator cannot listen on ${host}:${port}: choose another port or host.`, { cause }),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(emulator: Emulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { pathname, searchParams } = urlOf(request);
    const { status, headers, body } = emulator.request({
      method: request.method ?? 'GET',
      path: pathname,
      query: searchParams,
      headers: headersOf(request),
      body: await bodyOf(request, emulator.maxFrameSize),
    });
    response.writeHead(status, headers).end(body);
  } catch {
    response.destroy(); // the client has gone while it was sending
  }
}

/** At most one byte more than is allowed is kept: that is enough to refuse it. */
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

function upgrade(emulator: Emulator, sockets: WebSocketServer, { request, socket, head }: Upgrade): void {
  socket.on('error', () => socket.destroy());
  if (emulator.refusing === 'drop') return void socket.destroy();
  const { pathname, searchParams } = urlOf(request);
  if (pathname !== '/')
    return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
  sockets.handleUpgrade(request, socket, head, (ws) => {
    serve(emulator, ws, { params: searchParams, headers: headersOf(request) });
  });
}

function serve(emulator: Emulator, ws: WebSocket, request: Parameters<Emulator['connect']>[0]): void {
  const session = emulator.connect(request, {
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

/** CD2d: what `ws` has refused to read, and answers with 1009. */
const isTooLarge = (error: Error): boolean =>
  (error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

const mostBuffered = 256 * 1024 * 1024;

/** A client that does not read is dropped before it takes all memory; it can resume. */
function send(ws: WebSocket, data: string | Uint8Array): void {
  if (ws.bufferedAmount > mostBuffered) ws.terminate();
  else ws.send(data, { binary: typeof data !== 'string' });
}

function close(ws: WebSocket, code: number, reason: string): void {
  try {
    ws.close(code, reason);
  } catch {
    ws.terminate(); // codes that may not be sent, as 1006, mean that nothing is sent
  }
}
