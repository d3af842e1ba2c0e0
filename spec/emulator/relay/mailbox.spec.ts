import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);
const messageId = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly ann: FakeRelayClient;
  readonly bob: FakeRelayClient;
}

const scene = (body: (scene: Scene) => void, options: RelayOptions = {}): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ checkJwt: false, pingInterval: 0, pushTimeout: 0, ...options });
    body({ ...virtual, relay, ann: connectAs(relay, 'ann'), bob: connectAs(relay, 'bob') });
  });

describe('relay emulator: mailboxes', () => {
  it(
    'mailboxes keep messages until their ttl is over, and deliver them on subscribe',
    scene(({ act, relay, ann, bob }) => {
      ann.publish(topic, 'short', { ttl: 1 });
      ann.publish(topic, 'long', { ttl: 10 });
      act('1s x 9s y', {
        x: () => {
          bob.subscribe(topic);
          expect(bob.messages()).deep.equal(['long']);
          expect(relay.mailbox('bob').map(({ message, expiresAt }) => [message, expiresAt])).deep.equal([
            ['long', 10_000],
          ]);
        },
        y: () => expect([relay.messages(topic), relay.mailbox('bob')]).deep.equal([[], []]),
      });
    }),
  );

  for (const [method, params] of [
    ['irn_subscribe', { topic }],
    ['irn_subscribeBlocking', { topic }],
    ['irn_batchSubscribe', { topics: [topic] }],
    ['irn_batchSubscribeBlocking', { topics: [topic] }],
  ] as const)
    it(
      `mailboxes are emptied to the caller of ${method}, after the answer`,
      scene(({ ann, bob }) => {
        ann.publish(topic, 'x');
        expect(bob.call(method, params)).property('result');
        expect(bob.messages()).deep.equal(['x']);
      }),
    );

  it(
    'mailboxes deliver no acknowledged message again, for any socket and subscription',
    scene(({ relay, ann, bob }) => {
      bob.subscribe(topic);
      ann.publish(topic, 'x');
      bob.ack();
      bob.call('irn_unsubscribe', { topic });
      bob.subscribe(topic);
      const again = connectAs(relay, 'bob');
      again.subscribe(topic);
      expect([bob.messages(), again.messages()]).deep.equal([['x'], []]);
      expect([...(relay.messages(topic)[0]?.delivered ?? [])]).deep.equal(['bob']);
    }),
  );

  it(
    'each client has a mailbox, which never holds its own messages',
    scene(({ relay, ann, bob }) => {
      ann.publish(topic, 'x');
      const eve = connectAs(relay, 'eve');
      for (const client of [ann, bob, eve]) client.subscribe(topic);
      bob.ack();
      expect([ann, bob, eve].map((client) => client.messages())).deep.equal([[], ['x'], ['x']]);
      expect(['ann', 'bob', 'eve', 'nobody'].map((id) => relay.mailbox(id).length)).deep.equal([0, 0, 1, 0]);
    }),
  );

  it(
    'mailboxes are fetched in pages, oldest first, without a subscription; fetched messages are delivered',
    scene(
      ({ ann, bob }) => {
        for (const message of ['a', 'b', 'c']) ann.publish(topic, message, { tag: 5 });
        const fetch = (): unknown => bob.call('irn_fetchMessages', { topic })?.result;
        const told = (message: string): object => ({ topic, message, publishedAt: 0, tag: 5 });
        expect(fetch()).deep.equal({ messages: [told('a'), told('b')], hasMore: true });
        expect(fetch()).deep.equal({ messages: [told('c')], hasMore: false });
        bob.subscribe(topic);
        expect([fetch(), bob.pushes()]).deep.equal([{ messages: [], hasMore: false }, []]);
      },
      { limits: { page: 2 } },
    ),
  );

  it(
    'mailboxes of many topics are fetched at once, with pending pushes, which are not repeated then',
    scene(
      ({ act, ann, bob, relay }) => {
        bob.subscribe(topic);
        ann.publish(topic, 'a');
        ann.publish(topicOf(2), 'b');
        const { messages } = bob.call('irn_batchFetchMessages', { topics: [topicOf(2), topic, topic] })
          ?.result as {
          messages: { message: string }[];
        };
        expect(messages.map(({ message }) => message)).deep.equal(['b', 'a']);
        act('5s x', {
          x: () => {
            expect(bob.messages()).deep.equal(['a']);
            relay.dispose();
          },
        });
      },
      { pushTimeout: 4000 },
    ),
  );

  for (const name of ['messageId', 'message_id']) {
    it(
      `mailboxes are emptied by irn_batchReceive, by ${name}; unknown messages are ignored`,
      scene(({ relay, ann, bob }) => {
        bob.subscribe(topic);
        ann.publish(topic, 'ä');
        ann.publish(topic, 'b');
        const receipts = ['ä', 'unknown'].map((text) => ({ topic, [name]: messageId(text) }));
        expect(bob.call('irn_batchReceive', { receipts })?.result).equal(true);
        expect(relay.mailbox('bob').map(({ message }) => message)).deep.equal(['b']);
      }),
    );
  }

  it(
    'full mailboxes refuse publishes, unless their oldest message has been delivered to all',
    scene(
      ({ relay, ann, bob }) => {
        bob.subscribe(topic);
        const errors = ['a', 'b', 'c'].map((text) => ann.publish(topic, text)?.error);
        expect(errors.map((error) => error && [error.code, error.data])).deep.equal([
          undefined,
          undefined,
          [-32000, 'MailboxLimitExceeded'],
        ]);
        for (const { id } of bob.pushes()) bob.ack(String(id));
        expect(ann.publish(topic, 'c')?.result).equal(true);
        expect(relay.messages(topic).map(({ message }) => message)).deep.equal(['b', 'c']);
        expect(relay.accepted.map(({ message }) => message)).deep.equal(['a', 'b', 'c']);
        expect(ann.publish(topicOf(2), 'x')?.result).equal(true);
        expect(ann.publish(topicOf(3), 'x')?.error?.data).equal('MailboxLimitExceeded');
      },
      { limits: { mailbox: 2, topics: 2 } },
    ),
  );

  it(
    'full mailboxes evict expired messages, and do not wait for the publisher or unsubscribed clients',
    scene(
      ({ act, relay, ann, bob }) => {
        for (const client of [ann, bob]) client.subscribe(topic);
        ann.publish(topic, 'own');
        bob.ack();
        expect(ann.publish(topic, 'short', { ttl: 1 })?.result).equal(true);
        act('1s x', {
          x: () => {
            expect(ann.publish(topic, 'waits')?.result).equal(true);
            expect(ann.publish(topic, 'y')?.error?.data).equal('MailboxLimitExceeded');
            bob.call('irn_unsubscribe', { topic });
            expect(ann.publish(topic, 'y')?.result).equal(true);
            expect(relay.messages(topic).map(({ message }) => message)).deep.equal(['y']);
          },
        });
      },
      { limits: { mailbox: 1 } },
    ),
  );

  it(
    'mailboxes with expired messages make room for other topics within a thousand publishes',
    scene(
      ({ act, ann, relay }) => {
        ann.publish(topic, 'x', { ttl: 1 });
        act('1s x', {
          x: () => {
            for (let n = 0; n < 1000; n += 1) ann.publish(topicOf(2), `${n}`);
            expect(ann.publish(topicOf(3), 'x')?.result).equal(true);
            expect(relay.messages(topicOf(2))).length(1000);
          },
        });
      },
      { limits: { topics: 2 } },
    ),
  );

  it(
    'clients beyond the limit are forgotten, those without a socket first, oldest first',
    scene(
      ({ relay, ann, bob }) => {
        ann.subscribe(topic);
        bob.subscribe(topic);
        ann.session.ended();
        const ids = (): readonly string[] => relay.clients.map(({ id }) => id);
        connectAs(relay, 'eve');
        expect(ids()).deep.equal(['bob', 'eve']);
        bob.publish(topic, 'x');
        connectAs(relay, 'ann');
        expect([ids(), relay.mailbox('ann')]).deep.equal([['bob', 'eve', 'ann'], []]);
      },
      { limits: { clients: 2 } },
    ),
  );
});
