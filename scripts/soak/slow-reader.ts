import { once } from 'node:events';
import { WebSocket } from 'ws';
import { RealtimeClient } from '../../lib/index.js';
import type { ServerWeight } from './server.js';
import type { ServerProcess } from './server-process.js';
import { demand, megabytes, told, until, within } from './told.js';

const messages = 20_000;
const size = 10_000;
const atOnce = 200;
/** The default of the server's option `maxWaiting`. */
const maxWaiting = 64 * 1024 * 1024;

/** What waits to be read is text on the heap, or bytes beside it. */
const memory = ({ heap, external }: ServerWeight): number => heap + external;

/** Attaches, and reads no more. */
async function slowReader(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?key=soak.key:secret&v=3&format=json`);
  await once(socket, 'message'); // CONNECTED
  socket.send(JSON.stringify({ action: 10, channel: 'stream' }));
  await once(socket, 'message'); // ATTACHED
  socket.pause();
  return socket;
}

/** A publisher at full speed beside a subscriber that does not read: the server drops that one, and keeps the others. */
export async function slowReaderBeside(server: ServerProcess): Promise<void> {
  const before = await server.weigh();
  const publisher = new RealtimeClient({ ...server.place, echoMessages: false });
  const reader = new RealtimeClient(server.place);
  const heard: number[] = [];
  const stream = reader.channel('stream');
  const subscription = stream.messages$.subscribe(({ data }) => heard.push(parseInt(data as string, 10)));
  await stream.attach();
  const slow = await slowReader(server.port);
  let highest = 0;
  for (let sent = 0; sent < messages; sent += atOnce) {
    const batch = Array.from({ length: atOnce }, (_, at) =>
      publisher.channel('stream').publish('data', `${sent + at} `.padEnd(size, 'x')),
    );
    await within(60, 'publishes are acknowledged', Promise.all(batch));
    if (sent % 1000 === 0) highest = Math.max(highest, memory(await server.weigh()));
  }
  await within(
    60,
    'the other reader has heard all',
    until(() => heard.length >= messages),
  );
  demand(
    heard.every((number, at) => number === at),
    'the other reader heard in another order',
  );
  const { connections } = await server.weigh();
  demand(connections === 2, `the slow reader is still there, among ${connections} connections`);
  demand(highest < memory(before) + 2 * maxWaiting, `${megabytes(highest)} MB waited for the slow reader`);
  slow.terminate();
  subscription.unsubscribe();
  for (const client of [publisher, reader]) {
    await client.close();
    await client.dispose();
  }
  const after = await server.weigh();
  demand(after.external < before.external + 32e6, `${megabytes(memory(after))} MB are kept outside the heap`);
  told('slow reader', {
    messages,
    'MB at most': megabytes(highest),
    'MB afterwards': megabytes(memory(after)),
  });
}
