import { expect } from 'chai';
import fc from 'fast-check';
import type { RelayEmulator } from '../../lib/emulator/index.js';
import type { PublishError } from '../../lib/relay/index.js';
import { fateOf, relayWorld, topicOf } from '../support/relay-world.js';
import { runs, timeLimit } from '../support/chaos/replay.js';
import { virtually } from '../support/virtual-time.js';

const topics = [1, 2, 3].map(topicOf);
const calm = 4000;
const healed = 40_000;
const lasts = 120_000;
const perLife = 110;
const publish = { method: 'irn_publish' };
const limits = { frame: 2000 };
const large = 'x'.repeat(limits.frame);
const busy = { code: 3001, message: 'Too many requests', data: 'TooManyRequests' };

type Deed = (relay: RelayEmulator, pick: number) => void;
const socketOf = ({ connections }: RelayEmulator, pick: number) =>
  connections[pick % Math.max(1, connections.length)];
const deeds: Readonly<Record<string, Deed>> = {
  refuse: ({ faults }, pick) => faults.refuse(undefined, { ...publish, count: pick % 7 }),
  ignore: ({ faults }, pick) => faults.ignore({ ...publish, count: pick % 7 }),
  mute: ({ faults }, pick) => faults.mute({ ...publish, count: pick % 7 }),
  late: ({ faults }, pick) => faults.late(pick * 40, { ...publish, count: 5 }),
  twice: ({ faults }) => faults.twice({ ...publish, count: 5 }),
  dropBefore: ({ faults }) => faults.dropBefore(publish),
  dropInARow: ({ faults }) => faults.dropBefore({ ...publish, count: 4 }),
  breakDown: ({ faults }) => faults.refuse({ code: -32603, message: 'Internal error' }, publish),
  dropAfter: ({ faults }) => faults.dropAfter(publish),
  closeInstead: ({ faults }, pick) => faults.close([1001, 1013, 4008, 4010][pick % 4]!, 'chaos', publish),
  refuseTopics: ({ faults }) => faults.refuse(busy, { method: 'irn_batchSubscribe', count: 2 }),
  ignoreTopics: ({ faults }) => faults.ignore({ method: 'irn_batchSubscribe' }),
  drop: (relay, pick) => socketOf(relay, pick)?.drop(),
  dropAll: ({ connections }) => connections.forEach((connection) => connection.drop()),
  close: (relay, pick) => socketOf(relay, pick)?.close([1001, 1013, 4008, 4010][pick % 4]!),
  silence: (relay, pick) => socketOf(relay, pick)?.silence(),
  delay: (relay, pick) => socketOf(relay, pick)?.delay(pick * 10),
  pushTwice: (relay, pick) => socketOf(relay, pick)?.pushTwice(),
  garbage: (relay, pick) => socketOf(relay, pick)?.sendRaw(['{', '{"id":1}', '"', '[1]'][pick % 4]!),
  outage: (relay) => {
    relay.refuse();
    relay.connections.forEach((connection) => connection.drop());
  },
  back: (relay) => relay.refuse(false),
};

const plan = fc.record({
  publishes: fc.array(
    fc.record({
      ...{ at: fc.integer({ min: calm, max: healed }), on: fc.nat(2), by: fc.nat(1), size: fc.nat(29) },
      /** After how long its caller loses interest, if at all. */
      abort: fc.oneof(
        { arbitrary: fc.constant(undefined), weight: 19 },
        { arbitrary: fc.nat(5000), weight: 1 },
      ),
    }),
    {
      minLength: perLife,
      maxLength: perLife,
    },
  ),
  faults: fc.array(
    fc.record({
      at: fc.integer({ min: calm, max: healed }),
      deed: fc.constantFrom(...Object.keys(deeds)),
      pick: fc.integer({ min: 1, max: 100 }),
    }),
    { minLength: 3, maxLength: 14 },
  ),
  /** When the first publisher closes its connection, for a moment. */
  breaks: fc.array(fc.integer({ min: calm, max: healed }), { maxLength: 1 }),
  chance: fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 20, maxLength: 20 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const lostInterest = new Error('no longer');
function abortable(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(lostInterest) };
}

/** One life: two publishers, one subscriber that stays, and what happens to them; then it is told what came of it. */
function lived({ publishes, faults, breaks, chance }: Plan) {
  const fates: { readonly text: string; readonly topic: string; readonly fate: ReturnType<typeof fateOf> }[] =
    [];
  const heard: string[] = [];
  let accepted: readonly { readonly topic: string; readonly message: string }[] = [];
  let sends: ReadonlyMap<string, number> = new Map();
  virtually(({ scheduler }) => {
    const world = relayWorld({ scheduler }, { checkJwt: false, limits }, 5, lasts);
    let drawn = 0;
    const random = (): number => chance[(drawn += 1) % chance.length]! / 1000;
    const subscriber = world.clientOf({ random });
    for (const topic of topics)
      subscriber.channel(topic).messages$.subscribe(({ message }) => heard.push(`${topic} ${message}`));
    const publishers = [world.clientOf({ random }), world.clientOf({ random })];
    publishes.forEach(({ at, on, by, size, abort }, number) =>
      world.at(at, () => {
        const [topic, text] = [topics[on]!, `text ${number}${size === 0 ? large : ''}`];
        const { signal, abort: stop } = abortable();
        fates.push({
          text,
          topic,
          fate: fateOf(publishers[by]!.publish(topic, text, { ttl: 3600, signal })),
        });
        if (abort !== undefined) world.at(at + abort, stop);
      }),
    );
    for (const at of breaks) {
      world.at(at, () => publishers[0]!.disconnect());
      world.at(at + 500, () => void publishers[0]!.connect());
    }
    for (const { at, deed, pick } of faults) world.at(at, () => deeds[deed]!(world.relay, pick));
    world.at(healed, () => {
      world.relay.faults.clear();
      world.relay.refuse(false);
      world.relay.connections.forEach((connection) => connection.delay(0));
    });
    world.lastly(() => {
      accepted = world.relay.accepted;
      const texts = world
        .heard('irn_publish')
        .map(({ text }) => (JSON.parse(text) as { params: { message: string } }).params.message);
      sends = texts.reduce(
        (counts, text) => counts.set(text, (counts.get(text) ?? 0) + 1),
        new Map<string, number>(),
      );
    });
    world.at(lasts, world.end);
  })();
  return { fates, heard, accepted, sends };
}

describe('publishing and receiving under faults', () => {
  it('settles every publish truthfully, and delivers each accepted message once', async () => {
    const totals = { large: 0, published: 0, failed: 0, certain: 0, withdrawn: 0, received: 0 };
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    await fc.assert(
      fc.asyncProperty(plan, async (chosen) => {
        const { fates, heard, accepted, sends } = lived(chosen);
        await new Promise((resolve) => setImmediate(resolve));
        const tooLarge = fates.filter(({ text }) => text.endsWith(large)).length;
        const known = new Set(accepted.map(({ topic, message }) => `${topic} ${message}`));
        for (const { text, topic, fate } of fates) {
          expect('value' in fate || 'error' in fate, `${text} is settled`).to.equal(true);
          expect(sends.get(text) ?? 0, `sends of ${text}`).to.be.at.most(4 + tooLarge);
          if ('value' in fate) expect(known.has(`${topic} ${text}`), `${text} was accepted`).to.equal(true);
          else if (fate.error === lostInterest) {
            expect(known.has(`${topic} ${text}`), `${text} was taken back`).to.equal(false);
            totals.withdrawn += 1;
          } else {
            const { attempts, elapsed, name, uncertain, code, reason } = fate.error as PublishError;
            const isTooLarge = code === 1009 && reason === 'rejected';
            if (isTooLarge) expect(text.endsWith(large), `${text} is refused for its size`).to.equal(true);
            totals.large += isTooLarge ? 1 : 0;
            expect(name).to.equal('PublishError');
            expect(
              isTooLarge || attempts === 4 || reason === 'closed' || elapsed >= 15_000,
              `${text}: ${attempts} in ${elapsed}`,
            ).to.equal(true);
            if (!uncertain) expect(known.has(`${topic} ${text}`), `${text} was not accepted`).to.equal(false);
            totals.failed += 1;
            totals.certain += uncertain ? 0 : 1;
          }
        }
        expect([...heard].sort(), 'each accepted message once').to.deep.equal([...known].sort());
        totals.published += fates.length;
        totals.received += heard.length;
      }),
      runs(110, 20_261_123),
    );
    process.off('unhandledRejection', note);
    expect(unhandled).to.deep.equal([]);
    expect(totals.published).to.be.at.least(10_000);
    expect(totals.failed, 'failed').to.be.greaterThan(20);
    expect(totals.large, 'refused for their size').to.be.greaterThan(100);
    expect(totals.certain, 'failed for certain').to.be.greaterThan(20);
    expect(totals.withdrawn, 'taken back').to.be.greaterThan(20);
    expect(totals.received, 'received').to.be.greaterThan(9_000);
  }).timeout(timeLimit(12_000));
});
