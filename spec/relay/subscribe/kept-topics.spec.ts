import { expect } from 'chai';
import { RelayClient, type RelayError } from '../../../lib/relay/index.js';
import { fateOf, played, subscriptionsAt, topicOf } from '../../support/relay-world.js';

const [one, two] = [topicOf(1), topicOf(2)];
const seed = '1'.repeat(64);
const name = 'rx-realtime.relay.topics';

/** Storage in memory, with all that was written under the name of the topics. */
function storageOf(text?: string) {
  const written: string[] = [];
  return {
    written,
    getItem: (asked: string): string | null => (asked === name ? (written.at(-1) ?? text ?? null) : seed),
    setItem: (_: string, value: string): void => void written.push(value),
  };
}

describe('persistSubscriptions', () => {
  it(
    'keeps the topics of subscribe() that the relay has confirmed, until unsubscribe()',
    played((world) => {
      const storage = storageOf();
      const client = world.clientOf({ storage, persistSubscriptions: true });
      client.channel(topicOf(3)).messages$.subscribe(); // a lease of this process alone
      void client.subscribe(one);
      world.at(100, () => void client.subscribe(two));
      world.at(200, () => {
        expect(storage.written).to.deep.equal([JSON.stringify([one]), JSON.stringify([one, two])]);
        void client.unsubscribe(one);
      });
      return () => {
        expect(storage.written.at(-1)).to.equal(JSON.stringify([two]));
      };
    }),
  );

  it(
    'does not keep a topic that the relay refuses, at once or on a later connection',
    played((world) => {
      const storage = storageOf();
      const client = world.clientOf({ storage, persistSubscriptions: true });
      void client.subscribe(one);
      world.at(100, () => {
        world.relay.faults.failTopics([one, two], { code: -32600, message: 'No.' });
        void client.subscribe(two);
      });
      world.at(200, () => {
        expect(storage.written).to.deep.equal([JSON.stringify([one])]);
        world.relay.connections[0]?.drop();
      });
      return () => {
        expect(storage.written.at(-1)).to.equal('[]');
      };
    }),
  );

  it(
    'goes on in the next process: subscribes as soon as there is a connection, which it does not open by itself',
    played((world) => {
      const storage = storageOf(JSON.stringify([one, two]));
      const client = world.clientOf({ storage, persistSubscriptions: true });
      const heard: string[] = [];
      expect([...client.channels.keys()]).to.deep.equal([one, two]);
      world.at(1000, () => {
        expect(world.relay.connections).to.deep.equal([]);
        client.messages$.subscribe(({ message }) => heard.push(message));
      });
      world.at(2000, () => {
        world.relay.publish(one, 'after the restart');
        void client.unsubscribe(two);
      });
      return () => {
        expect(heard).to.deep.equal(['after the restart']);
        expect(storage.written).to.deep.equal([JSON.stringify([one])]);
      };
    }),
  );

  it(
    'outlives an outage at the start',
    played((world) => {
      const client = world.clientOf({
        storage: storageOf(JSON.stringify([one])),
        persistSubscriptions: true,
      });
      world.relay.refuse();
      fateOf(client.connect());
      world.at(30_000, () => {
        world.relay.refuse(false);
      });
      world.at(50_000, () => {
        expect(subscriptionsAt(world)).to.deep.equal([one]);
      });
      return () => {
        expect(world.heard('irn_batchSubscribe').length + world.heard('irn_subscribe').length).to.equal(1);
      };
    }),
  );

  it('takes no lease of a topic that was unsubscribed from before a slow storage answered', async () => {
    const storage = storageOf(JSON.stringify([one, two]));
    const slow = { ...storage, getItem: (asked: string) => Promise.resolve(storage.getItem(asked)) };
    const client = new RelayClient({ storage: slow, persistSubscriptions: true, autoConnect: false });
    await client.unsubscribe(one);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(client.channels.get(one)?.state).to.equal('inactive');
    expect(client.channels.get(two)?.state).to.equal('pending');
    expect(storage.written).to.deep.equal([JSON.stringify([two])]);
    await client.dispose();
  });

  it(
    'tells of a storage that holds something else, and of one that takes nothing, and goes on',
    played((world) => {
      const storage = { ...storageOf('{'), setItem: (): never => expect.fail('full') };
      const told: string[] = [];
      const client = world.clientOf({
        storage,
        persistSubscriptions: true,
        log: (_, { message }) => told.push(message),
      });
      client.errors$.subscribe(({ message }: RelayError) => told.push(message));
      const fate = fateOf(client.subscribe(one));
      return () => {
        expect(fate.value).to.be.a('string');
        const found = ['cannot be read', 'takes no topics'].map((text) =>
          told.findIndex((one) => one.includes(text)),
        );
        expect(found).to.deep.equal([0, 1]);
      };
    }),
  );

  it('needs a storage', () => {
    expect(() => new RelayClient({ persistSubscriptions: true })).to.throw(/needs the option "storage"/);
  });
});
