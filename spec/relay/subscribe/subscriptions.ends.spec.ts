import { expect } from 'chai';
import { type RelayClient, RelayError } from '../../../lib/relay/index.js';
import { fateOf, played, subscriptionsAt, topicOf } from '../../support/relay-world.js';
import { unhandledDuring } from '../../support/unhandled.js';
import { waiting } from '../../support/waiting.js';

const topic = topicOf(1);
const subscribing = { method: 'irn_subscribe' };
type Fate = ReturnType<typeof fateOf>;
const messageOf = (fate: Fate | undefined): string | undefined => (fate?.error as Error | undefined)?.message;

describe('subscribe() that is not settled', () => {
  it(
    'rejects at disconnect(), and leaves no timer and no lease',
    played((world, { scheduler }) => {
      const { scheduler: watched, timers } = waiting(scheduler);
      const client = world.clientOf({ scheduler: watched });
      world.relay.faults.ignore(subscribing);
      const fate = fateOf(client.subscribe(topic));
      world.at(100, () => {
        expect(timers()).to.be.greaterThan(0);
        fateOf(client.disconnect());
      });
      world.at(101, () => expect(timers()).to.equal(0));
      world.at(20_000, () => fateOf(client.connect()));
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => {
        expect(fate.error).to.be.instanceOf(RelayError);
        expect(messageOf(fate)).to.equal(
          `disconnect() was called before the relay confirmed the subscription of topic "${topic}". Connect, and subscribe again.`,
        );
      };
    }),
  );

  it(
    'rejects at disconnect(), and keeps the lease that was confirmed before',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      let second: Fate | undefined;
      world.at(1000, () => {
        world.relay.refuse();
        world.relay.connections[0]?.drop();
      });
      world.at(1100, () => {
        second = fateOf(client.subscribe(topic));
        fateOf(client.disconnect());
      });
      world.at(5000, () => {
        world.relay.refuse(false);
        fateOf(client.connect());
      });
      world.lastly(() => expect(client.channel(topic).state).to.equal('active'));
      return () => expect(messageOf(second)).to.match(/^disconnect\(\) was called before/);
    }),
  );

  it(
    'rejects at unsubscribe(), and leaves no timer after a disconnect()',
    played((world, { scheduler }) => {
      const { scheduler: watched, timers } = waiting(scheduler);
      const client = world.clientOf({ scheduler: watched });
      const fates = [fateOf(client.subscribe(topic)), fateOf(client.subscribe(topic))];
      fateOf(client.unsubscribe(topic));
      fateOf(client.disconnect());
      world.at(1, () => expect(timers()).to.equal(0));
      return () =>
        expect(fates.map(messageOf)).to.deep.equal(
          Array(2).fill(
            `unsubscribe() was called before the relay confirmed the subscription of topic "${topic}". Subscribe again if it is wanted.`,
          ),
        );
    }),
  );

  it(
    'rejects with the reason as soon as the connection has failed, also when it is called after that',
    played(
      (world, { scheduler }) => {
        const { scheduler: watched, timers } = waiting(scheduler);
        const client = world.clientOf({ scheduler: watched, projectId: 'stranger' });
        const fates = [fateOf(client.subscribe(topic))];
        world.at(1000, () => {
          expect(client.connection.state).to.equal('failed');
          expect(timers()).to.equal(0);
          fates.push(fateOf(client.subscribe(topic)));
        });
        world.at(1001, () => expect(timers()).to.equal(0));
        return () => {
          for (const { error } of fates) {
            expect(error).to.be.instanceOf(RelayError).and.include({ code: 3000 });
            expect((error as RelayError).message).to.match(
              /^The connection has failed before .*confirmed the subscription of topic "0+1": The relay refuses this client/,
            );
            expect((error as RelayError).cause).to.equal(client.connection.errorReason);
          }
        };
      },
      { served: { projects: ['ours'] } },
    ),
  );

  it(
    'called in the handler of the failure after connect(): settles by the new connection',
    played((world) => {
      const client = world.clientOf();
      const fates: Fate[] = [];
      fateOf(client.connect());
      client.connectionState$.subscribe((state) => {
        if (state !== 'failed') return;
        fateOf(client.connect());
        fates.push(fateOf(client.subscribe(topic)));
      });
      world.at(1000, () => world.relay.connections[0]?.close(3000));
      world.lastly(() => expect(client.channel(topic).state).to.equal('active'));
      return () => expect(fates[0]).to.have.property('value');
    }),
  );

  for (const [name, deed] of Object.entries<(client: RelayClient) => Promise<void>>({
    'unsubscribe()': (client) => client.unsubscribe(topic),
    'disconnect()': (client) => client.disconnect(),
  }))
    it(
      `rejects at ${name} in a handler that it causes itself, and leaves nothing`,
      played((world) => {
        const client = world.clientOf();
        client.connection.changes$.subscribe(({ previous, current }) => {
          if (previous === 'initialized' && current === 'connecting') fateOf(deed(client));
        });
        const fate = fateOf(client.subscribe(topic));
        expect(client.channel(topic).state).to.equal('inactive');
        world.at(1000, () => fateOf(client.connect()));
        world.lastly(() => expect(world.heard('irn_subscribe')).to.deep.equal([]));
        return () => expect(fate.error).to.be.instanceOf(RelayError);
      }),
    );

  it('does no harm when it fails and is not awaited', async () => {
    const unhandled = await unhandledDuring(
      played((world) => {
        const client = world.clientOf();
        const errors: string[] = [];
        client.errors$.subscribe(({ message }) => errors.push(message));
        world.relay.faults.ignore({ ...subscribing, count: 9 });
        void client.subscribe(topic);
        world.at(30_000, () => {
          void client.subscribe(topic);
          void client.disconnect();
        });
        return () => expect(errors.filter((text) => text.includes('within 15000 ms'))).to.have.length(1);
      }),
    );
    expect(unhandled).to.deep.equal([]);
  });
});

describe('a topic without leases while the user has disconnected', () => {
  it(
    'is unsubscribed from without a grace',
    played((world, { scheduler }) => {
      const { scheduler: watched, timers } = waiting(scheduler);
      const client = world.clientOf({ scheduler: watched });
      const [one, two] = [1, 2].map((number) => client.channel(topicOf(number)).messages$.subscribe());
      world.at(1000, () => {
        one?.unsubscribe();
        fateOf(client.disconnect());
        two?.unsubscribe();
      });
      world.at(1001, () => expect(timers()).to.equal(0));
      world.at(1002, () => fateOf(client.connect()));
      world.at(1010, () => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => undefined;
    }),
  );

  it(
    'is unsubscribed from without a grace, also when both is done in a handler',
    played((world, { scheduler }) => {
      const { scheduler: watched, timers } = waiting(scheduler);
      const client = world.clientOf({ scheduler: watched });
      const channel = client.channel(topic);
      const listening = channel.messages$.subscribe();
      channel.state$.subscribe((state) => {
        if (state !== 'active') return;
        listening.unsubscribe();
        fateOf(client.disconnect());
      });
      world.at(1000, () => expect(timers()).to.equal(0));
      return () => undefined;
    }),
  );

  it(
    'stays when detachGrace is false',
    played((world) => {
      const client = world.clientOf({ detachGrace: false });
      const listening = client.channel(topic).messages$.subscribe();
      world.at(1000, () => {
        fateOf(client.disconnect());
        listening.unsubscribe();
      });
      world.at(2000, () => fateOf(client.connect()));
      world.lastly(() => expect(client.channel(topic).state).to.equal('active'));
      return () => undefined;
    }),
  );
});
