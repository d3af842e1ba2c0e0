/** Run by `weight.process.spec.ts` with `--expose-gc`: prints the bytes of heap that a client takes in each stage of its life. */
import { filter, firstValueFrom } from 'rxjs';
import { RealtimeClient } from '../../lib/index.js';
import type { WebSocketLike } from '../../lib/socket/types.js';

const count = 300;
const connected = JSON.stringify({
  action: 4,
  connectionId: 'id',
  connectionDetails: { connectionKey: 'key', connectionStateTtl: 120_000, maxIdleInterval: 15_000 },
});

/** Opens at once, and tells of the connection. */
class Socket implements WebSocketLike {
  binaryType = '';
  readyState = 0;
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onerror: WebSocketLike['onerror'] = null;
  onclose: WebSocketLike['onclose'] = null;

  constructor() {
    queueMicrotask(() => {
      this.readyState = 1;
      this.onopen?.({} as never);
      this.onmessage?.({ data: connected } as never);
    });
  }

  send(): void {
    // Sends nothing: the peer does not listen.
  }

  close(): void {
    this.readyState = 3;
  }
}

const make = (): RealtimeClient =>
  new RealtimeClient({
    ...{ key: 'app.key:secret', autoConnect: false, webSocketCtor: Socket },
    log: () => undefined,
  });
const connect = async (client: RealtimeClient): Promise<void> => {
  client.connect();
  await firstValueFrom(client.connectionState$.pipe(filter((state) => state === 'connected')));
};
const heapUsed = async (): Promise<number> => {
  await new Promise(setImmediate);
  for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

async function round(): Promise<Readonly<Record<string, number>>> {
  const before = await heapUsed();
  const since = async (): Promise<number> => Math.round(((await heapUsed()) - before) / count);
  const clients = Array.from({ length: count }, make);
  const made = await since();
  for (const client of clients) await connect(client);
  const online = await since();
  for (const client of clients) await client.dispose();
  clients.length = 0;
  return { made, connected: online, disposed: await since() };
}

await round(); // code and shapes are not the client's
console.log(JSON.stringify(await round()));
