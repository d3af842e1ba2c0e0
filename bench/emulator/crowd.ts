/** Clients of an emulator, and a console that watches it, in a process of their own. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type * as Library from '../../lib/index.js';
import { load } from '../builds.js';
import { serve } from '../serve.js';

export type CrowdOrder =
  | { readonly do: 'connect'; readonly port: number; readonly subscribers: number }
  /** Publishes so many messages, of which each comes to all subscribers. */
  | { readonly do: 'publish'; readonly messages: number }
  /** Opens the console, and closes it again where nobody is to watch. */
  | { readonly do: 'console'; readonly port: number; readonly stays: boolean };

const { RealtimeClient } = await load<Pick<typeof Library, 'RealtimeClient'>>('ours', 'index', [
  'RealtimeClient',
]);
const inFlight = 100;
const crowd = { heard: 0, expected: 0, done: (): void => undefined };
let publisher: Library.RealtimeChannel | undefined;

const hear = (): void => {
  crowd.heard += 1;
  if (crowd.heard === crowd.expected) crowd.done();
};

async function connect(port: number, subscribers: number): Promise<void> {
  const options = { key: 'bench.key:secret', endpoint: '127.0.0.1', port, tls: false, log: () => undefined };
  publisher = new RealtimeClient({ ...options, echoMessages: false }).channel('crowd');
  const channels = Array.from({ length: subscribers }, () => new RealtimeClient(options).channel('crowd'));
  for (const channel of channels) channel.messages$.subscribe(hear);
  await Promise.all([publisher, ...channels].map((channel) => channel.attach()));
  crowd.expected = subscribers;
}

/** Publishes with a window of unacknowledged ones, and waits until all have come to all. */
async function publish(messages: number): Promise<void> {
  const subscribers = crowd.expected;
  Object.assign(crowd, { heard: 0, expected: messages * subscribers });
  const arrived = new Promise<void>((resolve) => (crowd.done = resolve));
  for (let sent = 0; sent < messages; sent += inFlight)
    await Promise.all(
      Array.from({ length: Math.min(inFlight, messages - sent) }, (_, at) =>
        publisher?.publish('greeting', `${sent + at} `.padEnd(100, 'x')),
      ),
    );
  await arrived;
  crowd.expected = subscribers;
}

async function openConsole(port: number, stays: boolean): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/console/stream`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ id: 1, do: 'watch', connections: 'all' }));
  await once(socket, 'message');
  if (stays) return;
  socket.close();
  await once(socket, 'close');
}

async function obey(order: CrowdOrder): Promise<unknown> {
  if (order.do === 'connect') await connect(order.port, order.subscribers);
  else if (order.do === 'publish') await publish(order.messages);
  else await openConsole(order.port, order.stays);
  return order.do;
}

serve<CrowdOrder>(obey, 'crowd');
