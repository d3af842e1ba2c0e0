import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { asyncScheduler } from 'rxjs';
import type { Fault } from './chaos/fault.js';
import { closeFrame, FrameReader, serverFrame } from './chaos/frames.js';
import { type Victim, Weather } from './chaos/network.js';
import { Wire } from './chaos/wire.js';

/** A loopback TCP proxy that does to the WebSockets through it what it is told to. */
export interface ChaosProxy {
  readonly host: string;
  readonly port: number;
  readonly afflict: (fault: Fault) => void;
  /** How many TCP connections there have been. */
  readonly dialled: () => number;
  /** Sockets of either side that are not destroyed yet. */
  readonly open: () => number;
  /** Ends every socket and the proxy. */
  readonly stop: () => void;
}

/**
 * Sockets that end by a reset. They count as closed from then on, and are destroyed by nobody else: Node 20 loses one that
 * is destroyed, or that reads an error, while it is being reset, and says nothing of it.
 */
const resetting = new WeakSet<Socket>();
function reset(socket: Socket): void {
  resetting.add(socket);
  socket.resetAndDestroy();
}
function destroy(socket: Socket): void {
  if (!resetting.has(socket)) socket.destroy();
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly chance: () => number;
}

/** Chance is asked for each chunk's latency (0 to 2 ms) and for where chunks are broken up. */
export async function chaosProxy({ host, port, chance }: Target): Promise<ChaosProxy> {
  const weather = new Weather(asyncScheduler, () => Math.floor(chance() * 3));
  const sockets = new Set<Socket>();
  let dialled = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.setNoDelay());
    return socket.on('close', () => sockets.delete(socket)).on('error', () => destroy(socket));
  };
  const server = createServer((client) => {
    dialled += 1;
    keep(client);
    if (weather.refuses) reset(client);
    else weather.admit(new Passage(client, keep(connect(port, host)), weather, chance));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    afflict: (fault) => weather.afflict(fault),
    dialled: () => dialled,
    open: () => [...sockets].filter((socket) => !resetting.has(socket)).length,
    stop: () => {
      for (const socket of sockets) destroy(socket);
      server.close().unref(); // it would wait for a socket that was lost
    },
  };
}

/** One TCP connection and what it is connected to, with a wire for each direction. */
class Passage implements Victim {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #chance: () => number;
  readonly #up: Wire;
  readonly #down: Wire;
  readonly #reader = new FrameReader();
  #budget = Infinity;
  #truncates = false;
  /** What is to be put in at the next boundary of frames. */
  #asides: (() => void)[] = [];

  constructor(client: Socket, server: Socket, weather: Weather, chance: () => number) {
    this.#client = client;
    this.#server = server;
    this.#chance = chance;
    this.#up = new Wire(asyncScheduler, weather.latency);
    this.#down = new Wire(asyncScheduler, weather.latency);
    client.on('data', (chunk) => this.#pass(chunk, this.#up, server));
    server.on('data', (chunk) => this.#fromServer(chunk));
    client.on('end', () => this.#up.carry(() => server.end()));
    server.on('end', () => this.#down.carry(() => client.end()));
    client.on('close', () => {
      weather.victims.delete(this);
      this.#up.carry(() => destroy(server));
    });
    server.on('close', () => this.#down.carry(() => destroy(client)));
  }

  cutAfter(bytes: number): void {
    this.#budget = Math.min(this.#budget, bytes);
  }

  hold(until: number): void {
    this.#up.hold(until);
    this.#down.hold(until);
  }

  truncate(): void {
    this.#truncates = true;
  }

  say(garbage: string | Uint8Array): void {
    this.#aside(() => this.#tellClient(serverFrame(garbage)));
  }

  closeWith(code: number): void {
    this.#aside(() => {
      this.#tellClient(closeFrame(code));
      this.#down.carry(() => this.#client.end());
      destroy(this.#server);
    });
  }

  #aside(deed: () => void): void {
    if (this.#reader.isBetween) deed();
    else this.#asides.push(deed);
  }

  #fromServer(chunk: Uint8Array): void {
    for (let rest = chunk; rest.length > 0;) {
      if (this.#truncates && this.#reader.isBetween) this.#budget = Math.floor(this.#chance() * rest.length);
      const size = this.#reader.read(rest);
      this.#pass(rest.subarray(0, size), this.#down, this.#client);
      rest = rest.subarray(size);
      if (this.#reader.isBetween) for (const deed of this.#asides.splice(0)) deed();
    }
  }

  #tellClient(bytes: Uint8Array): void {
    this.#down.carry(() => this.#client.writable && this.#client.write(bytes));
  }

  /** In two pieces, as TCP may; the byte too much is where both sides are cut off. */
  #pass(chunk: Uint8Array, wire: Wire, to: Socket): void {
    const passing = chunk.subarray(0, Math.max(0, this.#budget));
    const write = (bytes: Uint8Array): void => {
      if (bytes.length > 0) wire.carry(() => to.writable && to.write(bytes));
    };
    const middle = Math.floor(this.#chance() * passing.length);
    write(passing.subarray(0, middle));
    write(passing.subarray(middle));
    this.#budget -= chunk.length;
    if (this.#budget < 0) wire.carry(() => this.#cut());
  }

  #cut(): void {
    this.#up.break();
    this.#down.break();
    for (const socket of [this.#client, this.#server])
      if (this.#chance() < 0.5) reset(socket);
      else destroy(socket);
  }
}
