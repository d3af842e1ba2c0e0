import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { aes } from '../../../lib/crypto/index.js';
import { codecs, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import type { HeardPresence } from '../../support/heard.js';
import { ignore } from '../../support/ignore.js';
import { enter, leave, namesOf, presenceOn, update, wireMember as member } from '../../support/presence.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';
import { unhandledDuring } from '../../support/unhandled.js';

const endOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof ErrorInfo ? error.code : error),
  );

for (const codec of codecs)
  describe(`entering and leaving a channel, ${codec.format}`, () => {
    const lives = livesOf(codec, { clientId: 'me' });
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
    /** What each promise came to: codes, or `done`. */
    const settling = async (run: (ends: Promise<unknown>[]) => void): Promise<readonly unknown[]> => {
      const ends: Promise<unknown>[] = [];
      run(ends);
      return Promise.all(ends);
    };
    const attached = (fake: FakeAbly, clientId?: string) => {
      const channel = fake.client.channel('a');
      channel.attach().catch(ignore);
      fake.server.welcome('id-1', { connectionDetails: { ...fake.details, ...(clientId && { clientId }) } });
      fake.server.attached('a');
      return { channel, presence: channel.presence, server: presenceOn(fake) };
    };

    const verbs = [
      ['enter', enter],
      ['update', update],
      ['leave', leave],
    ] as const;
    for (const [verb, action] of verbs) {
      it(`RTP8a, RTP8c, RTP9a, RTP9d, RTP9e, RTP10a, RTP10c, RTP10e: ${verb}() sends a presence message without a clientId, with data and extras as they are given`, async () => {
        const ends = await settling((all) => {
          at0((fake) => {
            const { presence, server } = attached(fake);
            all.push(endOf(presence[verb]()), endOf(presence[verb]('text')), endOf(presence[verb]({ a: 1 })));
            all.push(endOf(presence[verb](new Uint8Array([1, 2]), { extras: { headers: { b: 'c' } } })));
            const bytes = codec.binary
              ? { data: server.asked()[3]?.[1].data }
              : { data: 'AQI=', encoding: 'base64' };
            expect(server.asked()).to.deep.equal([
              [0, { action }],
              [1, { action, data: 'text' }],
              [2, { action, data: '{"a":1}', encoding: 'json' }],
              [3, { action, ...bytes, extras: { headers: { b: 'c' } } }],
            ]);
            if (codec.binary) expect([...(bytes.data as Uint8Array)]).to.deep.equal([1, 2]);
            server.ack(0, 4);
          })();
        });
        expect(ends).to.deep.equal(['done', 'done', 'done', 'done']);
      });

      it(`RTP14a, RTP15a, RTP14c: ${verb}Client() does so for somebody else`, async () => {
        const ends = await settling((all) => {
          at0(
            (fake) => {
              const { presence, server } = attached(fake, '*');
              all.push(endOf(presence[`${verb}Client`]('ann', 'd', { extras: 1 })));
              expect(server.asked()).to.deep.equal([[0, { action, clientId: 'ann', data: 'd', extras: 1 }]]);
              server.ack(0);
            },
            { clientId: undefined },
          )();
        });
        expect(ends).to.deep.equal(['done']);
      });

      it(`RTP8h, RTP8i, RTP8b, RTP9c, RTP10b, RTP14b, RTP15d: ${verb}() rejects with what the server says`, async () => {
        const errors: number[] = [];
        const ends = await settling((all) => {
          at0((fake) => {
            const { presence, server } = attached(fake);
            fake.client.errors$.subscribe(({ code }) => errors.push(code));
            all.push(endOf(presence[verb]()), endOf(presence[verb]()));
            server.nack(0);
            server.nack(1, { code: 40012, statusCode: 400, message: 'nobody' });
          })();
        });
        expect([ends, errors]).to.deep.equal([
          [40160, 40012],
          [40160, 40012],
        ]);
      });

      it(`RTP8j: ${verb}() rejects at once where the client is anybody or nobody, while connected`, async () => {
        for (const clientId of ['*', undefined]) {
          const ends = await settling((all) => {
            at0(
              (fake) => {
                const { presence, server } = attached(fake, clientId);
                all.push(endOf(presence[verb]()));
                expect(server.asked()).to.deep.equal([]);
              },
              { clientId: undefined },
            )();
          });
          expect(ends).to.deep.equal([40012]);
        }
      });

      it(`RTP8d, RTP16b, RTP5b: ${verb}() attaches the channel, and is sent when it is attached`, async () => {
        const ends = await settling((all) => {
          at0((fake) => {
            const { presence } = fake.client.channel('a');
            const server = presenceOn(fake);
            all.push(
              endOf(presence[verb](1 as never)),
              endOf(presence[verb]('x')),
              endOf(presence[verb]('y')),
            );
            fake.server.welcome();
            all.push(endOf(presence[verb]('z')));
            expect(fake.server.heard().map((frame) => frame.action)).to.deep.equal(['ATTACH']);
            server.attached();
            expect(server.asked().map(([serial, { data }]) => [serial, data])).to.deep.equal([
              [0, 'x'],
              [1, 'y'],
              [2, 'z'],
            ]);
            server.attached(4);
            expect(server.asked()).to.have.length(3);
            server.ack(0, 3);
          })();
        });
        expect(ends).to.deep.equal([40013, 'done', 'done', 'done']);
      });

      it(`RTP8g, RTP15e, RTP16c: ${verb}() rejects at once on a channel that is detached, suspended or failed`, async () => {
        const ends = await settling((all) => {
          at0((fake) => {
            const { channel, presence, server } = attached(fake);
            channel.detach().catch(ignore);
            all.push(endOf(presence[verb]()));
            server.detached();
            all.push(endOf(presence[verb]()), endOf(presence[`${verb}Client`]('me')));
            expect(channel.state).to.equal('detached');
          })();
          at0((fake) => {
            const { channel, presence, server } = attached(fake);
            server.failed();
            all.push(endOf(presence[verb]()), endOf(presence[`${verb}Client`]('me')));
            expect([channel.state, server.asked()]).to.deep.equal(['failed', []]);
          })();
          at0((fake) => {
            const { channel, presence, server } = attached(fake);
            server.detached();
            server.detached();
            all.push(endOf(presence[verb]()));
            expect([channel.state, server.asked()]).to.deep.equal(['suspended', []]);
          })();
        });
        const detaching = verb === 'leave' ? 'done' : 90001; // the detach is the leave
        expect(ends).to.deep.equal([detaching, 90001, 90001, 90001, 90001, 90001]);
      });
    }

    it('RTP15f: refuses another clientId where the client has its own, and goes on', async () => {
      const ends = await settling((all) => {
        at0((fake) => {
          const { channel, presence, server } = attached(fake);
          all.push(endOf(presence.enterClient('ann')), endOf(presence.enterClient('me')));
          all.push(endOf(presence.updateClient('ann')), endOf(presence.leaveClient('ann')));
          expect(server.asked()).to.deep.equal([[0, { action: enter, clientId: 'me' }]]);
          server.ack(0);
          expect([channel.state, fake.client.connection.state]).to.deep.equal(['attached', 'connected']);
        })();
      });
      expect(ends).to.deep.equal([40012, 'done', 40012, 40012]);
    });

    it('RTP15f, TO3l8, RTP16b: refuses another clientId, and what is too large, also while the channel is being attached', async () => {
      const ends = await settling((all) => {
        at0((fake) => {
          const channel = fake.client.channel('a');
          const server = presenceOn(fake);
          channel.attach().catch(ignore);
          fake.server.welcome();
          const { presence } = channel;
          all.push(endOf(presence.enterClient('ann')), endOf(presence.enter('x'.repeat(1001))));
          all.push(endOf(presence.enter('y')));
          server.attached();
          expect(server.asked()).to.deep.equal([[0, { action: enter, data: 'y' }]]);
          server.ack(0);
        })();
      });
      expect(ends).to.deep.equal([40012, 40009, 'done']);
    });

    it(
      'RTP8j: lets the server judge who is nobody yet, before there is a connection',
      at0(
        (fake) => {
          const { presence } = fake.client.channel('a');
          presence.enter().catch(ignore);
          fake.server.welcome('id-1', { connectionDetails: { ...fake.details, clientId: 'told' } });
          presenceOn(fake).attached();
          expect(presenceOn(fake).asked()).to.deep.equal([[0, { action: enter }]]);
        },
        { clientId: undefined },
      ),
    );

    it(
      'RTP15b, RTP15c, RTP4: enters, updates and takes out many, each for itself',
      at0(
        (fake) => {
          const { presence, server } = attached(fake, '*');
          const names = Array.from({ length: 250 }, (_, index) => `m${index}`);
          const tell = (action: 'enter' | 'update' | 'leave', at: number): void => {
            const list = names.map((name, index) => member(action, name, { at, index, data: action }));
            server.tell(...list);
            server.ack(at * 250, 250);
          };
          for (const name of names) presence.enterClient(name, 'enter').catch(ignore);
          tell('enter', 0);
          expect(namesOf(presence.members)).to.deep.equal([...names].sort());
          for (const name of names) presence.updateClient(name, 'update').catch(ignore);
          tell('update', 1);
          expect([...presence.members.values()].every(({ data }) => data === 'update')).to.equal(true);
          for (const name of names) presence.leaveClient(name).catch(ignore);
          tell('leave', 2);
          expect(presence.members.size).to.equal(0);
          const all = server.asked();
          expect(all.map(([serial]) => serial)).to.deep.equal(all.map((_, index) => index));
          expect(all).to.have.length(750);
        },
        { clientId: undefined },
      ),
    );

    it(
      'RTP8e, RTP10a: leaves with the data that were there, unless others are given; nothing of it is forgotten before',
      at0((fake) => {
        const { presence, server } = attached(fake);
        const last = (): HeardPresence | undefined => server.asked().at(-1)?.[1];
        presence.enter({ a: 1 }).catch(ignore);
        server.ack(0);
        presence.leave().catch(ignore);
        expect(last()).to.deep.equal({ action: leave, data: '{"a":1}', encoding: 'json' });
        server.ack(1);
        presence.leave().catch(ignore);
        expect(last()).to.deep.equal({ action: leave });
        presence.enter('x').catch(ignore);
        server.ack(2, 2);
        presence.update('y').catch(ignore);
        server.ack(4);
        presence.leave('bye').catch(ignore);
        expect(last()).to.deep.equal({ action: leave, data: 'bye' });
      }),
    );

    it(
      'RTP8e, RTP10a: leaves with the data that are on their way still, of whoever it is',
      at0(
        (fake) => {
          const { presence, server } = attached(fake, '*');
          const last = (): HeardPresence | undefined => server.asked().at(-1)?.[1];
          presence.enterClient('ann', { a: 1 }).catch(ignore);
          presence.enterClient('bob', 'b').catch(ignore);
          presence.leaveClient('ann').catch(ignore);
          expect(last()).to.deep.equal({ action: leave, clientId: 'ann', data: '{"a":1}', encoding: 'json' });
          presence.leaveClient('ann').catch(ignore);
          expect(last()).to.deep.equal({ action: leave, clientId: 'ann' });
          server.ack(0, 4);
          presence.updateClient('bob', 'c').catch(ignore);
          presence.leaveClient('bob').catch(ignore);
          expect(last()).to.deep.equal({ action: leave, clientId: 'bob', data: 'c' });
        },
        { clientId: undefined },
      ),
    );

    it(
      'RTP10a, RTP15a: leaves with the data that the server told of somebody else of this connection',
      at0(
        (fake) => {
          const { presence, server } = attached(fake, '*');
          server.tell(
            member('enter', 'ann', { connectionId: 'id-1', data: 'd' }),
            member('enter', 'bob', { data: 'e' }),
          );
          presence.leaveClient('ann').catch(ignore);
          presence.leaveClient('bob').catch(ignore);
          expect(server.asked().map(([, wire]) => wire)).to.deep.equal([
            { action: leave, clientId: 'ann', data: 'd' },
            { action: leave, clientId: 'bob' },
          ]);
        },
        { clientId: undefined },
      ),
    );

    it(
      'RTP8e, RSL5: encrypts what it says, also when it leaves with what was there',
      at0((fake) => {
        const cipher = aes({ key: new Uint8Array(16).fill(7) });
        const { presence, server } = attached(fake);
        void fake.client.channel('a').setOptions({ cipher });
        presence.enter('psst').catch(ignore);
        server.ack(0);
        presence.leave().catch(ignore);
        const [[, entered] = [], [, left] = []] = server.asked();
        expect(entered?.encoding).to.equal(`utf-8/${cipher.encoding}${codec.binary ? '' : '/base64'}`);
        expect([left?.data, left?.encoding]).to.deep.equal([entered?.data, entered?.encoding]);
      }),
    );

    it('RTP16a, RTL6c2: waits where the channel is attached and the connection is not, and goes before what comes later', async () => {
      const ends = await settling((all) => {
        lives(20, (fake) => {
          fake.at(1, () => {
            const { presence } = attached(fake);
            fake.server.drop();
            all.push(endOf(presence.enter('x')));
          });
          fake.at(2, () => {
            const server = presenceOn(fake);
            fake.server.welcome();
            all.push(endOf(fake.client.channel('a').presence.update('y')));
            expect(server.asked()).to.deep.equal([]);
            server.attached();
            expect(server.asked().map(([serial, { data }]) => [serial, data])).to.deep.equal([
              [0, 'x'],
              [1, 'y'],
            ]);
            server.ack(0, 2);
          });
        })();
      });
      expect(ends).to.deep.equal(['done', 'done']);
    });

    it('RTP16c, RTP16a, RTP16b: waits for nothing where queueMessages is false', async () => {
      let unqueued: Promise<unknown> = Promise.resolve();
      const ends = await settling((all) => {
        lives(
          20,
          (fake) => {
            const { presence } = fake.client.channel('a');
            all.push(endOf(presence.enter('before a connection')));
            fake.client.connect();
            fake.at(1, () => {
              fake.server.welcome();
              unqueued = rejectionOf(presence.enter('not attached'));
              expect(fake.client.channel('a').state).to.equal('initialized');
              fake.client.channel('a').attach().catch(ignore);
              all.push(endOf(presence.enter('attaching')));
              presenceOn(fake).attached();
              all.push(endOf(presence.enter('attached')));
              presenceOn(fake).ack(0);
              fake.server.drop();
              all.push(endOf(presence.enter('connecting again')));
            });
          },
          { queueMessages: false },
        )();
      });
      expect(ends).to.deep.equal([80017, 90001, 'done', 80017]);
      expect(codesOf(await unqueued)).to.deep.equal({ code: 90001, statusCode: 400 });
    });

    it('RTP16c, RTL6c4: is refused where the connection is suspended, closed or failed', async () => {
      const ends = await settling((all) => {
        const refused = (end: (fake: FakeAbly) => void, state: string): void => {
          at0((fake) => {
            fake.client.connect();
            fake.server.welcome();
            end(fake);
            expect(fake.client.connection.state).to.equal(state);
            all.push(endOf(fake.client.channel('a').presence.enter()));
          })();
        };
        refused(({ client, server }) => {
          void client.close();
          server.say({ action: Action.closed });
        }, 'closed');
        refused(({ server }) => {
          server.say({ action: Action.error, error: { code: 40400, statusCode: 404 } });
        }, 'failed');
        lives(200_000, (fake) => {
          fake.client.connect();
          fake.at(150_000, () => {
            expect(fake.client.connection.state).to.equal('suspended');
            all.push(endOf(fake.client.channel('a').presence.enter()));
          });
        })();
      });
      expect(ends).to.deep.equal([80017, 80000, 80002]);
    });

    const losses = [
      [
        'RTL11, RTP5a',
        'is detached by the server',
        50_000,
        (fake: FakeAbly) => [presenceOn(fake).detached({ code: 50_000 }), 'suspended'],
      ],
      ['RTL11, RTP5a, RTP15e', 'fails', 40_160, (fake: FakeAbly) => [presenceOn(fake).failed(), 'failed']],
      [
        'RTN7e, RTP5f',
        'loses its connection for good',
        90_001,
        (fake: FakeAbly) => [fake.client.close(), 'attaching'],
      ],
    ] as const;
    for (const [ids, what, code, lose] of losses)
      it(`${ids}: rejects what waits where the channel ${what}`, async () => {
        const errors: number[] = [];
        const ends = await settling((all) => {
          at0((fake) => {
            const channel = fake.client.channel('a');
            fake.client.errors$.subscribe((error) => errors.push(error.code));
            all.push(endOf(channel.presence.enter()), endOf(channel.presence.update()));
            fake.server.welcome();
            const [, state] = lose(fake);
            expect(channel.state).to.equal(state);
            if (what.includes('connection')) fake.server.say({ action: Action.closed });
            expect(presenceOn(fake).asked()).to.deep.equal([]);
          })();
        });
        expect([ends, errors]).to.deep.equal([
          [code, code],
          [code, code],
        ]);
      });

    it('RTP5f, RTL11: rejects what waits where the channel is not attached in time', async () => {
      const ends = await settling((all) => {
        lives(
          100,
          (fake) => {
            const channel = fake.client.channel('a');
            all.push(endOf(channel.presence.enter()));
            fake.at(1, () => {
              fake.server.welcome();
            });
            fake.at(60, () => {
              expect(channel.state).to.equal('suspended');
              presenceOn(fake).attached();
              expect(presenceOn(fake).asked()).to.deep.equal([]);
            });
          },
          { realtimeRequestTimeout: 50 },
        )();
      });
      expect(ends).to.deep.equal([90007]);
    });

    it('RTL11a: leaves alone what was sent', async () => {
      const ends = await settling((all) => {
        at0((fake) => {
          const { presence, server } = attached(fake);
          all.push(endOf(presence.enter()), endOf(presence.update()));
          server.failed();
          server.ack(0);
          server.nack(1);
        })();
      });
      expect(ends).to.deep.equal(['done', 40160]);
    });

    it('RTN19a, RTN19a2: is sent again under its serial where the connection is resumed', async () => {
      const ends = await settling((all) => {
        lives(20, (fake) => {
          fake.at(1, () => {
            const { presence, server } = attached(fake);
            all.push(endOf(presence.enter('x')), endOf(presence.update('y')));
            server.ack(0);
            fake.server.drop();
          });
          fake.at(2, () => {
            fake.server.welcome('id-1');
            const server = presenceOn(fake);
            expect(server.asked()).to.deep.equal([[1, { action: update, data: 'y' }]]);
            server.ack(1);
          });
        })();
      });
      expect(ends).to.deep.equal(['done', 'done']);
    });

    it('RTL3d2, RTN19a2: waits for its channel, and gets another serial, where it is not resumed', async () => {
      const ends = await settling((all) => {
        lives(20, (fake) => {
          fake.at(1, () => {
            const { channel, presence, server } = attached(fake);
            channel.publish('m', 'x').catch(ignore);
            server.ack(0);
            all.push(endOf(presence.enter('x')), endOf(channel.publish('n', 'y')));
            fake.server.drop();
            all.push(endOf(presence.update('z')));
          });
          fake.at(2, () => {
            fake.server.welcome('id-2');
            const server = presenceOn(fake);
            expect(fake.server.heard().map(({ action, msgSerial }) => [action, msgSerial])).to.deep.equal([
              ['ATTACH', undefined],
              ['MESSAGE', 0],
            ]);
            server.attached();
            expect(server.asked()).to.deep.equal([
              [1, { action: enter, data: 'x' }],
              [2, { action: update, data: 'z' }],
            ]);
            server.ack(0, 3);
          });
        })();
      });
      expect(ends).to.deep.equal(['done', 'done', 'done']);
    });

    it('RTN19a, RTL3d2, RTL11a: is sent again at once where its channel was detached meanwhile', async () => {
      const ends = await settling((all) => {
        lives(20, (fake) => {
          fake.at(1, () => {
            const { channel, presence, server } = attached(fake);
            all.push(endOf(presence.leave('bye')));
            channel.detach().catch(ignore);
            server.detached();
            fake.server.drop();
          });
          fake.at(2, () => {
            fake.server.welcome('id-2');
            expect(presenceOn(fake).asked()).to.deep.equal([[0, { action: leave, data: 'bye' }]]);
            presenceOn(fake).ack(0);
          });
        })();
      });
      expect(ends).to.deep.equal(['done']);
    });

    it('RTL17, RTP5b: what waits for one channel does not stand in the way of another', async () => {
      const ends = await settling((all) => {
        at0((fake) => {
          all.push(
            endOf(fake.client.channel('a').presence.enter('a')),
            endOf(fake.client.channel('b').presence.enter('b')),
          );
          fake.server.welcome();
          fake.server.attached('b');
          expect(presenceOn(fake).asked()).to.deep.equal([[0, { action: enter, data: 'b' }]]);
          presenceOn(fake).ack(0);
        })();
      });
      expect(ends).to.deep.equal([90001, 'done']);
    });

    it('counts what waits for its channel against the caps of the queue', async () => {
      const waiting = await settling((all) => {
        at0(
          (fake) => {
            const channel = fake.client.channel('a');
            all.push(
              endOf(channel.presence.enter('1')),
              endOf(channel.publish('2', '')),
              endOf(channel.presence.enter('3')),
            );
            fake.server.welcome();
            presenceOn(fake).ack(0);
            all.push(endOf(channel.presence.enter('4')), endOf(channel.publish('5', '')));
          },
          { queue: { maxMessages: 2 } },
        )();
        at0(
          ({ client }) => {
            const { presence } = client.channel('a');
            all.push(
              endOf(presence.enter('four')),
              endOf(presence.enter('four')),
              endOf(presence.enter('too much')),
            );
          },
          { queue: { maxBytes: 8 } },
        )();
      });
      const lost = 90001;
      expect(waiting).to.deep.equal([...[lost, 'done', 80030], ...[lost, 80030], ...[lost, lost, 80030]]);
    });

    it('TP5, TO3l8: is refused where it is too large', async () => {
      const ends = await settling((all) => {
        at0((fake) => {
          const { presence, server } = attached(fake);
          all.push(
            endOf(presence.enter('x'.repeat(1001))),
            endOf(presence.enter('x', { extras: 'y'.repeat(1000) })),
          );
          all.push(endOf(presence.enter('x'.repeat(1000))));
          expect(server.asked()).to.have.length(1);
          server.ack(0);
        })();
      });
      expect(ends).to.deep.equal([40009, 40009, 'done']);
    });

    it(
      'RTN16g: leaves the recovery key alone as long as it waits',
      at0((fake) => {
        const channel = fake.client.channel('b');
        channel.presence.enter().catch(ignore);
        const { server } = attached(fake);
        const serial = (): unknown => JSON.parse(fake.client.connection.createRecoveryKey() ?? '{}');
        expect(serial()).to.deep.include({ msgSerial: 0, channelSerials: { a: 's-0' } });
        fake.server.attached('b');
        expect(serial()).to.deep.include({ msgSerial: 1 });
        server.ack(0);
        expect(serial()).to.deep.include({ msgSerial: 1 });
      }),
    );

    it(
      'holds the channel from the request on, as long as one is present, and until the grace is over',
      lives(
        300,
        (fake) => {
          const { client, at } = fake;
          const { presence } = client.channel('a');
          const server = presenceOn(fake);
          presence.enter().catch(ignore);
          at(1, () => {
            fake.server.welcome();
            server.attached();
          });
          at(100, () => {
            expect(client.channel('a').state).to.equal('attached');
            server.ack(0);
          });
          at(200, () => {
            expect(client.channel('a').state).to.equal('attached');
            presence.leave().catch(ignore);
            server.ack(1);
          });
          at(219, () => {
            expect(client.channel('a').state).to.equal('attached');
          });
          at(221, () => {
            expect(client.channel('a').state).to.equal('detaching');
          });
        },
        { detachGrace: 20 },
      ),
    );

    it(
      'lets go of the channel where the server refuses it, and where it says that the member has left',
      lives(
        300,
        (fake) => {
          const { client, at } = fake;
          const server = presenceOn(fake);
          const state = (): string => client.channel('a').state;
          client.channel('a').presence.enter().catch(ignore);
          at(1, () => {
            fake.server.welcome();
            server.attached();
            server.nack(0);
          });
          at(22, () => {
            expect(state()).to.equal('detaching');
            server.detached();
            client.channel('a').presence.enter().catch(ignore);
            server.attached();
            server.ack(1);
          });
          at(100, () => {
            expect(state()).to.equal('attached');
            server.tell(member('leave', 'me', { connectionId: 'id-1', at: 5 }));
          });
          at(121, () => {
            expect(state()).to.equal('detaching');
          });
        },
        { detachGrace: 20 },
      ),
    );

    it('harms nobody where nobody awaits it', async () => {
      const unhandled = await unhandledDuring(() => {
        at0((fake) => {
          const { presence, server } = attached(fake);
          void presence.enter();
          void presence.update(7 as never);
          void presence.leaveClient('ann');
          server.nack(0);
          void presence.enter();
        })();
      });
      expect(unhandled).to.deep.equal([]);
    });

    it('is refused by a client that was disposed of, and on a channel that was released', async () => {
      const kept: FakeAbly[] = [];
      const ends = await settling((all) => {
        at0((fake) => {
          kept.push(fake);
          const { presence } = attached(fake);
          void fake.client.releaseChannel('b');
          all.push(endOf(presence.enter()));
        })();
        for (const { client } of kept) all.push(endOf(client.channel('a').presence.enter()));
      });
      expect(ends).to.deep.equal([80017, 80017]);
    });
  });
