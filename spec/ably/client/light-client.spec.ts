import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect } from 'chai';
import fc from 'fast-check';
import { EMPTY } from 'rxjs';
import { annotations, annotationsOf } from '../../../lib/ably/annotations/annotations.js';
import { presenceOf } from '../../../lib/ably/presence/presence.js';
import { presence } from '../../../lib/ably/presence/on-channel-change.js';
import { stats } from '../../../lib/ably/edge/stats.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import type { Codec } from '../../../lib/codec/codec.js';
import {
  type CoreOptions,
  createClient,
  createRecoveryKey,
  deltas,
  type ErrorInfo,
  fallbacks,
  type LightClient,
  publish,
  recovery,
  schemas,
} from '../../../lib/core.js';
import { inMemory } from '../../../lib/emulator/index.js';
import type { LogEvent, LogLevel } from '../../../lib/base/log.js';
import { vcdiff } from '../../../lib/vcdiff.js';
import { deltaOf } from '../../support/delta-of.js';
import { codecs, fakeServer } from '../../support/fake-ably.js';
import { fakeFetch } from '../../support/fake-fetch.js';
import { wireMember } from '../../support/presence.js';
import { authValidators } from '../../../lib/ably/auth/auth-options.js';
import { fallbackValidators } from '../../../lib/ably/client/fallbacks.js';
import { recoveryValidators } from '../../../lib/ably/client/recovery.js';
import { emulatorKey } from '../../support/secrets.js';
import { codesOf, thrownBy } from '../../support/thrown.js';
import { virtually } from '../../support/virtual-time.js';
import { waiting } from '../../support/waiting.js';
import { runs } from '../../support/runs.js';

/** A client of parts, and a server that says what it is told to. */
function fakeLight(codec: Codec, options: Partial<CoreOptions> = {}) {
  const { net, ...others } = fakeServer(codec);
  const errors: unknown[] = [];
  const client = createClient({
    ...{ key: emulatorKey, endpoint: 'localhost', tls: false, codec, webSocketCtor: net.ctor },
    ...{ random: () => 0.5, log: () => undefined },
    ...options,
  });
  client.errors$.subscribe(({ code }) => errors.push(code));
  return { client, net, errors, ...others };
}
type FakeLight = ReturnType<typeof fakeLight>;

/** Attached to `a` for somebody who subscribes to its messages; the payloads that come. */
function follow({ client, server }: FakeLight, options = {}, frame: Partial<ProtocolMessage> = {}) {
  const heard: unknown[] = [];
  const channel = client.channel('a', options);
  channel.messages$.subscribe(({ data }) => heard.push(data));
  server.welcome();
  server.attached('a', frame);
  return { channel, heard };
}

/** A schema that takes texts. */
const text: StandardSchemaV1<string, string> = {
  '~standard': {
    version: 1,
    vendor: 'spec',
    validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'no text' }] }),
  },
};

/** Options that no client of parts has, and no option of one whose own code may be missing. */
const logged = (options: object): readonly unknown[] => {
  const seen: unknown[] = [];
  const log = (level: LogLevel, { message }: LogEvent): void => {
    if (message.includes('option')) seen.push([level, message]);
  };
  const { client } = fakeLight(codecs[0]!, { ...options, log });
  void client.dispose();
  return seen;
};

for (const codec of codecs)
  describe(`createClient, ${codec.format}`, () => {
    /** A client's life with an emulator in memory, in virtual time; asserts that it leaves no timer behind. */
    const life = (
      script: (world: {
        readonly client: LightClient;
        readonly emulator: ReturnType<typeof inMemory>['emulator'];
        readonly at: (ms: number, deed: () => void) => void;
      }) => void,
      options: Partial<CoreOptions> = {},
    ): (() => void) =>
      virtually(({ scheduler, flush }) => {
        const { emulator, webSocketCtor, fetch, key } = inMemory({ scheduler, latency: 10 });
        const watched = waiting(scheduler);
        const client = createClient({
          ...{ key, endpoint: 'localhost', tls: false, codec, webSocketCtor, fetch },
          ...{ scheduler: watched.scheduler, random: () => 0.5, log: () => undefined },
          ...options,
        });
        const at = (ms: number, deed: () => void): void => void scheduler.schedule(deed, ms);
        script({ client, emulator, at });
        at(60_000, () => {
          void client.dispose();
          expect(watched.timers(), 'timers that outlive the client').to.equal(0);
        });
        at(61_000, () => {
          expect(emulator.connections, 'connections that outlive the client').to.have.length(0);
          emulator.dispose();
        });
        flush();
        expect(watched.timers()).to.equal(0);
      });

    it(
      'connects with a key, resumes without loss, detaches, and leaves nothing behind',
      life(({ client, emulator, at }) => {
        const [heard, gaps, states, connection]: unknown[][] = [[], [], [], []];
        const channel = client.channel('a');
        client.connectionState$.subscribe((state) => connection!.push(state));
        channel.state$.subscribe((state) => states!.push(state));
        channel.discontinuities$.subscribe((gap) => gaps!.push(gap));
        const say = (data: string): void => {
          emulator.publish('a', { name: 'n', data });
        };
        at(0, () => {
          expect([emulator.connections.length, client.connection.state]).to.deep.equal([0, 'initialized']);
        });
        let leave = (): void => undefined;
        at(1, () => {
          const lease = channel.messages$.subscribe(({ name, data }) => heard!.push([name, data]));
          leave = () => {
            lease.unsubscribe();
          };
        });
        at(1000, () => {
          say('before');
        });
        at(2000, () => {
          emulator.connections[0]?.drop();
        });
        at(2005, () => {
          say('meanwhile');
        });
        at(3000, () => {
          say('after');
        });
        at(4000, () => {
          expect([heard, gaps]).to.deep.equal([
            ['before', 'meanwhile', 'after'].map((data) => ['n', data]),
            [],
          ]);
          leave();
        });
        at(6000, () => {
          expect(channel.state).to.equal('attached');
        });
        at(8000, () => {
          expect(states).to.deep.equal([
            ...['initialized', 'attaching', 'attached', 'attaching', 'attached', 'detaching', 'detached'],
          ]);
          expect(connection).to.deep.equal([
            ...['initialized', 'connecting', 'connected', 'connecting', 'connected'],
          ]);
          say('to nobody');
        });
        at(9000, () => {
          expect(heard).to.have.length(3);
        });
      }),
    );

    it(
      'RTN12: closes, and connects again',
      life(({ client, at }) => {
        const states: unknown[] = [];
        client.connectionState$.subscribe((state) => states.push(state));
        at(0, () => {
          client.connect();
        });
        at(1000, () => void client.close());
        at(2000, () => {
          client.connect();
        });
        at(3000, () => {
          expect(states).to.deep.equal([
            ...['initialized', 'connecting', 'connected', 'closing', 'closed', 'connecting', 'connected'],
          ]);
        });
      }),
    );

    it('RTS3a, RTS2, RTS4: channels are the same object by name, until they are released', async () => {
      const fake = fakeLight(codec);
      const { client, server } = fake;
      const { channel } = follow(fake);
      let completed = false;
      channel.messages$.subscribe({ complete: () => (completed = true) });
      expect(client.channel('a')).to.equal(channel);
      expect([...client.channels]).to.deep.equal([['a', channel]]);
      const released = client.releaseChannel('a');
      server.say({ action: Action.detached, channel: 'a' });
      await released;
      expect([completed, client.channels.size]).to.deep.equal([true, 0]);
      expect(client.channel('a')).to.not.equal(channel);
      await client.releaseChannel('no such channel');
      await client.dispose();
    });

    it('RTL6c4: a first publish after dispose() is told of that, not to connect', async () => {
      const { client } = fakeLight(codec);
      const channel = client.channel('a');
      await client.dispose();
      const error = await publish(channel, 'n', 'd').catch((thrown: unknown) => thrown);
      expect(String(error)).to.contain('The client was disposed of');
    });

    describe('without a feature', () => {
      it('RTL15b: ignores PRESENCE, SYNC and ANNOTATION in peace; its place in the history moves all the same', () => {
        const member = fc.constantFrom(
          wireMember('enter', 'ann'),
          wireMember('leave', 'bob', { at: 3 }),
          { action: 99 } as never,
          null as never,
        );
        const kinds: Readonly<
          Record<string, (serial: string, members: readonly never[]) => ProtocolMessage>
        > = {
          presence: (channelSerial, members) => ({
            action: Action.presence,
            channelSerial,
            presence: members,
          }),
          sync: (channelSerial, members) => ({ action: Action.sync, channelSerial, presence: members }),
          annotation: (channelSerial, members) => ({
            ...{ action: Action.annotation, channelSerial, annotations: members },
          }),
          object: (channelSerial) => ({ action: Action.object, channelSerial }),
          message: (channelSerial) => ({
            action: Action.message,
            channelSerial,
            messages: [{ data: channelSerial }],
          }),
        };
        fc.assert(
          fc.property(
            fc.array(fc.tuple(fc.constantFrom(...Object.keys(kinds)), fc.array(member, { maxLength: 3 }))),
            (frames) => {
              const fake = fakeLight(codec);
              const { channel, heard } = follow(fake, {}, { flags: Flag.hasPresence, channelSerial: 's' });
              let last = 's';
              const told: string[] = [];
              frames.forEach(([kind, members], n) => {
                fake.server.say({ ...kinds[kind]!(`${kind}:${n}`, members as never), channel: 'a' });
                if (kind !== 'sync') last = `${kind}:${n}`; // whose serial is a cursor
                if (kind === 'message') told.push(`${kind}:${n}`);
                expect([channel.properties.channelSerial, channel.state]).to.deep.equal([last, 'attached']);
              });
              expect([heard, fake.errors, fake.net.dialled.length]).to.deep.equal([told, [], 1]);
              void fake.client.dispose();
            },
          ),
          runs(100, 1),
        );
      });

      it('40019: presence and annotations name the one that is missing, and where it is', () => {
        const { client } = fakeLight(codec);
        for (const [name, deed] of [
          ['presence', () => presenceOf(client.channel('a'))],
          ['annotations', () => annotationsOf(client.channel('a'))],
        ] as const) {
          const error = thrownBy(deed);
          expect(codesOf(error)).to.deep.equal({ code: 40019, statusCode: 400 });
          expect((error as ErrorInfo).message).to.equal(
            `The client has not the feature "${name}". Write \`features: [${name}]\`, with \`${name}\` of "rx-realtime/${name}".`,
          );
        }
        void client.dispose();
      });

      for (const [option, options, advice] of [
        [
          'schemas',
          { schemas: { n: text } },
          '`schemas`, of "rx-realtime/core". Write `features: [schemas]`.',
        ],
        [
          'params.delta',
          { params: { delta: 'vcdiff' } },
          '`deltas(vcdiff)`, of "rx-realtime/vcdiff". Write `features: [deltas(vcdiff)]`, in `RealtimeClient` the option "vcdiff".',
        ],
      ] as const)
        it(`40019: the option "${option}" names the one that is missing, and where it is`, () => {
          const { client } = fakeLight(codec, { features: [presence] });
          const error = thrownBy(() => client.channel('a', options));
          expect(codesOf(error)).to.deep.equal({ code: 40019, statusCode: 400 });
          expect((error as ErrorInfo).message).to.equal(`The option "${option}" takes the feature ${advice}`);
          expect(client.channels.size).to.equal(0);
          void client.dispose();
        });

      it('40000: features and auth that are none are named, and what they have to be', () => {
        const parts =
          'The option "features" has to be values such as `presence` and `deltas(vcdiff)`, in a list.';
        const wrong = [vcdiff, presence, [presenceOf], [stats], [() => presence], [{}]];
        for (const features of wrong)
          expect(thrownBy(() => fakeLight(codec, { features: features as never })))
            .to.include({ code: 40000 })
            .and.have.property('message', parts);
        expect(
          thrownBy(() => fakeLight(codec, { key: undefined, auth: { authCallback: () => 'x' } as never })),
        )
          .to.include({ code: 40000 })
          .and.have.property('message', 'The option "auth" has to be `tokenAuth(…)`, of "rx-realtime/auth".');
        expect(thrownBy(() => fakeLight(codec, { auth: (() => undefined) as never }))).to.include({
          code: 40000,
        });
        expect(thrownBy(() => fakeLight(codec, { features: [deltas as never] }))).to.include({ code: 40000 });
        expect(thrownBy(() => deltas(undefined as never))).to.include({ code: 40000 });
        for (const options of [null, undefined, 'a.b:c'])
          expect(thrownBy(() => createClient(options as never))).to.include({ code: 40000 });
      });

      it('RTN17: tries no other host', () => {
        const { client, net } = fakeLight(codec);
        client.connect();
        net.last().fail();
        expect([net.dialled.length, client.connection.state]).to.deep.equal([1, 'disconnected']);
        void client.dispose();
      });
    });

    describe('with a feature', () => {
      it('RTL9: `presence` knows the members', () => {
        const fake = fakeLight(codec, { features: [presence], clientId: 'me' });
        const { channel } = follow(fake);
        void presenceOf(channel).enter('hello');
        fake.server.say({ action: Action.presence, channel: 'a', presence: [wireMember('enter', 'ann')] });
        expect([...presenceOf(channel).members.keys()]).to.deep.equal(['other:ann']);
        expect(fake.server.heard().at(-1)).to.deep.include({
          ...{ action: 'PRESENCE', channel: 'a', presence: [{ action: 'enter', data: 'hello' }] },
        });
        void fake.client.dispose();
      });

      it('RTL26: `annotations` hears them', () => {
        const fake = fakeLight(codec, { features: [annotations] });
        const { channel } = follow(fake);
        const heard: unknown[] = [];
        annotationsOf(channel).annotations$.subscribe(({ type, data }) => heard.push([type, data]));
        const annotation = { action: 0, type: 't', data: 'd', messageSerial: 's' };
        fake.server.say({ action: Action.annotation, channel: 'a', annotations: [annotation] });
        expect(heard).to.deep.equal([['t', 'd']]);
        void fake.client.dispose();
      });

      it('`schemas` checks payloads', () => {
        const fake = fakeLight(codec, { features: [schemas] });
        const { heard } = follow(fake, { schemas: { n: text } });
        const messages = [
          { name: 'n', data: 'text' },
          { name: 'n', data: '7', encoding: 'json' },
        ];
        fake.server.say({ action: Action.message, channel: 'a', messages });
        expect([heard, fake.errors]).to.deep.equal([['text'], [40013]]);
        void fake.client.dispose();
      });

      it('PC3: `deltas(vcdiff)` undoes them', () => {
        const fake = fakeLight(codec, { features: [deltas(vcdiff)] });
        const { heard } = follow(fake, { params: { delta: 'vcdiff' } });
        const delta = deltaOf('first', 'second');
        fake.server.say({
          ...{ action: Action.message, channel: 'a', id: 'm-1', messages: [{ data: 'first' }] },
        });
        fake.server.say({
          ...{ action: Action.message, channel: 'a', id: 'm-2' },
          messages: [
            {
              data: codec.binary ? delta : Buffer.from(delta).toString('base64'),
              encoding: `utf-8/vcdiff${codec.binary ? '' : '/base64'}`,
              extras: { delta: { from: 'm-1:0', format: 'vcdiff' } },
            },
          ],
        });
        expect([heard, fake.errors]).to.deep.equal([['first', 'second'], []]);
        void fake.client.dispose();
      });

      it('RTN17f, RTN17j: `fallbacks()` tries other hosts, once the internet is known to be there', () => {
        const asked: string[] = [];
        const fetch = fakeFetch((url) => {
          asked.push(url);
          return { text: 'yes' };
        });
        const options = { fallbackHosts: ['127.0.0.2'], connectivityCheckUrl: 'http://up' };
        const { client, net } = fakeLight(codec, { features: [fallbacks(options)], fetch });
        client.connect();
        net.last().fail();
        const hosts = net.dialled.map(({ url }) => new URL(url).hostname);
        expect([hosts, asked]).to.deep.equal([['localhost', '127.0.0.2'], ['http://up']]);
        void client.dispose();
      });

      it('RSA1: a fallback host elsewhere is no place for a key without TLS', () => {
        const features = [fallbacks({ fallbackHosts: ['example.com'] })];
        expect(codesOf(thrownBy(() => fakeLight(codec, { features })))).to.deep.equal({
          code: 40103,
          statusCode: 401,
        });
      });

      it('RTN16: `recovery()` goes on where another process left off', () => {
        const first = fakeLight(codec);
        expect(createRecoveryKey(first.client)).to.equal(null);
        follow(first, {}, { channelSerial: 's-5' });
        const recover = createRecoveryKey(first.client) ?? '';
        const { client, net, server } = fakeLight(codec, { features: [recovery({ recover })] });
        expect([...client.channels.keys()]).to.deep.equal(['a']);
        client.channel('a').messages$.subscribe();
        expect(new URL(net.last().url).searchParams.get('recover')).to.equal('key-1');
        server.welcome();
        expect(server.heard()).to.deep.equal([
          { action: 'ATTACH', channel: 'a', channelSerial: 's-5', flags: Flag.attachResume },
        ]);
        void first.client.dispose();
        void client.dispose();
      });

      it('RTN16f, RTN15c7: counts from 0 where the recovered session is lost before the first publish', () => {
        const recover = JSON.stringify({ connectionKey: 'key-1', msgSerial: 3, channelSerials: {} });
        const serialAfter = (...sessions: readonly string[]): unknown => {
          const { client, server } = fakeLight(codec, { features: [recovery({ recover })] });
          client.connect();
          for (const [index, session] of sessions.entries()) {
            if (index > 0) server.drop();
            server.welcome(session);
          }
          void publish(client.channel('a'), 'n', 'd');
          const serial = server.heard()[0]?.msgSerial;
          void client.dispose();
          return serial;
        };
        expect([serialAfter('id-1'), serialAfter('id-1', 'id-2')]).to.deep.equal([3, 0]);
      });

      it('40000: `fallbacks()` and `recovery()` name their option that is wrong', () => {
        for (const [name, deed] of [
          ['fallbackHosts', () => fallbacks({ fallbackHosts: [7] as never })],
          ['connectivityCheckUrl', () => fallbacks({ connectivityCheckUrl: '' })],
          ['recover', () => recovery({ recover: 7 as never })],
          ['recover', () => fakeLight(codec, { features: [recovery({ recover: () => 7 as never })] })],
        ] as const) {
          const error = thrownBy(deed);
          expect(codesOf(error), name).to.deep.equal({ code: 40000, statusCode: 400 });
          expect(String(error)).to.contain(`"${name}"`);
        }
      });
    });
  });

describe('the options of createClient', () => {
  it('RSA14: there have to be credentials; says where they come from', () => {
    const error = thrownBy(() => createClient({ log: () => undefined }));
    expect(codesOf(error)).to.deep.equal({ code: 40106, statusCode: 400 });
    expect(String(error)).to.contain('"key"').and.to.contain('"auth"').and.to.contain('"rx-realtime/auth"');
  });

  it("there is a warning of each that there is not, also of a feature's", () => {
    expect(logged({ autoConect: 1, fallbackHosts: [], recover: 'x', token: 't', vcdiff })).to.deep.equal([
      ['warn', 'There is no option "autoConect": write "autoConnect".'],
      ['warn', 'There is no option "fallbackHosts": give it to fallbacks(), in "features".'],
      ['warn', 'There is no option "recover": give it to recovery(), in "features".'],
      ['warn', 'There is no option "token": give it to tokenAuth(), in "auth".'],
      ['warn', 'There is no option "vcdiff": give it to deltas(), in "features".'],
    ]);
  });

  it('the warning of an option of a feature or of a channel names the function that takes it', () => {
    const elsewhere = [
      ...[fallbackValidators, recoveryValidators, authValidators].flatMap((table) => Object.keys(table)),
      ...['defaultTokenParams', 'vcdiff', 'schemas', 'params', 'modes', 'cipher', 'attachOnSubscribe'],
    ].filter((name) => name !== 'key');
    const seen = logged(Object.fromEntries(elsewhere.map((name) => [name, undefined])));
    expect(seen).to.have.length(elsewhere.length);
    for (const event of seen)
      expect(String(event)).to.match(/: give it to \w+\(\)(, in "(auth|features)")?\.$/);
  });

  it('every one that there is goes without a word', () => {
    const all = {
      ...{ key: emulatorKey, auth: undefined, features: [], clientId: undefined, endpoint: 'localhost' },
      ...{ port: 80, tlsPort: 443, tls: false, echoMessages: true, strictMode: false, transportParams: {} },
      ...{ disconnectedRetryTimeout: 1, suspendedRetryTimeout: 1, channelRetryTimeout: 1 },
      ...{ realtimeRequestTimeout: 1, autoConnect: false, detachGrace: false, codec: codecs[0] },
      ...{ webSocketCtor: undefined, lifecycle$: EMPTY, jitter: 'full', scheduler: undefined },
      ...{ random: undefined, queueMessages: true, maxMessageSize: 1, queue: {}, fetch: undefined },
      ...{ httpRequestTimeout: 1, httpMaxRetryCount: 1, httpMaxRetryDuration: 1 },
    };
    expect(logged(all)).to.deep.equal([]);
  });

  it('40000: names the one that is wrong', () => {
    const error = thrownBy(() => fakeLight(codecs[0]!, { detachGrace: 'long' as never }));
    expect(codesOf(error)).to.deep.equal({ code: 40000, statusCode: 400 });
    expect(String(error)).to.contain('"detachGrace"');
  });
});
