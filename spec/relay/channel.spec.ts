import { expect } from 'chai';
import { take } from 'rxjs';
import type { RelayChannel } from '../../lib/relay/index.js';
import { fateOf, heardOn, played, topicOf } from '../support/relay-world.js';

const topic = topicOf(1);

/** What both streams of a channel say from now on. */
function told({ messages$, state$ }: RelayChannel): string[] {
  const said: string[] = [];
  messages$.subscribe({
    next: ({ message }) => said.push(message),
    complete: () => said.push('messages$ |'),
  });
  state$.subscribe({ next: (state) => said.push(state), complete: () => said.push('state$ |') });
  return said;
}

describe('RelayChannel', () => {
  it(
    'completes its streams for subscribers after dispose() too, whenever the channel was taken',
    played((world) => {
      const client = world.clientOf();
      const early = client.channel(topic);
      let said: string[][] = [];
      world.at(1000, () => client.dispose());
      world.at(2000, () => (said = [told(early), told(client.channel(topicOf(2)))]));
      return () => {
        expect(said).to.deep.equal([
          ['messages$ |', 'inactive', 'state$ |'],
          ['messages$ |', 'inactive', 'state$ |'],
        ]);
      };
    }),
  );

  it(
    'released: completes for present and for later subscribers, and another channel takes its place',
    played((world, { scheduler }) => {
      const client = world.clientOf({ detachGrace: 100 });
      const old = client.channel(topic);
      const { channels } = client;
      expect([channels.get(topic), channels.size]).to.deep.equal([old, 1]);
      const states: string[] = [];
      old.state$.subscribe({
        next: (state) => states.push(state),
        complete: () => states.push(`| at ${scheduler.now()}`),
      });
      world.at(10, () => old.messages$.subscribe().unsubscribe());
      world.at(1000, () => client.releaseChannel(topic));
      let late: string[] = [];
      let heard: string[] = [];
      world.at(2000, () => {
        expect([channels.has(topic), client.channels]).to.deep.equal([false, channels]);
        heard = heardOn(client, topic);
        late = told(old);
      });
      const reader = heardOn(world.clientOf(), topic);
      const published: ReturnType<typeof fateOf>[] = [];
      world.at(3000, () => published.push(fateOf(old.publish('by the old one', { ttl: 60 }))));
      world.at(4000, () => world.relay.publish(topic, 'to the new one'));
      return () => {
        expect(states).to.deep.equal(['inactive', 'pending', 'active', 'inactive', '| at 1000']);
        expect(late).to.deep.equal(['messages$ |', 'inactive', 'state$ |']);
        expect(heard).to.deep.equal(['to the new one']);
        expect(published[0]).to.have.property('value');
        expect(reader).to.deep.equal(['by the old one', 'to the new one']);
      };
    }),
  );

  it(
    'subscribes anew for a subscriber that comes in the handler of its failure',
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topic);
      let heard: string[] = [];
      world.relay.faults.failTopics([topic], { code: -32600, message: 'Invalid topic' });
      const first = heardOn(client, topic);
      channel.state$.subscribe((state) => {
        if (state !== 'failed') return;
        world.relay.faults.clear();
        heard = heardOn(client, topic);
      });
      world.at(10_000, () => world.relay.publish(topic, 'after all'));
      return () => expect([first, heard]).to.deep.equal([['error: Invalid topic'], ['after all']]);
    }),
  );

  it(
    'is not released while fetched messages are left, which the relay has no more',
    played((world) => {
      const client = world.clientOf();
      for (const text of ['one', 'two']) world.relay.publish(topic, text);
      client.fetchMessages(topic).pipe(take(1)).subscribe();
      let heard: string[] = [];
      world.at(1000, () => client.releaseChannel(topic));
      world.at(2000, () => (heard = heardOn(client, topic)));
      return () => expect(heard).to.deep.equal(['two']);
    }),
  );

  it(
    'is not released while it has a lease',
    played((world) => {
      const client = world.clientOf();
      const channel = client.channel(topic);
      const said = told(channel);
      world.at(1000, () => client.releaseChannel(topic));
      world.at(2000, () => world.relay.publish(topic, 'still there'));
      world.lastly(() => expect(client.channel(topic)).to.equal(channel));
      return () => {
        expect(said.slice(0, 4)).to.deep.equal(['pending', 'active', 'still there', 'messages$ |']);
      };
    }),
  );
});
