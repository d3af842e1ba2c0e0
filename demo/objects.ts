import { combineLatest, filter, firstValueFrom, map, timeout } from 'rxjs';
import { listen } from '../lib/emulator/index.js';
import { RealtimeClient } from '../lib/index.js';
import { type LiveCounter, liveCounter, type LiveMap, liveMap, objects, objectsOf } from '../lib/objects.js';

/** Two vote and edit one map, also while one of them is cut off. Ends with code 0 only if both come out the same. */
const patience = 5000;

interface Poll {
  readonly title: string;
  readonly votes: LiveMap<{ readonly up: LiveCounter; readonly down: LiveCounter }>;
}

const say = (who: string, what: string): void => {
  console.log(`${who.padEnd(9)} ${what}`);
};

const server = await listen();
const { emulator, host: endpoint, port, key } = server;
say('emulator', `listens on ${server.url}`);

const clientOf = (clientId: string): RealtimeClient =>
  new RealtimeClient({
    ...{ key, clientId, endpoint, port, tls: false, log: () => undefined },
    ...{ disconnectedRetryTimeout: 100, suspendedRetryTimeout: 100, features: [objects] },
  });
const [ann, bob] = [clientOf('ann'), clientOf('bob')];
const pollOf = (client: RealtimeClient) =>
  objectsOf<Poll>(client.channel('poll', { modes: ['object_subscribe', 'object_publish'] }));
const [anns, bobs] = [pollOf(ann), pollOf(bob)];

const textOf = ({ compact }: typeof anns): string => JSON.stringify(compact ?? {}, undefined, 0);
for (const [who, poll] of [
  ['ann sees', anns],
  ['bob sees', bobs],
] as const) {
  poll.compact$.subscribe(() => say(who, textOf(poll)));
  poll.state$.subscribe((state) => say(who, state));
}

/** Resolves once both see the same, and it is this. */
const bothSee = (up: number, down: number, title: string): Promise<unknown> =>
  firstValueFrom(
    combineLatest([anns.compact$, bobs.compact$]).pipe(
      map((polls) =>
        polls.every((poll) => poll?.title === title && poll.votes.up === up && poll.votes.down === down),
      ),
      filter(Boolean),
      timeout({ first: patience }),
    ),
  );

async function run(): Promise<void> {
  await anns.batch((tx) => {
    tx.set('title', 'Lunch?');
    tx.set('votes', liveMap({ up: liveCounter(), down: liveCounter() }));
  });
  await bothSee(0, 0, 'Lunch?');
  await Promise.all([
    anns.at('votes').increment('up'),
    bobs.at('votes').increment('up'),
    bobs.at('votes').increment('down', 2),
  ]);
  await bothSee(2, 2, 'Lunch?');
  say('emulator', 'cuts ann off');
  emulator.connections.find(({ id }) => id === ann.connection.id)?.drop();
  await Promise.all([
    anns.at('votes').increment('up', 3),
    anns.set('title', 'Lunch at noon?'),
    bobs.at('votes.down').decrement(),
  ]);
  await bothSee(5, 1, 'Lunch at noon?');
}

const isRight = await run().then(
  () => true,
  (error: unknown) => {
    console.error(error);
    return false;
  },
);
await Promise.all([ann.dispose(), bob.dispose()]);
await server.close();
say('demo', isRight ? 'both see the same' : 'went wrong');
process.exitCode = isRight ? 0 : 1;
