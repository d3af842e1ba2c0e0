import { expect } from 'chai';
import { asyncScheduler, BehaviorSubject } from 'rxjs';
import { RelayError } from '../../../lib/relay/index.js';
import type { SubscribeLeases } from '../../../lib/relay/subscribe/subscribe-leases.js';
import { unsubscribe } from '../../../lib/relay/subscribe/subscriptions.js';
import type { TopicState } from '../../../lib/relay/topics/state.js';
import type { Topics } from '../../../lib/relay/topics/topics.js';
import { fateOf, played, subscriptionsAt, topicOf } from '../../support/relay-world.js';
import { unhandledDuring } from '../../support/unhandled.js';
import { waiting } from '../../support/waiting.js';

const topic = topicOf(1);
const unsubscribing = { method: 'irn_unsubscribe' };
const internal = { code: -32603, message: 'Internal error' };
type Fate = ReturnType<typeof fateOf>;
const messageOf = (fate: Fate | undefined): string | undefined => (fate?.error as Error | undefined)?.message;

describe('unsubscribe()', () => {
  it(
    'retries a refusal, and resolves when the relay has confirmed it',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      let left: Fate | undefined;
      world.at(1000, () => {
        world.relay.faults.refuse(internal, { ...unsubscribing, count: 3 });
        left = fateOf(client.unsubscribe(topic));
      });
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => {
        expect(left).to.have.property('value');
        expect(world.heard('irn_unsubscribe')).to.have.length(4);
      };
    }),
  );

  it(
    'retries a refusal with the code of a handler too',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      world.at(1000, () => {
        world.relay.faults.refuse({ code: -32000, message: 'Not now' }, { ...unsubscribing, count: 2 });
        fateOf(client.unsubscribe(topic));
      });
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => expect(world.heard('irn_unsubscribe')).to.have.length(3);
    }),
  );

  it(
    'ends a subscription that the relay made, did not confirm, and then refused',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.mute({ method: 'irn_subscribe' });
      fateOf(client.subscribe(topic));
      world.at(10_100, () => world.relay.faults.refuse(internal, { method: 'irn_subscribe' }));
      world.at(10_800, () => {
        expect(world.heard('irn_subscribe')).to.have.length(2);
        fateOf(client.unsubscribe(topic));
      });
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => undefined;
    }),
  );

  it(
    'ends a subscription of an earlier connection that was refused on this one',
    played((world) => {
      const client = world.clientOf();
      fateOf(client.subscribe(topic));
      world.at(1000, () => {
        world.relay.faults.refuse(internal, { method: 'irn_subscribe', count: 4 });
        world.relay.connections[0]?.drop();
      });
      world.at(30_000, () => {
        expect([client.channel(topic).state, subscriptionsAt(world)]).to.deep.equal(['failed', [topic]]);
        fateOf(client.unsubscribe(topic));
      });
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => undefined;
    }),
  );

  it(
    'ends a subscription that the relay has made and not confirmed',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.mute({ method: 'irn_subscribe' });
      fateOf(client.subscribe(topic));
      let left: Fate | undefined;
      world.at(10_200, () => {
        expect(subscriptionsAt(world)).to.deep.equal([topic]);
        left = fateOf(client.unsubscribe(topic));
      });
      world.lastly(() => {
        expect(subscriptionsAt(world)).to.deep.equal([]);
        expect(client.channel(topic).state).to.equal('inactive');
      });
      return () => {
        expect(left).to.have.property('value');
      };
    }),
  );

  it(
    'rejects when the relay does not confirm it in time, and retries',
    played((world) => {
      const client = world.clientOf();
      const fates: Fate[] = [];
      fateOf(client.subscribe(topic));
      client.channel(topic).state$.subscribe((state) => {
        if (state !== 'active') return;
        world.relay.faults.refuse(internal, { ...unsubscribing, count: 6 });
        fates.push(fateOf(client.unsubscribe(topic)));
      });
      world.at(1000, () => fates.push(fateOf(client.unsubscribe(topic))));
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => {
        expect(fates).to.have.length(2);
        for (const fate of fates) {
          expect(fate.error).to.be.instanceOf(RelayError);
          expect(messageOf(fate)).to.equal(
            `The relay did not confirm the end of the subscription of topic "${topic}" within 15000 ms. The client retries by itself.`,
          );
        }
      };
    }),
  );

  it(
    'resolves when the connection is lost meanwhile, and unsubscribes on the next one',
    played((world, { scheduler }) => {
      const { scheduler: watched, timers } = waiting(scheduler);
      const client = world.clientOf({ scheduler: watched });
      let left: Fate | undefined;
      fateOf(client.subscribe(topic));
      world.at(1000, () => {
        world.relay.faults.refuse(internal, unsubscribing);
        left = fateOf(client.unsubscribe(topic));
      });
      world.at(1100, () => {
        expect(client.channel(topic).state).to.equal('inactive');
        fateOf(client.disconnect());
      });
      world.at(1101, () => expect(timers()).to.equal(0));
      world.at(2000, () => fateOf(client.connect()));
      world.lastly(() => expect(subscriptionsAt(world)).to.deep.equal([]));
      return () => expect(left).to.have.property('value');
    }),
  );

  it(
    'resolves without a connection, when there are other leases or new ones, and when there is no subscription',
    played((world) => {
      const client = world.clientOf();
      const fates: Fate[] = [fateOf(client.unsubscribe(topicOf(7)))];
      for (const number of [1, 2]) fateOf(client.subscribe(topicOf(number)));
      client.channel(topicOf(1)).messages$.subscribe();
      world.at(1000, () => {
        world.relay.faults.ignore({ count: Infinity });
        fates.push(fateOf(client.unsubscribe(topicOf(1))), fateOf(client.unsubscribe(topicOf(2))));
        client.channel(topicOf(2)).messages$.subscribe();
      });
      world.at(2000, () => {
        fateOf(client.disconnect());
        fates.push(fateOf(client.unsubscribe(topicOf(2))));
      });
      return () => expect(fates.map((fate) => 'value' in fate)).to.deep.equal([true, true, true, true]);
    }),
  );

  it(
    'resolves when the client is disposed of, also in a handler',
    played((world, { scheduler }) => {
      const { scheduler: watched, timers } = waiting(scheduler);
      const client = world.clientOf({ scheduler: watched });
      const fates: Fate[] = [];
      fateOf(client.subscribe(topic));
      client.channel(topic).state$.subscribe((state) => {
        if (state !== 'active') return;
        fates.push(fateOf(client.unsubscribe(topic)));
        fates.push(fateOf(client.subscribe(topic)));
        fateOf(client.dispose());
      });
      world.at(1000, () => expect(timers()).to.equal(0));
      return () => {
        expect(fates[0]).to.have.property('value');
        expect(messageOf(fates[1])).to.match(/disposed of/);
      };
    }),
  );

  it('does no harm when it fails and is not awaited, and shows on errors$', async () => {
    const unhandled = await unhandledDuring(
      played((world) => {
        const client = world.clientOf();
        const errors: string[] = [];
        client.errors$.subscribe(({ message }) => errors.push(message));
        fateOf(client.subscribe(topic));
        world.at(1000, () => {
          world.relay.faults.refuse(internal, { ...unsubscribing, count: Infinity });
          void client.unsubscribe(topic);
        });
        return () => {
          expect(errors).to.have.length(1);
          expect(errors[0]).to.match(
            /did not confirm the end of the subscription of topic .* within 15000 ms/,
          );
        };
      }),
    );
    expect(unhandled).to.deep.equal([]);
  });
});

const inactive: TopicState = { name: 'inactive' };
const leaving: TopicState = { name: 'leaving', wish: 'unwanted', request: 'sent', attempts: 0, id: 'a' };
const pending: TopicState = {
  ...{ name: 'pending', wish: 'unwanted', request: 'sent', leftover: 'possible' },
  ...{ attempts: 0, refusals: 0, failures: 0 },
};
const request = { in: 100 };

/** Whether it has resolved in each of these states, the first of which comes of it. */
async function doneIn(...states: readonly [TopicState, ...TopicState[]]): Promise<readonly boolean[]> {
  const state$ = new BehaviorSubject<TopicState>(states[0]);
  const dependencies = {
    topics: { get: () => undefined } as unknown as Topics,
    leases: { drop: () => state$ } as unknown as SubscribeLeases,
    ...{ timeout: 1000, scheduler: asyncScheduler, report: () => undefined },
  };
  const fate = fateOf(unsubscribe(topic, dependencies, undefined));
  const done: boolean[] = [];
  for (const state of states) {
    state$.next(state);
    await new Promise((resolve) => setImmediate(resolve));
    done.push('value' in fate);
  }
  return done;
}

describe('unsubscribe', () => {
  it('waits until the relay has confirmed it, also while the request backs off', async () => {
    expect(await doneIn(leaving, { ...leaving, request }, inactive)).to.deep.equal([false, false, true]);
    expect(await doneIn(pending, { ...pending, request }, leaving, inactive)).to.deep.equal([
      ...[false, false, false, true],
    ]);
  });
  it('does not wait for a connection', async () => {
    expect(await doneIn({ ...leaving, request: 'unsent' })).to.deep.equal([true]);
    expect(await doneIn({ ...pending, request: 'unsent' })).to.deep.equal([true]);
    expect(await doneIn(leaving, { ...leaving, request: 'unsent' })).to.deep.equal([false, true]);
  });
  it('does not wait when there are other leases, or new ones', async () => {
    expect(await doneIn({ name: 'active', wish: 'wanted', id: 'a' })).to.deep.equal([true]);
    expect(await doneIn({ ...pending, wish: 'wanted' })).to.deep.equal([true]);
    expect(await doneIn(leaving, { ...leaving, wish: 'wanted' })).to.deep.equal([false, true]);
  });
});
