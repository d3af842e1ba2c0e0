import { expect } from 'chai';
import { defer, retry } from 'rxjs';
import type { RelayClient, RelayError } from '../../../lib/relay/index.js';
import { fateOf, heardOn, played, subscriptionsAt, topicOf } from '../../support/relay-world.js';

const paramsIn = (
  text: string,
): { topic?: string; topics?: string[]; subscriptions?: { topic: string; id: string }[]; id?: string } =>
  (JSON.parse(text) as { params: object }).params;

describe('Topics', () => {
  it(
    'subscribes for the first subscriber, and unsubscribes a grace after the last, with the id of the relay',
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topicOf(1));
      const states: string[] = [];
      channel.state$.subscribe((state) => states.push(state));
      const [one, two] = [channel.messages$.subscribe(), channel.messages$.subscribe()];
      let id: string | undefined;
      world.at(100, () => {
        id = channel.subscriptionId;
        one.unsubscribe();
      });
      world.at(1000, () => two.unsubscribe());
      world.at(3499, () => expect(channel.state).to.equal('active'));
      return () => {
        expect(states).to.deep.equal(['inactive', 'pending', 'active', 'inactive']);
        expect(world.heard('irn_subscribe')).to.have.length(1);
        const [left, ...more] = world.heard('irn_unsubscribe');
        expect(more).to.deep.equal([]);
        expect(left!.at).to.equal(3501);
        expect(id).to.match(/^[0-9a-f]{64}$/);
        expect(paramsIn(left!.text)).to.deep.equal({ topic: topicOf(1), id });
        expect(subscriptionsAt(world)).to.deep.equal([]);
      };
    }),
  );

  it(
    'puts all topics that wait into one request, at most four in flight',
    played((world) => {
      const client = world.clientOf();
      void client.connect();
      world.lastly(() => {
        expect([...client.channels.values()].every(({ state }) => state === 'active')).to.equal(true);
      });
      world.at(10, () => {
        for (let number = 0; number < 1200; number += 1)
          client.channel(topicOf(number)).messages$.subscribe();
      });
      return () => {
        expect(world.heard('irn_subscribe')).to.have.length(4);
        const sizes = world.heard('irn_batchSubscribe').map(({ text }) => paramsIn(text).topics?.length);
        expect(sizes).to.deep.equal([500, 500, 196]);
        expect(subscriptionsAt(world)).to.have.length(1200);
      };
    }),
  );

  it(
    'subscribes again on each connection, in batches of five hundred; is active when the relay has confirmed it',
    played(
      (world) => {
        const client = world.clientOf();
        for (let number = 0; number < 1200; number += 1)
          client.channel(topicOf(number)).messages$.subscribe();
        const count = (state: string) =>
          [...client.channels.values()].filter((channel) => channel.state === state).length;
        world.at(1000, () => world.relay.connections[0]?.drop());
        world.lastly(() =>
          expect([count('active'), subscriptionsAt(world).length]).to.deep.equal([1200, 1200]),
        );
        world.at(1010, () => expect(count('pending')).to.equal(1200));
        return () => {
          const sizes = world.heard('irn_batchSubscribe').map(({ text }) => paramsIn(text).topics?.length);
          expect(sizes).to.deep.equal([500, 500, 200, 500, 500, 200]);
        };
      },
      { served: { stickySubscriptions: false } },
    ),
  );

  it(
    'splits a batch that is refused, until only the topic that the relay refuses has failed',
    played((world) => {
      const client = world.clientOf();
      const bad = topicOf(77);
      world.relay.faults.failTopics([bad], { code: -32600, message: 'Invalid topic', data: 'InvalidTopic' });
      const failures: RelayError[] = [];
      world.lastly(() => {
        expect([...client.channels.values()].filter(({ state }) => state === 'active')).to.have.length(199);
      });
      for (let number = 0; number < 200; number += 1)
        client
          .channel(topicOf(number))
          .messages$.subscribe({ error: (error: unknown) => failures.push(error as RelayError) });
      return () => {
        expect(subscriptionsAt(world)).to.have.length(199);
        expect(client.channel(bad).state).to.equal('failed');
        expect(failures).to.have.length(1);
        expect(failures[0]).to.include({ code: -32600, data: 'InvalidTopic' });
      };
    }),
  );

  it(
    'sends smaller batches to a relay that closes on too large ones (1009); only a topic too large by itself has failed',
    played(
      (world) => {
        const client = world.clientOf({ reconnectDelay: 100 });
        const failures: RelayError[] = [];
        const large = 'f'.repeat(6000);
        const topics = [...Array.from({ length: 200 }, (_, number) => topicOf(number)), large];
        for (const topic of topics)
          client
            .channel(topic)
            .messages$.subscribe({ error: (error: unknown) => failures.push(error as RelayError) });
        return () => {
          expect(subscriptionsAt(world)).to.have.length(200);
          expect(failures.map(({ code }) => code)).to.deep.equal([1009]);
          expect(failures[0]?.message).to.match(/no frame of 6\d\d\d bytes/);
        };
      },
      { served: { limits: { frame: 5000 }, checkTopics: false } },
    ),
  );

  it(
    'retries refusals after a reconnect until the relay has confirmed the topics',
    played(
      (world) => {
        const client = world.clientOf();
        const heard = [1, 2, 3].map((number) => heardOn(client, topicOf(number)));
        world.at(1000, () => {
          world.relay.faults.refuse(undefined, { method: 'irn_batchSubscribe', count: 2 });
          world.relay.faults.refuse(undefined, { method: 'irn_subscribe', count: 2 });
          world.relay.connections[0]?.drop();
        });
        world.at(15_000, () =>
          [1, 2, 3].forEach((number) => world.relay.publish(topicOf(number), `to ${number}`)),
        );
        return () => {
          expect(heard).to.deep.equal([['to 1'], ['to 2'], ['to 3']]);
        };
      },
      { served: { stickySubscriptions: false } },
    ),
  );

  it(
    'is active when it is confirmed too late',
    played((world) => {
      const client = world.clientOf({ requestTimeout: 1000, probeAfter: 30_000 });
      world.relay.faults.late(2500, { method: 'irn_subscribe', count: Infinity });
      const states: string[] = [];
      client.channel(topicOf(1)).messages$.subscribe();
      client.channel(topicOf(1)).state$.subscribe((state) => states.push(state));
      world.at(2800, () => expect(states).to.deep.equal(['pending', 'active']));
      return () => undefined;
    }),
  );

  it(
    'is active when its batch is confirmed too late, each with an id of its own',
    played((world) => {
      const client = world.clientOf({ requestTimeout: 1000, probeAfter: 30_000 });
      world.relay.faults.ignore({ method: 'irn_batchSubscribe', count: Infinity });
      const channels = [1, 2].map((number) => client.channel(topicOf(number)));
      for (const { messages$ } of channels) messages$.subscribe();
      world.at(1200, () => {
        const { id } = JSON.parse(world.heard('irn_batchSubscribe')[0]!.text) as { readonly id: string };
        const result = ['first', 'second'];
        world.relay.connections[0]?.sendRaw(JSON.stringify({ id, jsonrpc: '2.0', result }));
      });
      world.at(1202, () => {
        expect(channels.map(({ state }) => state)).to.deep.equal(['active', 'active']);
        expect(channels.map(({ subscriptionId }) => subscriptionId)).to.deep.equal(['first', 'second']);
      });
      return () => undefined;
    }),
  );

  it(
    'is not active by a confirmation for a connection that is gone',
    played((world) => {
      const client = world.clientOf({ requestTimeout: 1000, probeAfter: 30_000 });
      const channel = client.channel(topicOf(1));
      world.relay.faults.ignore({ method: 'irn_subscribe', count: Infinity });
      channel.messages$.subscribe();
      world.at(1500, () => world.relay.connections[0]?.drop());
      world.at(5000, () => {
        const { id } = JSON.parse(world.heard('irn_subscribe')[0]!.text) as { readonly id: string };
        world.relay.connections[0]?.sendRaw(JSON.stringify({ id, jsonrpc: '2.0', result: 'ab'.repeat(32) }));
      });
      world.at(5010, () => {
        expect(client.connection.state).to.equal('connected');
        expect(channel.state).to.equal('pending');
      });
      return () => undefined;
    }),
  );

  it(
    'retries when the relay does not answer',
    played((world) => {
      const client = world.clientOf();
      const errors: string[] = [];
      client.errors$.subscribe(({ message }) => errors.push(message));
      world.relay.faults.ignore({ method: 'irn_subscribe', count: 2 });
      client.channel(topicOf(1)).messages$.subscribe();
      world.lastly(() => expect(client.channel(topicOf(1)).state).to.equal('active'));
      return () => {
        expect(errors).to.have.length(2);
        expect(errors[0]).to.match(/did not confirm a subscription.*by itself/);
      };
    }),
  );

  for (const answer of ['"one id for all"', 'true', '["only the first"]'])
    it(
      `is confirmed by its id in the answer ${answer} to a batch; else reported, and retried`,
      played((world) => {
        const client = world.clientOf();
        const errors: string[] = [];
        client.errors$.subscribe(({ message }) => errors.push(message));
        world.relay.faults.ignore({ method: 'irn_batchSubscribe' });
        for (const number of [1, 2]) client.channel(topicOf(number)).messages$.subscribe();
        const idsNow = () => [1, 2].map((number) => client.channel(topicOf(number)).subscriptionId);
        let ids: (string | undefined)[] = [];
        world.at(100, () => {
          const { id } = JSON.parse(world.heard('irn_batchSubscribe')[0]!.text) as { id: string };
          world.relay.connections[0]?.sendRaw(`{"id":${id},"jsonrpc":"2.0","result":${answer}}`);
        });
        world.at(102, () => (ids = idsNow()));
        world.lastly(() => expect(idsNow()[1]).to.match(/^[0-9a-f]{64}$/));
        return () => {
          const first = answer.startsWith('[') ? 'only the first' : undefined;
          expect(ids).to.deep.equal([first, undefined]);
          expect(errors).to.have.length(first === undefined ? 2 : 1);
          expect(errors[0]).to.match(/did not confirm a subscription.*by itself/);
        };
      }),
    );

  it(
    'does not fail at one refusal after other failures, however many',
    played((world) => {
      const client = world.clientOf();
      const busy = { code: 3001, message: 'Too many requests', data: 'TooManyRequests' };
      world.relay.faults.refuse(busy, { method: 'irn_subscribe', count: 3 });
      world.relay.faults.refuse({ code: -32603, message: 'Internal error' }, { method: 'irn_subscribe' });
      const heard = heardOn(client, topicOf(1));
      world.at(50_000, () => world.relay.publish(topicOf(1), 'in the end'));
      return () => {
        expect(heard).to.deep.equal(['in the end']);
        expect(world.heard('irn_subscribe')).to.have.length(5);
      };
    }),
  );

  it(
    'refused for good: retry() without end requests a few times a second at most, ever more seldom, until a confirmation',
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topicOf(1));
      const heard: string[] = [];
      world.relay.faults.failTopics([topicOf(1)], { code: -32600, message: 'Invalid topic' });
      channel.messages$.pipe(retry()).subscribe(({ message }) => heard.push(message));
      const counts: number[] = [];
      for (const ms of [1000, 10_000, 40_000])
        world.at(ms, () => {
          expect(channel.state).to.equal('pending');
          counts.push(world.heard('irn_subscribe').length);
        });
      world.at(40_001, () => world.relay.faults.clear());
      world.at(50_000, () => world.relay.publish(topicOf(1), 'after all'));
      world.at(51_000, () => {
        world.relay.faults.failTopics([topicOf(1)], { code: -32600, message: 'Invalid topic' });
        world.relay.connections[0]?.drop();
      });
      let again = 0;
      world.at(53_000, () => (again = world.heard('irn_subscribe').filter(({ at }) => at > 51_000).length));
      return () => {
        expect(counts[0]).to.be.within(2, 4);
        expect(counts[1]).to.be.within(counts[0]!, 6);
        expect(counts[2]).to.be.within(counts[1]! + 3, counts[1]! + 7);
        expect(heard).to.deep.equal(['after all']);
        expect(again).to.be.within(2, 4);
      };
    }),
  );

  /** Deeds of users who do not give up, each done every 20 ms. */
  const insistent: Readonly<
    Record<string, (client: RelayClient, later: (deed: () => unknown) => void) => unknown>
  > = {
    'subscribe()': (client) => client.subscribe(topicOf(1)),
    'subscribe() and unsubscribe()': (client, later) => {
      void client.subscribe(topicOf(1));
      later(() => client.unsubscribe(topicOf(1)));
    },
    'listening and leaving': (client, later) => {
      const listening = client.channel(topicOf(1)).messages$.subscribe({ error: () => undefined });
      later(() => listening.unsubscribe());
    },
    'listening, leaving and releaseChannel()': (client, later) => {
      const listening = client.channel(topicOf(1)).messages$.subscribe({ error: () => undefined });
      later(() => {
        listening.unsubscribe();
        client.releaseChannel(topicOf(1));
      });
    },
  };
  for (const [title, deed] of Object.entries(insistent))
    for (const code of [-32600, -32000])
      it(
        `refused with ${code}, and ${title} again and again: asks at most once a second on average`,
        played((world) => {
          const client = world.clientOf({ detachGrace: 0 });
          world.relay.faults.failTopics([topicOf(1)], { code, message: 'No' });
          for (let ms = 0; ms < 59_000; ms += 20)
            world.at(ms, () => deed(client, (later) => world.at(ms + 10, later)));
          world.lastly(() => expect(world.heard('irn_subscribe').length).to.be.within(3, 59));
          return () => undefined;
        }),
      );

  it(
    'refused, with a new channel and retry(): asks at most once a second on average',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.failTopics([topicOf(1)], { code: -32600, message: 'No' });
      const messages$ = defer(() => {
        client.releaseChannel(topicOf(1));
        return client.channel(topicOf(1)).messages$;
      });
      messages$.pipe(retry()).subscribe();
      world.lastly(() => expect(world.heard('irn_subscribe').length).to.be.within(3, 59));
      return () => undefined;
    }),
  );

  it(
    'releases a topic that has failed',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.failTopics([topicOf(1)], { code: -32600, message: 'Invalid topic' });
      const failed = client.channel(topicOf(1));
      heardOn(client, topicOf(1));
      world.at(10, () => {
        expect(failed.state).to.equal('failed');
        client.releaseChannel(topicOf(1));
        expect(client.channel(topicOf(1))).to.not.equal(failed);
        expect(failed.state).to.equal('inactive');
      });
      return () => undefined;
    }),
  );

  it(
    'unsubscribes on the next connection, in one request, from topics that were given up offline',
    played((world) => {
      const client = world.clientOf();
      const subscriptions = [1, 2, 3].map((number) => client.channel(topicOf(number)).messages$.subscribe());
      world.at(1000, () => {
        world.relay.refuse();
        world.relay.connections[0]?.drop();
      });
      world.at(1500, () => subscriptions.slice(1).forEach((subscription) => subscription.unsubscribe()));
      world.at(10_000, () => world.relay.refuse(false));
      return () => {
        expect(subscriptionsAt(world)).to.deep.equal([topicOf(1)]);
        const [{ text } = { text: '' }] = world.heard('irn_batchUnsubscribe');
        expect(paramsIn(text).subscriptions?.map(({ topic }) => topic)).to.deep.equal([
          topicOf(2),
          topicOf(3),
        ]);
        expect(paramsIn(text).subscriptions?.every(({ id }) => /^[0-9a-f]{64}$/.test(id))).to.equal(true);
      };
    }),
  );

  it(
    'subscribe() resolves with the id of the relay and takes a lease, which unsubscribe() gives back',
    played((world) => {
      const client = world.clientOf();
      const [first, second] = [fateOf(client.subscribe(topicOf(1))), fateOf(client.subscribe(topicOf(1)))];
      let left: ReturnType<typeof fateOf> | undefined;
      world.at(1000, () => {
        expect(subscriptionsAt(world)).to.deep.equal([topicOf(1)]);
        left = fateOf(client.unsubscribe(topicOf(1), client.channel(topicOf(1)).subscriptionId));
      });
      world.at(20_000, () => expect(client.channel(topicOf(1)).state).to.equal('inactive'));
      return () => {
        expect(first.value)
          .to.match(/^[0-9a-f]{64}$/)
          .and.equal(second.value);
        expect(left).to.have.property('value');
      };
    }),
  );

  it(
    'unsubscribe() keeps the leases of subscribers, and ends the subscription of an earlier process',
    played((world) => {
      const client = world.clientOf();
      const heard = heardOn(client, topicOf(1));
      const held = fateOf(client.subscribe(topicOf(1)));
      let [left, old]: (ReturnType<typeof fateOf> | undefined)[] = [];
      world.at(1000, () => (left = fateOf(client.unsubscribe(topicOf(1), held.value))));
      world.at(1000, () => (old = fateOf(client.unsubscribe(topicOf(2), 'ab'.repeat(32)))));
      world.at(10_000, () => world.relay.publish(topicOf(1), 'still there'));
      return () => {
        expect(left).to.have.property('value');
        expect(old).to.have.property('value');
        expect(heard).to.deep.equal(['still there']);
        expect(world.heard('irn_unsubscribe').map(({ text }) => paramsIn(text))).to.deep.equal([
          { topic: topicOf(2), id: 'ab'.repeat(32) },
        ]);
      };
    }),
  );

  it(
    'subscribe() rejects when the relay does not confirm it in time, or refuses; then there is no lease',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.ignore({ method: 'irn_subscribe', count: 2 });
      const late = fateOf(client.subscribe(topicOf(1)));
      let wrong: ReturnType<typeof fateOf> | undefined;
      world.at(40_000, () => (wrong = fateOf(client.subscribe('not hexadecimal'))));
      return () => {
        expect((late.error as Error).message).to.match(/did not confirm.*within 15000 ms/);
        expect(wrong?.error).to.include({ code: -32600 });
        expect(subscriptionsAt(world)).to.deep.equal([]);
      };
    }),
  );

  it(
    'is inactive at once in its grace when the client is disconnected',
    played((world) => {
      const client = world.clientOf();
      const states: string[] = [];
      const listening = client.channel(topicOf(1)).messages$.subscribe();
      client.channel(topicOf(1)).state$.subscribe((state) => states.push(state));
      world.at(1000, () => listening.unsubscribe());
      world.at(1100, () => client.disconnect());
      world.at(1100, () => expect(states).to.deep.equal(['pending', 'active', 'pending', 'inactive']));
      world.at(5000, () => client.connect());
      return () => {
        expect(subscriptionsAt(world)).to.deep.equal([]);
      };
    }),
  );

  it(
    'releases a topic without leases that the relay has no subscription of; channel() makes a new one then',
    played((world) => {
      const client = world.clientOf();
      const known = (): readonly string[] => [...client.channels.keys()];
      const channel = client.channel(topicOf(1));
      const listening = channel.messages$.subscribe();
      const release = (): void => client.releaseChannel(topicOf(1));
      world.at(1000, () => [release(), listening.unsubscribe(), release()]);
      world.at(1100, () => expect(known()).to.deep.equal([topicOf(1)]));
      world.at(5000, () => {
        release();
        expect(known()).to.deep.equal([]);
        expect(client.channel(topicOf(1))).to.not.equal(channel);
      });
      return () => {
        expect(world.heard('irn_unsubscribe')).to.have.length(1);
      };
    }),
  );

  it(
    'is not released while a lease is about to be taken',
    played((world) => {
      const client = world.clientOf();
      client.connectionState$.subscribe((state) => {
        if (state === 'connecting') client.releaseChannel(topicOf(1));
      });
      const heard = heardOn(client, topicOf(1));
      world.at(1000, () => world.relay.publish(topicOf(1), 'hello'));
      return () => {
        expect(heard).to.deep.equal(['hello']);
      };
    }),
  );

  it(
    'leaves nothing behind after a subscriber that comes and goes in one turn',
    played((world) => {
      const client = world.clientOf({ detachGrace: 0 });
      for (let time = 0; time < 100; time += 1)
        client.channel(topicOf(1)).messages$.subscribe().unsubscribe();
      return () => {
        expect(subscriptionsAt(world)).to.deep.equal([]);
        expect(world.heard('irn_subscribe').length).to.equal(world.heard('irn_unsubscribe').length);
      };
    }),
  );
});
