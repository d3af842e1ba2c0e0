import { expect } from 'chai';
import { inMemoryRelay } from '../../lib/emulator/index.js';
import { RelayClient } from '../../lib/relay/index.js';
import { relayerOf, type RelayerOptions } from '../../lib/walletconnect.js';
import { fateOf, played, type RelayWorld, subscriptionsAt, topicOf } from '../support/relay-world.js';

type Core = Parameters<typeof relayerOf>[0];
type Relayer = ReturnType<typeof relayerOf>;
type MessageEvent = Parameters<Relayer['onLinkMessageEvent']>[0];

const [topic, other] = [topicOf(1), topicOf(2)];
const relayed = { relay: { protocol: 'irn' } };

interface Storing {
  readonly getItem: (name: string) => unknown;
  readonly setItem: (name: string, value: string) => unknown;
}

/** As much of a core as a relayer uses. */
const coreOf = (told: unknown[], storage?: Storing): Core =>
  ({
    customStoragePrefix: ':spec',
    storage,
    logger: {
      warn: (_: unknown, text: string) => told.push(text),
      error: (_: unknown, text: string) => told.push(text),
    },
    pairing: {
      pairings: { set: (...args: readonly unknown[]) => Promise.resolve(void told.push(args)) },
    },
  }) as unknown as Core;

interface Peer {
  readonly relay: RelayClient;
  readonly relayer: Relayer;
  /** Everything that was logged or stored. */
  readonly told: unknown[];
  /** The texts of the messages that it was told of. */
  readonly heard: string[];
}

function peerOf(world: RelayWorld, options?: RelayerOptions, relay = world.clientOf()): Peer {
  const [told, heard]: [unknown[], string[]] = [[], []];
  const relayer = relayerOf(coreOf(told), relay, options);
  relayer.on('relayer_message', ({ message }: MessageEvent) => heard.push(message));
  void relayer.init();
  return { relay, relayer, told, heard };
}

/** Storage in memory, with all that was ever written. */
function storageOf(text?: string): Storing & { readonly written: string[] } {
  const written: string[] = text === undefined ? [] : [text];
  return { written, getItem: () => written.at(-1), setItem: (_, value) => void written.push(value) };
}
const kept = (storage: { readonly written: readonly string[] }): unknown =>
  JSON.parse(storage.written.at(-1) ?? 'null');

describe('relayerOf', () => {
  it(
    'publishes by the relay client, tells of it when it is accepted, and fills in the ttl of the SDK',
    played((world) => {
      const [one, two] = [peerOf(world), peerOf(world)];
      const told: unknown[] = [];
      one.relayer.once('relayer_publish', (event: unknown) => told.push(event));
      const events: unknown[] = [];
      two.relayer.on('relayer_message', (event: unknown) => events.push(event));
      void two.relayer.subscribe(topic, relayed);
      const tvf = { correlationId: 7, rpcMethods: ['personal_sign'], chainId: 'eip155:1' };
      const fates = [
        fateOf(one.relayer.publish(topic, 'a', { tag: 1108, prompt: true, tvf, attestation: 'mine' })),
        fateOf(one.relayer.publish(topic, 'b', { ttl: 60 })),
      ];
      return () => {
        expect(fates).to.deep.equal([{ value: undefined }, { value: undefined }]);
        const [first, second] = world
          .heard('irn_publish')
          .map(({ text }) => (JSON.parse(text) as { params: unknown }).params);
        expect(first).to.deep.equal({
          ...{ topic, message: 'a', ttl: 21_600, tag: 1108, prompt: true, attestation: 'mine', tvf },
        });
        expect(second).to.deep.equal({ topic, message: 'b', ttl: 60, tag: 0 });
        expect(told).to.have.length(1);
        expect(two.heard).to.deep.equal(['a', 'b']);
        expect(events[0]).to.include({ topic, message: 'a', attestation: 'mine', transportType: 'relay' });
        expect((events[0] as MessageEvent).publishedAt).to.be.a('number');
      };
    }),
  );

  it(
    'publishCustom makes the request of the method, with the fields of tvf beside the payload',
    played((world) => {
      const { relayer } = peerOf(world);
      const payload = { pairingTopic: topic, sessionProposal: 'sealed' };
      const opts = { publishMethod: 'wc_proposeSession', tvf: { correlationId: 7 }, internal: {} };
      const fate = fateOf(relayer.publishCustom({ payload, opts }));
      const asked = fateOf(relayer.request({ method: 'irn_fetchMessages', params: { topic: other } }));
      return () => {
        expect(fate).to.deep.equal({ value: undefined });
        expect(asked).to.deep.equal({ value: { messages: [], hasMore: false } });
        const [{ text } = { text: '' }] = world.heard('wc_proposeSession');
        expect((JSON.parse(text) as { params: unknown }).params).to.deep.equal({
          ...{ ...payload, ttl: 300, correlationId: 7 },
        });
      };
    }),
  );

  it(
    'rejects what the relay refuses, with the error of the relay client, and does not tell of it',
    played((world) => {
      const { relayer } = peerOf(world);
      const told: unknown[] = [];
      relayer.on('relayer_publish', (event: unknown) => told.push(event));
      relayer.on('relayer_error', ({ name }: Error) => told.push(name));
      world.relay.faults.refuse(undefined, { count: Infinity });
      const fates = [
        fateOf(relayer.publish(topic, 'a')),
        fateOf(relayer.publishCustom({ payload: {}, opts: { publishMethod: 'wc_approveSession' } })),
      ];
      return () => {
        expect(fates.map(({ error }) => (error as Error).name)).to.deep.equal([
          ...['PublishError', 'RequestError'],
        ]);
        expect(told).to.have.members(['PublishError', 'RequestError']);
      };
    }),
  );

  it(
    'is subscribed to a topic until `unsubscribe`, over a lost connection too',
    played((world) => {
      const { relayer, heard } = peerOf(world);
      const told: string[] = [];
      for (const event of ['relayer_connect', 'relayer_disconnect'])
        relayer.on(event, () => told.push(event));
      const fate = fateOf(relayer.subscribe(topic, relayed));
      const states: unknown[] = [];
      world.at(100, () => {
        states.push(relayer.connected, relayer.subscriber.topics);
        void relayer.subscriber.isSubscribed(topic).then((is) => states.push(is));
        world.relay.connections[0]?.drop();
      });
      world.at(102, () => states.push(relayer.connected));
      world.at(5000, () => {
        world.relay.publish(topic, 'again');
      });
      world.at(6000, () => {
        states.push(relayer.connected);
        void relayer.unsubscribe(topic);
      });
      world.at(7000, () => {
        world.relay.publish(topic, 'too late');
        states.push(relayer.subscriber.topics, subscriptionsAt(world));
      });
      return () => {
        expect(fate.value).to.match(/^[0-9a-f]{64}$/);
        expect(heard).to.deep.equal(['again']);
        expect(told).to.deep.equal([
          ...['relayer_connect', 'relayer_disconnect', 'relayer_connect'],
          'relayer_disconnect', // when the world ends
        ]);
        expect(states).to.deep.equal([true, [topic], false, true, [], [], true]);
      };
    }),
  );

  it('keeps nothing of a topic that was left, or only asked about', async () => {
    const { webSocketCtor, relay: server } = inMemoryRelay();
    const relay = new RelayClient({ webSocketCtor, log: () => undefined });
    const relayer = relayerOf(coreOf([]), relay);
    const sizes: number[] = [];
    const look = (): unknown => sizes.push(relay.channels.size);
    for (const one of [topic, other]) await relayer.subscribe(one);
    await relayer.unsubscribe(topic).then(look);
    await relayer.subscriber.isSubscribed(topic).then(look);
    await relay.disconnect();
    await relayer.unsubscribe(other).then(look); // the relay has to hear of it yet
    await relay.connect();
    await relayer.subscribe(topic);
    await relayer.unsubscribe(topic).then(look);
    await relay.dispose();
    server.dispose();
    expect(sizes).to.deep.equal([1, 1, 1, 0]);
  });

  it(
    'hands over no message after `unsubscribe`, of those that have waited, and leaves it to the relay',
    played((world) => {
      const { relay, relayer, heard } = peerOf(world);
      void relay.subscribe(topic);
      relayer.on('relayer_message', () => void relayer.unsubscribe(topic));
      world.at(100, () => {
        for (const text of ['a', 'b']) world.relay.publish(topic, text);
      });
      world.at(200, () => void relayer.subscribe(topic));
      return () => {
        expect(heard).to.deep.equal(['a']);
        expect(world.acknowledged()).to.have.length(1);
      };
    }),
  );

  it(
    'does not wait where a request of the SDK subscribes, and hears the topic all the same',
    played((world) => {
      const { relayer, heard } = peerOf(world);
      const fates = [
        fateOf(relayer.subscribe(topic, { internal: { skipSubscribe: true } })),
        fateOf(relayer.subscribe(other, { transportType: 'link_mode' })),
      ];
      const early = Promise.resolve().then(() => fates.map(({ value }) => value));
      world.at(100, () => {
        for (const to of [topic, other]) world.relay.publish(to, `on ${to}`);
      });
      const fate = fateOf(early);
      return () => {
        expect(fate.value).to.deep.equal(['', '']);
        expect(heard).to.deep.equal([`on ${topic}`, `on ${other}`]);
      };
    }),
  );

  it(
    'unsubscribing resolves where the relay does not answer in time, and the SDK is told by an event',
    played((world) => {
      const { relayer } = peerOf(world);
      const errors: string[] = [];
      relayer.on('relayer_error', ({ message }: Error) => errors.push(message));
      let fate: object = {};
      void relayer.subscribe(topic);
      world.at(100, () => {
        world.relay.faults.ignore({ method: 'irn_unsubscribe', count: Infinity });
        fate = fateOf(relayer.unsubscribe(topic));
      });
      return () => {
        expect(fate).to.deep.equal({ value: undefined });
        expect(relayer.subscriber.topics).to.deep.equal([]);
        expect(errors.join()).to.contain('did not confirm the end of the subscription');
      };
    }),
  );

  it(
    'a subscription that is refused is an error, unless the SDK wants none, and is not gone on with',
    played((world) => {
      const { relayer } = peerOf(world);
      world.relay.faults.refuse({ code: -32600, message: 'No.' }, { count: Infinity });
      const fates = [
        fateOf(relayer.subscribe(topic)),
        fateOf(relayer.subscribe(other, { internal: { throwOnFailedPublish: false } })),
      ];
      return () => {
        expect(String(fates[0]?.error)).to.contain('No.');
        expect(fates[1]).to.deep.equal({ value: '' });
        expect(relayer.subscriber.topics).to.deep.equal([]);
      };
    }),
  );

  it(
    'a topic that it has already is not ended where a further subscription to it is refused',
    played((world) => {
      const { relayer, heard } = peerOf(world);
      world.relay.faults.failTopics([topic], { code: -32600, message: 'No.' });
      void relayer.subscribe(topic, { internal: { skipSubscribe: true } });
      const fate = fateOf(relayer.subscribe(topic));
      world.at(5000, () => world.relay.faults.failTopics([]));
      world.at(50_000, () => world.relay.publish(topic, 'at last'));
      return () => {
        expect(String(fate.error)).to.contain('No.');
        expect([relayer.subscriber.topics, heard]).to.deep.equal([[topic], ['at last']]);
      };
    }),
  );

  it(
    'subscribes again to a topic that was refused for good, after delays that grow, and goes on when the relay lets it',
    played((world) => {
      const { relayer, heard } = peerOf(world);
      world.relay.faults.failTopics([topic], { code: -32600, message: 'No.' });
      void relayer.subscribe(topic, { internal: { skipSubscribe: true } });
      const sent = (): readonly number[] => world.heard('irn_subscribe').map(({ at }) => at);
      let before: readonly number[] = [];
      world.at(30_000, () => {
        before = sent();
        world.relay.faults.failTopics([]);
      });
      world.at(50_000, () => {
        world.relay.publish(topic, 'at last');
      });
      return () => {
        const waits = before.slice(1).map((at, index) => at - (before[index] ?? 0));
        expect(waits.length).to.be.within(4, 10); // 30 s long
        expect(waits).to.deep.equal([...waits].sort((a, b) => a - b));
        expect(heard).to.deep.equal(['at last']);
      };
    }),
  );

  it(
    'opens and closes the transport, and refuses to go on where the relay refuses the client',
    played(
      (world) => {
        const { relayer } = peerOf(world);
        const fine = fateOf(relayer.confirmOnlineStateOrThrow());
        const closed: unknown[] = [];
        void relayer
          .transportOpen()
          .then(() => relayer.transportClose())
          .then(() => closed.push(relayer.transportExplicitlyClosed, relayer.connected))
          .then(() => relayer.restartTransport())
          .then(() => closed.push(relayer.transportExplicitlyClosed, relayer.connected));
        const { relayer: stranger } = peerOf(world, {}, world.clientOf({ projectId: 'f'.repeat(32) }));
        void stranger.subscribe(topic);
        let refused: { readonly error?: unknown } = {};
        world.at(1000, () => (refused = fateOf(stranger.confirmOnlineStateOrThrow())));
        return () => {
          expect(fine).to.deep.equal({ value: undefined });
          expect(String(refused.error)).to.contain('The relay refuses this client');
        };
      },
      { served: { projects: ['0'.repeat(32)] } },
    ),
  );

  it(
    'goes on in an outage: it is not for good',
    played((world) => {
      const { relay, relayer } = peerOf(world);
      void relayer.transportOpen();
      let online: { readonly error?: unknown } | undefined;
      world.at(100, () => {
        world.relay.refuse();
        world.relay.connections[0]?.drop();
      });
      world.at(1000, () => {
        expect([relay.connection.state, relay.connection.errorReason]).to.not.include(undefined);
        expect(relay.connection.state).to.not.equal('failed');
        online = fateOf(relayer.confirmOnlineStateOrThrow());
      });
      return () => expect(online).to.deep.equal({ value: undefined });
    }),
  );

  it(
    'a listener that throws is logged, and the others are told all the same',
    played((world) => {
      const { relayer, told, heard } = peerOf(world);
      relayer.on('relayer_connect', () => {
        throw new Error('mine');
      });
      const calls: string[] = [];
      const twice = (): void => void calls.push('twice');
      relayer.on('relayer_connect', () => calls.push('second'));
      relayer.once('relayer_connect', twice);
      relayer.on('relayer_connect', twice);
      relayer.off('relayer_connect', twice);
      void relayer.subscribe(topic);
      return () => {
        expect(calls).to.deep.equal(['second']);
        expect(told).to.deep.equal(['A listener of the relayer threw. Correct the listener.']);
        expect(heard).to.deep.equal([]);
      };
    }),
  );

  it(
    'a message of link mode makes a pairing where there is no session',
    played((world) => {
      const storage = storageOf();
      const { relayer, told, heard } = peerOf(world, { persistSubscriptions: true, storage });
      const event = { topic, message: 'by a link', publishedAt: 5000 };
      void relayer.onLinkMessageEvent(event, { sessionExists: false });
      void relayer.onLinkMessageEvent(event, { sessionExists: true });
      return () => {
        expect(heard).to.deep.equal(['by a link', 'by a link']);
        expect(told).to.deep.equal([
          [topic, { topic, expiry: 305, active: false, relay: { protocol: 'irn' } }],
        ]);
        expect(storage.written.join()).not.to.contain('by a link');
      };
    }),
  );
});

describe('relayerOf, with persistSubscriptions', () => {
  it(
    'keeps topics, and messages until they are acknowledged, as they came',
    played((world) => {
      const storage = storageOf();
      const { relayer, heard } = peerOf(world, { persistSubscriptions: true, storage });
      void relayer.subscribe(topic);
      void relayer.subscribe(other);
      const states: unknown[] = [];
      world.at(100, () => {
        for (const text of ['a', 'b']) world.relay.publish(topic, text);
      });
      world.at(200, () => {
        states.push(kept(storage), relayer.messages.getWithoutAck([topic, other]));
        void relayer.messages.ack(topic, 'a');
      });
      world.at(300, () => {
        states.push(kept(storage));
        void relayer.unsubscribe(topic);
      });
      return () => {
        expect(heard).to.deep.equal(['a', 'b']);
        expect(states).to.deep.equal([
          {
            topics: [topic, other],
            messages: [
              [topic, 'a'],
              [topic, 'b'],
            ],
          },
          { [topic]: [], [other]: [] }, // with the SDK already
          { topics: [topic, other], messages: [[topic, 'b']] },
        ]);
        expect(kept(storage)).to.deep.equal({ topics: [other], messages: [] });
      };
    }),
  );

  it(
    'goes on where the process before has ended: with its topics, and with its messages once',
    played((world) => {
      const storage = storageOf(
        JSON.stringify({
          topics: [topic],
          messages: [
            [topic, 'left'],
            [topic, 'pushed again'],
          ],
        }),
      );
      const { relayer, heard } = peerOf(world, { persistSubscriptions: true, storage });
      const states: unknown[] = [];
      world.at(100, () => {
        world.relay.publish(topic, 'pushed again');
      });
      world.at(200, () => {
        for (const _ of [1, 2]) states.push(relayer.messages.getWithoutAck([topic]));
        world.relay.publish(topic, 'left');
      });
      return () => {
        expect(relayer.subscriber.topics).to.deep.equal([topic]);
        expect(states).to.deep.equal([{ [topic]: ['left'] }, { [topic]: [] }]);
        expect(heard).to.deep.equal(['pushed again']);
      };
    }),
  );

  it(
    'keeps no more than 500 messages and 1 MiB: drops the oldest, and says so',
    played((world) => {
      const [storage, large] = [storageOf(), storageOf()];
      const many = peerOf(world, { persistSubscriptions: true, storage });
      const few = peerOf(world, { persistSubscriptions: true, storage: large });
      void many.relayer.subscribe(topic);
      void few.relayer.subscribe(other);
      world.at(100, () => {
        for (let n = 1; n <= 502; n += 1) world.relay.publish(topic, `${n}`);
        for (let n = 1; n <= 12; n += 1) world.relay.publish(other, `${n}`.padEnd(90_000));
      });
      return () => {
        const { messages } = kept(storage) as { readonly messages: readonly unknown[] };
        expect([messages.length, messages[0]]).to.deep.equal([500, [topic, '3']]);
        expect((kept(large) as { readonly messages: readonly unknown[] }).messages).to.have.length(11);
        expect(few.heard).to.have.length(12);
        expect(many.told.at(-1)).to.contain('The SDK leaves too many messages unacknowledged');
      };
    }),
  );

  it(
    'drops the oldest message, whatever its topic',
    played((world) => {
      const storage = storageOf();
      const { relayer } = peerOf(world, { persistSubscriptions: true, storage });
      for (const each of [topic, other]) void relayer.subscribe(each);
      world.at(100, () => {
        for (let n = 1; n <= 502; n += 1) world.relay.publish(n % 2 === 1 ? topic : other, `${n}`);
      });
      return () => {
        const { messages } = kept(storage) as { readonly messages: readonly (readonly string[])[] };
        const texts = messages.map(([, text]) => Number(text)).sort((a, b) => a - b);
        expect([texts.length, texts[0], texts[1]]).to.deep.equal([500, 3, 4]);
      };
    }),
  );

  for (const [what, text] of [
    ['no JSON', '{'],
    ['no topics', '{"messages":[]}'],
    ['a message that is no text', `{"topics":[],"messages":[["${topic}",1]]}`],
    ['a message without a topic', '{"topics":[],"messages":[["a"]]}'],
    ['more than a topic and a message', `{"topics":[],"messages":[["${topic}","a","b"]]}`],
  ] as const)
    it(
      `begins anew, and says so, where the storage has ${what}`,
      played((world) => {
        const storage = storageOf(text);
        const { relayer, told } = peerOf(world, { persistSubscriptions: true, storage });
        world.at(10, () => void relayer.subscribe(topic));
        return () => {
          expect(told).to.deep.equal([
            'What an earlier process has kept cannot be read. Its sessions have to be paired again.',
          ]);
          expect(kept(storage)).to.deep.equal({ topics: [topic], messages: [] });
        };
      }),
    );

  it(
    'goes on without a storage that takes nothing, and says so',
    played((world) => {
      const storage: Storing = {
        getItem: () => undefined,
        setItem: () => Promise.reject(new Error('full')),
      };
      const { relayer, told, heard } = peerOf(world, { persistSubscriptions: true, storage });
      void relayer.subscribe(topic);
      world.at(100, () => {
        world.relay.publish(topic, 'a');
      });
      return () => {
        expect(heard).to.deep.equal(['a']);
        expect(told).to.include('The storage takes nothing: the next process will have to pair again.');
      };
    }),
  );

  it(
    'writes one text at a time, and the newest last',
    played((world) => {
      const written: string[] = [];
      const done: (() => void)[] = [];
      const storage: Storing = {
        getItem: () => null,
        setItem: (_, value) => {
          written.push(value);
          return new Promise<void>((resolve) => done.push(resolve));
        },
      };
      const { relayer } = peerOf(world, { persistSubscriptions: true, storage });
      for (const one of [topic, other, topicOf(3)]) void relayer.subscribe(one);
      const before = written.length;
      const fate = fateOf(Promise.resolve().then(() => done[0]?.()));
      return () => {
        expect(fate).to.deep.equal({ value: undefined });
        expect(before).to.equal(1);
        expect(
          written.map((text) => (JSON.parse(text) as { topics: unknown[] }).topics.length),
        ).to.deep.equal([1, 3]);
      };
    }),
  );
});
