import { firstValueFrom, type Subscription } from 'rxjs';
import { RealtimeClient } from '../../lib/index.js';
import type { ServerProcess } from './server-process.js';
import { demand, told, until, within } from './told.js';

const clients = 2_000;
const rooms = 20;
const rounds = 5;

interface Listener {
  readonly client: RealtimeClient;
  readonly heard: number[];
  readonly subscription: Subscription;
}

const room = (at: number): string => `crowd-${at % rooms}`;

function listen(server: ServerProcess, at: number): Listener {
  const client = new RealtimeClient(server.place);
  const heard: number[] = [];
  const { messages$ } = client.channel(room(at));
  return {
    client,
    heard,
    subscription: messages$.subscribe(({ data }) => heard.push((data as { readonly number: number }).number)),
  };
}

/** Publishes so many numbers in each room, one after the other. */
async function publish(client: RealtimeClient, from: number): Promise<void> {
  for (let number = from; number < from + rounds; number += 1)
    await Promise.all(
      Array.from({ length: rooms }, (_, at) => client.channel(room(at)).publish('number', { number })),
    );
}

/** 2,000 clients at once, in twenty rooms; all are dropped at once, and nobody misses a message or hears it twice. */
export async function crowd(server: ServerProcess): Promise<void> {
  const publisher = new RealtimeClient(server.place);
  const before = await server.weigh();
  const listeners = Array.from({ length: clients }, (_, at) => listen(server, at));
  const attached = listeners.map(({ client }, at) => client.channel(room(at)).attach());
  await within(120, '2,000 clients connect and attach', Promise.all(attached));
  const crowded = await server.weigh();
  await publish(publisher, 0);
  const dropped = await server.dropAll();
  await publish(publisher, rounds);
  await within(
    120,
    'all are back',
    Promise.all(listeners.map(({ client }) => firstValueFrom(client.connection.whenState('connected')))),
  );
  await within(
    60,
    'all have heard all',
    until(() => listeners.every(({ heard }) => heard.length >= expected.length)),
  );
  for (const { heard } of listeners)
    demand(heard.join() === expected.join(), `a client of the crowd heard ${heard.join()}`);
  for (const { client, subscription } of listeners) {
    subscription.unsubscribe();
    await client.close();
    await client.dispose();
  }
  await publisher.dispose();
  const after = await server.weigh();
  told('crowd', {
    ...{ dropped, clients },
    'kB a client': Math.round((crowded.heap - before.heap) / clients / 1000),
  });
  demand(after.connections <= 1, `${after.connections} connections are left of the crowd`);
}

const expected = Array.from({ length: 2 * rounds }, (_, at) => at);
