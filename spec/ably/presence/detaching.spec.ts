import { expect } from 'chai';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { diaryOf, enter, leave, namesOf, presenceOn, wireMember as member } from '../../support/presence.js';

for (const codec of codecs)
  describe(`presence on a channel that is being detached, ${codec.format}`, () => {
    const lives = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      life(codec, { until: 300, clientId: 'me', detachGrace: 20, ...options }, script);

    it('RTP8d: enters once more after a detach that nobody asked for, which is under way', async () => {
      const ends: Promise<unknown>[] = [];
      lives((fake) => {
        const { client, at } = fake;
        const server = presenceOn(fake);
        const lease = client.channel('a').messages$.subscribe();
        at(1, () => {
          fake.server.welcome();
          server.attached();
          lease.unsubscribe();
        });
        at(30, () => {
          expect(client.channel('a').state).to.equal('detaching');
          ends.push(client.channel('a').presence.enter('x'));
          server.detached();
          expect(client.channel('a').state).to.equal('attaching');
          server.attached();
          expect(server.asked()).to.deep.equal([[0, { action: enter, data: 'x' }]]);
          server.ack(0);
        });
      })();
      expect(await Promise.all(ends)).to.deep.equal([undefined]);
    });

    it('RTP8d, RTL5f: enters where the server does not answer the DETACH', async () => {
      const ends: Promise<unknown>[] = [];
      lives(
        (fake) => {
          const { client, at } = fake;
          const server = presenceOn(fake);
          const lease = client.channel('a').messages$.subscribe();
          at(1, () => {
            fake.server.welcome();
            server.attached();
            lease.unsubscribe();
          });
          at(30, () => {
            ends.push(client.channel('a').presence.enter('x'));
          });
          at(90, () => {
            expect(client.channel('a').state).to.equal('attached');
            expect(server.asked()).to.deep.equal([[0, { action: enter, data: 'x' }]]);
            server.ack(0);
          });
        },
        { realtimeRequestTimeout: 50 },
      )();
      expect(await Promise.all(ends)).to.deep.equal([undefined]);
    });

    it(
      'RTL5f, RTP13: goes on where the server does not answer the DETACH, and has missed nothing',
      lives(
        (fake) => {
          const { client, at } = fake;
          const channel = client.channel('a');
          const diary = diaryOf(channel.presence);
          const standings: string[] = [];
          channel.presence.hold().subscribe((standing) => standings.push(standing));
          const server = presenceOn(fake);
          at(1, () => {
            fake.server.welcome();
            server.announced();
            server.sync('s:1', member('present', 'ann'));
            server.ack(0);
            channel.detach().catch(ignore);
            server.tell(member('enter', 'bob'));
            expect(channel.presence.synced).to.equal(false);
            server.sync('s:');
            server.tell(member('leave', 'ann', { at: 1 }));
          });
          at(90, () => {
            expect(channel.state).to.equal('attached');
            expect(namesOf(channel.presence.members)).to.deep.equal(['bob']);
            expect(diary.said).to.deep.equal(['present ann', 'enter bob', 'leave ann']);
            expect(diary.synced).to.deep.equal([false, true]);
            expect(standings).to.deep.equal(['entering', 'present', 'lost', 'present']);
            expect(server.asked()).to.have.length(1);
          });
        },
        { realtimeRequestTimeout: 50 },
      ),
    );

    it(
      'RTP5a, RTL11a: enters nobody again who was accepted before the channel was detached, or after',
      lives((fake) => {
        const { client, at } = fake;
        const channel = client.channel('a');
        const server = presenceOn(fake);
        channel.presence.enter('x').catch(ignore);
        channel.presence.update('y').catch(ignore);
        at(1, () => {
          fake.server.welcome();
          server.attached();
          channel.detach().catch(ignore);
          server.ack(0);
          server.detached();
          server.ack(1);
          const lease = channel.messages$.subscribe();
          server.attached();
          expect(server.asked()).to.have.length(2);
          lease.unsubscribe();
        });
        at(22, () => {
          expect(channel.state).to.equal('detaching'); // nobody holds it any more
        });
      }),
    );

    it(
      'RTP5a: is not held any more by members who were there before',
      lives((fake) => {
        const { client, at } = fake;
        const channel = client.channel('a');
        const server = presenceOn(fake);
        channel.presence.enter('x').catch(ignore);
        at(1, () => {
          fake.server.welcome();
          server.attached();
          server.ack(0);
          channel.detach().catch(ignore);
          server.detached();
          const lease = channel.messages$.subscribe();
          server.attached();
          lease.unsubscribe();
        });
        at(22, () => {
          expect(channel.state).to.equal('detaching');
        });
      }),
    );

    it(
      'RTP17b, RTL5: is not held by members of whom the server tells while it is being detached, unless it stays',
      lives(
        (fake) => {
          const { client, at } = fake;
          const channel = client.channel('a');
          const server = presenceOn(fake);
          const changes: string[] = [];
          const late = member('enter', 'me', { connectionId: 'id-1' });
          at(1, () => {
            channel.attach().catch(ignore);
            fake.server.welcome();
            server.attached();
            channel.detach().catch(ignore);
            server.tell(late);
            server.detached();
            expect(channel.state).to.equal('detached');
            channel.attach().catch(ignore);
            server.attached();
            channel.detach().catch(ignore);
            server.tell(late);
          });
          at(90, () => {
            expect(channel.state).to.equal('attached');
            channel.changes$.subscribe(({ current }) => changes.push(current));
          });
          at(290, () => {
            expect(changes).to.deep.equal([]);
          });
        },
        { realtimeRequestTimeout: 50, channelRetryTimeout: 50 },
      ),
    );

    for (const who of ['the channel', 'nobody', 'the client'] as const)
      it(`RTP10, RTL5: leaves with the detach that is under way, which ${who} wanted`, async () => {
        const ends: Promise<unknown>[] = [];
        lives((fake) => {
          const { client, at } = fake;
          const channel = client.channel('a');
          const server = presenceOn(fake);
          const lease = channel.messages$.subscribe();
          at(1, () => {
            fake.server.welcome();
            server.attached();
            if (who === 'nobody') lease.unsubscribe();
            else channel.presence.enter('x').catch(ignore);
            if (who !== 'nobody') server.ack(0);
            if (who === 'the channel') channel.detach().catch(ignore);
            if (who === 'the client') client.releaseChannel('a').catch(ignore);
          });
          at(30, () => {
            const before = server.asked().length;
            expect(channel.state).to.equal('detaching');
            ends.push(channel.presence.leave('bye'));
            ends.push(channel.presence.leave());
            server.detached();
            expect(channel.state).to.equal('detached');
            expect(server.asked()).to.have.length(before);
          });
        })();
        expect(await Promise.all(ends)).to.deep.equal([undefined, undefined]);
      });

    for (const isBack of [false, true])
      it(`RTL5f, RTP10: leaves ${isBack ? 'no member that was entered meanwhile' : 'by a LEAVE'} where the server does not answer the DETACH`, async () => {
        const ends: Promise<unknown>[] = [];
        lives(
          (fake) => {
            const { client, at } = fake;
            const channel = client.channel('a');
            const server = presenceOn(fake);
            channel.presence.enter('x').catch(ignore);
            at(1, () => {
              fake.server.welcome();
              server.attached();
              server.ack(0);
              channel.detach().catch(ignore);
              ends.push(channel.presence.leave());
              if (isBack) {
                channel.messages$.subscribe();
                ends.push(channel.presence.enter('y'));
              }
            });
            at(90, () => {
              expect(channel.state).to.equal('attached');
              const word = isBack ? { action: enter, data: 'y' } : { action: leave };
              expect(server.asked().slice(1)).to.deep.equal([[1, word]]);
              server.ack(1);
            });
          },
          { realtimeRequestTimeout: 50 },
        )();
        expect(await Promise.all(ends)).to.deep.equal(isBack ? [undefined, undefined] : [undefined]);
      });

    it('RTP8j: leaves nobody who is nobody in particular, or whose data cannot be sent', async () => {
      const codes: unknown[] = [];
      lives(
        (fake) => {
          const { client, at } = fake;
          const channel = client.channel('a');
          channel.attach().catch(ignore);
          at(1, () => {
            fake.server.welcome();
            presenceOn(fake).attached();
            channel.detach().catch(ignore);
            for (const left of [channel.presence.leave(), channel.presence.leaveClient('', 1n)])
              left.catch(({ code }: { readonly code: number }) => codes.push(code));
          });
        },
        { clientId: undefined },
      )();
      await undefined;
      await undefined;
      expect(codes).to.deep.equal([40012, 40012]);
    });
  });
