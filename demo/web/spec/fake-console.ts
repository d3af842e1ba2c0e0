import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sirv from 'sirv';
import { type WebSocket, WebSocketServer } from 'ws';
import { channelOf, connectionOf, frameOf, stateOf } from '../../../spec/support/admin.js';
import type { AdminEvent, AdminRequest } from '../../../lib/emulator/console/protocol.js';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/** The console's page as it is built, beside a stream that says what a spec wants. */
export interface FakeConsole {
  readonly url: string;
  readonly requests: readonly AdminRequest[];
  /** The next requests are refused with this text, or done again with none. */
  refusal: string | undefined;
  tell(event: AdminEvent): void;
  /** Drops the stream's connections, as a server does that ends. */
  drop(): void;
  close(): Promise<void>;
}

/** Serves both on a port of their own. */
export async function serveFake(): Promise<FakeConsole> {
  const files = sirv(join(import.meta.dirname, '../../../dist/console'), {
    setHeaders: (response) => response.setHeader('content-security-policy', policy),
  });
  const server = createServer((request, response) => {
    request.url = request.url?.replace(/^\/console/, '') ?? '/';
    files(request, response, () => {
      response.writeHead(404).end();
    });
  });
  const sockets = new WebSocketServer({ server, path: '/console/stream' });
  const requests: AdminRequest[] = [];
  const send = (socket: WebSocket, event: AdminEvent) => socket.send(JSON.stringify(event));
  const fake: FakeConsole = {
    url: '',
    requests,
    refusal: undefined,
    tell: (event) => sockets.clients.forEach((socket) => send(socket, event)),
    drop: () => sockets.clients.forEach((socket) => socket.terminate()),
    close: async () => {
      fake.drop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  sockets.on('connection', (socket) => {
    socket.on('message', (text: Buffer) => {
      const request = JSON.parse(text.toString()) as AdminRequest;
      requests.push(request);
      send(socket, {
        type: 'answer',
        id: request.id,
        error: request.do === 'watch' ? undefined : fake.refusal,
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(fake, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/console/` });
}

/** A tenth of a second of 200 connections and 2,000 messages a second; each fifth time, the connections too. */
export function tellOfMany(fake: FakeConsole, beat: number): void {
  const frames = Array.from({ length: 200 }, (_, n) =>
    frameOf((beat - 1) * 200 + n + 1, { connection: `id-${n}` }),
  );
  fake.tell({ type: 'frames', frames, leftOut: 0 });
  if (beat % 5 !== 1) return;
  const connections = frames.map(({ connection }, n) =>
    connectionOf(connection, { clientId: `client-${n}`, framesOut: beat * n }),
  );
  fake.tell(stateOf(1000 + beat * 100, connections, [channelOf('lobby', beat * 200)]));
}
