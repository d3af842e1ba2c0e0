import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';

const asked = ({ server }: Pick<FakeAbly, 'server'>, action: Action, name = 'a'): number =>
  server.heard().filter((frame) => frame.action === action && frame.channel === name).length;

for (const codec of codecs)
  describe(`attaching again, ${codec.format}`, () => {
    const lives = (until: number, script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      life(codec, { until, ...options }, script);

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
          expect(asked(fake, Action.attach, name), name).to.equal(1);
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
        expect(asked(fake, Action.detach, 'b')).to.equal(1);
      }),
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
            expect([channel.state, asked(fake, Action.attach)]).to.deep.equal(['suspended', 1]);
            channel.attach().catch(() => undefined);
            expect([channel.state, asked(fake, Action.attach)]).to.deep.equal(['attaching', 2]);
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
  });
