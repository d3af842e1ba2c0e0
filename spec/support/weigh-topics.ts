/** Run by `weight.process.spec.ts` with `--expose-gc`: prints the bytes of heap that a topic of a relayer takes, and one that was left. */
import { RelayClient } from '../../lib/relay/index.js';
import type { WebSocketLike } from '../../lib/socket/types.js';
import { relayerOf } from '../../lib/walletconnect.js';

const count = 2000;
const messages = 3;

interface Request {
  readonly id: string;
  readonly method?: string;
  readonly params: { readonly topic?: string; readonly topics?: readonly string[] };
}

/** Opens at once, subscribes to each topic, and pushes some messages of it. */
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
    });
  }

  send(text: unknown): void {
    const { id, method, params } = JSON.parse(String(text)) as Request;
    const { topic, topics } = params ?? {};
    if (method === undefined) return;
    this.#tell({ id, result: topics ?? topic ?? true });
    if (!method.endsWith('ubscribe') || method.startsWith('irn_un')) return;
    for (const each of topics ?? [topic])
      for (let n = 0; n < messages; n += 1)
        this.#tell({
          ...{ id: `${n}`, method: 'irn_subscription' },
          params: { id, data: { topic: each, message: `${n} on ${each}`, publishedAt: n, tag: 0 } },
        });
  }

  close(): void {
    this.readyState = 3;
  }

  #tell(frame: object): void {
    const data = JSON.stringify({ jsonrpc: '2.0', ...frame });
    queueMicrotask(() => this.onmessage?.({ data } as never));
  }
}

const heapUsed = async (): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

async function round(): Promise<Readonly<Record<string, number>>> {
  const topics = Array.from({ length: count }, (_, at) => at.toString(16).padStart(64, '0'));
  const relay = new RelayClient({ webSocketCtor: Socket, dedupe: { count: 100 }, log: () => undefined });
  const core = { customStoragePrefix: '', storage: undefined, pairing: undefined, logger: console };
  const relayer = relayerOf(core as unknown as Parameters<typeof relayerOf>[0], relay);
  await relay.connect();
  const before = await heapUsed();
  const since = async (): Promise<number> => Math.round(((await heapUsed()) - before) / count);
  let heard = 0;
  relayer.on('relayer_message', () => (heard += 1));
  for (const topic of topics) await relayer.subscribe(topic, { relay: { protocol: 'irn' } });
  const held = await since();
  for (const topic of topics) await relayer.unsubscribe(topic);
  const left = await since();
  await relay.dispose();
  return { held, left, heard: heard / count };
}

await round(); // code and shapes are no topic's
console.log(JSON.stringify(await round()));
