import { expect } from 'chai';
import type { RelayError } from '../../../lib/relay/index.js';
import { fateOf, heardOn, played, type RelayWorld, topicOf } from '../../support/relay-world.js';

const topic = topicOf(1);
const busy = { code: 3001, message: 'Too many requests', data: 'TooManyRequests' };
const invalid = { code: -32600, message: 'Invalid topic', data: 'InvalidTopic' };

const sizesOf = (world: RelayWorld): readonly (number | undefined)[] =>
  world
    .heard('irn_batchSubscribe')
    .map(({ text }) => (JSON.parse(text) as { params: { topics?: string[] } }).params.topics?.length);

describe('Requester', () => {
  it(
    'retries refusals as often as a publish, then fails; errors$ shows each',
    played((world) => {
      const client = world.clientOf({ publishRetries: 2 });
      world.relay.faults.refuse(undefined, { method: 'irn_subscribe', count: Infinity });
      const [errors, heard]: [RelayError[], string[]] = [[], heardOn(client, topic)];
      client.errors$.subscribe((error) => errors.push(error));
      return () => {
        expect(world.heard('irn_subscribe')).to.have.length(3);
        expect(heard).to.deep.equal(['error: The emulator was asked to refuse this: nothing else is wrong.']);
        expect(errors[0]?.message).to.contain(`the subscription of topic "${topic}": The emulator was asked`);
        expect(errors.map(({ code }) => code)).to.deep.equal([-32000, -32000, -32000]);
      };
    }),
  );

  it(
    'never retries at once, whatever the chance',
    played((world) => {
      const client = world.clientOf({ random: () => 0 });
      world.relay.faults.refuse(undefined, { method: 'irn_subscribe', count: 2 });
      client.channel(topic).messages$.subscribe();
      return () => {
        const times = world.heard('irn_subscribe').map(({ at }) => at);
        expect(times.slice(1).map((time, index) => time - times[index]!)).to.deep.equal([102, 102]);
      };
    }),
  );

  it(
    'takes the loss of a connection for no refusal, and requests again on the next one',
    played((world) => {
      const client = world.clientOf({ publishRetries: 1 });
      world.relay.faults.dropBefore({ method: 'irn_subscribe' });
      world.relay.faults.refuse(undefined, { method: 'irn_subscribe' });
      client.channel(topic).messages$.subscribe();
      world.lastly(() => expect(client.channel(topic).state).to.equal('active'));
      return () => {
        expect(world.heard('irn_subscribe')).to.have.length(3);
      };
    }),
  );

  it(
    'retries for ever while the relay is busy',
    played((world) => {
      const client = world.clientOf();
      world.relay.faults.refuse(busy, { method: 'irn_subscribe', count: 6 });
      client.channel(topic).messages$.subscribe();
      world.lastly(() => expect(client.channel(topic).state).to.equal('active'));
      return () => {
        expect(world.heard('irn_subscribe')).to.have.length(7);
      };
    }),
  );

  for (const [what, disturb] of [
    ['has too much to do', ({ relay }) => relay.faults.refuse(busy, { method: 'irn_batchSubscribe' })],
    ['does not answer', ({ relay }) => relay.faults.ignore({ method: 'irn_batchSubscribe' })],
  ] as readonly [string, (world: RelayWorld) => void][])
    it(
      `retries a whole batch after a delay when the relay ${what}, and does not split it`,
      played((world) => {
        const client = world.clientOf();
        disturb(world);
        for (let number = 0; number < 10; number += 1) client.channel(topicOf(number)).messages$.subscribe();
        return () => {
          expect(sizesOf(world)).to.deep.equal([10, 6]);
          expect(world.heard('irn_subscribe')).to.have.length(4);
          expect(world.relay.clients[0]?.subscriptions.size).to.equal(10);
        };
      }),
    );

  it(
    'requests each topic once on the next connection, those in flight and those that wait',
    played((world) => {
      const client = world.clientOf();
      for (let number = 0; number < 3000; number += 1) client.channel(topicOf(number)).messages$.subscribe();
      world.relay.faults.ignore({ method: 'irn_batchSubscribe', count: 4 });
      world.at(1000, () => world.relay.connections[0]?.drop());
      return () => {
        expect(sizesOf(world)).to.deep.equal(Array.from({ length: 10 }, () => 500));
        expect(world.relay.clients[0]?.subscriptions.size).to.equal(3000);
      };
    }),
  );

  it(
    'requests each topic of the halves that wait once on the next connection',
    played((world) => {
      const client = world.clientOf();
      for (let number = 0; number < 2000; number += 1) client.channel(topicOf(number)).messages$.subscribe();
      world.relay.faults.refuse(invalid, { method: 'irn_batchSubscribe', count: 4 });
      world.relay.faults.ignore({ method: 'irn_batchSubscribe', count: 4 });
      world.at(1000, () => world.relay.connections[0]?.drop());
      return () => {
        const whole = Array.from({ length: 4 }, () => 500);
        expect(sizesOf(world)).to.deep.equal([...whole, ...whole.map((size) => size / 2), ...whole]);
        expect(world.relay.clients[0]?.subscriptions.size).to.equal(2000);
      };
    }),
  );

  it(
    'ends each subscription once on the next connection, those in flight and those that wait',
    played((world) => {
      const client = world.clientOf({ detachGrace: 0 });
      const topics = Array.from({ length: 3000 }, (_, number) => topicOf(number));
      const listening = topics.map((name) => client.channel(name).messages$.subscribe());
      world.at(1000, () => {
        world.relay.faults.ignore({ method: 'irn_unsubscribe', count: 4 });
        for (const subscription of listening) subscription.unsubscribe();
      });
      world.at(1500, () => world.relay.connections[0]?.drop());
      return () => {
        const left = world
          .heard('irn_batchUnsubscribe')
          .flatMap(
            ({ text }) => (JSON.parse(text) as { params: { subscriptions: object[] } }).params.subscriptions,
          );
        expect(left).to.have.length(3000);
        expect(world.relay.clients[0]?.subscriptions.size).to.equal(0);
      };
    }),
  );

  it(
    'requests no failed topic until it is wanted again, and settles that by the new answer',
    played((world) => {
      const client = world.clientOf();
      const fates = [fateOf(client.subscribe(topic))];
      world.at(1000, () => {
        world.relay.faults.failTopics([topic], invalid);
        world.relay.connections[0]?.drop();
      });
      world.at(10_000, () => expect(client.channel(topic).state).to.equal('failed'));
      world.at(10_000, () => world.relay.connections[0]?.close(4008));
      world.at(15_000, () => expect(client.connection.state).to.equal('closed'));
      world.at(20_000, () => {
        world.relay.faults.failTopics([]);
        fates.push(fateOf(client.subscribe(topic)));
      });
      world.at(30_000, () => expect(client.channel(topic).state).to.equal('active'));
      return () => {
        expect(world.heard('irn_subscribe')).to.have.length(3);
        for (const { value } of fates) expect(value).to.match(/^[0-9a-f]{64}$/);
      };
    }),
  );
});
