import { expect } from 'chai';
import sinon from 'sinon';
import { Inbox } from '../../../lib/relay/inbox/inbox.js';
import { RelayClient, type RelayMessage, type RelayOptions } from '../../../lib/relay/index.js';
import type { Topics } from '../../../lib/relay/topics/topics.js';
import { systemScheduler } from '../../../lib/rx/clock.js';
import { fakeNetwork } from '../../support/fake-socket.js';
import { played, type RelayWorld, topicOf } from '../../support/relay-world.js';
import { virtually } from '../../support/virtual-time.js';

const topic = topicOf(1);

/** A push of the relay's at a millisecond: what it says, and when it says that this was published. */
type Pushed = readonly [ms: number, message: string, publishedAt?: number];

/** Which of such pushes a client hands over; it acknowledges all of them. */
async function heardOf(pushes: readonly Pushed[], options: RelayOptions = {}): Promise<readonly Pushed[]> {
  const heard: Pushed[] = [];
  await played(
    (world: RelayWorld) => {
      const listener = ({ receivedAt, message }: RelayMessage): void =>
        void heard.push([receivedAt - 1, message]);
      world.clientOf(options).channel(topic).messages$.subscribe(listener);
      pushes.forEach(([ms, message, publishedAt], id) => {
        const data = { topic, message, publishedAt, tag: 0 };
        const text = JSON.stringify({ id, jsonrpc: '2.0', method: 'irn_subscription', params: { data } });
        world.at(ms, () => world.relay.connections[0]?.sendRaw(text));
      });
      return () => {
        expect(world.acknowledged()).to.have.length(pushes.length);
      };
    },
    { lasts: 120_000 },
  )();
  return heard;
}

describe('an equal message', () => {
  it('is a duplicate for dedupe.ttl', async () => {
    const pushes: Pushed[] = [1000, 10_999, 11_001].map((ms) => [ms, 'a', 1]);
    expect(await heardOf(pushes, { dedupe: { ttl: 10 } })).to.deep.equal([
      [1000, 'a'],
      [11_001, 'a'],
    ]);
  });

  it('is a duplicate for 20 seconds when it was published anew: its publisher may have retried', async () => {
    const pushes: Pushed[] = [1000, 20_999, 21_001].map((ms) => [ms, 'a', ms]);
    expect(await heardOf(pushes)).to.deep.equal([
      [1000, 'a'],
      [21_001, 'a'],
    ]);
  });

  it('is a duplicate for a minute when the relay sends no publishedAt', async () => {
    const pushes: Pushed[] = [1000, 60_999, 61_001].map((ms) => [ms, 'a']);
    expect(await heardOf(pushes)).to.deep.equal([
      [1000, 'a'],
      [61_001, 'a'],
    ]);
  });

  it('is a duplicate among the latest dedupe.count, and none among twice as many', async () => {
    const pushes = [...'abcdbefa'].map((text, index): Pushed => [1000 + index, text, 1]);
    const heard = await heardOf(pushes, { dedupe: { count: 3 } });
    expect(heard.map(([, text]) => text).join('')).to.equal('abcdefa');
  });

  it('is a duplicate by the time that has passed, and not by the clock of the system', () => {
    const clock = sinon.stub(Date, 'now').returns(1_000_000);
    try {
      const [heard, sent]: string[][] = [[], []];
      const topics = { all: new Map(), find: () => undefined, disposed: false } as unknown as Topics;
      const inbox = new Inbox({
        ...{ topics, scheduler: systemScheduler, dedupe: { ttl: 60, count: 10 } },
        send: (text) => sent!.push(text),
        demand: () => undefined,
      });
      inbox.run$.subscribe();
      inbox.messages$.subscribe(({ message }) => heard!.push(message));
      for (const now of [1_000_000, 0, 1_000_000_000]) {
        clock.returns(now);
        inbox.receive({
          ...{ type: 'message', idToken: '1', topic, message: 'a' },
          ...{ publishedAt: 1, tag: 0, attestation: undefined },
        });
      }
      expect(heard).to.deep.equal(['a']);
      expect(sent).to.have.length(3);
    } finally {
      clock.restore();
    }
  });

  it(
    'is a duplicate already during its delivery: a subscriber may do anything',
    virtually(({ scheduler, act }) => {
      const network = fakeNetwork();
      const client = new RelayClient({ scheduler, webSocketCtor: network.ctor, log: () => undefined });
      const push = JSON.stringify({
        ...{ id: 1, jsonrpc: '2.0', method: 'irn_subscription' },
        params: { data: { topic, message: 'a', publishedAt: 1, tag: 0 } },
      });
      const heard: string[] = [];
      client.messages$.subscribe(({ message }) => {
        if (heard.push(message) < 3) network.last().receive(push);
      });
      act('1s a b 10ms c', {
        a: () => network.last().open(),
        b: () => network.last().receive(push),
        c: () => {
          void client.dispose();
          expect(heard).to.deep.equal(['a']);
        },
      });
    }),
  );
});
