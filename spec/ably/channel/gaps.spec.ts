import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { codecs, fakeAbly, type FakeAbly, livesOf } from '../../support/fake-ably.js';

for (const codec of codecs)
  describe(`gaps in what a channel brings, ${codec.format}`, () => {
    const lives = livesOf(codec, {
      ...{ disconnectedRetryTimeout: 10_000, suspendedRetryTimeout: 10_000, fallbackHosts: [] },
    });
    /** What listeners of `a` hear, in order: messages, and gaps. */
    const follow = ({ client }: Pick<FakeAbly, 'client'>): string[] => {
      const heard: string[] = [];
      const channel = client.channel('a');
      channel.discontinuities$.subscribe(() => heard.push('gap'));
      channel.messages$.subscribe(({ data }) => heard.push(String(data)));
      return heard;
    };
    const message = (data: string) => ({ action: Action.message, channel: 'a', messages: [{ data }] });

    for (const [title, times] of [
      ['once', 1],
      ['more than once', 2],
    ] as const)
      it(
        `RTN11d, RTL2f: a channel that is suspended, on a connection that is closed and opened anew ${title}, tells of what it has missed`,
        lives(500, (fake) => {
          const { client, server, details } = fake;
          let heard: string[] = [];
          fake.at(0, () => {
            heard = follow(fake);
            server.welcome('id-1', { connectionDetails: { ...details, connectionStateTtl: 50 } });
            server.attached('a');
            server.say(message('x'));
            server.drop();
            server.drop(); // the attempt that follows at once
          });
          fake.at(100, () => {
            for (let time = 0; time < times; time += 1) {
              expect(client.channel('a').state).to.equal(time === 0 ? 'suspended' : 'initialized');
              void client.close();
              if (time > 0) server.drop();
              client.connect();
            }
            server.welcome('id-2');
            expect(heard).to.deep.equal(['x']);
            server.attached('a');
            server.say(message('z'));
            expect(heard).to.deep.equal(['x', 'gap', 'z']);
          });
        }),
      );

    it('RTN16g, RTN16j: a channel that is being attached again when its place is handed on tells of what is missed by then', async () => {
      const fake = fakeAbly(codec);
      const { server } = fake;
      follow(fake);
      server.welcome();
      server.attached('a', { channelSerial: 's-1' });
      server.say({ action: Action.detached, channel: 'a' }); // RTL13a
      expect(fake.client.channel('a').state).to.equal('attaching');
      const next = fakeAbly(codec, { recover: fake.client.connection.createRecoveryKey() ?? '' });
      const heard = follow(next);
      next.server.welcome('id-1');
      expect(next.server.heard()[0]).to.deep.include({ action: 'ATTACH', channelSerial: 's-1' });
      const key = next.client.connection.createRecoveryKey() ?? ''; // handed on once more, before the answer
      next.server.attached('a');
      next.server.say(message('z'));
      expect(heard).to.deep.equal(['gap', 'z']);
      expect(key).to.contain('"channelSerials":{"a":"s-1"}');
      for (const { client } of [fake, next]) await client.dispose();
    });
  });
