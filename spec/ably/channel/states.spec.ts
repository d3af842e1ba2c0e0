import { expect } from 'chai';
import { spy } from 'sinon';
import type { ChannelStateChange } from '../../../lib/ably/channel/changes.js';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { codecs, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';

const refused = { code: 40160, statusCode: 401, message: 'no' };
const lost = { code: 80003, statusCode: 400, message: 'lost' };
/** Connected, and attached to `a` by `attach()`. */
const attach = ({ client, server }: FakeAbly): RealtimeChannel => {
  const channel = client.channel('a');
  channel.attach().catch(ignore);
  server.welcome();
  server.attached('a');
  return channel;
};
const step = (
  previous: ChannelStateChange['previous'],
  event: ChannelStateChange['event'],
  rest: Partial<ChannelStateChange> = {},
): ChannelStateChange => ({
  previous,
  current: event === 'update' ? previous : event,
  event,
  reason: undefined,
  resumed: false,
  hasBacklog: false,
  ...rest,
});

for (const codec of codecs)
  describe(`the states of a channel, ${codec.format}`, () => {
    const lives = livesOf(codec);
    const at0 = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      lives(
        100,
        (fake) => {
          fake.at(0, () => {
            script(fake);
          });
        },
        options,
      );

    it(
      'RTS1, RTL23: channels are found by their names, each with its own state',
      at0((fake) => {
        const a = attach(fake);
        const b = fake.client.channel('b');
        expect([...fake.client.channels]).to.deep.equal([
          ['a', a],
          ['b', b],
        ]);
        expect([a.name, a.state, b.name, b.state]).to.deep.equal(['a', 'attached', 'b', 'initialized']);
      }),
    );

    it(
      'RTS2: a look-up among the channels copies none of them, and answers as it is at the moment',
      at0(({ client }) => {
        const { channels } = client;
        const names = Array.from({ length: 100 }, (_, index) => `${index}`);
        const walk = spy(Map.prototype, Symbol.iterator as never);
        try {
          expect(channels).to.equal(client.channels);
          for (const name of names) {
            expect(client.channels.has(name)).to.equal(false);
            const channel = client.channel(name);
            expect([channels.get(name), channels.size]).to.deep.equal([channel, Number(name) + 1]);
          }
          for (const name of names) void client.releaseChannel(name);
          expect([channels.size, channels.get('0'), walk.callCount]).to.deep.equal([0, undefined, 0]);
        } finally {
          walk.restore();
        }
      }),
    );

    it(
      'RTS2, RTS4a: a walk through the channels ends, although each is released and made anew meanwhile',
      at0(({ client }) => {
        for (const name of ['a', 'b', 'c']) client.channel(name);
        const seen: string[] = [];
        for (const [name, channel] of client.channels) {
          seen.push(name);
          void client.releaseChannel(name);
          expect(client.channel(name)).not.to.equal(channel);
        }
        expect(seen).to.deep.equal(['a', 'b', 'c']);
      }),
    );

    it(
      'RTL2a, RTL2b, RTL2d, TH1, TH2, TH3, TH5: each change is told, and is the state from then on',
      at0((fake) => {
        const channel = fake.client.channel('a');
        const [seen, states]: [ChannelStateChange[], string[]] = [[], []];
        channel.changes$.subscribe((change) => {
          seen.push(change);
          states.push(channel.state);
        });
        attach(fake);
        channel.detach().catch(ignore);
        fake.server.say({ action: Action.detached, channel: 'a' });
        channel.attach().catch(ignore);
        fake.server.say({ action: Action.error, channel: 'a', error: refused });
        const reason = ErrorInfo.from(refused);
        expect(seen.map(({ reason: given, ...rest }) => ({ ...rest, reason: given?.code }))).to.deep.equal(
          [
            step('initialized', 'attaching'),
            step('attaching', 'attached'),
            step('attached', 'detaching'),
            step('detaching', 'detached'),
            step('detached', 'attaching'),
            step('attaching', 'failed', { reason }),
          ].map((change) => ({ ...change, reason: change.reason?.code })),
        );
        expect(seen.at(-1)?.reason).to.be.instanceOf(ErrorInfo);
        expect(states).to.deep.equal(seen.map(({ current }) => current));
      }),
    );

    it(
      'RTL2i, TH6: an update says, too, whether messages from before follow',
      at0((fake) => {
        const seen: ChannelStateChange[] = [];
        attach(fake).changes$.subscribe((change) => seen.push(change));
        fake.server.attached('a', { flags: Flag.hasBacklog });
        fake.server.attached('a');
        expect(seen).to.deep.equal([
          step('attached', 'update', { hasBacklog: true }),
          step('attached', 'update'),
        ]);
      }),
    );

    it(
      'RTL2g, RTL12, TH5: an update is told as one, never as a state that was there before',
      at0((fake) => {
        const seen: unknown[] = [];
        const channel = attach(fake);
        channel.changes$.subscribe(({ previous, current, event, reason }) =>
          seen.push([previous, current, event, reason?.code]),
        );
        fake.server.attached('a', { error: lost });
        fake.server.attached('a');
        fake.server.attached('a', { flags: Flag.resumed });
        channel.attach().catch(ignore); // there already
        expect(seen).to.deep.equal([
          ['attached', 'attached', 'update', 80003],
          ['attached', 'attached', 'update', undefined],
        ]);
      }),
    );

    for (const flags of [0, Flag.hasBacklog, Flag.resumed, Flag.hasBacklog | Flag.resumed])
      it(
        `RTL2f, RTL2i, TH4, TH6: ATTACHED with the flags ${flags} says whether it resumed, and whether a backlog follows`,
        at0((fake) => {
          const seen: ChannelStateChange[] = [];
          fake.client.channel('a').changes$.subscribe((change) => seen.push(change));
          fake.client.channel('a').attach().catch(ignore);
          fake.server.welcome();
          fake.server.attached('a', { flags });
          expect(seen).to.deep.equal([
            step('initialized', 'attaching'),
            step('attaching', 'attached', {
              resumed: (flags & Flag.resumed) !== 0,
              hasBacklog: (flags & Flag.hasBacklog) !== 0,
            }),
          ]);
        }),
      );

    it(
      'RTF1, TH3: an error that is null is none',
      at0((fake) => {
        const nothing = { error: null } as unknown as Partial<ProtocolMessage>;
        const channel = fake.client.channel('a');
        const reasons: unknown[] = [];
        channel.changes$.subscribe(({ event, reason }) => reasons.push([event, reason]));
        channel.attach().catch(ignore);
        fake.server.welcome();
        fake.server.attached('a', nothing);
        fake.server.attached('a', nothing);
        fake.server.say({ action: Action.detached, channel: 'a', ...nothing });
        expect(reasons).to.deep.equal(
          ['attaching', 'attached', 'update', 'attaching'].map((event) => [event, undefined]),
        );
      }),
    );

    it('RTL14: ERROR fails a channel in whatever state it is', () => {
      const detached = { action: Action.detached, channel: 'a' } as const;
      const error = { action: Action.error, channel: 'a', error: refused } as const;
      const ways: Readonly<Record<string, (fake: FakeAbly) => unknown>> = {
        initialized: ({ client, server }) => {
          client.connect();
          server.welcome();
        },
        detached: (fake) => {
          attach(fake).detach().catch(ignore);
          fake.server.say(detached);
        },
        detaching: (fake) => attach(fake).detach().catch(ignore),
        suspended: (fake) => {
          attach(fake);
          fake.server.say(detached);
          fake.server.say(detached);
        },
        failed: (fake) => {
          attach(fake);
          fake.server.say({ ...error, error: lost });
        },
      };
      for (const [state, lead] of Object.entries(ways))
        at0((fake) => {
          const channel = fake.client.channel('a');
          lead(fake);
          expect(channel.state).to.equal(state);
          const seen: unknown[] = [];
          channel.changes$.subscribe(({ current, reason }) => seen.push([current, reason?.code]));
          fake.server.say(error);
          expect([channel.state, channel.errorReason?.code]).to.deep.equal(['failed', refused.code]);
          expect(seen).to.deep.equal(state === 'failed' ? [] : [['failed', refused.code]]);
        })();
    });

    it(
      'RTL15b2: whoever is told that a channel is detached, or has failed, finds that it has no serial any more',
      at0((fake) => {
        const channel = attach(fake);
        const seen: unknown[] = [];
        channel.changes$.subscribe(({ current }) => seen.push([current, channel.properties.channelSerial]));
        channel.detach().catch(ignore);
        fake.server.say({ action: Action.detached, channel: 'a' });
        channel.attach().catch(ignore);
        fake.server.attached('a', { channelSerial: 's-1' });
        fake.server.say({ action: Action.error, channel: 'a', error: refused });
        expect(seen).to.deep.equal([
          ['detaching', 's-0'],
          ['detached', undefined],
          ['attaching', undefined],
          ['attached', 's-1'],
          ['failed', undefined],
        ]);
      }),
    );

    it(
      'RTL3e: a connection that is disconnected changes no channel',
      at0((fake) => {
        const [a, b, c] = [attach(fake), fake.client.channel('b'), fake.client.channel('c')];
        b.attach().catch(ignore);
        const seen: unknown[] = [];
        for (const channel of [a, b, c]) channel.changes$.subscribe((change) => seen.push(change));
        fake.server.drop();
        fake.net.last().fail(); // the retry at once
        expect(fake.client.connection.state).to.equal('disconnected');
        expect([seen, a.state, b.state, c.state]).to.deep.equal([[], 'attached', 'attaching', 'initialized']);
      }),
    );

    it('RTL4i, RTL3d: attaching waits for the connection, whether it is not there yet or not any more', () => {
      for (const before of ['initialized', 'connecting', 'disconnected'])
        at0(
          (fake) => {
            const { client, server, net } = fake;
            if (before !== 'initialized') client.connect();
            if (before === 'disconnected') net.last().fail();
            expect(client.connection.state).to.equal(before);
            const channel = client.channel('a');
            channel.attach().catch(ignore);
            expect(channel.state).to.equal('attaching');
            if (before === 'disconnected') client.connect();
            net.last().open();
            expect(server.heard()).to.deep.equal([]);
            server.greet();
            expect(server.heard()).to.deep.equal([{ action: 'ATTACH', channel: 'a' }]);
          },
          { fallbackHosts: [] },
        )();
    });

    it(
      'RTL5j, RTL5d: detaching a suspended channel is done at once, and sends nothing; the server, which may attach it still, is told later',
      lives(
        10_000,
        (fake) => {
          const heard = (): unknown => fake.server.heard().map(({ action }) => action);
          fake.at(0, () => {
            fake.client.channel('a').attach().catch(ignore);
            fake.server.welcome();
          });
          fake.at(1001, () => {
            const channel = fake.client.channel('a');
            expect(channel.state).to.equal('suspended');
            channel.detach().catch(ignore);
            expect([channel.state, heard()]).to.deep.equal(['detached', ['ATTACH']]);
          });
          fake.at(3702, () => {
            expect(heard()).to.deep.equal(['ATTACH', 'DETACH']);
            fake.server.say({ action: Action.detached, channel: 'a' });
          });
          fake.at(9999, () => {
            expect(fake.client.channel('a').state).to.equal('detached'); // and it is not tried again
            expect(heard()).to.deep.equal(['ATTACH', 'DETACH']);
          });
        },
        { realtimeRequestTimeout: 1000, channelRetryTimeout: 3000 },
      ),
    );

    it(
      'RTL5i, RTL5j, RTL5k: so it is where it was left before its ATTACH was given up; an ATTACHED after that is answered with DETACH',
      lives(
        2000,
        (fake) => {
          const heard = (): unknown => fake.server.heard().map(({ action }) => action);
          fake.at(0, () => {
            fake.client.channel('a').attach().catch(ignore);
            fake.server.welcome();
            fake.client.channel('a').detach().catch(ignore);
          });
          fake.at(1001, () => {
            expect([fake.client.channel('a').state, heard()]).to.deep.equal(['detached', ['ATTACH']]);
            fake.server.attached('a');
            expect(heard()).to.deep.equal(['ATTACH', 'DETACH']);
            fake.server.say({ action: Action.detached, channel: 'a' });
          });
        },
        { realtimeRequestTimeout: 1000, channelRetryTimeout: 500 },
      ),
    );

    it(
      'RTL5l: detaching without a connection is done at once, and the server is told of what it may have',
      at0((fake) => {
        const [channel, other] = [attach(fake), fake.client.channel('b')];
        fake.server.drop();
        other.attach().catch(ignore);
        for (const each of [channel, other]) each.detach().catch(ignore);
        expect([channel.state, other.state]).to.deep.equal(['detached', 'detached']);
        fake.server.welcome();
        expect(fake.server.heard()).to.deep.equal([{ action: 'DETACH', channel: 'a' }]);
      }),
    );

    it('RTL13c, RTL3d: a channel that waits for its next try does not try without a connection, and at once with one', () => {
      const attaches = ({ server }: FakeAbly): number =>
        server.heard().filter(({ action }) => action === 'ATTACH').length;
      lives(
        20_000,
        (fake) => {
          fake.at(0, () => {
            attach(fake);
            fake.server.say({ action: Action.detached, channel: 'a', error: lost }); // RTL13a
            fake.server.say({ action: Action.detached, channel: 'a', error: lost }); // RTL13b
            expect(fake.client.channel('a').state).to.equal('suspended');
            expect(attaches(fake)).to.equal(2);
          });
          fake.at(1000, () => {
            fake.server.drop();
          });
          fake.at(10_000, () => {
            expect([fake.client.channel('a').state, fake.server.heard()]).to.deep.equal(['suspended', []]);
            fake.server.welcome();
            expect([fake.client.channel('a').state, attaches(fake)]).to.deep.equal(['attaching', 1]);
          });
        },
        { channelRetryTimeout: 3000 },
      )();
    });

    it(
      'RTN11d, RTL15b2: a channel that is suspended when its connection fails begins anew with the next',
      lives(
        500,
        (fake) => {
          const { client, server, details } = fake;
          fake.at(0, () => {
            const channel = client.channel('a');
            channel.attach().catch(ignore);
            server.welcome('id-1', { connectionDetails: { ...details, connectionStateTtl: 50 } });
            server.attached('a');
            server.drop();
            server.drop(); // the attempt that follows at once
          });
          fake.at(100, () => {
            const channel = client.channel('a');
            expect([client.connection.state, channel.state]).to.deep.equal(['suspended', 'suspended']);
            expect(channel.properties.channelSerial).to.equal('s-0');
            client.connect();
            server.open();
            server.say({ action: Action.error, error: refused });
            expect([client.connection.state, channel.state]).to.deep.equal(['failed', 'suspended']);
            client.connect();
            expect([channel.state, channel.properties.channelSerial]).to.deep.equal([
              'initialized',
              undefined,
            ]);
            server.welcome('id-2');
            expect(server.heard()).to.deep.equal([{ action: 'ATTACH', channel: 'a' }]);
          });
        },
        { disconnectedRetryTimeout: 10_000, suspendedRetryTimeout: 10_000, fallbackHosts: [] },
      ),
    );

    it(
      'RTN16g: a recovery key tells where channels stand that are attached or about to be again, and of no others',
      at0((fake) => {
        const { client, server } = fake;
        attach(fake);
        for (const name of ['b', 'c']) {
          client.channel(name).attach().catch(ignore);
          server.attached(name, { channelSerial: `s-${name}` });
        }
        server.say({ action: Action.detached, channel: 'b', error: lost }); // RTL13a
        client.channel('c').detach().catch(ignore);
        const states = ['b', 'c'].map((name) => client.channel(name).state);
        expect(states).to.deep.equal(['attaching', 'detaching']);
        const key = client.connection.createRecoveryKey() ?? '';
        expect((JSON.parse(key) as { channelSerials: unknown }).channelSerials).to.deep.equal({
          ...{ a: 's-0', b: 's-b' },
        });
      }),
    );

    it(
      'RTL15c, RTL15: the attachSerial is that of the last ATTACHED that did not resume',
      at0((fake) => {
        const channel = fake.client.channel('a');
        const serials = (): unknown => [channel.properties.attachSerial, channel.properties.channelSerial];
        expect(serials()).to.deep.equal([undefined, undefined]);
        attach(fake);
        expect(serials()).to.deep.equal(['s-0', 's-0']);
        fake.server.attached('a', { channelSerial: 's-1', flags: Flag.resumed });
        expect(serials()).to.deep.equal(['s-0', 's-1']);
        fake.server.attached('other', { channelSerial: 's-8' });
        expect(serials()).to.deep.equal(['s-0', 's-1']);
        fake.server.attached('a', { channelSerial: 's-2' });
        expect(serials()).to.deep.equal(['s-2', 's-2']);
      }),
    );

    it(
      'RTL24: errorReason is what went wrong, until the channel is attached anew',
      at0((fake) => {
        const channel = attach(fake);
        expect(channel.errorReason).to.equal(undefined);
        fake.server.say({ action: Action.error, channel: 'a', error: refused });
        expect([channel.errorReason?.code, channel.errorReason?.statusCode]).to.deep.equal([40160, 401]); // RTL14
        channel.attach().catch(ignore);
        expect(channel.errorReason).to.equal(undefined); // RTL4g
        fake.server.say({ action: Action.error, error: lost });
        expect(channel.errorReason?.code).to.equal(80003); // RTL3a
        fake.client.connect();
        expect([channel.state, channel.errorReason]).to.deep.equal(['initialized', undefined]); // RTN11d
      }),
    );
  });
