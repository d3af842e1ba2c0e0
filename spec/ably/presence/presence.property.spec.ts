import { expect } from 'chai';
import fc from 'fast-check';
import { retry } from 'rxjs';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { PresenceMessage } from '../../../lib/ably/wire/presence-message.js';
import type { Codec } from '../../../lib/codec/codec.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { diaryOf, folded, presenceOn, wireMember as member } from '../../support/presence.js';
import {
  dataOf,
  type Deed,
  deed,
  follow,
  linesOf,
  Model,
  ordered,
  syncTime,
  textOf,
  wireOf,
} from '../../support/presence-model.js';

/** How a channel comes by an ATTACHED, and what that says. */
interface Arrival {
  readonly type: 'update' | 'server detach' | 'failure' | 'detach' | 'drop';
  readonly hasPresence: boolean;
  readonly resumed: boolean;
}
type Plan = readonly (Extract<Deed, { messages: unknown }> | Arrival)[];

const arrival: fc.Arbitrary<Arrival> = fc.record({
  type: fc.constantFrom('update', 'update', 'server detach', 'failure', 'detach', 'drop', 'drop'),
  hasPresence: fc.boolean(),
  resumed: fc.boolean(),
});
const saying = deed.filter((each): each is Extract<Deed, { messages: unknown }> => 'messages' in each);
const plans: fc.Arbitrary<Plan> = fc.array(
  fc.oneof({ weight: 4, arbitrary: saying }, { weight: 1, arbitrary: arrival }),
  { maxLength: 25, size: 'max' },
);
/** So much between two deeds that a connection counts as established. */
const pause = 2000;

const said = (each: Plan[number]): readonly Deed[] => {
  if ('messages' in each) return [each];
  const { type, hasPresence, resumed } = each;
  const attached: Deed = { type: 'attached', hasPresence };
  if (type === 'update') return resumed ? [] : [attached]; // RTP17i
  return [{ type: type === 'failure' || type === 'detach' ? 'cleared' : 'lost' }, attached];
};

/** Does a deed to a client. What is told while the channel is not attached counts for nothing. */
function enact(each: Plan[number], fake: FakeAbly, connection: number): void {
  const channel = fake.client.channel('a');
  const server = presenceOn(fake);
  if ('messages' in each) {
    const wires = each.messages.map(wireOf);
    if (each.type === 'tell') server.tell(...wires);
    else
      server.sync(
        each.sequence === null ? undefined : `${each.sequence}:${each.isLast ? '' : '1:2'}`,
        ...wires,
      );
    return;
  }
  const { type, hasPresence, resumed } = each;
  const arrive = (): void => {
    if (type !== 'update') server.tell(member('enter', 'ignored'));
    server.attached((hasPresence ? Flag.hasPresence : 0) | (resumed ? Flag.resumed : 0));
  };
  if (type === 'server detach') server.detached();
  if (type === 'failure') server.failed();
  if (type === 'detach') {
    channel.detach().catch(ignore);
    server.detached();
  }
  if (type === 'failure' || type === 'detach') channel.attach().catch(ignore);
  if (type === 'drop') {
    fake.server.drop();
    fake.at(1, () => {
      fake.server.welcome(`id-${connection}`);
      arrive();
    });
  } else arrive();
}

function agree(plan: Plan, codec: Codec): void {
  const until = (plan.length + 2) * pause;
  life(codec, { until }, (fake) => {
    const { presence } = fake.client.channel('a');
    fake.client.channel('a').attach().catch(ignore);
    const diary = diaryOf(presence);
    const events: PresenceMessage[] = [];
    presence.events$.pipe(retry()).subscribe((event) => events.push(event)); // they end where the channel fails
    const model = new Model();
    const expected: string[] = [];
    const there = new Set<string>();
    let told = 0;
    fake.at(1, () => {
      fake.server.welcome();
      fake.server.attached('a');
      model.enact({ type: 'attached', hasPresence: false });
    });
    plan.forEach((each, index) => {
      fake.at((index + 1) * pause, () => {
        enact(each, fake, index % 3);
      });
      fake.at((index + 1) * pause + 2, () => {
        expected.length = 0;
        for (const step of said(each)) {
          model.enact(step);
          expected.push(...model.events);
        }
        const now = events.slice(told).map((event) => ({
          ...event,
          timestamp: (event.timestamp ?? 0) < pause ? event.timestamp : syncTime,
        }));
        const { type } = each;
        if (type === 'failure' || type === 'detach') there.clear(); // RTP5a: without a word
        expect(follow(events.slice(told), there)).to.deep.equal([]);
        if (presence.synced) expect([...there].sort()).to.deep.equal([...presence.members.keys()].sort());
        told = events.length;
        expect(ordered(linesOf(now))).to.deep.equal(ordered(expected));
        const shown = new Map([...model.shown].map(([key, word]) => [key, dataOf(word)]));
        expect(textOf(new Map(presence.members))).to.equal(textOf(shown));
        expect(presence.synced).to.equal(model.isSynced);
        expect(new Map(presence.members)).to.deep.equal(folded(diary.changes));
      });
    });
  })();
}

for (const codec of codecs)
  describe(`presence on a channel, whatever happens to it, ${codec.format}`, () => {
    it('RTP1, RTP2, RTP5, RTP18, RTP19, RTP17i: equals a plain model', () => {
      fc.assert(
        fc.property(plans, (plan) => {
          agree(plan, codec);
        }),
        runs(300, 8),
      );
    }).timeout(timeLimit(2000));
  });
