/** The least that makes a client feel connected, in a process of its own; cheap, so that the clients are measured. */
import { Decoder } from '@msgpack/msgpack';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { objectPages, operationFrames } from './objects/frames.js';
import { encode, messageFrame, serialised, syncPages, updateFrames, wired } from './frames.js';
import { channelName, type Format, lastName, type Load, type ServerOrder } from './messages.js';

interface Incoming {
  readonly action: number;
  readonly channel?: string;
  readonly id?: string;
}
interface Live {
  readonly socket: WebSocket;
  readonly stream: Duplex;
}

const decoder = new Decoder();
const published = { json: Buffer.from('"action":15'), msgpack: Buffer.from('\xa6action\x0f', 'latin1') };
const entered = { json: Buffer.from('"action":14'), msgpack: Buffer.from('\xa6action\x0e', 'latin1') };
const attachedFlags = 0xf0000;
const resumedFlag = 4;
const hasPresenceFlag = 1;
/** With the modes of objects, which are granted where there are any. */
const hasObjectsFlags = 0x3000080;

class Session {
  readonly #format: Format;
  readonly #stopListening: () => void;
  readonly #acks = { first: 0, count: 0 };
  #live: Live | undefined;
  #pieces: readonly Buffer[] = [];
  #attachesToLast = 0;
  #sync: readonly Buffer[] = [];
  #syncFlags = hasPresenceFlag;
  #updates = 0;
  /** Pages of the history. */
  pages = 0;
  #connections = 0;
  #renewed: () => void = () => {};

  constructor(format: Format, stopListening: () => void) {
    this.#format = format;
    this.#stopListening = stopListening;
  }

  join(socket: WebSocket, stream: Duplex): void {
    this.#live = { socket, stream };
    this.#connections += 1;
    Object.assign(this.#acks, { first: 0, count: 0 });
    socket.on('message', (data: Buffer) => this.#take(data));
    socket.on('error', () => {});
    this.#greet();
  }

  #greet(): void {
    this.#send({
      action: 4,
      connectionId: 'bench-connection',
      connectionDetails: {
        connectionKey: `bench-key-${this.#connections}`,
        clientId: null,
        connectionStateTtl: 120_000,
        maxFrameSize: 524_288,
        maxIdleInterval: 600_000,
        maxInboundRate: 1_000_000,
        maxMessageSize: 65_536,
        serverId: 'bench',
      },
    });
  }

  prepare(load: Load): void {
    this.#pieces = serialised(load, this.#format);
  }

  /** Whoever attaches the first channel from now on is told of so many members. */
  members(count: number): void {
    this.#sync = syncPages(count, channelName(0), this.#format);
  }

  prepareUpdates(members: number, updates: number): void {
    this.#pieces = updateFrames({ members, updates, since: this.#updates }, channelName(0), this.#format);
    this.#updates += updates;
  }

  /** As `members`, of objects. */
  objects(count: number): void {
    this.#sync = objectPages(count, channelName(0), this.#format);
    this.#syncFlags = hasObjectsFlags;
  }

  prepareOperations(objects: number, operations: number): void {
    this.#pieces = operationFrames(
      { objects, operations, since: this.#updates },
      channelName(0),
      this.#format,
    );
    this.#updates += operations;
  }

  async blast(): Promise<void> {
    for (const piece of this.#pieces) await this.#write(piece);
  }

  /** RTN22: asks for another token so many times, each time among messages, and each once the one before has come. */
  async renew(renewals: number, messages: number): Promise<void> {
    const each = Math.floor(messages / (renewals + 1));
    const [piece] = serialised({ messages: each, perFrame: 1, channels: 1 }, this.#format);
    for (let left = renewals; left > 0; left -= 1) {
      const renewed = new Promise<void>((resolve) => (this.#renewed = resolve));
      this.#send({ action: 17 });
      await this.#write(piece);
      await renewed;
    }
    await this.#write(piece);
    this.#send(messageFrame(999_999_999, channelName(0), 1, { data: 'x', name: lastName }));
  }

  /** Cuts the line; once `channels` were attached again the last one of them gets the last message. */
  drop(channels: number): void {
    this.#attachesToLast = channels;
    this.#live?.socket.terminate();
  }

  shut(): void {
    this.#live?.socket.terminate();
    this.#pieces = this.#sync = [];
    this.#stopListening();
  }

  async #write(piece: Buffer | undefined): Promise<void> {
    const stream = this.#live?.stream;
    if (piece !== undefined && stream !== undefined && !stream.write(piece)) await once(stream, 'drain');
  }

  #send(frame: unknown): void {
    this.#live?.stream.write(wired(encode(frame, this.#format), this.#format));
  }

  #take(data: Buffer): void {
    if (data.includes(published[this.#format]) || data.includes(entered[this.#format])) {
      if (this.#acks.count === 0) setImmediate(() => this.#acknowledge());
      this.#acks.count += 1;
      return;
    }
    const frame = (this.#format === 'json' ? JSON.parse(data.toString()) : decoder.decode(data)) as Incoming;
    const { action, channel, id } = frame;
    if (action === 0) this.#send({ action: 0, id });
    if (action === 7) this.#send({ action: 8 });
    if (action === 10) this.#attach(channel ?? '');
    if (action === 17) {
      this.#greet();
      this.#renewed();
    }
    if (action === 12) this.#send({ action: 13, channel });
  }

  #attach(channel: string): void {
    const sync = channel === channelName(0) ? this.#sync : [];
    const flags =
      attachedFlags | (this.#attachesToLast > 0 ? resumedFlag : 0) | (sync.length > 0 ? this.#syncFlags : 0);
    this.#send({ action: 11, channel, channelSerial: '01726585978590-001@bench:0', flags });
    for (const piece of sync) this.#live?.stream.write(piece);
    if (this.#attachesToLast === 0) return;
    this.#attachesToLast -= 1;
    if (this.#attachesToLast === 0)
      this.#send(messageFrame(999_999_999, channel, 1, { data: 'x', name: lastName }));
  }

  /** One ACK for what arrived in one turn of the event loop. */
  #acknowledge(): void {
    const { first, count } = this.#acks;
    const res = Array.from({ length: count }, (_, index) => ({
      serials: [`01726585978590-001@bench:${first + index}`],
    }));
    Object.assign(this.#acks, { first: first + count, count: 0 });
    this.#send({ action: 1, msgSerial: first, count, res });
  }
}

const bodies = new Map<number, string>();

/** The body of each page of a history. */
function historyPage(size: number): string {
  const known = bodies.get(size);
  if (known !== undefined) return known;
  const items = Array.from({ length: size }, (_, index) => ({
    id: `bench:${index}:0`,
    name: 'greeting',
    data: 'x'.repeat(100),
    timestamp: 1_726_585_978_590,
    serial: `01726585978590-000@bench:${index}`,
  }));
  const body = JSON.stringify(items);
  bodies.set(size, body);
  return body;
}

const sessions = new Map<number, Session>();

async function open(format: Format): Promise<number> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://bench');
    const at = Number(searchParams.get('page') ?? 0);
    const limit = Number(searchParams.get('limit') ?? 100);
    if (at >= session.pages) return response.writeHead(404).end();
    const next = at + 1 < session.pages && { Link: `<./messages?page=${at + 1}&limit=${limit}>; rel="next"` };
    return response.writeHead(200, { 'Content-Type': 'application/json', ...next }).end(historyPage(limit));
  });
  const session = new Session(format, () => server.close());
  server.on('upgrade', (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) => session.join(socket, stream));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  sessions.set(port, session);
  return port;
}

async function obey(order: ServerOrder): Promise<unknown> {
  if (order.do === 'open') return open(order.format);
  const session = sessions.get(order.port);
  if (session === undefined && order.do === 'shut') return; // the peer of that lane is another one
  if (session === undefined) throw new Error(`Nobody listens on ${order.port}.`);
  if (order.do === 'prepare') return session.prepare(order);
  if (order.do === 'blast') return session.blast();
  if (order.do === 'renew') return session.renew(order.renewals, order.messages);
  if (order.do === 'members') return session.members(order.members);
  if (order.do === 'updates') return session.prepareUpdates(order.members, order.updates);
  if (order.do === 'objects') return session.objects(order.objects);
  if (order.do === 'operations') return session.prepareOperations(order.objects, order.operations);
  if (order.do === 'history') return void (session.pages = order.pages);
  if (order.do === 'drop') return session.drop(order.channels);
  sessions.delete(order.port);
  return session.shut();
}

process.on('message', (order: ServerOrder) => {
  obey(order).then(
    (value) => process.send?.({ value }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
