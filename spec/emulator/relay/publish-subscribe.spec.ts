import { expect } from 'chai';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually, type Virtual } from '../../support/virtual-time.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);
const other = topicOf(2);

interface Scene extends Virtual {
  readonly relay: RelayEmulator;
  readonly ann: FakeRelayClient;
  readonly bob: FakeRelayClient;
  readonly eve: FakeRelayClient;
}

const scene = (body: (scene: Scene) => void, options: RelayOptions = {}): (() => void) =>
  virtually((virtual) => {
    const relay = createRelay({ checkJwt: false, pingInterval: 0, pushTimeout: 0, ...options });
    const [ann, bob, eve] = [connectAs(relay, 'ann'), connectAs(relay, 'bob'), connectAs(relay, 'eve')];
    body({ ...virtual, relay, ann, bob, eve });
  });

describe('relay emulator: publish and subscribe', () => {
  it(
    'pushes a message to all subscribers except its publisher',
    scene(({ act, ann, bob, eve }) => {
      ann.subscribe(topic);
      const id = bob.subscribe(topic);
      eve.subscribe(other);
      act('50ms x', {
        x: () => {
          expect(ann.publish(topic, 'hello ✓', { tag: 1108, attestation: 'att' })?.result).equal(true);
          expect(bob.pushes().map(({ params }) => params)).deep.equal([
            { id, data: { topic, message: 'hello ✓', publishedAt: 50, tag: 1108, attestation: 'att' } },
          ]);
          expect([ann.pushes(), eve.pushes()]).deep.equal([[], []]);
        },
      });
    }),
  );

  it(
    'leaves out the attestation where there is none, and other fields of a publish',
    scene(({ ann, bob }) => {
      bob.subscribe(topic);
      ann.publish(topic, '', { prompt: true, correlationId: 1 });
      expect(bob.pushes()[0]?.params.data).deep.equal({ topic, message: '', publishedAt: 0, tag: 0 });
    }),
  );

  it(
    'answers subscriptions with 32 bytes in hex, the same as long as they last, another one afterwards',
    scene(({ ann, bob }) => {
      const id = ann.subscribe(topic);
      expect(id).match(/^[0-9a-f]{64}$/);
      expect(ann.call('irn_subscribeBlocking', { topic })?.result).equal(id);
      expect(ann.call('irn_unsubscribe', { topic, id: 'made up' })?.result).equal(true);
      expect([id, bob.subscribe(topic)]).not.include(ann.subscribe(topic));
    }),
  );

  it(
    'subscribes and unsubscribes in batches, in the order of the topics',
    scene(({ relay, ann, bob }) => {
      const ids = bob.call('irn_batchSubscribe', { topics: [topic, other, topic] })?.result as string[];
      expect([ids[0] === ids[2], new Set(ids).size]).deep.equal([true, 2]);
      expect(relay.connections[1]?.subscriptions).deep.equal(
        new Map([
          [topic, ids[0]],
          [other, ids[1]],
        ]),
      );
      const subscriptions = [{ topic, id: ids[0] }, { topic: topicOf(3) }];
      expect(bob.call('irn_batchUnsubscribe', { subscriptions })?.result).equal(true);
      ann.publish(topic, 'x');
      ann.publish(other, 'y');
      expect(bob.messages()).deep.equal(['y']);
    }),
  );

  it(
    'tells the blocking form the outcome of each topic',
    scene(({ relay, bob }) => {
      const error = { code: -32000, message: 'no', data: 'SubscriberLimitExceeded' };
      relay.faults.failTopics([other], error);
      const outcomes = bob.call('irn_batchSubscribeBlocking', { topics: [topic, other] })?.result;
      const id = relay.connections[1]?.subscriptions.get(topic);
      expect(outcomes).deep.equal([{ id }, { error }]);
      expect(bob.call('irn_batchSubscribe', { topics: [topicOf(3), other] })?.error).deep.equal(error);
      expect(relay.connections[1]?.subscriptions.size).equal(1);
    }),
  );

  it(
    'publishes in batches, all or none',
    scene(({ relay, ann, bob }) => {
      bob.call('irn_batchSubscribe', { topics: [topic, other] });
      const draft = { topic, message: 'a', ttl: 300, tag: 0 };
      const messages = [draft, { ...draft, topic: other, message: 'b' }];
      expect(ann.call('irn_batchPublish', { messages })?.result).equal(true);
      expect(bob.messages()).deep.equal(['a', 'b']);
      const broken = [
        { ...draft, message: 'c' },
        { ...draft, ttl: 0 },
      ];
      expect(ann.call('irn_batchPublish', { messages: broken })?.error?.data).equal('TtlTooShort');
      expect(relay.accepted.map(({ message }) => message)).deep.equal(['a', 'b']);
    }),
  );

  it(
    'answers true to what it has already, and delivers it once; again when its ttl is over',
    scene(({ act, relay, ann, bob, eve }) => {
      bob.subscribe(topic);
      const results = [ann, ann, eve].map((client) => client.publish(topic, 'x', { ttl: 2 })?.result);
      expect(results).deep.equal([true, true, true]);
      expect([bob.messages(), relay.timesAccepted(topic, 'x')]).deep.equal([['x'], 3]);
      bob.subscribe(other);
      ann.publish(other, 'x');
      expect(bob.messages()).deep.equal(['x', 'x']);
      act('1999ms a b', {
        a: () => ann.publish(topic, 'x', { ttl: 2 }),
        b: () => {
          expect(bob.messages()).length(2);
          ann.publish(topic, 'x', { ttl: 2 });
          expect(bob.messages()).length(3);
        },
      });
    }),
  );

  it(
    'keeps subscriptions when a client goes, and pushes by its next socket',
    scene(({ relay, ann, bob }) => {
      const id = bob.subscribe(topic);
      bob.session.ended();
      expect(relay.clients.map(({ id: client, connected }) => [client, connected])).deep.equal([
        ['ann', true],
        ['bob', false],
        ['eve', true],
      ]);
      const again = connectAs(relay, 'bob');
      ann.publish(topic, 'x');
      expect(again.pushes()[0]?.params.id).equal(id);
    }),
  );

  it(
    'forgets subscriptions with the last socket of a client, where it was told so',
    scene(
      ({ relay, ann, bob }) => {
        const second = connectAs(relay, 'bob');
        bob.subscribe(topic);
        bob.session.ended();
        ann.publish(topic, 'x');
        second.session.ended();
        const again = connectAs(relay, 'bob');
        ann.publish(topic, 'y');
        expect([second.messages(), again.messages()]).deep.equal([['x'], []]);
        again.subscribe(topic);
        expect(again.messages()).deep.equal(['x', 'y']);
      },
      { stickySubscriptions: false },
    ),
  );

  it(
    'publishes as the server, and throws what is wrong with that',
    scene(({ relay, ann }) => {
      ann.subscribe(topic);
      relay.publish(topic, 'x', { tag: 7 });
      expect(ann.pushes()[0]?.params.data).deep.equal({ topic, message: 'x', publishedAt: 0, tag: 7 });
      expect(() => relay.publish('chat', 'x')).throw('64 digits');
    }),
  );

  it(
    'tells of each publish that it accepts, and of each frame, before it is answered',
    scene(({ relay, ann }) => {
      const seen: unknown[] = [];
      relay.accepted$.subscribe(({ message, clientId, at, count, ttl }) =>
        seen.push([message, clientId, at, count, ttl]),
      );
      relay.received$.subscribe(({ connection, text }) =>
        seen.push([connection.clientId, text.slice(0, 8), ann.heard.length]),
      );
      ann.publish(topic, 'x');
      ann.publish(topic, 'x');
      relay.publish(topic, 'x');
      expect(seen).deep.equal([
        ['ann', '{"id":10', 0],
        ['x', 'ann', 0, 1, 300],
        ['ann', '{"id":10', 1],
        ['x', 'ann', 0, 2, 300],
        ['x', undefined, 0, 3, 300],
      ]);
    }),
  );

  it(
    'remembers the latest 10,000 different publishes, each with its topic',
    scene(
      ({ relay }) => {
        for (let n = 0; n <= 10_000; n += 1) relay.publish('t', `${n}`);
        expect([relay.accepted.length, relay.accepted[0]?.message]).deep.equal([10_000, '1']);
        relay.publish('a', 'bc');
        relay.publish('ab', 'c');
        expect(relay.accepted.slice(-2).map(({ topic: on, count }) => [on, count])).deep.equal([
          ['a', 1],
          ['ab', 1],
        ]);
      },
      { checkTopics: false, limits: { mailbox: 20_000 } },
    ),
  );
});
