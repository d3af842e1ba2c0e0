/** The least that makes a relay client feel connected, in a process of its own; cheap, so that the clients are measured. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { wired } from '../frames.js';
import { type RelayOrder, textOf, topic } from './messages.js';

interface Request {
  readonly id: number | string;
  readonly method: string;
  readonly params: { readonly topics?: readonly string[] };
}

const acknowledged = Buffer.from('"result":true');
const mostUnacknowledged = 200;
const firstPushId = 458_603_517_300_150;

/** A push, as the hosted relay numbers it. */
const push = (number: number): string =>
  `{"id":${firstPushId + number},"jsonrpc":"2.0","method":"irn_subscription","params":{"id":"${topic}","data":{"topic":"${topic}","message":"${textOf(number)}","publishedAt":${1_726_585_978_590 + number},"tag":1108}}}`;

const results: Readonly<Record<string, (request: Request) => unknown>> = {
  irn_subscribe: () => topic,
  irn_batchSubscribe: ({ params }) => params.topics,
  irn_fetchMessages: () => ({ messages: [], hasMore: false }),
  irn_batchFetchMessages: () => ({ messages: [], hasMore: false }),
};

class Session {
  #socket: WebSocket | undefined;
  #acknowledged = 0;
  #awake = (): void => {};

  join(socket: WebSocket): void {
    this.#socket = socket;
    this.#acknowledged = 0;
    socket.on('message', (data: Buffer) => this.#take(data, socket));
    socket.on('error', () => {});
    socket.on('close', () => this.#awake());
  }

  /** Messages, as fast as the client acknowledges them; ends early when it hangs up. */
  async push(from: number, to: number): Promise<void> {
    const socket = this.#socket;
    const begun = this.#acknowledged;
    for (let next = from; next < to && socket?.readyState === socket?.OPEN;) {
      const due = Math.min(to, from + this.#acknowledged - begun + mostUnacknowledged);
      const frames: Buffer[] = [];
      for (; next < due; next += 1) frames.push(wired(Buffer.from(push(next)), 'json'));
      const awake = new Promise<void>((resolve) => (this.#awake = resolve));
      (socket as unknown as { readonly _socket: NodeJS.WritableStream })._socket.write(Buffer.concat(frames));
      await awake;
    }
  }

  #take(data: Buffer, socket: WebSocket): void {
    if (data.includes(acknowledged)) {
      this.#acknowledged += 1;
      if (this.#acknowledged % (mostUnacknowledged / 2) === 0) this.#awake();
      return;
    }
    const request = JSON.parse(data.toString()) as Request;
    const result = results[request.method]?.(request) ?? true;
    socket.send(JSON.stringify({ id: request.id, jsonrpc: '2.0', result }));
  }
}

const listening = new Map<number, { readonly session: Session; readonly server: WebSocketServer }>();

async function open(): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  const session = new Session();
  server.on('connection', (socket) => session.join(socket));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  listening.set(port, { session, server });
  return port;
}

async function obey(order: RelayOrder): Promise<unknown> {
  if (order.do === 'open') return open();
  const found = listening.get(order.port);
  if (found === undefined) throw new Error(`Nobody listens on ${order.port}.`);
  if (order.do === 'push') return found.session.push(order.from, order.to);
  listening.delete(order.port);
  for (const socket of found.server.clients) socket.terminate();
  found.server.close();
  return undefined;
}

process.on('message', (order: RelayOrder) => {
  obey(order).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
