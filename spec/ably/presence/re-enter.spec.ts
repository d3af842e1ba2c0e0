import { expect } from 'chai';
import { spy } from 'sinon';
import type { ChannelStateChange } from '../../../lib/ably/channel/changes.js';
import { Outbox } from '../../../lib/ably/outbox/outbox.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { PresenceState } from '../../../lib/ably/presence/presence-state.js';
import { codecs, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import type { HeardPresence } from '../../support/heard.js';
import { ignore } from '../../support/ignore.js';
import { enter, leave, namesOf, presenceOn, update, wireMember as member } from '../../support/presence.js';
import { unhandledDuring } from '../../support/unhandled.js';

const own = { connectionId: 'id-1' };

for (const codec of codecs)
  describe(`members that are entered again, ${codec.format}`, () => {
    const lives = livesOf(codec, { clientId: 'me' });
    /** Attached, and entered with the data `d`, which the server has accepted. */
    const entered = (fake: FakeAbly) => {
      const channel = fake.client.channel('a');
      const server = presenceOn(fake);
      channel.presence.enter('d').catch(ignore);
      fake.server.welcome();
      server.attached();
      server.ack(0);
      return { channel, presence: channel.presence, server };
    };
    const wires = (server: ReturnType<typeof presenceOn>): readonly HeardPresence[] =>
      server.asked().map(([, wire]) => wire);
    const again = { action: enter, clientId: 'me', data: 'd' };

    it(
      'RTP17, RTP17i, RTP17g, RTP17g1: are entered with their id where the connection was resumed',
      lives(50, (fake) => {
        fake.at(1, () => {
          entered(fake);
          fake.server.drop();
        });
        fake.at(2, () => {
          const server = presenceOn(fake);
          fake.server.welcome('id-1');
          expect(server.asked()).to.deep.equal([]);
          server.attached(Flag.resumed);
          expect(server.asked()).to.deep.equal([[1, { ...again, id: 'id-1:0:0' }]]);
        });
      }),
    );

    it(
      'RTP17i, RTN19a: each request under way is looked at once, however many members there are',
      lives(
        50,
        (fake) => {
          const names = Array.from({ length: 40 }, (_, index) => `m${index}`);
          fake.at(1, () => {
            const { presence } = fake.client.channel('a');
            const server = presenceOn(fake);
            for (const name of names) presence.enterClient(name, 'd').catch(ignore);
            fake.server.welcome();
            server.attached();
            for (const index of names.keys()) server.ack(index);
            for (const name of names) presence.updateClient(name, 'e').catch(ignore);
            fake.server.drop();
          });
          fake.at(2, () => {
            const server = presenceOn(fake);
            fake.server.welcome('id-1');
            const looked = spy(Outbox.prototype, 'isHeld');
            const searched = spy(PresenceState.prototype, 'requestsOf');
            server.attached(Flag.resumed);
            const counts = [looked.callCount, searched.callCount];
            looked.restore();
            searched.restore();
            expect(counts).to.deep.equal([names.length, 0]);
            const said = wires(server).map(({ clientId, data }) => `${clientId} ${String(data)}`);
            expect(said).to.deep.equal(names.map((name) => `${name} e`));
          });
        },
        { clientId: undefined },
      ),
    );

    it(
      'RTP17g1: are entered without an id on another connection, and the next time with that of this one',
      lives(50, (fake) => {
        fake.at(1, () => {
          entered(fake);
          fake.server.drop();
        });
        fake.at(2, () => {
          const server = presenceOn(fake);
          fake.server.welcome('id-2');
          server.attached();
          expect(wires(server)).to.deep.equal([again]);
          server.tell(member('enter', 'me', { connectionId: 'id-2', data: 'd' }));
          server.ack(0);
          server.attached();
          expect(wires(server).slice(1)).to.deep.equal([{ ...again, id: 'id-2:0:0' }]);
        });
      }),
    );

    it(
      'RTP17i: are entered on each ATTACHED, but on one that says of an attached channel that nothing was missed',
      lives(200, (fake) => {
        const { at } = fake;
        at(1, () => {
          const { channel, server } = entered(fake);
          server.attached(Flag.resumed);
          expect(wires(server)).to.have.length(1);
          server.attached();
          expect(wires(server)).to.have.length(2);
          server.detached();
          expect(channel.state).to.equal('attaching');
          server.attached(Flag.resumed);
          expect(wires(server)).to.have.length(3);
        });
      }),
    );

    it(
      'RTP17, RTP5f: are entered after a suspension of the channel, and of the connection',
      lives(200_000, (fake) => {
        const { client, at } = fake;
        at(1, () => {
          const { channel, server } = entered(fake);
          server.detached();
          server.detached();
          expect(channel.state).to.equal('suspended');
          server.attached();
          expect(wires(server).slice(1)).to.deep.equal([{ ...again, id: 'id-1:0:0' }]);
          server.ack(1);
          fake.server.drop();
        });
        at(150_000, () => {
          expect([client.connection.state, client.channel('a').state]).to.deep.equal([
            'suspended',
            'suspended',
          ]);
          client.connect();
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(presenceOn(fake))).to.deep.equal([again]);
        });
      }),
    );

    it(
      'RTP5a: are not entered where the channel was detached, or had failed',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { channel, server } = entered(fake);
          channel.detach().catch(ignore);
          server.detached();
          channel.attach().catch(ignore);
          server.attached();
          channel.presence.enter('d').catch(ignore);
          server.ack(1);
          server.failed();
          channel.attach().catch(ignore);
          server.attached();
          expect(wires(server)).to.have.length(2);
        });
      }),
    );

    it(
      'RTP5a: are not entered after close() and connect()',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { channel } = entered(fake);
          void fake.client.close();
          fake.server.say({ action: Action.closed });
          channel.attach().catch(ignore);
          fake.client.connect();
          channel.attach().catch(ignore);
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(presenceOn(fake))).to.deep.equal([]);
        });
      }),
    );

    it(
      'RTP17, RTP17h, RTP15c: are all of this connection, each as it was last, and nobody else',
      lives(50, (fake) => {
        const { at } = fake;
        const server = presenceOn(fake);
        const { presence } = fake.client.channel('a');
        const extras = { headers: { a: 'b' } };
        at(1, () => {
          presence.enterClient('ann', { a: 1 }, { extras }).catch(ignore);
          fake.server.welcome('id-1', { connectionDetails: { ...fake.details, clientId: '*' } });
          server.attached();
          server.ack(0);
          presence.enterClient('bob', 'first').catch(ignore);
          presence.updateClient('bob', 'second').catch(ignore);
          presence.enterClient('cyd').catch(ignore);
          presence.leaveClient('cyd').catch(ignore);
          presence.enterClient('refused').catch(ignore);
          server.ack(1, 4);
          server.nack(5);
          server.tell(member('enter', 'ann', { data: 'of somebody else' }), member('enter', 'eve'));
          fake.server.drop();
        });
        at(2, () => {
          fake.server.welcome('id-2', { connectionDetails: { ...fake.details, clientId: '*' } });
          server.attached();
          expect(wires(server)).to.deep.equal([
            { action: enter, clientId: 'ann', data: '{"a":1}', encoding: 'json', extras },
            { action: enter, clientId: 'bob', data: 'second' },
          ]);
        });
      }, { clientId: undefined }), // prettier-ignore
    );

    it(
      'RTP17a, RTP17b: are also those of whom only the server told, by PRESENCE or SYNC',
      lives(50, (fake) => {
        fake.at(1, () => {
          const channel = fake.client.channel('a');
          const server = presenceOn(fake);
          channel.attach().catch(ignore);
          fake.server.welcome();
          server.announced();
          server.sync('s:', member('present', 'ann', { ...own, data: '{"a":1}', encoding: 'json', extras: 1 }));
          server.tell(member('enter', 'bob', own), member('update', 'cyd', own), member('enter', 'dan', own));
          server.tell(member('leave', 'bob', { ...own, id: 'made-up', timestamp: 9 }));
          server.tell(member('leave', 'dan', { ...own, at: 1 }));
          expect(namesOf(channel.presence.members)).to.deep.equal(['ann', 'cyd']);
          server.announced();
          const id = 'id-1:0:0';
          expect(wires(server)).to.deep.equal([
            { action: enter, clientId: 'ann', id, data: '{"a":1}', encoding: 'json', extras: 1 },
            { action: enter, clientId: 'bob', id },
            { action: enter, clientId: 'cyd', id },
          ]);
        });
      }, { clientId: undefined }), // prettier-ignore
    );

    it(
      'RTP5b, RTP17i: come before what waited for the channel',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { presence } = entered(fake);
          fake.server.drop();
          presence.update('new').catch(ignore);
        });
        fake.at(2, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(presenceOn(fake).asked()).to.deep.equal([
            [0, again],
            [1, { action: update, data: 'new' }],
          ]);
        });
      }),
    );

    it(
      'RTP17, RTP10: are not those who are about to leave, whenever the loss comes',
      lives(5000, (fake) => {
        const { at } = fake;
        at(1, () => {
          entered(fake).presence.leave('bye').catch(ignore);
          fake.server.drop();
        });
        at(2, () => {
          fake.server.welcome('id-1');
          const server = presenceOn(fake);
          server.attached(Flag.resumed);
          expect(wires(server)).to.deep.equal([{ action: leave, data: 'bye' }]);
          server.ack(1);
          fake.client.channel('a').presence.enter('d').catch(ignore);
          server.ack(2);
          fake.server.drop();
          fake.client.channel('a').presence.leave().catch(ignore);
        });
        at(2000, () => {
          fake.server.welcome('id-2');
          const server = presenceOn(fake);
          server.attached();
          expect(wires(server)).to.deep.equal([{ action: leave, data: 'd' }]);
        });
      }),
    );

    it(
      'RTP17, RTP10: are not those who are about to leave, though they were accepted, or are named, after that was said',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { presence } = fake.client.channel('a');
          const server = presenceOn(fake);
          presence.enter('d').catch(ignore);
          fake.server.welcome();
          server.attached();
          presence.leave().catch(ignore);
          server.ack(0);
          server.sync(undefined, member('present', 'me', own));
          fake.server.drop();
        });
        fake.at(2, () => {
          const server = presenceOn(fake);
          fake.server.welcome('id-1');
          server.attached(Flag.resumed);
          expect(server.asked()).to.deep.equal([[1, { action: leave, data: 'd' }]]);
        });
      }),
    );

    it(
      'RTP17, RTN19a: are not those of whom later word was sent again before, on a connection that was resumed',
      lives(50, (fake) => {
        fake.at(1, () => {
          entered(fake).presence.update('e').catch(ignore);
          fake.server.drop();
        });
        fake.at(2, () => {
          const server = presenceOn(fake);
          fake.server.welcome('id-1');
          server.attached(Flag.resumed);
          expect(server.asked()).to.deep.equal([[1, { action: update, data: 'e' }]]);
        });
      }),
    );

    for (const isEchoed of [true, false])
      it(
        `RTP17i, RTN19a: are not entered behind later word that the connection was sent before, ${isEchoed ? 'told' : 'not told'} of themselves`,
        lives(5000, (fake) => {
          const { at } = fake;
          const server = presenceOn(fake);
          const newer = { action: update, data: 'new' };
          at(1, () => {
            const { presence } = entered(fake);
            fake.server.drop();
            presence.update('new').catch(ignore);
          });
          at(2, () => {
            fake.server.welcome('id-2'); // the session is lost
            server.attached();
            expect(server.asked()).to.deep.equal([
              [0, again],
              [1, newer],
            ]);
            if (isEchoed) server.tell(member('enter', 'me', { connectionId: 'id-2', data: 'd' }));
            fake.server.drop();
          });
          at(2000, () => {
            fake.server.welcome('id-2');
            server.attached(Flag.resumed);
            expect(server.asked()).to.deep.equal([
              [0, again],
              [1, newer],
            ]);
            server.ack(0, 2);
            server.attached();
            expect(server.asked()[2]).to.deep.equal([
              2,
              { action: enter, clientId: 'me', id: 'id-2:1:0', data: 'new' },
            ]);
          });
        }),
      );

    it(
      'RTP17i: are entered once all later word, behind which they were not, is refused',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { presence, server } = entered(fake);
          presence.update('e').catch(ignore);
          presence.update('f').catch(ignore);
          server.attached();
          const before = wires(server).length;
          server.nack(1);
          expect(wires(server)).to.have.length(before);
          server.nack(2);
          expect(wires(server).slice(before)).to.deep.equal([{ ...again, id: 'id-1:0:0' }]);
          server.ack(3);
          presence.update('g').catch(ignore);
          server.nack(4);
          expect(wires(server)).to.have.length(before + 2); // nothing was forgotten
        });
      }),
    );

    it(
      'RTP17g1: are known by the ids that the server has accepted for them, though its own word does not come',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { server } = entered(fake);
          fake.server.drop();
          fake.server.welcome('id-2');
          server.attached();
          server.ack(0);
          server.attached();
          expect(wires(server)).to.deep.equal([again, { ...again, id: 'id-2:0:0' }]);
        });
      }),
    );

    it(
      'RTP17, RTP10: are not those who wanted to leave when the connection was lost for good, or were not let go',
      lives(200_000, (fake) => {
        const { client, at } = fake;
        at(1, () => {
          const { presence, server } = entered(fake);
          presence.leave().catch(ignore);
          server.nack(1);
          server.attached();
          presence.enter('d').catch(ignore);
          server.ack(2);
          presence.leave().catch(ignore);
          client.channel('a').attach().catch(ignore);
          expect(wires(server).map(({ action }) => action)).to.deep.equal([enter, leave, enter, leave]);
          fake.server.drop();
        });
        at(150_000, () => {
          expect(client.channel('a').state).to.equal('suspended');
          client.connect();
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(presenceOn(fake))).to.deep.equal([]);
        });
      }),
    );

    it(
      'RTP17: are also those who are accepted while the channel is being attached once more',
      lives(50, (fake) => {
        fake.at(1, () => {
          const channel = fake.client.channel('a');
          const server = presenceOn(fake);
          channel.attach().catch(ignore);
          fake.server.welcome();
          server.attached();
          channel.presence.enter('d').catch(ignore);
          server.detached();
          server.ack(0);
          server.attached();
          expect(wires(server)).to.deep.equal([
            { action: enter, data: 'd' },
            { ...again, id: 'id-1:0:0' },
          ]);
        });
      }),
    );

    it(
      'RTP17g1: lose their id on another connection, also where they are under way',
      lives(5000, (fake) => {
        const { at } = fake;
        at(1, () => {
          entered(fake);
          fake.server.drop();
        });
        at(2, () => {
          fake.server.welcome('id-1');
          presenceOn(fake).attached(Flag.resumed);
          expect(wires(presenceOn(fake))[0]).to.have.property('id');
          fake.server.drop();
        });
        at(2000, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          for (const wire of wires(presenceOn(fake))) expect(wire).to.deep.equal(again);
        });
      }),
    );

    it('RTP17e: who cannot be is told as an update with 91004, and in the log, and harms nobody', async () => {
      const log: unknown[] = [];
      const changes: ChannelStateChange[] = [];
      const unhandled = await unhandledDuring(() => {
        lives(
          50,
          (fake) => {
            fake.at(1, () => {
              const { channel, server } = entered(fake);
              channel.changes$.subscribe((change) => changes.push(change));
              server.attached();
              changes.length = 0;
              server.nack(1);
              expect(channel.state).to.equal('attached');
            });
          },
          {
            log: (level: string, { error }: { error?: ErrorInfo }) => {
              if (error?.code === 91004) log.push(level);
            },
          },
        )();
      });
      expect([unhandled, log]).to.deep.equal([[], ['warn']]);
      const [{ reason, ...change } = { reason: undefined }, ...others] = changes;
      expect(change).to.deep.equal({
        ...{ previous: 'attached', current: 'attached', event: 'update', resumed: true, hasBacklog: false },
      });
      expect(reason).to.be.instanceOf(ErrorInfo).and.deep.include({ code: 91004, statusCode: 400 });
      expect(reason?.message).to.include('"me"');
      expect(reason?.cause).to.include({ code: 40160 });
      expect(others.filter(({ event }) => event === 'update')).to.deep.equal([]);
    });

    it(
      'RTP17e: who could not be is tried again with the next ATTACHED',
      lives(50, (fake) => {
        fake.at(1, () => {
          const { server } = entered(fake);
          server.attached();
          server.nack(1);
          server.attached();
          expect(wires(server)).to.have.length(3);
        });
      }),
    );

    it(
      'RTP17e: who is over the size that a new connection allows is told at once',
      lives(50, (fake) => {
        const codes: unknown[] = [];
        fake.client.channel('a').changes$.subscribe(({ reason }) => reason && codes.push(reason.code));
        fake.at(1, () => {
          entered(fake);
          fake.server.drop();
        });
        fake.at(2, () => {
          fake.server.welcome('id-2', { connectionDetails: { ...fake.details, maxMessageSize: 1 } });
          presenceOn(fake).attached();
          expect([codes, wires(presenceOn(fake))]).to.deep.equal([[91004], []]);
        });
      }),
    );

    it(
      'RTP17e, RTL2: leave the state of the channel as it is where the connection is lost over it',
      lives(50, (fake) => {
        const states: string[] = [];
        fake.client.channel('a').state$.subscribe((state) => states.push(state));
        fake.at(1, () => {
          const { server } = entered(fake);
          server.attached();
          void fake.client.close();
          fake.server.say({ action: Action.closed });
          expect(states).to.deep.equal(['initialized', 'attaching', 'attached', 'detached']);
        });
      }),
    );

    it('RTP17e: are nobody to talk about where the client is disposed of', () => {
      const log: unknown[] = [];
      lives(
        2,
        (fake) => {
          fake.at(1, () => {
            entered(fake).server.attached();
          });
        },
        { log: (level: string, { error }: { error?: ErrorInfo }) => error && log.push([level, error.code]) },
      )();
      expect(log).to.deep.equal([]);
    });
  });
