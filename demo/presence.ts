import {
  BehaviorSubject,
  combineLatest,
  first,
  firstValueFrom,
  map,
  type Observable,
  skip,
  timeout,
} from 'rxjs';
import { listen } from '../lib/emulator/index.js';
import { type Members, type PresenceChange, RealtimeClient } from '../lib/index.js';

/** Three enter, one is cut off and comes back. Ends with code 0 only if the list was right at each stage. */
const patience = 5000;
/** How long the server waits before it lets somebody go who was cut off. */
const connectionStateTtl = 1000;

const say = (who: string, what: string): void => {
  console.log(`${who.padEnd(9)} ${what}`);
};

const server = await listen({ connectionStateTtl });
const { emulator, host: endpoint, port, key } = server;
say('emulator', `listens on ${server.url}`);
const clientOf = (clientId: string): RealtimeClient =>
  new RealtimeClient({
    ...{ key, clientId, endpoint, port, tls: false, log: () => undefined },
    ...{ disconnectedRetryTimeout: 100, suspendedRetryTimeout: 100 },
  });
const [ann, bob, cat] = [clientOf('ann'), clientOf('bob'), clientOf('cat')];
const presenceOf = (client: RealtimeClient) => client.channel('room').presence;
const cut = ({ connection }: RealtimeClient): void =>
  emulator.connections.find(({ id }) => id === connection.id)?.drop();

const textOf = (members: Members): string =>
  Array.from(members.values(), ({ clientId, data }) => `${clientId}: ${String(data)}`)
    .sort()
    .join(', ');
const said = ({ entered, updated, left }: PresenceChange): string =>
  [
    ...entered.map(({ clientId }) => `${clientId} entered`),
    ...updated.map(({ clientId }) => `${clientId} updated`),
    ...left.map(({ clientId }) => `${clientId} left`),
  ].join(', ');
const listOf = (client: RealtimeClient): Observable<string> => presenceOf(client).members$.pipe(map(textOf));

/** Resolves once each of the clients shows this list. */
const shown = (list: string, ...clients: readonly RealtimeClient[]): Promise<unknown> =>
  firstValueFrom(
    combineLatest(clients.map(listOf)).pipe(
      first((lists) => lists.every((each) => each === list)),
      timeout({ first: patience }),
    ),
  );

/** What bob has seen, in order. */
const seen: string[] = [];
const expected = [
  'ann: here',
  'ann: here, bob: here',
  'ann: here, bob: here, cat: reading',
  'ann: here, bob: here, cat: typing',
  'ann: here, bob: here',
  'ann: here, bob: here, cat: back',
  'bob: here, cat: back',
  'bob: here',
] as const;

async function run(): Promise<boolean> {
  const { members$, changes$ } = presenceOf(bob);
  members$
    .pipe(map(textOf), skip(1)) // nobody, before he is attached
    .subscribe((list) => seen.push(list));
  changes$.subscribe((change) => {
    say('bob sees', `${said(change)}; now [${textOf(presenceOf(bob).members)}]`);
  });
  await bob.channel('room').attach();

  await presenceOf(ann).enter('here');
  await presenceOf(bob).enter('here');
  await shown(expected[1], ann, bob);
  const mood = new BehaviorSubject('reading');
  const holding = presenceOf(cat)
    .hold(mood)
    .subscribe((standing) => {
      say('cat is', standing);
    });
  await shown(expected[2], ann, bob, cat);
  mood.next('typing');
  await shown(expected[3], ann, bob, cat);

  say('emulator', 'cuts ann off; she resumes, and nobody notices');
  const resumed = firstValueFrom(
    ann.connection.changes$.pipe(
      first((change) => change.resumed),
      timeout({ first: patience }),
    ),
  );
  cut(ann);
  await resumed;
  say('emulator', `cuts cat off, and lets nobody in for a while; after ${connectionStateTtl} ms she leaves`);
  emulator.refuse('drop');
  cut(cat);
  await shown(expected[4], ann, bob);
  mood.next('back'); // while nobody can be told
  emulator.refuse(false);
  await shown(expected[5], ann, bob, cat);

  await presenceOf(ann).leave();
  await shown(expected[6], ann, bob, cat);
  holding.unsubscribe();
  await shown(expected[7], ann, bob, cat);
  return JSON.stringify(seen) === JSON.stringify(expected);
}

const ok = await run().catch((error: unknown) => {
  console.error(error);
  return false;
});
await Promise.all([ann, bob, cat].map((client) => client.dispose()));
await server.close();
console.log(
  ok
    ? `the list was right at each of ${expected.length} stages`
    : `THE LIST WAS WRONG: [${seen.join('], [')}]`,
);
process.exitCode = ok ? 0 : 1;
setTimeout(() => {
  console.error('Something is still open, and keeps the process from ending.');
  process.exit(1);
}, 1000).unref();
