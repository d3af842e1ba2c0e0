import { expect } from 'chai';
import { createRelay, type RelayEmulator, type RelayOptions } from '../../../lib/emulator/index.js';
import { virtually } from '../../support/virtual-time.js';
import { thrownBy } from '../../support/thrown.js';
import { connectAs, type FakeRelayClient, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);
const draft = { topic, message: 'x', ttl: 300, tag: 0 };
const many = Array<string>(501).fill(topic);

describe('relay emulator: limits', () => {
  let relay: RelayEmulator;
  afterEach(() => relay.dispose());
  const open = (options: RelayOptions = {}): FakeRelayClient => {
    relay = createRelay({ checkJwt: false, ...options });
    return connectAs(relay, 'ann');
  };

  const refused: readonly [what: string, method: string, params: unknown, code: number, tag: string][] = [
    ['a topic that is no hex', 'irn_subscribe', { topic: 'chat' }, -32600, 'InvalidTopic'],
    ['a topic that is too short', 'irn_publish', { ...draft, topic: 'ab' }, -32600, 'InvalidTopic'],
    ['a topic that is no text', 'irn_unsubscribe', { topic: 1 }, -32600, 'InvalidParams'],
    ['no params', 'irn_publish', null, -32600, 'InvalidParams'],
    ['a message that is no text', 'irn_publish', { ...draft, message: {} }, -32600, 'InvalidParams'],
    ['no tag', 'irn_publish', { ...draft, tag: undefined }, -32600, 'InvalidParams'],
    ['a tag of more than 32 bits', 'irn_publish', { ...draft, tag: 2 ** 32 }, -32600, 'InvalidParams'],
    ['no ttl', 'irn_publish', { ...draft, ttl: undefined }, -32600, 'InvalidParams'],
    ['a ttl that is not whole', 'irn_publish', { ...draft, ttl: 1.5 }, -32600, 'InvalidParams'],
    ['an attestation that is no text', 'irn_publish', { ...draft, attestation: 1 }, -32600, 'InvalidParams'],
    ['a ttl of 0', 'irn_publish', { ...draft, ttl: 0 }, -32000, 'TtlTooShort'],
    ['a ttl of more than 30 days', 'irn_publish', { ...draft, ttl: 2_592_001 }, -32000, 'TtlTooLong'],
    [
      'a message of more than 98,304 bytes',
      'irn_publish',
      { ...draft, message: 'ä'.repeat(49_153) },
      -32600,
      'PayloadSizeExceeded',
    ],
    ['no topics', 'irn_batchSubscribe', { topics: [] }, -32600, 'BatchEmpty'],
    ['topics that are no array', 'irn_batchSubscribeBlocking', { topics: topic }, -32600, 'InvalidParams'],
    ['more than 500 topics', 'irn_batchSubscribe', { topics: many }, -32600, 'BatchLimitExceeded'],
    [
      'more than 500 topics to fetch of',
      'irn_batchFetchMessages',
      { topics: many },
      -32600,
      'BatchLimitExceeded',
    ],
    ['no subscriptions', 'irn_batchUnsubscribe', { subscriptions: [] }, -32600, 'BatchEmpty'],
    [
      'a receipt without a message id',
      'irn_batchReceive',
      { receipts: [{ topic }] },
      -32600,
      'InvalidParams',
    ],
    ['no messages', 'irn_batchPublish', { messages: [] }, -32600, 'BatchEmpty'],
  ];
  for (const [what, method, params, code, tag] of refused) {
    it(`a limit refuses ${what} (${method})`, () => {
      const error = open().call(method, params)?.error;
      expect([error?.code, error?.data]).deep.equal([code, tag]);
      expect(relay.accepted).deep.equal([]);
    });
  }

  it('a call exactly at a limit passes', () => {
    const client = open();
    const results = [
      client.publish(topic, 'ä'.repeat(49_152), { ttl: 2_592_000, tag: 2 ** 32 - 1 }),
      client.publish(topic, 'x', { ttl: 1 }),
      client.call('irn_batchUnsubscribe', { subscriptions: many.slice(1).map((of) => ({ topic: of })) }),
    ].map((heard) => heard?.result);
    expect(results).deep.equal([true, true, true]);
    expect(client.call('irn_batchSubscribe', { topics: many.slice(1) })?.result).length(500);
  });

  it('the error of a limit names it', () => {
    const client = open({ ttl: { min: 60, max: 120 }, limits: { payload: 10, batch: 1 } });
    const texts = [
      client.publish(topic, 'x', { ttl: 59 }),
      client.publish(topic, 'x', { ttl: 121 }),
      client.publish(topic, 'x'.repeat(11), { ttl: 60, tag: 1109 }),
      client.call('irn_batchSubscribe', { topics: [topic, topic] }),
    ].map((heard) => heard?.error?.message);
    expect(texts).deep.equal([
      'The requested ttl is below 60 seconds.',
      'The requested ttl is above 120 seconds.',
      'Payload size limit exceeded. Maximum size for tag 1109 is 10 bytes.',
      'There are 2 in `topics`: give 1 at most.',
    ]);
  });

  it('the limit of subscribers applies to each topic', () => {
    const ann = open({ limits: { subscribers: 1 } });
    ann.subscribe(topic);
    const bob = connectAs(relay, 'bob');
    const error = bob.call('irn_subscribe', { topic })?.error;
    expect([error?.code, error?.data]).deep.equal([-32000, 'SubscriberLimitExceeded']);
    expect(bob.subscribe(topicOf(2))).a('string');
  });

  it('the limit of subscribers does not count unsubscribed or forgotten clients', () => {
    const ann = open({ limits: { subscribers: 1, clients: 2 } });
    const bob = connectAs(relay, 'bob');
    ann.subscribe(topic);
    ann.call('irn_unsubscribe', { topic });
    expect(bob.subscribe(topic)).a('string');
    bob.session.ended();
    expect(connectAs(relay, 'eve').subscribe(topic)).a('string');
    expect(relay.clients.map(({ id }) => id)).deep.equal(['ann', 'eve']);
  });

  it('a topic is hex digits in either case', () => {
    const client = open();
    expect(client.publish(topicOf(0xabc).toUpperCase(), 'x')?.result).equal(true);
  });

  it('the check of topics can be turned off', () => {
    const client = open({ checkTopics: false });
    expect(client.publish('chat', 'x')?.result).equal(true);
  });

  it(
    'the rate limit closes with 1013, and counts acknowledgements too',
    virtually(({ act }) => {
      const client = open({ rateLimit: { messages: 3, per: 1000 }, pingInterval: 0 });
      act('500ms a 499ms b c', {
        a: () => {
          for (const text of ['a', 'b']) client.publish(topic, text);
          client.ack('1');
        },
        b: () => expect(client.end).equal(undefined),
        c: () => {
          for (let n = 0; n < 3; n += 1) client.publish(topic, `${n}`); // within the same 1,000 ms
          expect([client.end?.code, relay.accepted.length]).deep.equal([1013, 2]);
        },
      });
    }),
  );

  it(
    'the rate limit is 900 in a minute for the option `true`',
    virtually(({ act }) => {
      const client = open({ rateLimit: true, pingInterval: 0 });
      const say = (count: number): void => {
        for (let n = 0; n < count; n += 1) client.ack('1');
      };
      say(900);
      act('1m x', {
        x: () => {
          say(900);
          expect(client.end).equal(undefined);
          say(1);
          expect(client.end?.code).equal(1013);
        },
      });
    }),
  );

  const wrong: readonly [RelayOptions, RegExp][] = [
    [{ pushTimeout: -1 }, /`pushTimeout` is -1/],
    [{ pingInterval: 2 ** 31 }, /`pingInterval`/],
    [{ staleAfter: 0.5 }, /`staleAfter`/],
    [{ ttl: { max: Infinity } }, /`ttl\.max`/],
    [{ limits: { batch: 0 } }, /`limits\.batch` is 0/],
    [{ rateLimit: { messages: 0, per: 1 } }, /`rateLimit\.messages`/],
    [{ ids: 'bigint' as 'number' }, /`ids` is bigint: give it one of number, string, same/],
    [{ pushIds: { digits: 16 as 15 } }, /`pushIds\.digits`/],
  ];
  for (const [options, text] of wrong) {
    it(`an invalid option is named: ${text.source}`, () => {
      open();
      expect(thrownBy(() => createRelay(options)))
        .instanceOf(TypeError)
        .property('message')
        .match(text);
    });
  }
});
