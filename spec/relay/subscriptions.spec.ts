import { expect } from 'chai';
import { fateOf, inWorld, type RelayWorld, topicOf } from '../support/relay-world.js';
import { type Virtual, virtually } from '../support/virtual-time.js';

const topic = topicOf(1);
const played = (play: (world: RelayWorld, virtual: Virtual) => () => void, options = {}) =>
  inWorld(virtually, play, options);
const subscriptionsAt = ({ relay }: RelayWorld): string[] => [
  ...(relay.clients[0]?.subscriptions.keys() ?? []),
];
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
});
