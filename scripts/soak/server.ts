/** The emulator in a process of its own, so that its heap can be told from that of its clients. Takes orders by IPC. */
import { serve } from '../../bench/serve.js';
import { heapUsed } from '../../bench/meter.js';
import { listen } from '../../lib/emulator/index.js';

/** What can be asked of the process. */
export interface ServerOrder {
  readonly do: 'dropAll' | 'weigh';
}

/** The weight of the process after a collection, in bytes, and what it serves. */
export interface ServerWeight {
  readonly heap: number;
  /** Bytes outside the heap: what waits to be read, for the most part. */
  readonly external: number;
  readonly connections: number;
}

const server = await listen({ keys: ['soak.key:secret'], port: 0 });
const { emulator } = server;

const weigh = (): ServerWeight => ({
  heap: heapUsed(),
  external: process.memoryUsage().external,
  connections: emulator.connections.length,
});

const dropAll = (): number => emulator.connections.map((connection) => connection.drop()).length;

// The first message, the name, is the port.
serve<ServerOrder>(async (order) => (order.do === 'weigh' ? weigh() : dropAll()), String(server.port));
