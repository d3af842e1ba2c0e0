import { expect } from 'chai';
import { first } from 'rxjs';
import { RelayError } from '../../lib/relay/index.js';
import { Topics } from '../../lib/relay/topics/topics.js';
import type { TopicState } from '../../lib/relay/topics/state.js';
import { fateOf, played, subscriptionsAt, topicOf } from '../support/relay-world.js';
import { virtually } from '../support/virtual-time.js';

const topic = topicOf(1);
const invalid = { code: -32600, message: 'Invalid topic' };
const subscribing = { method: 'irn_subscribe' };
type Fate = ReturnType<typeof fateOf>;

describe('subscribe()', () => {
  it(
    'a call that is not confirmed in time takes nothing from one that was',
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
    'a call that fails takes nothing from one that still waits',
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
    'when all calls have failed, and none was ever confirmed, nothing is held',
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
    'after unsubscribe() it is a hold of its own: confirmed once, not for ever',
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
    'called where the topic is told to have failed: asks anew, and is judged by what comes after',
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
    'called where a topic is told to have failed that was held: the old hold is gone by then',
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
    'a topic that has failed is held no longer: it is unsubscribed from after whoever listens to it next',
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
    'called right after unsubscribe() where the topic is told to be active: is judged by what comes after',
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
    'refused while it is called: holds the topic all the same, because it asks anew',
    virtually(({ scheduler }) => {
      const refusal = new RelayError('Invalid', invalid);
      let answers = 0;
      const topics: Topics = new Topics({
        ...{ scheduler, random: () => 0, requestTimeout: 1000, batchSize: 1, concurrency: 1 },
        rules: { detachGrace: 0, retries: 0, retry: () => 100 },
        ask: (_, settle) => {
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
        channelOf: () => undefined as never,
      });
      topics.run$.subscribe();
      topics.linkChanged(true);
      const cell = topics.get(topic);
      const seen: string[] = [];
      const isPending = ({ name }: TopicState): boolean => name === 'pending';
      topics
        .stateOf(cell)
        .pipe(first(isPending))
        .subscribe(() => topics.hold(cell).subscribe(({ name }) => seen.push(name)));
      topics.take(cell);
      scheduler.schedule(() => {
        topics.release(cell);
        expect(seen).to.deep.equal(['pending', 'pending', 'active']); // waits, asks, is told;
        expect([cell.state.name, cell.leases]).to.deep.equal(['active', 1]);
      }, 200);
    }),
  );
});
