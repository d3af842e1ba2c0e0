import { expect } from 'chai';
import fc from 'fast-check';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { Codec } from '../../../lib/codec/codec.js';
import { type Emulator, inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { liveCounter, liveMap, objects, objectsOf } from '../../../lib/objects.js';
import { chanceOf } from '../../support/chaos/chance.js';
import { type Afflicted, faults } from '../../support/chaos/fault.js';
import { impatient } from '../../support/chaos/impatient.js';
import { memoryNetwork } from '../../support/chaos/memory.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs } from '../../support/fake-ably.js';

const span = 20_000;
const changes = ['add', 'add', 'add', 'batch', 'set', 'remove', 'make', 'set inside', 'add inside'] as const;
const moves = [
  'go away',
  'come back',
  'set options',
  'sync',
  'detach',
  'hold the sync',
  'release it',
] as const;
type Deed =
  | { readonly do: (typeof changes)[number] | (typeof moves)[number] }
  | { readonly do: 'fault'; readonly fault: Afflicted };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom(...changes) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom(...moves) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fault'), fault: faults(8000) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'fault', fault: { type: 'forget' } }) },
);
const plans = fc.record({
  seed: fc.integer(),
  deeds: fc.array(fc.tuple(fc.nat(span), fc.nat(1), deed), { minLength: 10, maxLength: 45, size: 'max' }),
});
type Plan = typeof plans extends fc.Arbitrary<infer P> ? P : never;

/** An increase of the counter `c` by a power of two of its own, so that the sum tells which have been applied, and which twice. */
interface Increase {
  readonly amount: number;
  fate: 'open' | 'applied' | 'uncertain' | 'refused';
}

/** One client on the objects, and the network that only it is on. */
function inhabitant(client: RealtimeClient, nextIncrease: () => Increase) {
  const channel = client.channel('room', { modes: ['object_subscribe', 'object_publish'] });
  const root = objectsOf(channel);
  let count = 0;
  let latest: unknown;
  root.compact$.subscribe((compact) => (latest = compact));
  const ignore = (done: Promise<unknown>): void => void done.catch(() => undefined);
  const increase = (by: (amount: number) => Promise<unknown>): void => {
    const made = nextIncrease();
    by(made.amount).then(
      () => (made.fate = 'applied'),
      ({ uncertain, code }: ErrorInfo) =>
        (made.fate = code === 92008 ? 'applied' : uncertain ? 'uncertain' : 'refused'),
    );
  };
  const deeds: Partial<Record<Deed['do'], () => void>> = {
    add: () => increase((amount) => root.increment('c', amount)),
    batch: () =>
      increase((amount) =>
        root.batch((tx) => {
          tx.set('a', amount);
          tx.increment('c', amount);
        }),
      ),
    set: () => ignore(root.set('a', (count += 1))),
    remove: () => ignore(root.remove('a')),
    make: () => ignore(root.set('m', liveMap({ x: (count += 1), d: liveCounter(1) }))),
    'set inside': () => ignore(root.at('m').set('x' as never, (count += 1) as never)),
    'add inside': () => ignore(root.at('m').increment('d' as never, 1)),
    'go away': () => ignore(channel.detach()),
    'come back': () => ignore(channel.attach()),
    'set options': () =>
      ignore(
        channel.setOptions({
          modes: ['object_subscribe', 'object_publish'],
          params: { change: `${(count += 1)}` },
        }),
      ),
  };
  return { client, channel, root, deeds, latest: () => latest };
}

type Inhabitant = ReturnType<typeof inhabitant>;

/** Does to a client what its server can do to it. */
function suffer(emulator: Emulator, id: string | undefined, what: Deed['do']): void {
  const connection = emulator.connections.find((each) => each.id === id);
  if (!connection?.channels.includes('room')) return;
  if (what === 'sync') connection.syncObjects('room');
  if (what === 'detach') connection.detach('room');
  if (what === 'hold the sync') connection.holdObjectSync('room');
  if (what === 'release it') connection.holdObjectSync('room', false);
}

/** Lives a plan in virtual time; answers with what is wrong in the end. */
async function lived({ seed, deeds }: Plan, codec: Codec): Promise<readonly string[]> {
  const [clock, chance] = [new VirtualClock(), chanceOf(seed)];
  const { emulator, webSocketCtor, fetch, key } = inMemory({
    ...{ scheduler: clock, random: chance, connectionStateTtl: 5000, maxIdleInterval: 5000, syncPageSize: 2 },
  });
  const server = emulator.objects('room');
  server.createCounter('c');
  const increases: Increase[] = [];
  const nextIncrease = (): Increase => {
    const made: Increase = { amount: 2 ** increases.length, fate: 'open' };
    increases.push(made);
    return made;
  };
  const sides = [0, 1].map(() => {
    const network = memoryNetwork({ through: webSocketCtor, scheduler: clock, chance });
    const client = new RealtimeClient({
      ...{ ...impatient, key, codec, scheduler: clock, random: chance, fetch, features: [objects] },
      webSocketCtor: network.webSocketCtor,
    });
    return { ...inhabitant(client, nextIncrease), afflict: network.afflict };
  });
  for (const [at, who, one] of [...deeds].sort(([a], [b]) => a - b)) {
    await clock.runTo(at);
    const { client, deeds: own, afflict } = sides[who]!;
    const { id } = client.connection;
    if (one.do !== 'fault') own[one.do]?.();
    else if (one.fault.type !== 'forget') afflict(one.fault);
    else emulator.connections.find((each) => each.id === id)?.forget();
    suffer(emulator, id, one.do);
  }
  await clock.runTo(span + 15_000);
  for (const connection of emulator.connections) connection.holdObjectSync('room', false);
  await clock.runTo(span + 25_000);
  const early = sides.filter(
    ({ root, client }) => root.state === 'synced' && client.connection.state === 'connected',
  );
  const problems = early.flatMap((side) => differences(side, server.compact(), 'before a last sync'));
  for (const { afflict } of sides) afflict({ type: 'close', code: 1001 }); // no fault outlives a transport
  await clock.runTo(span + 45_000);
  for (const { channel } of sides) if (channel.state !== 'attached') channel.attach().catch(() => undefined);
  await clock.runTo(span + 55_000);
  problems.push(...sides.flatMap((side) => differences(side, server.compact(), 'in the end')));
  const sum = BigInt((server.compact() as { readonly c: number }).c);
  for (const { amount, fate } of increases) {
    const isThere = (sum & BigInt(amount)) !== 0n;
    if (fate === 'open' || (fate === 'applied' && !isThere) || (fate === 'refused' && isThere))
      problems.push(`${amount} is ${fate}, and the sum ${sum}`);
  }
  if (sum >= 2n ** BigInt(increases.length)) problems.push(`${sum} is more than all together`);
  for (const { client } of sides) await client.dispose();
  emulator.dispose();
  await clock.runTo(span + 65_000);
  return problems;
}

/** Where what a client has, or was told last, is not what the server has. */
function differences({ root, latest }: Inhabitant, has: unknown, when: string): readonly string[] {
  return [root.compact, latest()]
    .filter((seen) => sorted(seen) !== sorted(has))
    .map((seen) => `${when}: ${sorted(seen)} instead of ${sorted(has)}`);
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

for (const codec of codecs)
  describe(`objects of two clients through whatever happens, ${codec.format}`, () => {
    it('RTO5, RTO15, RTO20: are what the server has, and each change counts once where it resolved, and not at all where it was refused', () =>
      fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          expect(await lived(plan, codec)).to.deep.equal([]);
        }),
        runs(25, 61),
      )).timeout(timeLimit(3000));
  });
