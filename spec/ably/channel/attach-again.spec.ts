import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { codecs, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import type { ActionName } from '../../support/heard.js';

const asked = ({ server }: Pick<FakeAbly, 'server'>, action: ActionName, name = 'a'): number =>
  server.heard().filter((frame) => frame.action === action && frame.channel === name).length;

for (const codec of codecs)
  describe(`attaching again, ${codec.format}`, () => {
    const lives = livesOf(codec);

    it(
      'RTL3d, RTN19b: a channel that is wanted because another one moves is asked for once',
      lives(10, (fake) => {
        const { client, server } = fake;
        const [a, b] = [client.channel('a'), client.channel('b')];
        a.messages$.subscribe();
        server.welcome();
        server.attached('a');
        a.state$.subscribe((state) => {
          if (state !== 'attaching') return;
          b.messages$.subscribe();
          client.channel('made meanwhile').messages$.subscribe();
        });
        server.drop();
        server.welcome();
        for (const name of ['a', 'b', 'made meanwhile'])
          expect(asked(fake, 'ATTACH', name), name).to.equal(1);
      }),
    );

    it(
      'RTL5l, RTN19b: a channel that is detached because another one moves is asked for once',
      lives(10, (fake) => {
        const { client, server } = fake;
        const [a, b] = [client.channel('a'), client.channel('b')];
        b.messages$.subscribe();
        a.messages$.subscribe();
        server.welcome();
        for (const name of ['a', 'b']) server.attached(name);
        a.changes$.subscribe(({ event }) => {
          if (event === 'attaching') b.detach().catch(() => undefined);
        });
        server.drop();
        server.welcome();
        expect(asked(fake, 'DETACH', 'b')).to.equal(1);
      }),
    );

    it(
      'RTL4i: the time to attach runs from when it was asked for, however long connecting takes',
      lives(
        300,
        ({ client, server, at }) => {
          const channel = client.channel('a');
          client.connect();
          channel.messages$.subscribe();
          at(90, server.drop);
          at(150, () => {
            expect(channel.state).to.equal('attaching');
            client.connect();
            server.welcome();
          });
          at(240, () => {
            expect(channel.state).to.equal('attaching');
            server.attached('a');
            expect(channel.state).to.equal('attached');
          });
        },
        { realtimeRequestTimeout: 100, disconnectedRetryTimeout: 10_000 },
      ),
    );

    it(
      'RTL13b, RTB1: waits longer after each attach in a row that failed, and as at first after one that did not',
      lives(
        2000,
        ({ client, server, at }) => {
          const channel = client.channel('a');
          const waits: number[] = [];
          let [now, since] = [0, 0];
          for (let ms = 0; ms < 2000; ms += 1) at(ms, () => (now = ms));
          channel.changes$.subscribe(({ current, previous }) => {
            if (current === 'suspended') since = now;
            if (previous === 'suspended') waits.push(now - since);
          });
          channel.messages$.subscribe();
          server.welcome();
          const refuse = (): void => {
            if (channel.state === 'attaching') server.say({ action: Action.detached, channel: 'a' });
          };
          for (let ms = 0; ms < 1000; ms += 1) at(ms, refuse);
          at(1000, () => void server.attached('a'));
          at(1001, () => {
            const [first = 0, second = 0, third = 0] = waits;
            expect([first < second, second < third]).to.deep.equal([true, true]);
            waits.length = 0;
            server.say({ action: Action.detached, channel: 'a' });
            refuse();
          });
          at(1990, () => {
            expect(waits[0]).to.be.within(80, 101);
          });
        },
        { channelRetryTimeout: 100, random: () => 0.5 },
      ),
    );

    it(
      'RTL13a: a suspended channel that the server detaches is asked for at once',
      lives(
        200,
        (fake) => {
          const { client, server, at } = fake;
          const channel = client.channel('a');
          channel.messages$.subscribe();
          server.welcome();
          at(150, () => {
            expect(channel.state).to.equal('suspended');
            server.say({ action: Action.detached, channel: 'a', error: { code: 90001 } });
            expect([channel.state, channel.errorReason?.code]).to.deep.equal(['attaching', 90001]);
            expect(asked(fake, 'ATTACH')).to.equal(2);
          });
        },
        { realtimeRequestTimeout: 100 },
      ),
    );

    it(
      'RTL4c: attach() on a suspended channel asks at once, also where attach() holds it already',
      lives(
        200,
        (fake) => {
          const { client, server, at } = fake;
          const channel = client.channel('a');
          channel.attach().catch(() => undefined);
          server.welcome();
          at(150, () => {
            expect([channel.state, asked(fake, 'ATTACH')]).to.deep.equal(['suspended', 1]);
            channel.attach().catch(() => undefined);
            expect([channel.state, asked(fake, 'ATTACH')]).to.deep.equal(['attaching', 2]);
            server.attached('a');
            channel.detach().catch(() => undefined);
            server.say({ action: Action.detached, channel: 'a' });
          });
          at(160, () => {
            expect(channel.state).to.equal('detached'); // it was one lease
          });
        },
        { realtimeRequestTimeout: 100 },
      ),
    );

    it(
      'RTL2f, RTL3c: whoever comes while a suspended connection is tried again hides no gap from those who were there',
      lives(
        500,
        ({ client, server, details, at }) => {
          const [channel, gaps] = [client.channel('a'), [] as unknown[]];
          channel.discontinuities$.subscribe(({ reason }) => gaps.push(reason?.code));
          channel.messages$.subscribe();
          server.welcome('id-1', { connectionDetails: { ...details, connectionStateTtl: 50 } });
          server.attached('a');
          at(1, server.drop);
          at(2, server.drop); // the attempt that follows at once
          at(80, () => {
            expect([client.connection.state, channel.state]).to.deep.equal(['suspended', 'suspended']);
            client.connect();
            channel.messages$.subscribe();
            expect(channel.state).to.equal('attaching');
            server.welcome('id-2');
            server.attached('a', { error: { code: 80008 } });
            expect(gaps).to.deep.equal([80008]);
          });
        },
        { disconnectedRetryTimeout: 10_000, suspendedRetryTimeout: 10_000 },
      ),
    );

    it(
      'RTL2f, RTL4f: a first attach that got no answer has no gap behind it, and is a first attach again',
      lives(
        300,
        ({ client, server, at }) => {
          const [channel, gaps] = [client.channel('a', { params: { rewind: '1' } }), [] as unknown[]];
          channel.discontinuities$.subscribe((gap) => gaps.push(gap));
          channel.messages$.subscribe();
          server.welcome();
          at(200, () => {
            const again = server.heard().filter(({ action }) => action === 'ATTACH');
            expect(again.map(({ flags, params }) => [flags, params])).to.deep.equal([
              [undefined, { rewind: '1' }],
              [undefined, { rewind: '1' }], // with ATTACH_RESUME nothing would be rewound
            ]);
            server.attached('a');
            expect(gaps).to.deep.equal([]);
          });
        },
        { realtimeRequestTimeout: 100, channelRetryTimeout: 50 },
      ),
    );
  });
