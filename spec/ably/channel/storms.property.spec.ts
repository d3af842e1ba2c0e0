import { expect } from 'chai';
import fc from 'fast-check';
import { defer, from, type Observable, repeat, retry, Subscription, takeUntil, timer } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { type Emulator, inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { chanceOf } from '../../support/chaos/chance.js';
import { impatient } from '../../support/chaos/impatient.js';
import { memoryNetwork } from '../../support/chaos/memory.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';

/** How the server says no to a channel, again and again. */
const refusals = ['forbid', 'refuse', 'ignore', 'detach', 'fail', 'break deltas'] as const;

type Insistence = (
  client: RealtimeClient,
  again: { readonly delay: () => Observable<unknown> },
) => Observable<unknown>;

/** How users ask again: as soon as they hear of it, and 10 ms later where it may be told at once. */
const insistences: Readonly<Record<string, Insistence>> = {
  'messages$ again': (client) => client.channel('a').messages$.pipe(retry(), repeat()),
  'members$ again': (client) => client.channel('a').presence.members$.pipe(retry(), repeat()),
  'attach() again': (client, again) =>
    defer(() => client.channel('a').attach()).pipe(retry(again), repeat(again)),
  'subscribed, and left at once': (client, again) =>
    defer(() => client.channel('a').messages$.pipe(takeUntil(again.delay()))).pipe(
      retry(again),
      repeat(again),
    ),
  'attach(), and detach()': (client, again) => {
    const both = async (): Promise<void> => {
      await client
        .channel('a')
        .attach()
        .catch(() => undefined);
      await client.channel('a').detach();
    };
    return defer(both).pipe(retry(again), repeat(again));
  },
  'enter() again': (client, again) =>
    defer(() => client.channel('a').presence.enter()).pipe(retry(again), repeat(again)),
  'setOptions() again': (client, again) => {
    let count = 0;
    const change = () => client.channel('a').setOptions({ params: { count: `${(count += 1)}` } });
    return defer(change).pipe(retry(again));
  },
  'released, and taken anew': (client) =>
    defer(() => client.channel('a').messages$).pipe(
      retry({ delay: () => from(client.releaseChannel('a')) }),
      repeat({ delay: () => from(client.releaseChannel('a')) }),
    ),
};

/** Those that end what they have got, and may do so as often as they like: where they get nothing, they are refused. */
const toggling = ['subscribed, and left at once', 'attach(), and detach()'];
const attaching: readonly string[] = [
  'detach',
  'fail',
  'break deltas',
] satisfies readonly (typeof refusals)[number][];

const lasting = 30_000;
const at = fc.nat(lasting);
const plans = fc.record({
  seed: fc.integer(),
  refusal: fc.constantFrom(...refusals),
  pause: fc.integer({ min: 10, max: 300 }),
  detachGrace: fc.constantFrom(0, 2500),
  listeners: fc.array(fc.tuple(at, fc.constantFrom(...Object.keys(insistences))), {
    minLength: 1,
    maxLength: 4,
  }),
  cuts: fc.array(at, { maxLength: 4 }),
});
type Plan = typeof plans extends fc.Arbitrary<infer P> ? P : never;

/** Says no on each connection, for as long as it lives. */
function refuseOn({ connections, publish }: Emulator, { refusal }: Plan, known: WeakSet<object>): void {
  for (const connection of connections) {
    const isNew = !known.has(connection);
    known.add(connection);
    if (isNew && refusal === 'refuse') connection.refuseAttach(undefined, 10_000);
    if (isNew && refusal === 'ignore') connection.ignoreAttach(10_000);
    if (!connection.channels.includes('a')) continue;
    if (refusal === 'detach' || isNew) connection.detach('a');
    if (refusal === 'fail') connection.fail('a');
    if (refusal !== 'break deltas') continue;
    for (const data of ['whole', 'delta']) publish('a', { data: data.repeat(20) });
  }
}

/** A decoder that cannot undo a delta. */
const broken = (): never => {
  throw new Error('No delta can be undone.');
};

/** Lives a plan in virtual time; answers with the times of the ATTACHes that the client sent. */
async function attachesOf(plan: Plan): Promise<readonly number[]> {
  const clock = new VirtualClock();
  const chance = chanceOf(plan.seed);
  const capabilities = plan.refusal === 'forbid' ? { 'app.key': { b: ['*'] } } : {};
  const { emulator, webSocketCtor, key } = inMemory({
    scheduler: clock,
    random: chance,
    keys: ['app.key:secret'],
    capabilities,
  });
  const sent: number[] = [];
  const network = memoryNetwork({ through: webSocketCtor, scheduler: clock, chance });
  class Counting extends network.webSocketCtor {
    override send(data: string): void {
      if ((JSON.parse(data) as ProtocolMessage).action === Action.attach) sent.push(clock.now());
      super.send(data);
    }
  }
  const client = new RealtimeClient({
    ...impatient,
    key,
    clientId: 'ann',
    detachGrace: plan.detachGrace,
    vcdiff: { decode: broken },
    scheduler: clock,
    random: chance,
    webSocketCtor: Counting,
  });
  if (plan.refusal === 'break deltas') client.channel('a', { params: { delta: 'vcdiff' } });
  const known = new WeakSet<object>();
  const ours = new Subscription();
  const again = { delay: () => timer(10, clock) };
  const lasts = plan.refusal === 'refuse' || plan.refusal === 'ignore'; // from the first moment of a connection on
  const goOn = (): void => {
    refuseOn(emulator, plan, known);
    if (!ours.closed) clock.schedule(goOn, lasts ? 1 : plan.pause);
  };
  goOn();
  for (const [when, how] of plan.listeners)
    ours.add(
      timer(when, clock).subscribe(() =>
        ours.add(
          insistences[attaching.includes(plan.refusal) && toggling.includes(how) ? 'attach() again' : how]!(
            client,
            again,
          ).subscribe({ error: () => undefined }),
        ),
      ),
    );
  for (const when of plan.cuts)
    ours.add(timer(when, clock).subscribe(() => network.afflict({ type: 'close', code: 1001 })));
  await clock.runTo(lasting);
  ours.unsubscribe();
  void client.dispose();
  await clock.runTo(2 * lasting);
  emulator.dispose();
  return sent;
}

describe('a channel that the server refuses, and users who ask for it again at once', () => {
  it('sends at most one ATTACH a second on average', async () => {
    const property = fc.asyncProperty(plans, async (plan) => {
      const sent = await attachesOf(plan);
      const first = Math.min(...plan.listeners.map(([when]) => when));
      const mostWanted = Math.ceil((lasting - first) / 1000) + 1 + plan.cuts.length; // the first retry is made at once
      expect(sent.length).to.be.at.most(mostWanted);
    });
    await fc.assert(property, runs(30, 51));
  }).timeout(timeLimit(3000));
});
