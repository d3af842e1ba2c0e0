import { expect } from 'chai';
import {
  BehaviorSubject,
  concat,
  EMPTY,
  NEVER,
  type Observable,
  of,
  Subject,
  type Subscription,
  throwError,
} from 'rxjs';
import type { HoldOptions } from '../../../lib/ably/presence/keep-present.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { codecs, fakeAbly, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import type { HeardPresence } from '../../support/heard.js';
import { ignore } from '../../support/ignore.js';
import { enter, leave, presenceOn, update } from '../../support/presence.js';

for (const codec of codecs)
  describe(`a member that is held, ${codec.format}`, () => {
    const lives = livesOf(codec, { clientId: 'me' });
    const at1 = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      lives(
        100,
        (fake) => {
          fake.at(1, () => {
            script(fake);
          });
        },
        options,
      );
    /** What a hold tells, and how it ends. */
    const told = ({ client }: FakeAbly, data$?: Observable<unknown>, options?: HoldOptions) => {
      const standings: unknown[] = [];
      const holding: Subscription = client
        .channel('a')
        .presence.hold(data$, options)
        .subscribe({
          next: (standing) => standings.push(standing),
          error: (error: unknown) => standings.push(error instanceof ErrorInfo ? error.code : error),
          complete: () => standings.push('complete'),
        });
      return { standings, holding };
    };
    const wires = (fake: FakeAbly): readonly HeardPresence[] => presenceOn(fake).asked().map(([, wire]) => wire); // prettier-ignore
    const present = (fake: FakeAbly, data$?: Observable<unknown>, options?: HoldOptions) => {
      const hold = told(fake, data$, options);
      const server = presenceOn(fake);
      fake.server.welcome();
      server.attached();
      server.ack(0);
      return { ...hold, server };
    };
    const errorsOf = ({ client }: FakeAbly): readonly number[] => {
      const codes: number[] = [];
      client.errors$.subscribe(({ code }) => codes.push(code));
      return codes;
    };

    it(
      'is nobody before somebody subscribes, and then enters as soon as the channel is attached',
      at1((fake) => {
        const hold$ = fake.client.channel('a').presence.hold(of('x'));
        expect(fake.net.dialled).to.deep.equal([]);
        const standings: unknown[] = [];
        hold$.subscribe((standing) => standings.push(standing));
        expect(standings).to.deep.equal(['entering']);
        fake.server.welcome();
        expect(wires(fake)).to.deep.equal([]);
        presenceOn(fake).attached();
        expect([wires(fake), standings]).to.deep.equal([[{ action: enter, data: 'x' }], ['entering']]);
        presenceOn(fake).ack(0);
        expect(standings).to.deep.equal(['entering', 'present']);
      }),
    );

    it(
      'enters with the first value, updates with each other one, and stays when there are no more',
      at1((fake) => {
        const data = new Subject<string>();
        const { standings } = told(fake, data);
        const server = presenceOn(fake);
        fake.server.welcome();
        server.attached();
        expect(wires(fake)).to.deep.equal([]);
        data.next('1');
        server.ack(0);
        data.next('2');
        data.next('2');
        expect(standings).to.deep.equal(['entering', 'present']);
        server.ack(1, 2);
        data.complete();
        expect(wires(fake)).to.deep.equal([
          { action: enter, data: '1' },
          { action: update, data: '2' },
          { action: update, data: '2' },
        ]);
        expect(standings).to.deep.equal(['entering', 'present']);
      }),
    );

    it(
      'updates with a value that it had before, while another one is on its way',
      at1((fake) => {
        const data = new BehaviorSubject('1');
        const { standings, server } = present(fake, data);
        data.next('2');
        data.next('1');
        expect(wires(fake).map((wire) => wire.data)).to.deep.equal(['1', '2', '1']);
        server.ack(1, 2);
        data.next('1');
        expect([wires(fake).length, standings]).to.deep.equal([3, ['entering', 'present']]);
      }),
    );

    it(
      'enters with the latest value that there is when the channel is attached',
      at1((fake) => {
        const data = new BehaviorSubject('1');
        told(fake, data);
        data.next('2');
        fake.server.welcome();
        data.next('3');
        presenceOn(fake).attached();
        expect(wires(fake)).to.deep.equal([{ action: enter, data: '3' }]);
      }),
    );

    it(
      'enters nobody where there is no value, though it holds the channel',
      at1((fake) => {
        const none = [told(fake, EMPTY), told(fake, NEVER)];
        fake.server.welcome();
        presenceOn(fake).attached();
        for (const { holding } of none) holding.unsubscribe();
        expect([wires(fake), none.map(({ standings }) => standings)]).to.deep.equal([
          [],
          [['entering'], ['entering']],
        ]);
      }),
    );

    it(
      'leaves when nobody subscribes any more, with what it had',
      at1((fake) => {
        const { holding, standings } = present(fake, of('x'));
        holding.unsubscribe();
        expect(wires(fake)[1]).to.deep.equal({ action: leave, data: 'x' });
        presenceOn(fake).ack(1);
        presenceOn(fake).attached();
        expect([wires(fake).length, standings]).to.deep.equal([2, ['entering', 'present']]);
      }),
    );

    it(
      'leaves also where its entering has not been answered yet',
      at1((fake) => {
        const data = new Subject<string>();
        const { holding } = told(fake, data);
        const server = presenceOn(fake);
        fake.server.welcome();
        server.attached();
        data.next('1');
        data.next('2');
        server.nack(0);
        holding.unsubscribe();
        expect(wires(fake).at(-1)).to.include({ action: leave });
        server.ack(1, 2);
        server.attached();
        expect(wires(fake)).to.have.length(3);
      }),
    );

    it(
      'leaves, and tells the error, where its data end with one',
      at1((fake) => {
        const data = new BehaviorSubject('1');
        const { standings } = present(fake, data);
        const error = new Error('broken');
        data.error(error);
        expect([standings, wires(fake).length]).to.deep.equal([['entering', 'present', error], 2]);
        const early = told(fake, throwError(() => error)); // prettier-ignore
        expect(early.standings).to.deep.equal([error]);
      }),
    );

    it(
      'lets go of the channel when it has left',
      lives(
        100,
        (fake) => {
          const { client, at } = fake;
          at(1, () => {
            const { holding, server } = present(fake);
            holding.unsubscribe();
            server.ack(1);
          });
          at(20, () => {
            expect(client.channel('a').state).to.equal('attached');
          });
          at(22, () => {
            expect(client.channel('a').state).to.equal('detaching');
          });
        },
        { detachGrace: 20 },
      ),
    );

    it(
      'RTP8h: errors where the server refuses it',
      at1((fake) => {
        const { standings } = told(fake);
        fake.server.welcome();
        presenceOn(fake).attached();
        presenceOn(fake).nack(0);
        expect([standings, wires(fake).length]).to.deep.equal([['entering', 40160], 1]);
      }),
    );

    it(
      'RTP8h: errors, and leaves, where the server refuses other data',
      at1((fake) => {
        const data = new BehaviorSubject('1');
        const { standings, server } = present(fake, data);
        data.next('2');
        server.nack(1);
        expect(standings).to.deep.equal(['entering', 'present', 40160]);
        expect(wires(fake).at(-1)).to.deep.equal({ action: leave, data: '1' });
      }),
    );

    it(
      'RTP8j: errors where the client is nobody in particular, unless it says who',
      at1((fake) => {
        const nobody = told(fake);
        const somebody = told(fake, of('x'), { clientId: 'ann' });
        fake.server.welcome();
        presenceOn(fake).attached();
        expect(nobody.standings).to.deep.equal(['entering', 40012]);
        expect(wires(fake)).to.deep.equal([{ action: enter, clientId: 'ann', data: 'x' }]);
        presenceOn(fake).ack(0);
        somebody.holding.unsubscribe();
        expect(wires(fake)[1]).to.deep.equal({ action: leave, clientId: 'ann', data: 'x' });
      }, { clientId: undefined }), // prettier-ignore
    );

    it(
      'RTP17i, RTP17g, RTP17g1: is entered once more, by its id, where the connection is resumed, and is the same if nothing changed',
      lives(100, (fake) => {
        const { at } = fake;
        const holds: ReturnType<typeof present>[] = [];
        at(1, () => {
          holds.push(present(fake, of('x')));
          fake.server.drop();
        });
        at(2, () => {
          const [{ standings } = { standings: [] }] = holds;
          const server = presenceOn(fake);
          fake.server.welcome('id-1');
          server.attached(Flag.resumed);
          expect(wires(fake)).to.deep.equal([{ action: enter, id: 'id-1:0:0', data: 'x' }]);
          expect(standings).to.deep.equal(['entering', 'present', 'lost', 'entering']);
          server.ack(1);
          expect(standings).to.deep.equal(['entering', 'present', 'lost', 'entering', 'present']);
          server.attached(Flag.resumed);
          expect(wires(fake)).to.have.length(1);
          server.attached();
          expect(wires(fake).slice(1)).to.deep.equal([{ action: enter, id: 'id-1:0:0', data: 'x' }]);
        });
      }),
    );

    it(
      'RTP17g1: is entered once more with what was said last, also by update(), without an id where that was not its own',
      at1((fake) => {
        const { server } = present(fake, of('x'));
        fake.client.channel('a').presence.update('z').catch(ignore);
        server.ack(1);
        server.attached();
        expect(wires(fake)[2]).to.deep.equal({ action: enter, data: 'z' });
        server.ack(2);
        const other = told(fake, of('y'));
        server.ack(3);
        server.attached();
        expect(wires(fake).slice(4)).to.deep.equal([
          { action: enter, data: 'y' },
          { action: enter, data: 'y' },
        ]);
        other.holding.unsubscribe();
      }),
    );

    it(
      'RTP17g1: is entered once more without its id on another connection, or with other data',
      lives(5000, (fake) => {
        const { at } = fake;
        const data = new BehaviorSubject('1');
        at(1, () => {
          present(fake, data);
          fake.server.drop();
          data.next('2');
        });
        at(2, () => {
          fake.server.welcome('id-1');
          presenceOn(fake).attached(Flag.resumed);
          expect(wires(fake)).to.deep.equal([{ action: enter, data: '2' }]);
          presenceOn(fake).ack(1);
          fake.server.drop();
        });
        at(2000, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(fake)).to.deep.equal([{ action: enter, data: '2' }]);
        });
      }),
    );

    it(
      'RTP17i: stays where ATTACHED says that nothing was missed, and is entered once more where it says that something was',
      at1((fake) => {
        const { standings, server } = present(fake);
        server.attached(Flag.resumed);
        expect([standings, wires(fake).length]).to.deep.equal([['entering', 'present'], 1]);
        server.attached();
        server.ack(1);
        expect([standings, wires(fake).length]).to.deep.equal([
          ['entering', 'present', 'entering', 'present'],
          2,
        ]);
        server.detached();
        server.attached();
        expect(standings.slice(4)).to.deep.equal(['lost', 'entering']);
        expect(wires(fake)).to.have.length(3);
      }),
    );

    it(
      'is lost from the moment of a loss on, and entering until it has ever been present',
      lives(5000, (fake) => {
        const { at } = fake;
        const { standings } = told(fake);
        at(1, () => {
          fake.server.welcome();
          presenceOn(fake).attached();
          fake.server.drop();
          expect(standings).to.deep.equal(['entering']);
        });
        at(2, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          presenceOn(fake).ack(0, 2);
          fake.server.drop();
          expect(standings).to.deep.equal(['entering', 'present', 'lost']);
        });
      }),
    );

    it(
      'RTP5a: is lost with close(), and entered once more with connect()',
      at1((fake) => {
        const { standings } = present(fake, of('x'));
        void fake.client.close();
        fake.server.say({ action: Action.closed });
        expect(standings.slice(2)).to.deep.equal(['lost']);
        fake.client.connect();
        fake.server.welcome('id-2');
        presenceOn(fake).attached();
        presenceOn(fake).ack(0);
        expect(standings.slice(3)).to.deep.equal(['entering', 'present']);
        expect(wires(fake)).to.deep.equal([{ action: enter, data: 'x' }]);
      }),
    );

    it(
      'RTP5a: is lost with detach(), and entered once more where somebody attaches',
      at1((fake) => {
        const { standings, server } = present(fake);
        fake.client.channel('a').detach().catch(ignore);
        server.detached();
        expect(standings.slice(2)).to.deep.equal(['lost']);
        fake.client.channel('a').attach().catch(ignore);
        server.attached();
        expect(wires(fake)[1]).to.deep.equal({ action: enter });
      }),
    );

    it(
      'errors where the channel fails, and says nothing else',
      at1((fake) => {
        const errors = errorsOf(fake);
        const [one, other] = [told(fake), told(fake, of('x'), { clientId: 'me' })];
        fake.server.welcome();
        presenceOn(fake).attached();
        presenceOn(fake).ack(0);
        presenceOn(fake).failed();
        expect([one.standings, other.standings, errors]).to.deep.equal([
          ['entering', 'present', 'lost', 40160],
          ['entering', 40160],
          [],
        ]);
        const late = told(fake);
        presenceOn(fake).attached();
        expect([late.standings, wires(fake).length]).to.deep.equal([['entering'], 3]);
      }),
    );

    it(
      'is gone for good where nobody subscribes any more while it is lost',
      lives(5000, (fake) => {
        const errors = errorsOf(fake);
        const { at } = fake;
        at(1, () => {
          const { holding } = present(fake, of('x'));
          fake.server.drop();
          holding.unsubscribe();
        });
        at(2, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(fake)).to.deep.equal([{ action: leave, data: 'x' }]);
          presenceOn(fake).ack(0);
          expect(errors).to.deep.equal([]);
        });
        at(4000, () => {
          expect(fake.client.channel('a').state).to.equal('detaching');
        });
      }),
    );

    it(
      'RTP5f: is gone for good where nobody subscribes any more while the channel is suspended',
      lives(
        100,
        (fake) => {
          const errors = errorsOf(fake);
          const { client, at } = fake;
          at(1, () => {
            const { holding, server } = present(fake, of('x'));
            server.detached();
            server.detached();
            expect(client.channel('a').state).to.equal('suspended');
            holding.unsubscribe();
            const lease = client.channel('a').messages$.subscribe();
            server.attached();
            expect([wires(fake).slice(1), errors]).to.deep.equal([[{ action: leave, clientId: 'me' }], []]);
            server.ack(1);
            lease.unsubscribe();
          });
          at(22, () => {
            expect(client.channel('a').state).to.equal('detaching');
          });
        },
        { detachGrace: 20 },
      ),
    );

    it('is taken out later where the server cannot be told at once, on the same connection only', () => {
      for (const resumed of ['id-1', 'id-2'])
        lives(
          100,
          (fake) => {
            const errors = errorsOf(fake);
            fake.at(1, () => {
              const { holding, server } = present(fake, of('x'));
              fake.client.channel('a').messages$.subscribe();
              fake.server.drop();
              holding.unsubscribe();
              expect(errors).to.deep.equal([80017]);
              fake.server.welcome(resumed);
              server.attached(Flag.resumed);
              const out = [{ action: leave, clientId: 'me' }];
              expect(wires(fake)).to.deep.equal(resumed === 'id-1' ? out : []);
              server.attached(Flag.resumed);
              expect(wires(fake)).to.have.length(resumed === 'id-1' ? 1 : 0); // once
            });
          },
          { queueMessages: false },
        )();
    });

    it(
      'a member that is held again after a LEAVE that could not be sent is entered, and not taken out',
      lives(
        100,
        (fake) => {
          fake.at(1, () => {
            const { holding, server } = present(fake, of('x'));
            fake.client.channel('a').messages$.subscribe();
            fake.server.drop();
            holding.unsubscribe();
            told(fake, of('y'));
            fake.server.welcome();
            server.attached(Flag.resumed);
            expect(wires(fake)).to.deep.equal([{ action: enter, data: 'y' }]);
          });
        },
        { queueMessages: false },
      ),
    );

    it(
      'has nothing to say where nobody subscribes any more after close()',
      at1((fake) => {
        const errors = errorsOf(fake);
        const { holding } = present(fake);
        void fake.client.close();
        fake.server.say({ action: Action.closed });
        holding.unsubscribe();
        expect(errors).to.deep.equal([]);
      }),
    );

    it(
      'is there as long as one of several holds it, with the data that came last, and is entered by each once more',
      lives(100, (fake) => {
        const { at } = fake;
        const holds: ReturnType<typeof told>[] = [];
        at(1, () => {
          holds.push(present(fake, of('1')), told(fake, of('2')));
          expect(wires(fake)).to.deep.equal([
            { action: enter, data: '1' },
            { action: enter, data: '2' },
          ]);
          presenceOn(fake).ack(1);
          fake.server.drop();
        });
        at(2, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(fake).map(({ data }) => data)).to.deep.equal(['2', '2']);
          presenceOn(fake).ack(0, 2);
          holds[0]?.holding.unsubscribe();
          expect(wires(fake)).to.have.length(2); // the data are those of the other one
          holds[1]?.holding.unsubscribe();
          expect(wires(fake)[2]).to.deep.equal({ action: leave, data: '2' });
        });
      }),
    );

    it(
      'is entered again with what was said last, whichever hold said it',
      lives(100, (fake) => {
        const first = new BehaviorSubject('1');
        fake.at(1, () => {
          const { server } = present(fake, first);
          told(fake, of('2'));
          server.ack(1);
          first.next('3');
          server.ack(2);
          fake.server.drop();
        });
        fake.at(2, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(fake).map(({ data }) => data)).to.deep.equal(['3', '3']);
        });
      }),
    );

    it(
      'is there as long as one of several holds it, whether by its name or as this client',
      at1((fake) => {
        const named = present(fake, of('1'), { clientId: 'me' });
        const unnamed = told(fake, of('2'));
        named.server.ack(1);
        named.holding.unsubscribe();
        expect(wires(fake)).to.have.length(2);
        named.server.attached();
        expect(wires(fake)).to.have.length(3);
        unnamed.holding.unsubscribe();
        expect(wires(fake)[3]).to.include({ action: leave });
      }),
    );

    it(
      'is entered again with what was said last, where one hold knows it by its name and the other as this client',
      lives(100, (fake) => {
        const named = new BehaviorSubject('1');
        fake.at(1, () => {
          const { server } = present(fake, named, { clientId: 'me' });
          told(fake, of('2'));
          server.ack(1);
          fake.server.drop();
          named.next('3');
        });
        fake.at(2, () => {
          fake.server.welcome('id-2');
          presenceOn(fake).attached();
          expect(wires(fake).map(({ data }) => data)).to.deep.equal(['3', '3']);
        });
      }),
    );

    for (const isUp of [true, false])
      it(
        `gets back what another hold said where the one leaves that spoke last, ${isUp ? 'at once' : 'on the next connection'}`,
        lives(100, (fake) => {
          fake.at(1, () => {
            const { server } = present(fake, of('1'));
            const other = told(fake, of('2'), { clientId: 'me' });
            server.ack(1);
            if (!isUp) fake.server.drop();
            other.holding.unsubscribe();
            if (isUp) expect(wires(fake)[2]).to.deep.equal({ action: update, clientId: 'me', data: '1' });
            else {
              fake.server.welcome();
              server.attached(Flag.resumed);
              expect(wires(fake)).to.deep.equal([{ action: enter, data: '1' }]);
            }
          });
        }),
      );

    it(
      'keeps its data where another hold leaves that said nothing, or the same, or spoke before',
      at1((fake) => {
        const first = new BehaviorSubject('1');
        const { server } = present(fake, first);
        const others = [told(fake, NEVER), told(fake, of('1')), told(fake, of('2'))];
        server.ack(1, 2);
        first.next('3');
        server.ack(3);
        for (const { holding } of others) holding.unsubscribe();
        expect(wires(fake).map(({ data }) => data)).to.deep.equal(['1', '1', '2', '3']);
      }),
    );

    it(
      'is entered again with what it said itself where an update() of somebody else was refused',
      at1((fake) => {
        const { server } = present(fake, of('x'));
        fake.client.channel('a').presence.update('refused').catch(ignore);
        server.nack(1);
        server.attached();
        expect(wires(fake)[2]).to.deep.equal({ action: enter, id: 'id-1:0:0', data: 'x' });
      }),
    );

    it(
      'is taken out where an enter() that waits for the connection came after it',
      lives(100, (fake) => {
        fake.at(1, () => {
          fake.client.channel('a').attach().catch(ignore);
          fake.server.welcome();
          const server = presenceOn(fake);
          server.attached();
          fake.server.drop();
          const { holding } = told(fake, of('x'));
          fake.client.channel('a').presence.enter('y').catch(ignore);
          holding.unsubscribe();
          fake.server.welcome();
          server.attached(Flag.resumed);
          expect(wires(fake).map(({ action }) => action)).to.deep.equal([enter, leave]);
        });
      }),
    );

    it(
      'RTL5f: is taken out where it was given up during a DETACH that the server does not answer',
      lives(
        200,
        (fake) => {
          const { client, at } = fake;
          at(1, () => {
            const { holding } = present(fake, of('x'));
            client.channel('a').detach().catch(ignore);
            holding.unsubscribe();
            expect(wires(fake)).to.have.length(1);
          });
          at(100, () => {
            expect(client.channel('a').state).to.equal('attached');
            expect(wires(fake).slice(1)).to.deep.equal([{ action: leave, clientId: 'me' }]);
          });
        },
        { realtimeRequestTimeout: 50 },
      ),
    );

    it(
      'takes no lease where attachOnSubscribe is false, and enters when the channel is attached',
      at1((fake) => {
        const channel = fake.client.channel('a', { attachOnSubscribe: false });
        const { standings } = told(fake);
        expect([channel.state, standings]).to.deep.equal(['initialized', ['entering']]);
        channel.attach().catch(ignore);
        fake.server.welcome();
        presenceOn(fake).attached();
        expect(wires(fake)).to.deep.equal([{ action: enter }]);
      }),
    );

    it('completes with the client, and says nothing else; afterwards at once', () => {
      const kept: { fake: FakeAbly; standings: readonly unknown[]; errors: readonly number[] }[] = [];
      at1((fake) => {
        const errors = errorsOf(fake);
        const { standings } = present(fake);
        kept.push({ fake, standings, errors });
      })();
      for (const { fake, standings, errors } of kept) {
        expect([standings, errors]).to.deep.equal([['entering', 'present', 'complete'], []]);
        expect(told(fake).standings.at(-1)).to.equal('complete');
      }
    });

    it('completes where the channel is released, and says nothing else', async () => {
      const fake = { ...fakeAbly(codec, { autoConnect: false, clientId: 'me' }), at: ignore };
      const errors = errorsOf(fake);
      const { standings } = told(fake);
      const { presence } = fake.client.channel('a');
      await fake.client.releaseChannel('a');
      expect([standings, errors, presence.synced]).to.deep.equal([['entering', 'complete'], [], false]);
      const ends: unknown[] = [];
      concat(presence.synced$, of('complete')).subscribe((value) => ends.push(value));
      expect(ends).to.deep.equal([false, 'complete']);
      await fake.client.dispose();
    });
  });
