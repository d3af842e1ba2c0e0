import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../../../base/log.js';
import type { ConnectRequest, ServerCore } from '../server-core.js';
import type { SideRoom } from '../side-door.js';
import type { Refusal } from './gate.js';
import { headersOf, urlOf } from './http-requests.js';
import { upgradeResponse } from './upgrade-response.js';

/** A request to become a WebSocket. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** A server of WebSockets. */
export interface Server {
  readonly core: Pick<ServerCore, 'admit' | 'connect'> | SideRoom;
  /** Leaves pongs to this module. */
  readonly sockets: WebSocketServer;
  readonly log: Log;
  /** In bytes. */
  readonly maxWaiting: number;
}

/** Opens a WebSocket, or refuses it. */
export function upgrade(server: Server, { request, socket, head }: Upgrade): void {
  const { core, sockets } = server;
  const { pathname, searchParams } = urlOf(request);
  const upgrade = { params: searchParams, headers: headersOf(request) };
  const admission = core.admit(upgrade);
  if (admission === 'drop') return void socket.destroy();
  if (pathname !== ('path' in core ? core.path : '/')) return end(socket, upgradeResponse({ status: 404 }));
  if (admission !== 'open') return end(socket, upgradeResponse(admission));
  sockets.handleUpgrade(request, socket, head, (ws) =>
    serve(server, ws, { request: upgrade, socket: request.socket }),
  );
}

/** Refuses a WebSocket that is not let in. */
export const refuseUpgrade = (socket: Duplex, { status, reason }: Refusal): void =>
  end(
    socket,
    upgradeResponse({
      status,
      headers: { 'content-type': 'text/plain' },
      body: new TextEncoder().encode(`${reason}\n`),
    }),
  );

const end = (socket: Duplex, response: string): void => void socket.end(response, () => socket.destroy());

interface Opened {
  readonly request: ConnectRequest;
  readonly socket: Socket;
}

function serve({ core, ...limit }: Server, ws: WebSocket, { request, socket }: Opened): void {
  const whileRead = droppingUnread(ws, limit);
  const session = core.connect(request, {
    send: (data) => whileRead(() => ws.send(data, { binary: typeof data !== 'string' })),
    close: (code, reason) => close(ws, code, reason),
    terminate: () => ws.terminate(),
    ping: () => whileRead(() => ws.ping()),
    pause: (on) => (on ? ws.pause() : ws.resume()),
    traffic: () => ({
      ...{ bytesIn: socket.bytesRead, bytesOut: socket.bytesWritten - ws.bufferedAmount },
      bytesWaiting: ws.bufferedAmount,
    }),
  });
  ws.on('message', (data, isBinary) => session.receive(data as Buffer, isBinary));
  ws.on('ping', (data) => whileRead(() => ws.pong(data)));
  ws.on('close', () => session.ended());
  ws.on('error', (error) => {
    session.ended();
    if (!isTooLarge(error)) ws.terminate(); // a peer that breaks the WebSocket protocol
  });
}

/** CD2d: true for a frame that `ws` has refused to read and answers with 1009. */
const isTooLarge = (error: Error): boolean =>
  (error as NodeJS.ErrnoException).code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** Returns a function that sends, unless the client does not read: it is dropped before it takes all memory. */
function droppingUnread(
  ws: WebSocket,
  { log, maxWaiting }: Pick<Server, 'log' | 'maxWaiting'>,
): (send: () => void) => void {
  let dropped = false;
  return (send) => {
    if (dropped) return;
    if (ws.bufferedAmount <= maxWaiting) {
      send();
      return;
    }
    dropped = true;
    ws.terminate();
    log('warn', {
      message: `The emulator has dropped a client that did not read: more than ${maxWaiting} bytes waited for it. It can connect again; the option \`maxWaiting\` is the limit.`,
    });
  };
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
