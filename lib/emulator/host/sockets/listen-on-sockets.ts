import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { guarded, type Log, toConsole } from '../../../base/log.js';
import type { ServerCore } from '../server-core.js';
import type { SideDoor, SideRoom } from '../side-door.js';
import { type AllowedCallers, type Gate, gateOf, type Refusal } from './gate.js';
import { respond, respondRefusal, urlOf } from './http-requests.js';
import { serverOptionsOf, type SocketLimits, socketLimitsOf } from './limits.js';
import { listensOnNode } from './listens-on-node.js';
import { refuseUpgrade, upgrade } from './web-sockets.js';

/** Address to listen on, what is let in there, and how much of it. */
export interface SocketOptions extends AllowedCallers, SocketLimits {
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1, which other machines cannot reach. */
  readonly host?: string;
  /** Told of each Host and Origin that was refused, once, and of clients that were dropped. Default: warnings to the console. */
  readonly log?: Log;
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

/**
 * Listens for HTTP and WebSocket on one port, and serves what is behind a side door as well. Rejects when the port is not
 * available, or an option is wrong.
 */
export async function listenOnSockets(
  core: ServerCore,
  options: SocketOptions,
  door?: SideDoor,
): Promise<ListeningServer> {
  if (typeof WebSocketServer !== 'function') throw listensOnNode(); // `ws` is a stub in browsers, and in Jest with jsdom
  const { port = 0, host = '127.0.0.1' } = options;
  const log = guarded(options.log ?? toConsole);
  const refusalOf = telling(gateOf(host, options), log);
  const limits = socketLimitsOf(options);
  const aside = behind(core, door);
  const server = createServer({ maxHeaderSize, ...serverOptionsOf(limits) }, (request, response) => {
    const refusal = refusalOf(request);
    if (refusal) respondRefusal(response, refusal);
    else void respond(aside(request) ?? core, request, response, limits.requestTimeout);
  });
  server.timeout = limits.requestTimeout; // of a socket on which nothing moves, such as that of a request without an answer
  const { maxFrameSize: maxPayload } = core;
  const sockets = new WebSocketServer({
    ...{ noServer: true, perMessageDeflate: false, autoPong: false },
    maxPayload,
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request);
    const { maxWaiting } = limits;
    const room = aside(request);
    if (refusal) refuseUpgrade(socket, refusal);
    else if (!room) upgrade({ core, sockets, log, maxWaiting }, { request, socket, head });
    else
      room.opened().then(
        (inner) => upgrade({ core: inner, sockets, log, maxWaiting }, { request, socket, head }),
        () => socket.destroy(),
      );
  });
  const at = await listen(server, port, host);
  return {
    host,
    port: at.port,
    authority: `${host.includes(':') ? `[${host}]` : host}:${at.port}`,
    close: async () => {
      door?.close();
      for (const socket of sockets.clients) socket.terminate();
      await closeServer(server);
    },
  };
}

/** Finds the room behind the door that a request is for, where it is for one. */
function behind({ maxFrameSize }: ServerCore, door: SideDoor | undefined) {
  const opened = (): Promise<SideRoom> => door?.open() ?? Promise.reject(new Error('There is no door.'));
  const room = {
    maxFrameSize,
    opened,
    request: async (request: Parameters<SideRoom['request']>[0]) => (await opened()).request(request),
  };
  return (request: IncomingMessage) => (door?.leadsTo(urlOf(request).pathname) ? room : undefined);
}

const maxTold = 100; // different refusals: a page can make up any number

/** Logs each different refusal once, because a browser does not show to its page why it got no answer. */
function telling(gate: Gate, log: Log): (request: IncomingMessage) => Refusal | undefined {
  const told = new Set<string>();
  return (request) => {
    const refusal = gate(request);
    if (refusal && told.size < maxTold && !told.has(refusal.reason)) {
      told.add(refusal.reason);
      log('warn', { message: `The emulator has refused a request. ${refusal.reason}` });
    }
    return refusal;
  };
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) => {
      reject(new Error(failureOf(cause, port, host), { cause }));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function failureOf({ code = 'unknown' }: NodeJS.ErrnoException, port: number, host: string): string {
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${host} is in use: end what listens there, perhaps another emulator, or choose another port (0 is any free one).`;
  if (code === 'EACCES')
    return `Port ${port} of ${host} is not for everybody to listen on: choose another port, from 1024 up.`;
  return `The emulator cannot listen on port ${port} of ${host} (${code}): choose another host, an address of this machine.`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
