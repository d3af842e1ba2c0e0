import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** A real WebSocketServer on a port of its own, on this machine only. */
export interface Loopback {
  readonly url: string;
  readonly server: WebSocketServer;
  /** Ends every socket and the server. */
  readonly stop: () => Promise<void>;
}

export async function loopback(connected: (socket: WebSocket) => void = () => undefined): Promise<Loopback> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', connected);
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    stop: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port at which nobody listens. */
export async function refusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
