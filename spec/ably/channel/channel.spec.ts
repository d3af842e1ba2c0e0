import { expect } from 'chai';
import { config } from 'rxjs';
import type { ChannelStateChange } from '../../../lib/ably/channel/changes.js';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { asked, codecs, fakeAbly, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

const lost = { code: 80003, statusCode: 400, message: 'lost' };
const messageTo = (channel: string, frame: Partial<ProtocolMessage>): ProtocolMessage => ({
  action: Action.message,
  channel,
  ...frame,
});
/** Connected, and attached to `a` by one subscriber. */
const attach = ({ client, server }: FakeAbly): RealtimeChannel => {
  const channel = client.channel('a');
  channel.messages$.subscribe({ error: ignore });
  server.welcome();
  server.attached('a');
  return channel;
};
const changesOf = (channel: RealtimeChannel): unknown[] => {
  const seen: unknown[] = [];
  channel.changes$.subscribe(({ previous, event, resumed, reason }) =>
    seen.push([previous, event, resumed, reason?.code]),
  );
  return seen;
};
/** How a promise ends. */
const end = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

for (const codec of codecs) {
  describe(`RealtimeChannel, ${codec.format}`, () => {
    const lives = livesOf(codec);

    describe('leases', () => {
      it(
        'RTL4c, RTL7g: attaches once for any number of subscribers, and connects first',
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            const seen = changesOf(channel);
            for (let n = 0; n < 3; n += 1) channel.messages$.subscribe();
            expect([channel.state, fake.net.dialled.length]).to.deep.equal(['attaching', 1]);
            fake.server.welcome();
            expect(asked(fake)).to.deep.equal(['ATTACH a']);
            fake.server.attached('a');
            expect(seen).to.deep.equal([
              ['initialized', 'attaching', false, undefined],
              ['attaching', 'attached', false, undefined],
            ]);
          });
        }),
      );
      it(
        'detaches when the grace is over, and not before',
        lives(10_000, (fake) => {
          fake.at(0, () => {
            attach(fake);
          });
          fake.at(1, () => {
            const lease = fake.client.channel('b').messages$.subscribe();
            fake.server.attached('b');
            lease.unsubscribe();
          });
          fake.at(2500, () => {
            expect(fake.client.channel('b').state).to.equal('attached');
          });
          fake.at(2502, () => {
            expect(fake.client.channel('b').state).to.equal('detaching');
            expect(asked(fake).at(-1)).to.deep.equal('DETACH b');
            fake.server.say({ action: Action.detached, channel: 'b' });
            expect([fake.client.channel('a').state, fake.client.channel('b').state]).to.deep.equal([
              'attached',
              'detached',
            ]);
          });
        }),
      );
      it(
        'keeps the attachment if somebody comes back within the grace',
        lives(10_000, (fake) => {
          fake.at(0, () => {
            const lease = fake.client.channel('a').messages$.subscribe();
            fake.server.welcome();
            fake.server.attached('a');
            lease.unsubscribe();
          });
          fake.at(2000, () => {
            fake.client.channel('a').messages$.subscribe();
          });
          fake.at(9000, () => {
            expect(asked(fake)).to.deep.equal(['ATTACH a']);
            expect(fake.client.channel('a').state).to.equal('attached');
          });
        }),
      );
      it(
        'never detaches by itself where detachGrace is false',
        lives(
          100_000,
          (fake) => {
            fake.at(0, () => {
              const lease = fake.client.channel('a').messages$.subscribe();
              fake.server.welcome('id-1', { connectionDetails: { connectionKey: 'k' } });
              fake.server.attached('a');
              lease.unsubscribe();
            });
            fake.at(99_000, () => {
              expect(fake.client.channel('a').state).to.equal('attached');
            });
          },
          { detachGrace: false },
        ),
      );
      it(
        'RTL4h, RTL5i: turns round only when the answer under way has come',
        lives(
          100,
          (fake) => {
            fake.at(0, () => {
              const channel = fake.client.channel('a');
              const lease = channel.messages$.subscribe();
              fake.server.welcome();
              lease.unsubscribe();
            });
            fake.at(50, () => {
              expect(asked(fake)).to.deep.equal(['ATTACH a']);
              const seen = changesOf(fake.client.channel('a'));
              fake.server.attached('a');
              fake.client.channel('a').messages$.subscribe();
              fake.server.say({ action: Action.detached, channel: 'a' });
              expect(asked(fake).slice(1)).to.deep.equal(['DETACH a', 'ATTACH a']);
              expect(seen.map((change) => (change as unknown[])[1])).to.deep.equal([
                'attached',
                'detaching',
                'detached',
                'attaching',
              ]);
            });
          },
          { detachGrace: 10 },
        ),
      );
      it(
        'twenty mounts, unmounts and mounts in one tick make one socket and one ATTACH',
        lives(10_000, (fake) => {
          fake.at(0, () => {
            for (let n = 0; n < 20; n += 1) {
              const lease = fake.client.channel('a').messages$.subscribe();
              lease.unsubscribe();
              fake.client.channel('a').messages$.subscribe();
            }
            fake.server.welcome();
          });
          fake.at(9000, () => {
            expect(fake.net.dialled).to.have.length(1);
            expect(asked(fake)).to.deep.equal(['ATTACH a']);
          });
        }),
      );
    });

    describe('attach and detach', () => {
      const settled = async (
        script: (fake: FakeAbly, note: (promise: Promise<unknown>) => void) => void,
        options = {},
      ): Promise<unknown[]> => {
        const ends: Promise<unknown>[] = [];
        lives(
          50_000,
          (fake) => {
            script(fake, (promise) => ends.push(end(promise)));
          },
          options,
        )();
        return (await Promise.all(ends)).map((ended) => (ended instanceof ErrorInfo ? ended.code : ended));
      };
      it('RTL4d, RTL4a, RTL5e, RTL5a: resolve when it is done, at once if there is nothing to do', async () => {
        const ends = await settled((fake, note) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            note(channel.detach());
            note(channel.attach());
            fake.server.welcome();
            fake.server.attached('a');
            note(channel.attach());
            note(channel.detach());
            expect(channel.state).to.equal('detaching');
            fake.server.say({ action: Action.detached, channel: 'a' });
            note(channel.detach());
          });
        });
        expect(ends).to.deep.equal([undefined, undefined, undefined, undefined, undefined]);
      });
      it('RTL4f, RTL13b, RTB1: suspends when nobody answers, and tries again after a while', async () => {
        const ends = await settled(
          (fake, note) => {
            fake.at(0, () => {
              note(fake.client.channel('a').attach());
              fake.server.welcome('id-1', { connectionDetails: { connectionKey: 'k' } });
            });
            fake.at(1001, () => {
              expect(fake.client.channel('a').state).to.equal('suspended');
            });
            fake.at(1000 + 3000 * 0.9 + 1, () => {
              expect(fake.client.channel('a').state).to.equal('attaching');
              expect(asked(fake)).to.deep.equal(['ATTACH a', 'ATTACH a']);
            });
          },
          { realtimeRequestTimeout: 1000, channelRetryTimeout: 3000 },
        );
        expect(ends).to.deep.equal([90007]);
      });
      it('RTL5f: a detach that nobody answers fails, and the channel is back where it was', async () => {
        const ends = await settled(
          (fake, note) => {
            fake.at(0, () => {
              const channel = attach(fake);
              note(channel.detach());
            });
            fake.at(1001, () => {
              expect(fake.client.channel('a').state).to.equal('attached');
            });
          },
          { realtimeRequestTimeout: 1000 },
        );
        expect(ends).to.deep.equal([90007]);
      });
      it('RTL4b: cannot attach where the connection is closed', async () => {
        const ends = await settled((fake, note) => {
          fake.at(0, () => {
            fake.client.connect();
            fake.server.welcome();
            void fake.client.close();
            fake.server.say({ action: Action.closed });
            note(fake.client.channel('a').attach());
          });
        });
        expect(ends).to.deep.equal([80000]);
      });
      it('says of a client that was disposed of that it was, and not to connect it', async () => {
        for (const state of ['initialized', 'connected', 'failed']) {
          const ends: Promise<unknown>[] = [];
          lives(10, (fake) => {
            const { client, server } = fake;
            const channel = client.channel('a');
            if (state !== 'initialized') client.connect();
            if (state === 'connected') server.welcome();
            if (state === 'failed') {
              server.open();
              server.say({ action: Action.error, error: lost });
            }
            expect(client.connection.state).to.equal(state);
            void client.dispose();
            ends.push(...[channel.attach(), channel.publish('n'), channel.presence.get()].map(end));
          })();
          for (const error of await Promise.all(ends)) {
            expect(error).to.be.instanceOf(ErrorInfo).and.to.deep.include({ code: 80017, statusCode: 400 });
            expect(String(error), state).to.contain('disposed of');
          }
        }
      });
      it('says so also where a handler of its changes disposed of the client, and is detached then', async () => {
        const ends: Promise<unknown>[] = [];
        lives(10, (fake) => {
          const { client, server } = fake;
          const channel = client.channel('a');
          channel.messages$.subscribe();
          channel.changes$.subscribe(({ current }) => {
            if (current === 'attached') void client.dispose();
          });
          server.welcome();
          server.attached('a', { flags: Flag.hasPresence });
          expect([client.connection.state, channel.state]).to.deep.equal(['closed', 'detached']);
          ends.push(...[channel.attach(), channel.publish('n'), channel.presence.get()].map(end));
        })();
        for (const error of await Promise.all(ends)) expect(error).to.deep.include({ code: 80017 });
      });
      it('RTS4a, RTL4b: a channel that was released is over, connected or not', async () => {
        const { client, server } = fakeAbly(codec);
        const channel = client.channel('a');
        client.connect();
        server.welcome();
        await client.releaseChannel('a');
        const ends = [end(channel.attach())];
        void client.close();
        server.say({ action: Action.closed });
        ends.push(end(channel.attach()));
        const { state } = client.connection;
        await client.dispose();
        expect(state).to.equal('closed');
        for (const error of await Promise.all(ends)) expect(error).to.deep.include({ code: 90001 });
      });
      it('RTL5b, RTL14: a failed channel cannot be detached', async () => {
        let detaching: Promise<unknown> = Promise.resolve();
        const ends = await settled((fake, note) => {
          fake.at(0, () => {
            note(fake.client.channel('a').attach());
            fake.server.welcome();
            fake.server.say({
              action: Action.error,
              channel: 'a',
              error: { code: 40160, statusCode: 401, message: 'no' },
            });
            detaching = rejectionOf(fake.client.channel('a').detach());
          });
        });
        expect([ends, codesOf(await detaching)]).to.deep.equal([[40160], { code: 90001, statusCode: 400 }]);
      });
      it(
        'RTL5k: detaches again from what attached behind its back',
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            void channel.detach();
            fake.server.attached('a');
            fake.server.say({ action: Action.detached, channel: 'a' });
            fake.server.attached('a');
            expect(asked(fake)).to.deep.equal(['ATTACH a', ...Array<unknown>(3).fill('DETACH a')]);
            expect(channel.state).to.equal('detaching');
          });
        }),
      );
      it(
        'RTL4k, RTL4l, RTL4m, RTL4k1: asks for params and modes, and tells what was granted',
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a', {
              params: { rewind: '1' },
              modes: ['subscribe', 'publish'],
            });
            channel.messages$.subscribe();
            fake.server.welcome();
            const [frame] = fake.server.heard();
            expect(frame).to.deep.equal({
              action: 'ATTACH',
              channel: 'a',
              params: { rewind: '1' },
              flags: Flag.subscribe | Flag.publish,
            });
            fake.server.attached('a', { flags: Flag.subscribe | Flag.hasPresence, params: { rewind: '1' } });
            expect([channel.modes, channel.params]).to.deep.equal([['subscribe'], { rewind: '1' }]);
          });
        }),
      );
    });

    describe('and its connection', () => {
      it(
        'RTL3d, RTL3d1, RTL4c1, RTN19b: attaches again with its serial, before anybody hears of the connection',
        lives(100, (fake) => {
          const seen: unknown[] = [];
          fake.at(0, () => {
            attach(fake);
            fake.server.say(messageTo('a', { channelSerial: 's-7', messages: [{ name: 'n' }] }));
            fake.server.drop();
            expect(fake.client.channel('a').state).to.equal('attached'); // RTL3e
            fake.client.connection.changes$.subscribe(({ current }) =>
              seen.push(current, fake.client.channel('a').state),
            );
            fake.server.welcome();
            expect(seen).to.deep.equal(['connected', 'attaching']);
            expect(fake.server.heard()).to.deep.equal([
              { action: 'ATTACH', channel: 'a', channelSerial: 's-7', flags: Flag.attachResume },
            ]);
          });
        }),
      );
      it(
        'RTL2f, RTL12: tells a gap, and only a gap',
        lives(100, (fake) => {
          const gaps: unknown[] = [];
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            channel.discontinuities$.subscribe(({ reason }) => gaps.push(reason?.code));
            attach(fake);
            const seen = changesOf(channel);
            const again = (flags: number, error?: typeof lost): void => {
              fake.server.drop();
              fake.server.welcome();
              fake.server.attached('a', { flags, ...(error && { error }) });
            };
            again(Flag.resumed);
            expect([gaps, seen.at(-1)]).to.deep.equal([[], ['attaching', 'attached', true, undefined]]);
          });
          fake.at(50, () => {
            const channel = fake.client.channel('a');
            const seen = changesOf(channel);
            fake.server.attached('a', { flags: Flag.resumed });
            expect(seen).to.deep.equal([]);
            fake.server.attached('a', { flags: 0, error: lost });
            expect([gaps, seen]).to.deep.equal([[80003], [['attached', 'update', false, 80003]]]);
          });
        }),
      );
      it(
        'RTL2f, RTN15c7: a failed resume is a gap',
        lives(100, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            const gaps: unknown[] = [];
            channel.discontinuities$.subscribe(({ channel: name, reason }) =>
              gaps.push([name, reason?.code]),
            );
            fake.server.drop();
            fake.server.welcome('id-2', { error: lost });
            fake.server.attached('a', { error: lost });
            expect(gaps).to.deep.equal([['a', 80003]]);
          });
        }),
      );
      it(
        'RTL3c, RTL3d: is suspended with the connection, and attaches when it is back',
        lives(250_000, (fake) => {
          fake.at(0, () => {
            attach(fake);
            fake.server.drop();
          });
          fake.at(200_000, () => {
            expect([
              fake.client.connection.state === 'connected',
              fake.client.channel('a').state,
            ]).to.deep.equal([false, 'suspended']);
            fake.client.connect();
            fake.server.welcome('id-2', { error: lost });
            expect(fake.server.heard()).to.deep.equal([
              { action: 'ATTACH', channel: 'a', channelSerial: 's-0', flags: Flag.attachResume },
            ]);
          });
        }),
      );
      it(
        'RTL3b, RTL15b2, RTN11d: is detached with a closed connection, and attaches anew for those who still listen',
        lives(100, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            void fake.client.close();
            fake.server.say({ action: Action.closed });
            expect([channel.state, channel.properties.channelSerial]).to.deep.equal(['detached', undefined]);
            fake.client.connect();
            expect(channel.state).to.equal('initialized');
            fake.server.welcome('id-2');
            expect(fake.server.heard()).to.deep.equal([{ action: 'ATTACH', channel: 'a' }]);
          });
        }),
      );
      it(
        'RTL3a: fails with the connection, and its subscribers with it',
        lives(100, (fake) => {
          const ends: unknown[] = [];
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            channel.messages$.subscribe({
              error: (error: unknown) => ends.push(error instanceof ErrorInfo && error.code),
            });
            channel
              .messages('n')
              .subscribe({ error: (error: unknown) => ends.push(error instanceof ErrorInfo && error.code) });
            attach(fake);
            fake.server.say({ action: Action.error, error: lost });
            expect([channel.state, channel.errorReason?.code, ends]).to.deep.equal([
              'failed',
              80003,
              [80003, 80003],
            ]);
          });
        }),
      );
      it(
        'RTL14, RTL4g: fails by itself; subscribing again means attaching again',
        lives(100, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            fake.server.say({ action: Action.error, channel: 'a', error: lost });
            expect([channel.state, fake.client.connection.state]).to.deep.equal(['failed', 'connected']);
            channel.messages$.subscribe();
            expect([channel.state, channel.errorReason]).to.deep.equal(['attaching', undefined]);
          });
        }),
      );
      it(
        'RTL13a: attaches again when the server detaches it',
        lives(100, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            const seen = changesOf(channel);
            fake.server.say({ action: Action.detached, channel: 'a', error: lost });
            expect(seen).to.deep.equal([['attached', 'attaching', false, 80003]]);
            expect(asked(fake)).to.deep.equal(['ATTACH a', 'ATTACH a']);
          });
        }),
      );
    });

    describe('messages', () => {
      /** What two subscribers of an attached channel get from a frame. */
      const received = (frame: Partial<ProtocolMessage>, names?: string | string[]): Message[] => {
        const seen: Message[] = [];
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            const messages$ = names === undefined ? channel.messages$ : channel.messages(names);
            messages$.subscribe((message) => seen.push(message));
            fake.server.say(messageTo('a', frame));
          });
        })();
        return seen;
      };
      it('TM2a, TM2c, TM2f, TM2r, TM2s, TM2u, TM5: are filled in from their frame', () => {
        const [first, second] = received({
          id: 'id-9:4',
          connectionId: 'id-9',
          timestamp: 1_700_000_000_000,
          channelSerial: 's-1',
          messages: [
            { name: 'n', data: 'd', serial: 's-1:0', extras: { headers: { a: 'b' } } },
            { id: 'own', clientId: 'me', timestamp: 5, action: 1, connectionId: 'c' },
          ],
        });
        expect(first).to.deep.equal({
          id: 'id-9:4:0',
          name: 'n',
          data: 'd',
          encoding: undefined,
          clientId: undefined,
          connectionId: 'id-9',
          timestamp: 1_700_000_000_000,
          extras: { headers: { a: 'b' } },
          action: 'message.create',
          serial: 's-1:0',
          version: { serial: 's-1:0', timestamp: 1_700_000_000_000 },
          annotations: { summary: {} },
        });
        expect(second).to.deep.include({
          id: 'own',
          clientId: 'me',
          timestamp: 5,
          action: 'message.update',
          connectionId: 'c',
          data: undefined,
        });
      });
      it(
        'bytes are plain Uint8Arrays, also where the frame was a Buffer of Node',
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            const seen: unknown[] = [];
            channel.messages$.subscribe(({ data }) => seen.push(data));
            const data = new Uint8Array([1, 2, 3]);
            const frame = codec.encode(
              messageTo('a', { messages: [codec.binary ? { data } : { data: 'AQID', encoding: 'base64' }] }),
            );
            fake.net.last().receive(typeof frame === 'string' ? frame : Buffer.from(frame));
            expect(seen).to.deep.equal([data]);
            expect(Object.getPrototypeOf(seen[0])).to.equal(Uint8Array.prototype);
          });
        }),
      );
      it('RTL21: come in the order of the frame, all of them', () => {
        const messages = Array.from({ length: 50 }, (_, index) => ({
          name: `n${index % 3}`,
          data: String(index),
        }));
        expect(received({ messages }).map(({ data }) => data)).to.deep.equal(
          messages.map(({ data }) => data),
        );
        expect(received({ messages }, 'n1').map(({ data }) => data)).to.deep.equal(
          messages.filter(({ name }) => name === 'n1').map(({ data }) => data),
        );
        expect(received({ messages }, ['n0', 'n2', 'n0']).map(({ data }) => data)).to.deep.equal(
          messages.filter(({ name }) => name !== 'n1').map(({ data }) => data),
        );
      });
      it('RSL6, RSL6b: are decoded as far as the chain can be followed; what is wrong shows on errors$', () => {
        const errors: unknown[] = [];
        const seen: unknown[] = [];
        lives(10, (fake) => {
          fake.at(0, () => {
            fake.client.errors$.subscribe(({ code }) => errors.push(code));
            const channel = attach(fake);
            channel.messages$.subscribe(({ data, encoding }) => seen.push([data, encoding]));
            fake.server.say(
              messageTo('a', {
                messages: [
                  { data: '{"a":[1]}', encoding: 'json' },
                  { data: 'AQID', encoding: 'base64' },
                  { data: 'eyJiIjoxfQ==', encoding: 'json/utf-8/base64' },
                  { data: 'AQID', encoding: 'utf-8/cipher+aes-128-cbc/base64' },
                  { data: '{', encoding: 'json' },
                ],
              }),
            );
          });
        })();
        expect(seen).to.deep.equal([
          [{ a: [1] }, undefined],
          [new Uint8Array([1, 2, 3]), undefined],
          [{ b: 1 }, undefined],
          [new Uint8Array([1, 2, 3]), 'utf-8/cipher+aes-128-cbc'],
          ['{', 'json'],
        ]);
        expect(errors).to.deep.equal([40013, 40013]);
      });
      it(
        'RTL17, RTL15b: reach nobody while the channel is not attached, and move its serial only then',
        lives(10, (fake) => {
          const seen: unknown[] = [];
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            channel.messages$.subscribe(({ data }) => seen.push(data));
            fake.server.welcome();
            fake.server.say(messageTo('a', { channelSerial: 's-1', messages: [{ data: 'early' }] }));
            expect(channel.properties).to.deep.equal({ attachSerial: undefined, channelSerial: undefined });
            fake.server.attached('a', { channelSerial: 's-2' });
            fake.server.say(messageTo('a', { channelSerial: 's-3', messages: [{ data: 'in time' }] }));
            fake.server.say(messageTo('a', { messages: [{ data: 'no serial' }] }));
            expect(channel.properties).to.deep.equal({ attachSerial: 's-2', channelSerial: 's-3' }); // RTL15c
            expect(seen).to.deep.equal(['in time', 'no serial']);
          });
        }),
      );
      it(
        'RTL15b: frames of presence, annotations and objects move the serial too, of an attached channel only',
        lives(10, (fake) => {
          fake.at(0, () => {
            const actions = [Action.presence, Action.annotation, Action.object];
            const channel = attach(fake);
            fake.server.say({ action: Action.detached, channel: 'a', error: lost }); // RTL13a
            for (const action of actions)
              fake.server.say({ action, channel: 'a', channelSerial: 'too early' });
            expect([channel.state, channel.properties.channelSerial]).to.deep.equal(['attaching', 's-0']);
            fake.server.attached('a');
            for (const [n, action] of actions.entries()) {
              fake.server.say({ action, channel: 'a', channelSerial: `p-${n}` });
              expect(channel.properties.channelSerial).to.equal(`p-${n}`);
            }
          });
        }),
      );
      it(
        'RTF1: messages that are no list are told of once, and those after them come',
        lives(10, (fake) => {
          fake.at(0, () => {
            const [seen, errors]: [unknown[], unknown[]] = [[], []];
            fake.client.errors$.subscribe((error) => errors.push(codesOf(error)));
            attach(fake).messages$.subscribe(({ data }) => seen.push(data));
            for (const none of ['none', { length: 2 }])
              fake.server.say(messageTo('a', { messages: none as never }));
            fake.server.say(messageTo('a', { messages: [{ data: 'd' }] }));
            const malformed = { code: 40013, statusCode: 400 };
            expect([seen, errors]).to.deep.equal([['d'], [malformed, malformed]]);
          });
        }),
      );
      it(
        'RTF1: a message of a list that is none is told of, and the others come',
        lives(10, (fake) => {
          fake.at(0, () => {
            const [seen, errors]: [unknown[], unknown[]] = [[], []];
            fake.client.errors$.subscribe((error) => errors.push(codesOf(error)));
            attach(fake).messages$.subscribe(({ data }) => seen.push(data));
            fake.server.say(messageTo('a', { messages: [{ data: 1 }, null as never, { data: 2 }] }));
            expect([seen, errors]).to.deep.equal([[1, 2], [{ code: 40013, statusCode: 400 }]]);
          });
        }),
      );
      it('a subscriber that throws harms nobody else', () => {
        const seen: unknown[] = [];
        const thrown: unknown[] = [];
        config.onUnhandledError = (error: unknown) => thrown.push(error);
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = attach(fake);
            channel.messages$.subscribe(() => {
              throw new Error('mine');
            });
            channel.messages$.subscribe(({ data }) => seen.push(data));
            fake.server.say(messageTo('a', { messages: [{ data: '1' }, { data: '2' }] }));
            fake.server.say(messageTo('a', { messages: [{ data: '3' }] }));
          });
        })();
        config.onUnhandledError = null;
        expect([seen, thrown.length]).to.deep.equal([['1', '2', '3'], 3]);
      });
      it('complete on dispose, also for those who come later', () => {
        const seen: string[] = [];
        let channel: RealtimeChannel | undefined;
        const streams = (
          { messages$, state$, changes$, discontinuities$ }: RealtimeChannel,
          mark: string,
        ): void => {
          for (const stream$ of [messages$, state$, changes$, discontinuities$])
            (stream$ as typeof messages$).subscribe({ complete: () => seen.push(mark) });
        };
        lives(10, (fake) => {
          fake.at(0, () => {
            channel = attach(fake);
            streams(channel, 'before');
          });
        })();
        if (channel) streams(channel, 'after');
        expect(seen).to.deep.equal([...Array<string>(4).fill('before'), ...Array<string>(4).fill('after')]);
      });
    });

    describe('publish', () => {
      const published = async (
        script: (fake: FakeAbly, note: (promise: Promise<unknown>) => void) => void,
        options = {},
      ): Promise<unknown[]> => {
        const ends: Promise<unknown>[] = [];
        lives(
          300_000,
          (fake) => {
            script(fake, (promise) => ends.push(end(promise)));
          },
          options,
        )();
        return (await Promise.all(ends)).map((ended) => (ended instanceof ErrorInfo ? ended.code : ended));
      };
      const connected =
        (script: (fake: FakeAbly, channel: RealtimeChannel) => void) =>
        (fake: FakeAbly): void => {
          fake.at(0, () => {
            fake.client.connect();
            fake.server.welcome();
            script(fake, fake.client.channel('a'));
          });
        };
      const bytes = new Uint8Array([1, 2, 255]);

      it(
        'RTL6i1, RTL6i2, RTL6i3, RSL4c, RSL4d, RTL6c5: sends each form in one frame, and attaches nothing',
        lives(10, (fake) => {
          connected(({ server }, channel) => {
            for (const data of ['text', { a: 1 }, [1], bytes, undefined, null])
              void channel.publish('n', data);
            void channel.publish({ name: 'n', data: 'd', id: 'own', clientId: 'me', extras: { x: 1 } });
            void channel.publish([{ name: 'one' }, { data: 'two' }]);
            void channel.publish(null, 'nameless');
            expect(
              server
                .heard()
                .map(({ action, channel: name, msgSerial, messages }) => [action, name, msgSerial, messages]),
            ).to.deep.equal(
              [
                [{ name: 'n', data: 'text' }],
                [{ name: 'n', data: '{"a":1}', encoding: 'json' }],
                [{ name: 'n', data: '[1]', encoding: 'json' }],
                [codec.binary ? { name: 'n', data: bytes } : { name: 'n', data: 'AQL/', encoding: 'base64' }],
                [{ name: 'n' }],
                [{ name: 'n' }],
                [{ id: 'own', name: 'n', data: 'd', clientId: 'me', extras: { x: 1 } }],
                [{ name: 'one' }, { data: 'two' }],
                [{ data: 'nameless' }],
              ].map((messages, serial) => ['MESSAGE', 'a', serial, messages]),
            );
            expect(channel.state).to.equal('initialized');
          })(fake);
        }),
      );
      it('RTL6j, RTN7a, RTN7b: resolves with its serials on ACK, rejects on NACK', async () => {
        const ends = await published((fake, note) => {
          connected(({ server }, channel) => {
            for (let n = 0; n < 4; n += 1) note(channel.publish('n', String(n)));
            server.say({
              action: Action.ack,
              msgSerial: 0,
              count: 2,
              res: [{ serials: ['s:0'] }, { serials: ['s:1', null] }],
            });
            server.say({
              action: Action.nack,
              msgSerial: 2,
              count: 1,
              error: { code: 40160, statusCode: 401, message: 'no' },
            });
            server.say({ action: Action.ack, msgSerial: 3, count: 1 });
          })(fake);
        });
        expect(ends).to.deep.equal([
          { serials: ['s:0'] },
          { serials: ['s:1', null] },
          40160,
          { serials: [] },
        ]);
      });
      it('a rejection shows on errors$, and harms nobody who does not await it', async () => {
        const errors: number[] = [];
        const unhandled: unknown[] = [];
        const listener = (reason: unknown): void => void unhandled.push(reason);
        process.on('unhandledRejection', listener);
        lives(10, (fake) => {
          fake.client.errors$.subscribe(({ code }) => errors.push(code));
          connected(({ server }, channel) => {
            void channel.publish('n', 'd');
            server.say({ action: Action.nack, msgSerial: 0, count: 1 });
            void channel.publish('n', 1n);
            void channel.publish({ name: 5 as never });
            void channel.publish('n', 'x'.repeat(2000));
            void channel.publish('n', 'lost');
          })(fake);
        })();
        await new Promise(setImmediate);
        process.off('unhandledRejection', listener);
        expect([errors, unhandled]).to.deep.equal([[50000, 40013, 40013, 40009, 80017], []]);
      });
      it('RTL6c2, RTN19a1: keeps what is published before the connection, in order, and sends it as soon as there is one', async () => {
        const ends = await published((fake, note) => {
          fake.at(0, () => {
            note(fake.client.channel('a').publish('n', '1'));
            note(fake.client.channel('b').publish('n', '2'));
          });
          fake.at(100, () => {
            fake.server.open();
            expect(fake.server.heard()).to.deep.equal([]);
            fake.server.greet();
            expect(fake.server.heard().map(({ channel, msgSerial }) => [channel, msgSerial])).to.deep.equal([
              ['a', 0],
              ['b', 1],
            ]);
            fake.server.say({ action: Action.ack, msgSerial: 0, count: 2 });
          });
        });
        expect(ends).to.have.length(2);
      });
      it('RTL6c2, RTL6c4: rejects at once where queueMessages is false, and where there is no hope', async () => {
        expect(
          await published(
            (fake, note) => {
              fake.at(0, () => {
                note(fake.client.channel('a').publish('n'));
              });
            },
            { queueMessages: false },
          ),
        ).to.deep.equal([80017]);
        const ends = await published((fake, note) => {
          connected(({ client, server }, channel) => {
            void client.close();
            note(channel.publish('closing'));
            server.say({ action: Action.closed });
            note(channel.publish('closed'));
          })(fake);
        });
        expect(ends).to.deep.equal([80017, 80017]);
      });
      it('RTN7d: rejects what was not acknowledged when disconnected, where queueMessages is false', async () => {
        const ends = await published(
          (fake, note) => {
            connected(({ server, net }, channel) => {
              note(channel.publish('n', '1'));
              server.drop();
              net.last().fail();
            })(fake);
          },
          { queueMessages: false },
        );
        expect(ends).to.deep.equal([80003]);
      });
      it('RTL6c4: rejects on a failed channel', async () => {
        const ends = await published((fake, note) => {
          fake.at(0, () => {
            const channel = attach(fake);
            fake.server.say({ action: Action.error, channel: 'a', error: lost });
            note(channel.publish('n'));
          });
        });
        expect(ends).to.deep.equal([90001]);
      });
      it('RTN19a, RTN19a2, RTN15c6: sends again under the same serials what was not acknowledged, after a resume', async () => {
        const ends = await published((fake, note) => {
          connected(({ server, net }, channel) => {
            for (const data of ['1', '2', '3']) note(channel.publish('n', data));
            server.say({ action: Action.ack, msgSerial: 0, count: 1, res: [{ serials: ['s:1'] }] });
            server.drop();
            note(channel.publish('n', '4'));
            expect(net.dialled).to.have.length(2);
            server.welcome();
            expect(
              server.heard().map(({ msgSerial, messages }) => [msgSerial, messages?.[0]?.data]),
            ).to.deep.equal([
              [1, '2'],
              [2, '3'],
              [3, '4'],
            ]);
            server.say({ action: Action.ack, msgSerial: 1, count: 3 });
          })(fake);
        });
        expect(ends).to.have.length(4);
        expect(ends.filter((ended) => typeof ended === 'number')).to.deep.equal([]);
      });
      it(
        'RTN19a2, RTN15c7: numbers from 0 after a failed resume',
        lives(
          10,
          connected(({ server }, channel) => {
            for (const data of ['1', '2', '3']) void channel.publish('n', data);
            server.say({ action: Action.ack, msgSerial: 0, count: 1 });
            server.drop();
            server.welcome('id-2', { error: lost });
            void channel.publish('n', '4');
            expect(
              server.heard().map(({ msgSerial, messages }) => [msgSerial, messages?.[0]?.data]),
            ).to.deep.equal([
              [0, '2'],
              [1, '3'],
              [2, '4'],
            ]);
          }),
        ),
      );
      it('RTN7e: rejects what was not acknowledged when the connection is suspended', async () => {
        const ends = await published((fake, note) => {
          connected(({ server }, channel) => {
            note(channel.publish('n', '1'));
            server.drop();
          })(fake);
        });
        expect(ends).to.deep.equal([80014]);
      });
      it('rejects over the cap, and names it', async () => {
        const texts: unknown[] = [];
        await published(
          (fake, note) => {
            fake.client.errors$.subscribe(({ message }) => texts.push(message));
            fake.at(0, () => {
              for (let n = 0; n < 3; n += 1) note(fake.client.channel('a').publish('n', String(n)));
            });
            fake.at(1, () => {
              fake.server.welcome();
              fake.server.say({ action: Action.ack, msgSerial: 0, count: 2 });
            });
          },
          { queue: { maxMessages: 2 } },
        );
        expect(texts).to.have.length(1);
        expect(texts[0]).to.include('queue.maxMessages');
      });
      it(
        'RTL6h, RTL6k: takes parameters, as texts, with messages, and nothing with a name and data',
        lives(
          10,
          connected(({ server }, channel) => {
            void channel.publish({ name: 'n' }, { params: { one: 1, yes: true, text: 't' } });
            void channel.publish([{ name: 'n' }], {});
            void channel.publish('n', { params: { one: 1 } });
            expect(server.heard().map(({ params, messages }) => [params, messages])).to.deep.equal([
              [{ one: '1', yes: 'true', text: 't' }, [{ name: 'n' }]],
              [undefined, [{ name: 'n' }]],
              [undefined, [{ name: 'n', data: '{"params":{"one":1}}', encoding: 'json' }]],
            ]);
          }),
        ),
      );
      it('rejects options that make no sense, and names them', async () => {
        const texts: string[] = [];
        lives(
          10,
          connected(({ client }, channel) => {
            client.errors$.subscribe(({ code, message }) => texts.push(`${code} ${message}`));
            void channel.publish({ name: 'n' }, { signal: true as never });
            void channel.publish({ name: 'n' }, { params: 'p' as never });
            void channel.publish({ name: 'n' }, null as never); // as good as none
          }),
        )();
        expect(texts).to.have.length(3); // the last one tells of the end
        expect(texts[0]).to.match(/^40000 .*"signal"/);
        expect(texts[1]).to.match(/^40000 .*"params"/);
      });
      it('takes back what its signal aborts before it is sent: no connection for its sake, no trace on errors$', async () => {
        const giving = new AbortController();
        const errors: unknown[] = [];
        const ends = await published((fake, note) => {
          fake.client.errors$.subscribe((error) => errors.push(error));
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            note(channel.publish({ name: 'n' }, { signal: AbortSignal.abort('never') }));
            expect(fake.net.dialled).to.have.length(0);
            note(channel.publish({ name: 'n', data: '1' }, { signal: giving.signal }));
            note(channel.publish({ name: 'n', data: '2' }));
          });
          fake.at(1, () => {
            giving.abort('changed my mind');
            fake.server.welcome();
            expect(
              fake.server.heard().map(({ msgSerial, messages }) => [msgSerial, messages?.[0]?.data]),
            ).to.deep.equal([[0, '2']]);
            fake.server.say({ action: Action.ack, msgSerial: 0, count: 1 });
          });
        });
        expect(ends).to.deep.equal(['never', 'changed my mind', { serials: [] }]);
        expect(errors).to.deep.equal([]);
      });
      it('RTL6g3: rejects a message that claims another identity', async () => {
        const ends = await published(
          (fake, note) => {
            connected(({ server }, channel) => {
              note(channel.publish({ name: 'n', clientId: 'other' }));
              note(channel.publish({ name: 'n', clientId: 'me' }));
              server.say({ action: Action.ack, msgSerial: 0, count: 1 });
            })(fake);
          },
          { clientId: 'me' },
        );
        expect(ends).to.deep.equal([40012, { serials: [] }]);
      });
    });

    describe('stream', () => {
      const say = ({ server }: FakeAbly, ...texts: readonly string[]): void => {
        server.say(messageTo('a', { messages: texts.map((data) => ({ name: 'n', data })) }));
      };
      /** What a loop over a channel's stream saw, and how it ended. */
      const loop = async (messages: AsyncIterable<Message>): Promise<unknown[]> => {
        const seen: unknown[] = [];
        try {
          for await (const { data } of messages) seen.push(data);
        } catch (error) {
          return [...seen, error instanceof ErrorInfo ? error.code : error];
        }
        return [...seen, '|'];
      };
      it('takes a lease as long as it is iterated, and ends when the client is disposed of', async () => {
        const loops: Promise<unknown[]>[] = [];
        lives(10_000, (fake) => {
          fake.at(0, () => {
            const stream = fake.client.channel('a').stream();
            expect([fake.client.channel('a').state, fake.net.dialled.length]).to.deep.equal([
              'initialized',
              0,
            ]);
            loops.push(loop(stream));
            fake.server.welcome();
            fake.server.attached('a');
            say(fake, '1', '2');
          });
          fake.at(9000, () => {
            expect(fake.client.channel('a').state).to.equal('attached');
          });
        })();
        expect(await loops[0]).to.deep.equal(['1', '2', '|']);
      });
      it('gives the lease back when it is left, or the signal is aborted', async () => {
        const giving = new AbortController();
        const loops: Promise<unknown>[] = [];
        lives(10_000, (fake) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            const iterator = channel.stream()[Symbol.asyncIterator]();
            loops.push(iterator.next(), loop(channel.stream({ signal: giving.signal })));
            fake.server.welcome();
            fake.server.attached('a');
            say(fake, '1', '2');
            loops.push(iterator.return!(undefined));
          });
          fake.at(3000, () => {
            expect(fake.client.channel('a').state).to.equal('attached');
            giving.abort('enough');
          });
          fake.at(5501, () => {
            expect(fake.client.channel('a').state).to.equal('detaching');
          });
        })();
        expect(await loops[1]).to.deep.equal(['1', 'enough']); // of the first two, what was asked for
        expect(await loops[2]).to.deep.equal({ done: true, value: undefined });
      });
      it('throws when the channel fails, after what was received before', async () => {
        const loops: Promise<unknown>[] = [];
        lives(10, (fake) => {
          fake.at(0, () => {
            loops.push(loop(fake.client.channel('a').stream()));
            fake.server.welcome();
            fake.server.attached('a');
            say(fake, '1');
            fake.server.say({ action: Action.error, channel: 'a', error: lost });
          });
        })();
        expect(await loops[0]).to.deep.equal(['1', 80003]);
      });
      it('keeps no more than its buffer: an error that names the option, or the drops are told', async () => {
        const loops: Promise<unknown>[] = [];
        const dropped: unknown[] = [];
        const texts = Array.from({ length: 1200 }, (_, n) => String(n));
        lives(10, (fake) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            loops.push(loop(channel.stream()));
            const onDrop = ({ data }: Message): number => dropped.push(data);
            loops.push(loop(channel.stream({ buffer: 2, overflow: 'dropOldest', onDrop })));
            fake.server.welcome();
            fake.server.attached('a');
            say(fake, ...texts);
          });
        })();
        expect(await loops[0]).to.deep.equal([...texts.slice(0, 1001), 80030]);
        expect(await loops[1]).to.deep.equal(['0', '1198', '1199', '|']);
        expect(dropped).to.deep.equal(texts.slice(1, 1198));
      });
      it('refuses options that make no sense, and names them', () => {
        lives(10, ({ client }) => {
          const channel = client.channel('a');
          for (const options of [{ buffer: 0.5 }, { overflow: 'no' }, { signal: 1 }])
            expect(() => channel.stream(options as never)).to.throw(
              ErrorInfo,
              new RegExp(`"${Object.keys(options).join()}"`),
            );
        })();
      });
    });

    it(
      'RTL2d: a change names both states, the event and the backlog',
      lives(10, (fake) => {
        const seen: ChannelStateChange[] = [];
        fake.at(0, () => {
          fake.client.channel('a').changes$.subscribe((change) => seen.push(change));
          fake.client.channel('a').messages$.subscribe();
          fake.server.welcome();
          fake.server.attached('a', { flags: Flag.hasBacklog | Flag.resumed });
          expect(seen[1]).to.deep.equal({
            previous: 'attaching',
            current: 'attached',
            event: 'attached',
            reason: undefined,
            resumed: true,
            hasBacklog: true,
          });
        });
      }),
    );
  });
}
