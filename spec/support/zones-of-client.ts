/** Uses a client within a zone and within an AsyncLocalStorage, and tells what it has left there, as JSON. */
import { AsyncLocalStorage } from 'node:async_hooks';
import 'zone.js/node';
import { filter, firstValueFrom } from 'rxjs';
import { listen } from '../../lib/emulator/index.js';
import { type ClientOptions, RealtimeClient } from '../../lib/index.js';

/** The part of zone.js that is used. */
interface OneZone {
  readonly name: string;
  run<T>(work: () => T): T;
  fork(spec: object): OneZone;
}
interface Delegate {
  hasTask(target: OneZone, state: TaskState): void;
}
interface TaskState {
  readonly change: string;
  readonly macroTask: boolean;
}
const { Zone } = globalThis as unknown as {
  readonly Zone: { readonly current: OneZone; readonly root: OneZone };
};

const { root } = Zone;
const server = await listen();
const { key, host: endpoint, port, emulator } = server;
const common: ClientOptions = { key, endpoint, port, tls: false, log: () => undefined };
type Outside = Pick<ClientOptions, 'outside'>;

const state = (client: RealtimeClient, wanted: string): Promise<string> =>
  root.run(() => firstValueFrom(client.connectionState$.pipe(filter((name) => name === wanted))));
const pause = (): Promise<void> => root.run(() => new Promise((resolve) => setTimeout(resolve, 50)));

/** Whether the zone has timers or sockets of the client: while it is connected, and while it waits to try again. */
async function inZone(options: Outside): Promise<object> {
  let busy = false;
  const zone = Zone.current.fork({
    name: 'app',
    onHasTask: (delegate: Delegate, _: OneZone, target: OneZone, { change, macroTask }: TaskState) => {
      if (change === 'macroTask') busy = macroTask;
      delegate.hasTask(target, { change, macroTask });
    },
  });
  let handler = '';
  const client = zone.run(() => new RealtimeClient({ ...common, ...options }));
  const channel = client.channel('a');
  zone.run(() => {
    channel.messages$.subscribe(() => {
      handler = Zone.current.name;
    });
  });
  await root.run(() => firstValueFrom(channel.whenState('attached')));
  await zone.run(() => channel.publish('n', 'd'));
  await zone.run(() => channel.history().page());
  await pause();
  const connected = busy;
  emulator.refuse();
  for (const connection of emulator.connections) connection.drop();
  await state(client, 'disconnected');
  await pause();
  const waiting = busy;
  emulator.refuse(false);
  await zone.run(() => client.dispose());
  await pause();
  return { connected, waiting, disposed: busy, handler };
}

/** What an AsyncLocalStorage holds in a handler, where the first subscriber came with a request. */
async function inRequest(options: Outside): Promise<string> {
  const requests = new AsyncLocalStorage<string>();
  const client = new RealtimeClient({ ...common, ...options });
  const heard = new Promise<string>((resolve) => {
    requests.run('the first request', () => {
      client.channel('b').messages$.subscribe(() => {
        resolve(requests.getStore() ?? 'nothing');
      });
    });
  });
  await firstValueFrom(client.channel('b').whenState('attached'));
  await client.channel('b').publish('n', 'd');
  const found = await heard;
  await client.dispose();
  return found;
}

const found = {
  zone: await inZone({ outside: (work) => root.run(work) }),
  zoneWithout: await inZone({}),
  request: await inRequest({ outside: AsyncLocalStorage.snapshot() }),
  requestWithout: await inRequest({}),
};
await server.close();
console.log(JSON.stringify(found));
