import {
  combineLatest,
  concatMap,
  count,
  debounceTime,
  filter,
  first,
  firstValueFrom,
  interval,
  map,
  type Observable,
  scan,
  startWith,
  take,
  tap,
  timeout,
} from 'rxjs';
import { listen } from '../lib/emulator/index.js';
import { type Message, RealtimeClient } from '../lib/index.js';

/** Twenty messages, and a cut in the middle. Ends with code 0 only if each arrived, once and in order. */
const total = 20;
const cutBefore = 11;
const pace = 100;
/** How long the receiver goes on listening after the last message, for doubles. */
const linger = 500;
const patience = 15_000;

const say = (who: string, what: string): void => {
  console.log(`${who.padEnd(9)} ${what}`);
};

const server = await listen();
say('emulator', `listens on ${server.url}`);
const options = {
  key: server.key,
  endpoint: server.host,
  port: server.port,
  tls: false,
  log: () => undefined,
};

/** A client that prints its states as they come. */
function clientNamed(who: string): RealtimeClient {
  const client = new RealtimeClient(options);
  client.connection.changes$.subscribe(({ current, resumed, reason }) => {
    say(who, `${current}${resumed ? ', resumed' : ''}${reason ? `: ${reason.message}` : ''}`);
  });
  return client;
}

/** The numbers received so far; the stream ends when nothing has come for a while after the last of them was due. */
const numbersOf = (messages$: Observable<Message>): Observable<readonly number[]> =>
  messages$.pipe(
    tap(({ name, data }) => {
      say('receiver', `${String(name)} ${String(data)}`);
    }),
    scan((numbers: readonly number[], { data }) => [...numbers, Number(data)], []),
    startWith([]),
  );

async function run(): Promise<boolean> {
  const sender = clientNamed('sender');
  const receiver = clientNamed('receiver');
  const connects = firstValueFrom(
    receiver.connectionState$.pipe(
      filter((state) => state === 'connected'),
      count(),
    ),
  );
  const channel = receiver.channel('demo');
  const attached$ = channel.state$.pipe(first((state) => state === 'attached'));
  const sent$ = attached$.pipe(
    concatMap(() => interval(pace)),
    take(total),
    map((index) => index + 1),
    tap((number) => {
      if (number !== cutBefore) return;
      say('emulator', "cuts the receiver's socket"); // and the next message is sent while nobody is there to hear it
      server.emulator.connections.find(({ id }) => id === receiver.connection.id)?.drop();
    }),
    concatMap((number) => sender.channel('demo').publish('tick', number.toString())),
    count(),
  );
  const received = firstValueFrom(
    combineLatest([numbersOf(channel.messages$), sent$]).pipe(
      map(([numbers]) => numbers),
      debounceTime(linger),
      timeout({ first: patience }),
    ),
  );
  const numbers = await received;
  await Promise.all([sender.close(), receiver.close()]);
  await Promise.all([sender.dispose(), receiver.dispose()]);
  const reconnects = (await connects) - 1;
  const inOrder = numbers.every((number, index) => number === index + 1);
  console.log(
    `received ${numbers.length} of ${total}, ${inOrder ? 'in order' : 'out of order'}, ${reconnects} reconnect${reconnects === 1 ? '' : 's'}`,
  );
  return numbers.length === total && inOrder && reconnects === 1;
}

const ok = await run().catch((error: unknown) => {
  console.error(error);
  return false;
});
await server.close();
process.exitCode = ok ? 0 : 1;
setTimeout(() => {
  console.error('Something is still open, and keeps the process from ending.');
  process.exit(1);
}, 1000).unref();
