import { expect } from 'chai';
import { createRelay, type RelayEmulator } from '../../../lib/emulator/index.js';
import { virtually } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);

describe('relay emulator: publish and subscribe', () => {
  const open = (...clientIds: string[]): [RelayEmulator, ...FakeRelayClient[]] => {
    const relay = createRelay({ checkJwt: false });
    return [relay, ...clientIds.map((clientId) => connectAs(relay, clientId))];
  };

  it(
    'pushes what is published to those who are subscribed, and not to the one that it is from',
    virtually(({ act }) => {
      const [relay, ann, bob, eve] = open('ann', 'bob', 'eve') as [RelayEmulator, ...FakeRelayClient[]];
      const [a, b, e] = [ann!, bob!, eve!];
      a.subscribe(topic);
      const id = b.subscribe(topic);
      e.subscribe(topicOf(2));
      act('50ms x', {
        x: () => {
          expect(a.publish(topic, 'hello ✓', { tag: 1108, attestation: 'att' })?.result).equal(true);
          expect(b.pushes().map(({ params }) => params)).deep.equal([
            { id, data: { topic, message: 'hello ✓', publishedAt: 50, tag: 1108, attestation: 'att' } },
          ]);
          expect([a.pushes(), e.pushes()]).deep.equal([[], []]);
          relay.dispose();
        },
      });
    }),
  );
});
