import { expect } from 'chai';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import type { Log } from '../../../lib/base/log.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { Cipher } from '../../../lib/ably/wire/encodings.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { thrownBy } from '../../support/thrown.js';

const noCipher = { encrypt: () => new Uint8Array(), decrypt: () => new Uint8Array() } as unknown as Cipher;
const refusal = { code: 40160, statusCode: 401, message: 'no' };
const attached = ({ client, server }: FakeAbly): RealtimeChannel => {
  const channel = client.channel('a');
  channel.messages$.subscribe({ error: () => undefined });
  server.welcome();
  server.attached('a');
  return channel;
};
/** The ATTACHs of the newest socket, without action and name. */
const asked = ({ server }: FakeAbly): unknown[] =>
  server
    .heard()
    .filter(({ action }) => action === 'ATTACH')
    .map(({ params, flags }) => [params, flags]);

for (const codec of codecs)
  describe(`options of channels, ${codec.format}`, () => {
    /** What became of the promises that a script noted, once all is over. */
    const ends = async (
      script: (fake: FakeAbly, note: (name: string, promise: Promise<unknown>) => void) => void,
      options = {},
    ): Promise<readonly (readonly [name: string, end: unknown])[]> => {
      const seen: (readonly [string, unknown])[] = [];
      life(codec, { until: 1000, realtimeRequestTimeout: 100, ...options }, (fake) => {
        script(fake, (name, promise) => {
          promise.then(
            () => seen.push([name, 'granted']),
            (error: unknown) => seen.push([name, (error as ErrorInfo).code]),
          );
        });
      })();
      await new Promise((resolve) => setImmediate(resolve));
      return seen;
    };

    for (const resumed of [true, false])
      it(`RTL16a, RTL18c: what came while they were asked for comes once, ${resumed ? 'also where the server begins again after the serial of that moment' : 'unless the channel begins anew'}`, () => {
        const heard: string[] = [];
        life(codec, { until: 1000 }, (fake) => {
          const say = (id: string, data: string): void => {
            fake.server.say({
              action: Action.message,
              channel: 'a',
              id,
              channelSerial: id,
              messages: [{ data }],
            });
          };
          fake.at(0, () => {
            const channel = attached(fake);
            channel.messages$.subscribe(({ data }) => heard.push(String(data)));
            say('s-1', 'one');
            void channel.setOptions({ params: { x: '1' } });
            void channel.setOptions({ params: { x: '2' } });
            say('s-2', 'two');
            fake.server.attached('a', { flags: resumed ? Flag.resumed : 0, channelSerial: 's-1' }); // asks once more
            say('s-2', 'two');
            say('s-3', 'three');
            fake.server.attached('a', { flags: resumed ? Flag.resumed : 0, channelSerial: 's-1' });
            for (const [id, data] of [
              ['s-2', 'two'],
              ['s-3', 'three'],
              ['s-4', 'four'],
            ] as const)
              say(id, data);
            expect(channel.properties.channelSerial).to.equal('s-4');
          });
        })();
        const anew = ['two', 'three', 'two', 'three', 'four'];
        expect(heard).to.deep.equal(['one', 'two', ...(resumed ? ['three', 'four'] : anew)]);
      });

    it('RTL16, RTL16a: are asked for again where it is attached, and stay so meanwhile; granted with ATTACHED', async () => {
      const seen = await ends((fake, note) => {
        fake.at(0, () => {
          const channel = attached(fake);
          note('params', channel.setOptions({ params: { rewind: 1 } }));
          expect([asked(fake).at(-1), channel.state]).to.deep.equal([
            [{ rewind: '1' }, Flag.attachResume],
            'attached',
          ]);
          fake.server.attached('a', { flags: Flag.resumed });
          note('modes', channel.setOptions({ params: { rewind: 1 }, modes: ['subscribe'] }));
          expect(asked(fake).at(-1)).to.deep.equal([{ rewind: '1' }, Flag.attachResume | Flag.subscribe]);
        });
      });
      expect(seen).to.deep.equal([
        ['params', 'granted'],
        ['modes', 90007], // nobody answered
      ]);
    });

    it('RTL16a: two in a row are asked for one after the other', async () => {
      const seen = await ends((fake, note) => {
        fake.at(0, () => {
          const channel = attached(fake);
          for (const rewind of [1, 2]) note(`${rewind}`, channel.setOptions({ params: { rewind } }));
          expect(asked(fake)).to.have.length(2);
          fake.server.attached('a', { flags: Flag.resumed });
          expect(asked(fake).slice(1)).to.deep.equal([
            [{ rewind: '1' }, Flag.attachResume],
            [{ rewind: '2' }, Flag.attachResume],
          ]);
          fake.server.attached('a', { flags: Flag.resumed });
          expect(asked(fake)).to.have.length(3);
        });
      });
      expect(seen).to.deep.equal([
        ['1', 'granted'],
        ['2', 'granted'],
      ]);
    });

    /** Connected, with an ATTACH for `a` under way. */
    const attaching = ({ client, server }: FakeAbly): RealtimeChannel => {
      const channel = client.channel('a');
      channel.messages$.subscribe({ error: () => undefined });
      server.welcome();
      return channel;
    };
    const modes = ['subscribe'] as const;

    for (const [what, isAnswered, end] of [
      ['granted with the answer', true, 'granted'],
      ['rejected where nobody answers', false, 90007],
    ] as const) {
      const answer = ({ server }: FakeAbly): void => {
        if (isAnswered) server.attached('a', { flags: Flag.resumed });
      };
      it(`RTL16a: set while it attaches, they are asked for when that has been answered, and ${what}`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            const channel = attaching(fake);
            note('cipher', channel.setOptions({ cipher: noCipher })); // nothing to ask
            note('modes', channel.setOptions({ modes }));
            note('the same', channel.setOptions({ modes }));
          });
          fake.at(50, () => {
            expect(asked(fake)).to.have.length(1);
            fake.server.attached('a');
            expect(asked(fake).slice(1)).to.deep.equal([[undefined, Flag.attachResume | Flag.subscribe]]);
          });
          fake.at(140, () => {
            answer(fake);
          });
          fake.at(160, () => {
            expect([asked(fake).length, fake.client.channel('a').state]).to.deep.equal([2, 'attached']);
          });
        });
        expect(seen).to.have.deep.members([
          ['cipher', 'granted'],
          ['modes', end],
          ['the same', end],
        ]);
      });

      it(`RTL16a: set while it waits for a connection, they are asked for when there is one, and ${what}`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            fake.client.channel('a').messages$.subscribe();
            note('modes', fake.client.channel('a').setOptions({ modes }));
          });
          fake.at(99, () => {
            fake.server.welcome();
            expect(asked(fake)).to.deep.equal([[undefined, Flag.subscribe]]);
          });
          fake.at(190, () => {
            answer(fake);
          });
        });
        expect(seen).to.deep.equal([['modes', end]]);
      });

      it(`RTL16a, RTL3d: set while the connection is interrupted, they are asked for with the next, and ${what}`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            const channel = attached(fake);
            fake.server.drop();
            note('modes', channel.setOptions({ modes }));
          });
          fake.at(50, () => {
            fake.server.welcome();
            expect(asked(fake)).to.deep.equal([[undefined, Flag.attachResume | Flag.subscribe]]);
            answer(fake);
          });
        });
        expect(seen).to.deep.equal([['modes', end]]);
      });

      it(`RTL16a: changed once more, they are asked for though the first were not answered, and ${what}`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            const channel = attached(fake);
            for (const rewind of [1, 2]) note(`${rewind}`, channel.setOptions({ params: { rewind } }));
          });
          fake.at(101, () => {
            expect(asked(fake).slice(2)).to.deep.equal([[{ rewind: '2' }, Flag.attachResume]]);
          });
          fake.at(190, () => {
            answer(fake);
          });
        });
        expect(seen).to.deep.equal([
          ['1', end],
          ['2', end],
        ]);
      });

      it(`RTL16a: set by whoever hears that it is attached, they are asked for at once, and ${what}`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            channel.whenState('attached').subscribe(() => {
              note('modes', channel.setOptions({ modes }));
            });
            attaching(fake);
            fake.server.attached('a');
            expect(asked(fake)).to.have.length(2);
          });
          fake.at(50, () => {
            answer(fake);
          });
        });
        expect(seen).to.deep.equal([['modes', end]]);
      });
    }

    for (const [where, begin] of [
      ['attached', attached],
      ['attaching', attaching],
    ] as const) {
      it(`RTL16a: ${where}, rejects where the channel fails first`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            note('failed', begin(fake).setOptions({ modes }));
            fake.server.say({ action: Action.error, channel: 'a', error: refusal });
          });
        });
        expect(seen).to.deep.equal([['failed', 40160]]);
      });

      it(`RTL16a, RTL3b: ${where}, rejects where it is detached first, with its connection`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            note('detached', begin(fake).setOptions({ modes }));
            void fake.client.close();
            fake.server.say({ action: Action.closed });
          });
        });
        expect(seen).to.deep.equal([['detached', 90000]]);
      });

      it(`RTL16a, RTL5: ${where}, rejects where it is detached first, by detach()`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            const channel = begin(fake);
            fake.server.drop();
            note('detached', channel.setOptions({ modes }));
            void channel.detach();
          });
        });
        expect(seen).to.deep.equal([['detached', 90000]]);
      });

      it(`RTL16a, RTL13b: ${where}, rejects where it is suspended first`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            note('suspended', begin(fake).setOptions({ modes }));
            const refusals = where === 'attached' ? 3 : 1; // the second one answers the DETACH that goes ahead of ATTACH
            for (let n = 0; n < refusals; n += 1)
              fake.server.say({ action: Action.detached, channel: 'a', error: refusal });
            expect(fake.client.channel('a').state).to.equal('suspended');
          });
        });
        expect(seen).to.deep.equal([['suspended', 40160]]);
      });

      it(`RTL16a: ${where}, rejects where the client is disposed of first`, async () => {
        const seen = await ends((fake, note) => {
          fake.at(0, () => {
            note('disposed of', begin(fake).setOptions({ modes }));
            void fake.client.dispose();
          });
        });
        expect(seen.map(([, code]) => code)).to.deep.equal([90000]);
      });
    }

    it('RTL16a, RTL5d: granted and then left, they have been granted; while it is left nothing is asked', async () => {
      const seen = await ends((fake, note) => {
        fake.at(0, () => {
          const channel = attached(fake);
          note('before', channel.setOptions({ modes }));
          void channel.detach();
          fake.server.attached('a', { flags: Flag.resumed });
          expect(channel.state).to.equal('detaching');
          note('while', channel.setOptions({ params: { rewind: 1 } }));
          fake.server.say({ action: Action.detached, channel: 'a' });
          expect(asked(fake)).to.have.length(2);
          void channel.attach();
          expect(asked(fake).at(-1)).to.deep.equal([{ rewind: '1' }, undefined]);
          fake.server.attached('a');
        });
      });
      expect(seen).to.deep.equal([
        ['before', 'granted'],
        ['while', 'granted'],
      ]);
    });

    for (const isAnswer of [false, true])
      it(`RTL13a, RTL16a: hears each message once where a DETACHED ${isAnswer ? 'answers' : 'crosses'} the ATTACH for them`, async () => {
        const heard: unknown[] = [];
        const seen = await ends((fake, note) => {
          const { server } = fake;
          let answered = 1;
          /** Answers requests in their order; an ATTACH has what came since its serial sent again (RTL18c). */
          const answer = (): void => {
            const { action, channelSerial } = server.heard().at(answered) ?? {};
            answered += 1;
            if (action === undefined) return;
            if (action === 'DETACH') server.say({ action: Action.detached, channel: 'a' });
            else {
              server.attached('a', { flags: Flag.resumed });
              const messages = [{ data: 'missed' }];
              if (channelSerial === 's-0')
                server.say({ action: Action.message, channel: 'a', channelSerial: 's-1', messages });
            }
            answer();
          };
          fake.at(0, () => {
            const channel = attached(fake);
            channel.messages$.subscribe(({ data }) => heard.push(data));
            note('modes', channel.setOptions({ modes }));
            server.say({ action: Action.detached, channel: 'a', error: refusal });
            if (isAnswer) answered += 1;
            answer();
            expect(channel.state).to.equal('attached');
          });
        });
        expect([heard, seen]).to.deep.equal([['missed'], [['modes', 'granted']]]);
      });

    it('RTL16a: sends nothing where only the cipher changes, or nothing is attached', async () => {
      const seen = await ends((fake, note) => {
        fake.at(0, () => {
          note('cipher', attached(fake).setOptions({ cipher: noCipher }));
          note('idle', fake.client.channel('b').setOptions({ modes: ['subscribe'] }));
          expect(asked(fake)).to.have.length(1);
        });
      });
      expect(seen).to.deep.equal([
        ['cipher', 'granted'],
        ['idle', 'granted'],
      ]);
    });

    it('RTS3a, RTS3b, RTS3c1: come with the channel, and are changed by setOptions() where it is attached', () =>
      life(codec, { until: 10 }, (fake) => {
        fake.at(0, () => {
          const channel = fake.client.channel('a', { params: { rewind: 1 } });
          expect(fake.client.channel('a')).to.equal(channel);
          attached(fake);
          expect(asked(fake)).to.deep.equal([[{ rewind: '1' }, undefined]]);
          expect(thrownBy(() => fake.client.channel('a', { params: { rewind: 2 } }))).to.include({
            code: 40000,
          });
          expect(fake.client.channel('a', { params: { rewind: 1 }, cipher: noCipher })).to.equal(channel);
        });
      })());

    it('RTL25, RTL25a, RTL25b: whenState() emits once, at once or when it is so, and completes', () =>
      life(codec, { until: 10 }, (fake) => {
        fake.at(0, () => {
          const seen: unknown[] = [];
          const note = { next: (state: string) => seen.push(state), complete: () => seen.push('end') };
          const channel = fake.client.channel('a');
          channel.whenState('initialized').subscribe(note);
          channel.whenState('attached').subscribe(note);
          expect(seen).to.deep.equal(['initialized', 'end']);
          attached(fake);
          expect(seen.slice(2)).to.deep.equal(['attached', 'end']);
        });
      })());

    it('RTL7h: subscribing attaches nothing where attachOnSubscribe is false', () =>
      life(codec, { until: 10 }, (fake) => {
        fake.at(0, () => {
          const channel = fake.client.channel('a', { attachOnSubscribe: false });
          channel.messages$.subscribe();
          expect([fake.net.dialled.length, channel.state]).to.deep.equal([0, 'initialized']);
        });
      })());

    it('RTL7i2: it is logged once an attachment', () => {
      const logged: unknown[] = [];
      const log: Log = (level, { error }) => level === 'error' && logged.push((error as ErrorInfo).code);
      life(codec, { until: 10, log }, (fake) => {
        fake.at(0, () => {
          const { server } = fake;
          const channel = attached(fake);
          server.attached('a', { flags: Flag.publish });
          channel.messages('n').subscribe();
          expect(logged).to.deep.equal([90009]);
          server.attached('a', { flags: Flag.publish });
          channel.messages('n').subscribe();
          expect(logged).to.deep.equal([90009, 90009]);
        });
      })();
    });

    for (const strictMode of [false, true])
      it(`RTL7i, RTL7i1, RTL7i2, RTL7i3: whoever listens without the mode ${strictMode ? 'hears an error' : 'has it logged once'}`, () => {
        const logged: unknown[] = [];
        const options = { strictMode, log: (level: string) => level === 'error' && logged.push(level) };
        life(codec, { until: 10, ...options }, (fake) => {
          fake.at(0, () => {
            const seen: unknown[] = [];
            const channel = fake.client.channel('a');
            const listen = (): unknown =>
              channel.messages$.subscribe({
                error: (error: unknown) => seen.push((error as ErrorInfo).code),
              });
            listen();
            fake.server.welcome();
            expect([seen, logged]).to.deep.equal([[], []]);
            fake.server.attached('a', { flags: Flag.publish });
            listen();
            expect([seen, logged.length]).to.deep.equal(strictMode ? [[90009, 90009], 0] : [[], 1]);
          });
        })();
      });
  });
