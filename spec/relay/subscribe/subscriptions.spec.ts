import { expect } from 'chai';
import { first } from 'rxjs';
import { RelayError } from '../../../lib/relay/index.js';
import { SubscribeLeases } from '../../../lib/relay/subscribe/subscribe-leases.js';
import { Topics } from '../../../lib/relay/topics/topics.js';
import type { TopicState } from '../../../lib/relay/topics/state.js';
import { fateOf, played, subscriptionsAt, topicOf } from '../../support/relay-world.js';
import { virtually } from '../../support/virtual-time.js';

const topic = topicOf(1);
const invalid = { code: -32600, message: 'Invalid topic' };
const subscribing = { method: 'irn_subscribe' };
type Fate = ReturnType<typeof fateOf>;

describe('subscribe()', () => {
  it(
    'keeps the lease of a confirmed call when another one is not confirmed in time',
    played((world) => {
      const client = world.clientOf();
      const first = fateOf(client.subscribe(topic));
      let second: Fate | undefined;
      world.at(1000, () => {
        world.relay.refuse();
        world.relay.connections[0]?.drop();
      });
      world.at(2000, () => (second = fateOf(client.subscribe(topic))));
      world.at(20_000, () => world.relay.refuse(false));
      world.lastly(() => {
        expect(client.channel(topic).state).to.equal('active');
        expect(subscriptionsAt(world)).to.deep.equal([topic]);
      });
      return () => {
        expect(first).to.have.property('value');
        expect((second?.error as Error).message).to.match(/did not confirm.*within 15000 ms/);
      };
    }),
  );

  it(
    'keeps the lease of a call that waits when another one fails',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ ...subscribing, count: 2 });
      const first = fateOf(client.subscribe(topic));
      let second: Fate | undefined;
      world.at(12_000, () => (second = fateOf(client.subscribe(topic))));
      world.lastly(() => expect(client.channel(topic).state).to.equal('active'));
      return () => {
        expect(first).to.have.property('error');
        expect(second).to.have.property('value');
      };
    }),
  );

  it(
    'ends the lease when all calls have failed, and none was ever confirmed',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ ...subscribing, count: 4 });
      const first = fateOf(client.subscribe(topic));
      let second: Fate | undefined;
      world.at(10_000, () => (second = fateOf(client.subscribe(topic))));
      world.lastly(() => {
        expect(client.channel(topic).state).to.equal('inactive');
        expect(subscriptionsAt(world)).to.deep.equal([]);
      });
      return () => expect([first, second]).to.satisfy((fates: Fate[]) => fates.every((fate) => fate.error));
    }),
  );

  it(
    'takes a new lease after unsubscribe(): an earlier confirmation does not count',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      let second: Fate | undefined;
      world.at(1000, () => fateOf(client.unsubscribe(topic)));
      world.at(2000, () => {
        world.relay.faults.ignore({ ...subscribing, count: 2 });
        second = fateOf(client.subscribe(topic));
      });
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => expect(second).to.have.property('error');
    }),
  );

  it(
    "called in the handler of the topic's failure: subscribes anew, and settles by the new answer",
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topic);
      const states: string[] = [];
      const anew: Fate[] = [];
      world.relay.faults.failTopics([topic], invalid);
      channel.state$.subscribe((state) => {
        states.push(state);
        if (state !== 'failed') return;
        world.relay.faults.clear();
        anew.push(fateOf(client.subscribe(topic)));
      });
      const first = fateOf(client.subscribe(topic));
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([topic]));
      return () => {
        expect(first.error).to.include({ code: -32600 });
        expect(anew).to.have.length(1);
        expect(anew[0]).to.have.property('value');
        expect(states).to.deep.equal(['inactive', 'pending', 'failed', 'pending', 'active']);
      };
    }),
  );

  it(
    "called in the handler of the topic's failure: takes a new lease, because the old one has ended",
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topic);
      fateOf(client.subscribe(topic));
      const anew: Fate[] = [];
      world.at(1000, () => {
        world.relay.faults.failTopics([topic], invalid);
        channel.state$.subscribe((state) => {
          if (state === 'failed' && anew.length === 0) anew.push(fateOf(client.subscribe(topic)));
        });
        world.relay.connections[0]?.drop();
      });
      world.lastly(() => {
        expect(channel.state).to.equal('failed');
        world.relay.connections[0]?.drop();
      });
      return () => expect(anew[0]?.error).to.include({ code: -32600 });
    }),
  );

  it(
    'holds no lease on a topic that has failed: the next subscriber is the last one',
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topic);
      fateOf(client.subscribe(topic));
      world.at(1000, () => {
        world.relay.faults.failTopics([topic], invalid);
        world.relay.connections[0]?.drop();
      });
      world.at(10_000, () => {
        expect(channel.state).to.equal('failed');
        world.relay.faults.clear();
        const listening = channel.messages$.subscribe();
        world.at(20_000, () => {
          expect(channel.state).to.equal('active');
          listening.unsubscribe();
        });
      });
      world.lastly(() => {
        expect(channel.state).to.equal('inactive');
        expect(subscriptionsAt(world)).to.deep.equal([]);
      });
      return () => undefined;
    }),
  );

  it(
    'called right after unsubscribe() in the handler of `active`: settles by the next answer',
    played((world) => {
      const client = world.clientOf();
      const fates: Fate[] = [];
      client.channel(topic).state$.subscribe((state) => {
        if (state !== 'active') return;
        world.relay.faults.failTopics([topic], invalid);
        fates.push(fateOf(client.unsubscribe(topic)), fateOf(client.subscribe(topic)));
      });
      fateOf(client.subscribe(topic));
      return () => expect(fates[1]?.error).to.include({ code: -32600 });
    }),
  );

  it(
    'refused while it is called: keeps its lease, because it subscribes anew',
    virtually(({ scheduler }) => {
      const refusal = new RelayError('Invalid', invalid);
      let answers = 0;
      const topics: Topics = new Topics({
        ...{ scheduler, random: () => 0, requestTimeout: 1000, batchSize: 1, concurrency: 1 },
        rules: { detachGrace: 0, retries: 0, retry: () => 100 },
        call: (_, settle) => {
          answers += 1;
          const failure = {
            reason: 'rejected',
            attempts: 1,
            elapsed: 0,
            uncertain: false,
            cause: refusal,
          } as const;
          settle(answers === 1 ? { type: 'failed', failure } : { type: 'answered', result: 'an id' });
        },
        ...{ demand: () => undefined, isDisconnected: () => false, report: () => undefined },
        leaseChanged: () => undefined,
      });
      topics.run$.subscribe();
      topics.linkChanged({ name: 'up' });
      const leases = new SubscribeLeases(topics, { demand: () => undefined, scheduler });
      const record = topics.get(topic);
      const seen: string[] = [];
      const isPending = ({ name }: TopicState): boolean => name === 'pending';
      topics
        .stateOf(record)
        .pipe(first(isPending))
        .subscribe(() => leases.take(record).subscribe(({ name }) => seen.push(name)));
      topics.take(record);
      scheduler.schedule(() => {
        topics.release(record);
        expect(seen).to.deep.equal(['pending', 'pending', 'active']); // waits, asks, is told;
        expect([record.state.name, record.leases]).to.deep.equal(['active', 1]);
      }, 200);
    }),
  );
});
