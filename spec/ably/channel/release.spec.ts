import { expect } from 'chai';
import { concat, of } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { asked, codecs, fakeAbly, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { settling } from '../../support/settling.js';
import { codesOf } from '../../support/thrown.js';
import { unhandledDuring } from '../../support/unhandled.js';

const [attach, detach, presence] = ['ATTACH a', 'DETACH a', 'PRESENCE a'];
const detached = { action: Action.detached, channel: 'a' };
const message = (data: string) => ({ action: Action.message, channel: 'a', messages: [{ data }] });
/** What a subscriber hears of a channel's messages: their data, and the end. */
const heardOn = (channel: RealtimeChannel): string[] => {
  const heard: string[] = [];
  concat(channel.messages$, of({ data: 'over' })).subscribe({
    next: ({ data }) => heard.push(String(data)),
    error: () => heard.push('failed'),
  });
  return heard;
};

for (const codec of codecs)
  describe(`a channel that is released, ${codec.format}`, () => {
    const lives = livesOf(codec, { detachGrace: 20, realtimeRequestTimeout: 100, clientId: 'me' });
    const at0 = (script: (fake: FakeAbly) => void): (() => void) =>
      lives(1, (fake) => {
        fake.at(0, () => {
          script(fake);
        });
      });
    /** Connected, and attached to `a` for a subscriber. */
    const begin = ({ client, server }: Pick<FakeAbly, 'client' | 'server'>, greeting = {}) => {
      const before = client.channel('a');
      const heardBefore = heardOn(before);
      server.welcome('id-1', greeting);
      server.attached('a');
      return { before, heardBefore };
    };

    it(
      'RTS4a, RTS3a: is over in that very turn, and the next one of its name hears',
      at0((fake) => {
        const { client, server } = fake;
        const { before, heardBefore } = begin(fake);
        void client.releaseChannel('a');
        const now = client.channel('a');
        const heard = heardOn(now);
        expect([now === before, heardBefore, client.channels.get('a') === now]).to.deep.equal([
          ...[false, ['over'], true],
        ]);
        expect([asked(fake), before.state, now.state]).to.deep.equal([
          ...[[attach, detach], 'detaching', 'attaching'],
        ]);
        server.say(message('of before'));
        server.say(detached); // which is not the answer to the ATTACH of the next one
        expect([asked(fake), before.state, now.state]).to.deep.equal([
          ...[[attach, detach, attach], 'detached', 'attaching'],
        ]);
        server.attached('a');
        server.say(message('x'));
        expect([now.state, heard, heardBefore]).to.deep.equal(['attached', ['x'], ['over']]);
      }),
    );

    it(
      'RTS4a: likewise where it is released by a handler of its messages, and whoever was there comes back',
      at0((fake) => {
        const { client, server } = fake;
        begin(fake);
        let heard: string[] = [];
        client.channel('a').messages$.subscribe(() => {
          void client.releaseChannel('a');
          heard = heardOn(client.channel('a'));
        });
        server.say(message('x'));
        server.say(detached);
        server.attached('a');
        server.say(message('y'));
        expect([asked(fake), heard]).to.deep.equal([[attach, detach, attach], ['y']]);
      }),
    );

    it(
      'RTL5i, RTL4h: has the ATTACH that is under way answered first',
      at0((fake) => {
        const { client, server } = fake;
        const attaching = client.channel('a').attach();
        attaching.catch(ignore);
        server.welcome();
        void client.releaseChannel('a');
        const heard = heardOn(client.channel('a'));
        expect(asked(fake)).to.deep.equal([attach]);
        server.attached('a');
        expect(asked(fake)).to.deep.equal([attach, detach]);
        server.say(message('of before'));
        server.say(detached);
        server.attached('a');
        server.say(message('x'));
        expect([asked(fake), heard]).to.deep.equal([[attach, detach, attach], ['x']]);
      }),
    );

    it(
      'RTS4a: any number of times in a turn',
      at0((fake) => {
        const { client, server } = fake;
        begin(fake);
        const heard: string[][] = [];
        for (let times = 0; times < 3; times += 1) {
          void client.releaseChannel('a');
          heard.push(heardOn(client.channel('a')));
        }
        server.say(detached);
        server.attached('a');
        server.say(message('x'));
        expect([asked(fake), heard]).to.deep.equal([
          [attach, detach, attach],
          [['over'], ['over'], ['x']],
        ]);
      }),
    );

    for (const [where, id, sent] of [
      ['RTL5l: the server is told on the next transport, before the next one attaches', 'id-1', [detach]],
      ['RTL5l: and not on another connection, which knows nothing of it', 'id-2', [attach]],
    ] as const)
      it(
        where,
        at0((fake) => {
          const { client, server } = fake;
          begin(fake);
          server.drop();
          void client.releaseChannel('a');
          const now = client.channel('a');
          const heard = heardOn(now);
          expect(now.state).to.equal('attaching');
          server.welcome(id);
          expect(asked(fake)).to.deep.equal(sent);
          if (id === 'id-1') server.say(detached);
          expect(asked(fake).at(-1)).to.equal(attach);
          server.attached('a');
          server.say(message('x'));
          expect(heard).to.deep.equal(['x']);
        }),
      );

    it(
      'RTL5l: nobody has to want the next one for that',
      at0((fake) => {
        begin(fake);
        fake.server.drop();
        void fake.client.releaseChannel('a');
        fake.client.channel('a');
        fake.server.welcome();
        fake.server.say(detached);
        expect(asked(fake)).to.deep.equal([detach]);
      }),
    );

    const patient = { connectionDetails: { connectionKey: 'k', maxIdleInterval: 0 } };
    it(
      'RTL5f, RTB1: is detached once more where the server does not confirm it',
      lives(20_000, (fake) => {
        fake.at(0, () => {
          begin(fake, patient);
          void fake.client.releaseChannel('a');
        });
        fake.at(13_599, () => {
          expect(asked(fake)).to.deep.equal([attach, detach]);
        });
        fake.at(13_650, () => {
          heardOn(fake.client.channel('a')); // waits for that answer
          expect(asked(fake)).to.deep.equal([attach, detach, detach]);
        });
        fake.at(13_701, () => {
          expect(asked(fake)).to.deep.equal([attach, detach, detach, attach]); // and for no other one
        });
      }),
    );

    it(
      'RTL5f: the next one does not wait for a server that has not answered',
      lives(1000, (fake) => {
        fake.at(0, () => {
          begin(fake, patient);
          void fake.client.releaseChannel('a');
        });
        fake.at(500, () => {
          expect(asked(fake)).to.deep.equal([attach, detach]);
          const heard = heardOn(fake.client.channel('a'));
          expect(asked(fake)).to.deep.equal([attach, detach, attach]);
          fake.server.attached('a');
          fake.server.say(message('x'));
          expect(heard).to.deep.equal(['x']);
        });
      }),
    );

    it('RTS4a: `releaseChannel()` resolves once the server has let go of it, for whoever asks', async () => {
      const fake = fakeAbly(codec, { detachGrace: 20 });
      begin(fake);
      const told: string[] = [];
      for (const name of ['first', 'second'])
        void fake.client.releaseChannel('a').then(() => told.push(name));
      heardOn(fake.client.channel('a'));
      await settling();
      expect(told).to.deep.equal([]);
      fake.server.say(detached);
      await settling();
      expect(told).to.deep.equal(['first', 'second']);
      await fake.client.dispose();
    });

    for (const [where, prepare] of [
      ['was never used', ignore],
      ['has failed', (fake) => (begin(fake), fake.server.say({ ...detached, action: Action.error }))],
      [
        'is detached',
        (fake) => (begin(fake), void fake.client.channel('a').detach(), fake.server.say(detached)),
      ],
      ['has no connection', (fake) => (begin(fake), fake.server.drop())],
      ['does not exist', ({ client }) => void client.releaseChannel('a')],
    ] as readonly (readonly [string, (fake: FakeAbly) => unknown])[])
      it(`RTS4: \`releaseChannel()\` resolves where the channel ${where}`, async () => {
        const ends: Promise<void>[] = [];
        at0((fake) => {
          fake.client.channel('a');
          fake.client.connect();
          prepare(fake);
          const sent = fake.server.heard().length;
          ends.push(fake.client.releaseChannel('a'));
          expect([fake.server.heard().length, fake.client.channels.size]).to.deep.equal([sent, 0]);
        })();
        await Promise.all(ends);
      });

    it('RTL5f: `releaseChannel()` rejects where the server does not confirm it, and nobody has to take that', async () => {
      const ends: Promise<unknown>[] = [];
      const unhandled = await unhandledDuring(() => {
        lives(200, (fake) => {
          fake.at(0, () => {
            begin(fake);
            void fake.client.releaseChannel('a');
            ends.push(fake.client.releaseChannel('a').catch(codesOf));
          });
        })();
      });
      expect([await Promise.all(ends), unhandled]).to.deep.equal([[{ code: 90007, statusCode: 408 }], []]);
    });

    for (const [what, ask] of [
      ['an ENTER', ({ presence: members }: RealtimeChannel) => members.enter('x')],
      ['a get() of members', ({ presence: members }: RealtimeChannel) => members.get()],
    ] as const)
      it(
        `RTL5f, RTS4a: what waits for its answer, such as ${what}, does not keep it where the server does not confirm that`,
        lives(500, (fake) => {
          const { client, server } = fake;
          const heard: string[] = [];
          fake.at(0, () => {
            const { before } = begin(fake);
            server.attached('a', { flags: Flag.hasPresence });
            ask(before).catch(ignore);
            void client.releaseChannel('a').catch(ignore);
            client.channel('a').messages$.subscribe(({ data }) => heard.push(String(data)));
          });
          fake.at(150, () => {
            expect(asked(fake).filter((frame) => frame !== presence)).to.deep.equal([attach, detach, attach]);
            server.attached('a');
            server.say({ action: Action.ack, msgSerial: 0, count: 1 });
            server.say(message('x'));
          });
          fake.at(400, () => {
            expect([client.channel('a').state, heard]).to.deep.equal(['attached', ['x']]);
            expect(asked(fake).filter((frame) => frame !== presence)).to.deep.equal([attach, detach, attach]);
          });
        }),
      );

    it('`releaseChannel()`, or `detach()`, and `dispose()` in one turn resolve', async () => {
      const ends: Promise<void>[] = [];
      const unhandled = await unhandledDuring(() => {
        for (const go of ['release', 'detach'])
          at0((fake) => {
            const { before } = begin(fake);
            ends.push(go === 'release' ? fake.client.releaseChannel('a') : before.detach());
            void fake.client.dispose();
          })();
      });
      await Promise.all(ends);
      expect(unhandled).to.deep.equal([]);
    });

    it('the old object is over: what it shows ends, and nothing can be had from it', async () => {
      const ends: Promise<unknown>[] = [];
      const shown: unknown[] = [];
      at0((fake) => {
        const { before } = begin(fake);
        const { presence: members, annotations } = before;
        fake.server.attached('a', { flags: Flag.hasPresence });
        ends.push(members.enter('x').catch(codesOf), members.get().catch(codesOf));
        before.changes$.subscribe({ complete: () => shown.push('no changes') });
        before.discontinuities$.subscribe({ complete: () => shown.push('no gaps') });
        members.hold().subscribe({ complete: () => shown.push('not held') });
        annotations.annotations$.subscribe({ complete: () => shown.push('no annotations') });
        void fake.client.releaseChannel('a');
        expect(shown.splice(0)).to.deep.equal(['not held', 'no annotations']);
        heardOn(fake.client.channel('a'));
        const sent = fake.server.heard().length;
        ends.push(
          before.attach().catch(codesOf),
          members.enter().catch(codesOf),
          members.get().catch(codesOf),
        );
        ends.push(before.setOptions({ modes: ['subscribe'] }).catch(codesOf));
        heardOn(before);
        fake.server.say(detached);
        expect(shown.splice(0)).to.have.members(['no changes', 'no gaps']);
        concat(before.state$, of('no states')).subscribe((state) => shown.push(state));
        expect(shown).to.deep.equal(['detached', 'no states']);
        expect(asked(fake).slice(sent)).to.deep.equal([attach]);
      })();
      const over = { code: 90001, statusCode: 400 };
      const [entered, members, ...others] = await Promise.all(ends);
      expect(members).to.deep.equal({ code: 91005, statusCode: 400 });
      expect(others).to.deep.equal([over, over, over, over]);
      expect(entered).to.deep.include({ code: 80017 }); // it had been sent, and the client was disposed of
    });

    it('RTL5i, RTL4f: an attach that the server has not answered is not said to be tried again', async () => {
      const ends: Promise<unknown>[] = [];
      lives(200, (fake) => {
        fake.at(0, () => {
          ends.push(fake.client.channel('a').attach().catch(String));
          fake.server.welcome();
          void fake.client.releaseChannel('a');
        });
        fake.at(150, () => {
          expect(asked(fake)).to.deep.equal([attach]); // the DETACH comes later
        });
      })();
      const [text] = await Promise.all(ends);
      expect(text).to.contain('did not attach channel "a" in time').and.to.not.contain('tried again');
    });

    it(
      'RTP5a, RTL11: its presence is not that of the next one, whose members wait for the next ATTACHED',
      at0((fake) => {
        const { client, server } = fake;
        begin(fake);
        void client.channel('a').presence.enter('before');
        void client.releaseChannel('a');
        const { presence: members } = client.channel('a');
        members.enter('now').catch(ignore);
        server.say({
          action: Action.presence,
          channel: 'a',
          presence: [{ action: 2, clientId: 'ann', connectionId: 'c' }],
        });
        server.say(detached);
        expect(asked(fake)).to.deep.equal([attach, presence, detach, attach]);
        server.attached('a', { flags: Flag.hasPresence });
        expect([asked(fake).at(-1), server.heard().at(-1)?.presence?.[0]?.data]).to.deep.equal([
          presence,
          'now',
        ]);
        expect([...members.members]).to.deep.equal([]);
      }),
    );

    it(
      'RTN19a, RTL3d2: what its presence has under way is sent again before the next one attaches, and not for that one',
      at0((fake) => {
        const { client, server } = fake;
        begin(fake);
        client.channel('a').presence.enter('before').catch(ignore);
        server.drop();
        void client.releaseChannel('a');
        heardOn(client.channel('a'));
        server.welcome();
        expect(asked(fake)).to.deep.equal([detach, presence]);
        server.say(detached);
        server.attached('a');
        expect(asked(fake)).to.deep.equal([detach, presence, attach]);
      }),
    );

    it(
      'RTN16g: is in no recovery key',
      at0((fake) => {
        const { client } = fake;
        begin(fake);
        void client.releaseChannel('a');
        client.channel('a');
        expect(client.connection.createRecoveryKey()).to.contain('"channelSerials":{}');
      }),
    );

    it(
      'is not wanted by a subscriber for whose sake the client connects, where a handler of that releases it',
      at0((fake) => {
        const { client, server } = fake;
        client.connectionState$.subscribe((state) => {
          if (state === 'connecting') void client.releaseChannel('a');
        });
        const heard = heardOn(client.channel('a'));
        server.welcome();
        expect([heard, asked(fake)]).to.deep.equal([['over'], []]);
      }),
    );
  });
