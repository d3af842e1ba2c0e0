import { expect } from 'chai';
import sinon from 'sinon';
import type { ChannelOptions } from '../../../lib/ably/channel/options.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { encodeData } from '../../../lib/ably/wire/encodings.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import type { Codec } from '../../../lib/codec/codec.js';
import { aes, generateRandomKey } from '../../../lib/crypto/index.js';
import { vcdiff } from '../../../lib/vcdiff.js';
import { deltaOf } from '../../support/delta-of.js';
import { codecs, fakeAbly, type FakeAbly, life } from '../../support/fake-ably.js';
import type { Heard } from '../../support/heard.js';
import { thrownBy } from '../../support/thrown.js';

const asking: ChannelOptions = { params: { delta: 'vcdiff' } };
const [first, second, third] = ['{"count":1,"all":[]}', '{"count":2,"all":[7]}', '{"count":3,"all":[7,8]}'];
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A delta as it travels: bytes, or base64. */
function delta(
  codec: Codec,
  {
    from,
    base,
    target,
    steps,
  }: { from?: string; base: string | Uint8Array; target: string | Uint8Array; steps?: string },
): WireMessage {
  const { data, encoding } = encodeData(deltaOf(base, target), codec.binary);
  return {
    data,
    encoding: [steps, 'vcdiff', encoding].filter(Boolean).join('/'),
    ...(from !== undefined && { extras: { delta: { from, format: 'vcdiff' } } }),
  };
}

for (const codec of codecs)
  describe(`deltas, ${codec.format}`, () => {
    const { binary } = codec;
    const lives = (script: (fake: FakeAbly) => void, options = {}, until = 10): (() => void) =>
      life(codec, { until, vcdiff, ...options }, script);
    const of = (from: string, base: string, target: string, steps = 'utf-8'): WireMessage =>
      delta(codec, { from, base, target, steps });

    /** Attached to `a`, which asks for deltas; what it receives and what goes wrong. */
    const follow = ({ client, server }: FakeAbly, options: ChannelOptions = asking, granted = {}) => {
      const [heard, errors, gaps, changes]: unknown[][] = [[], [], [], []];
      const channel = client.channel('a', options);
      client.errors$.subscribe(({ code }) => errors!.push(code));
      channel.discontinuities$.subscribe(({ reason }) => gaps!.push(reason?.code));
      const lease = channel.messages$.subscribe(({ data, encoding }) =>
        heard!.push(encoding ? { data, encoding } : data),
      );
      server.welcome();
      server.attached('a', granted);
      channel.changes$.subscribe(({ current, reason }) => changes!.push([current, reason?.code]));
      const say = (id: string, ...messages: readonly WireMessage[]): void => {
        server.say({ action: Action.message, channel: 'a', id, channelSerial: `s-${id}`, messages });
      };
      const attaches = (): readonly Heard[] => server.heard().filter(({ action }) => action === 'ATTACH');
      return {
        channel,
        lease,
        heard: heard!,
        errors: errors!,
        gaps: gaps!,
        changes: changes!,
        say,
        attaches,
      };
    };

    it(
      'RTL19b, RTL19c: undoes each delta against the message before it',
      lives((fake) => {
        const { say, heard, errors } = follow(fake);
        say('1', { data: first, encoding: 'json' });
        say('2', of('1:0', first, second, 'json/utf-8'));
        say('3', of('2:0', second, third, 'json/utf-8'));
        say('4', { data: 'whole' });
        say('5', of('4:0', 'whole', 'whale'));
        const json = [first, second, third].map((text) => JSON.parse(text) as unknown);
        expect(heard).to.deep.equal([...json, 'whole', 'whale']);
        expect(errors).to.deep.equal([]);
      }),
    );

    it(
      'RTL19a, RTL19b: undoes deltas against bytes',
      lives((fake) => {
        const { say, heard } = follow(fake);
        const [base, target] = [new Uint8Array([1, 2, 3, 255]), new Uint8Array([1, 2, 4, 255])];
        say('1', encodeData(base, binary));
        say('2', delta(codec, { from: '1:0', base, target }));
        say('3', delta(codec, { from: '2:0', base: target, target: base }));
        expect(heard).to.deep.equal([base, target, base]);
      }),
    );

    it(
      'RTL19a, RTL19b: keeps the bytes that the next delta is against, whatever becomes of their frame',
      lives((fake) => {
        const { say, heard } = follow(fake);
        const [base, target] = [new Uint8Array([1, 2, 3, 255]), new Uint8Array([1, 2, 4, 255])];
        const frame = codec.encode({
          ...{ action: Action.message, channel: 'a', id: '1', channelSerial: 's-1' },
          messages: [encodeData(base, binary)],
        });
        fake.net.last().receive(frame);
        if (typeof frame !== 'string') frame.fill(0);
        say('2', delta(codec, { from: '1:0', base, target }));
        expect(heard).to.deep.equal([base, target]);
      }),
    );

    it(
      'RTL21: undoes the deltas of one frame in their order',
      lives((fake) => {
        const { say, heard } = follow(fake);
        say('1', { data: first }, of('1:0', first, second), { data: third }, of('1:2', third, first));
        expect(heard).to.deep.equal([first, second, third, first]);
      }),
    );

    it('PC3, PC3a: gives the decoder bytes: text as UTF-8', () => {
      const decode = sinon.spy((_: Uint8Array, base: Uint8Array) => base);
      lives(
        (fake) => {
          const { say, heard } = follow(fake);
          say('1', { data: 'naïve' });
          say('2', of('1:0', 'naïve', 'x'));
          expect(heard).to.deep.equal(['naïve', 'naïve']);
        },
        { vcdiff: { decode } },
      )();
      const [given] = decode.args;
      expect(new Uint8Array(given![0])).to.deep.equal(deltaOf('naïve', 'x'));
      expect(new Uint8Array(given![1])).to.deep.equal(utf8('naïve'));
    });

    it(
      'RTL19: undoes deltas against messages that nobody has listened to',
      lives((fake) => {
        const { channel, lease, say, heard } = follow(fake);
        void channel.attach();
        lease.unsubscribe();
        say('1', { name: 'n', data: first });
        channel.messages('m').subscribe(({ data }) => heard.push(data));
        say('2', { name: 'n', ...of('1:0', first, second) });
        say('3', { name: 'm', ...of('2:0', second, third) });
        expect(heard).to.deep.equal([third]);
      }),
    );

    it(
      'RTL20: goes by the ids that messages have themselves',
      lives((fake) => {
        const { say, heard } = follow(fake);
        say('1', { id: 'own', data: first });
        say('2', of('own', first, second));
        expect(heard).to.deep.equal([first, second]);
      }),
    );

    const cipher = aes({ key: generateRandomKey() });
    it(
      'RTL19: a delta between ciphertexts is undone before they are decrypted',
      lives((fake) => {
        const { say, heard, errors } = follow(fake, { ...asking, cipher });
        const [one, two] = [first, second].map((text) => encodeData(text, true, cipher));
        const text = (bytes: unknown): Uint8Array => bytes as Uint8Array;
        say('1', encodeDataOf(one!));
        say(
          '2',
          delta(codec, {
            from: '1:0',
            base: text(one!.data),
            target: text(two!.data),
            steps: two!.encoding!,
          }),
        );
        expect([heard, errors]).to.deep.equal([[first, second], []]);
      }),
    );
    /** Encrypted already, as this codec carries it. */
    const encodeDataOf = ({ data, encoding }: { data?: unknown; encoding?: string }): WireMessage => {
      const wire = encodeData(data, binary);
      return { data: wire.data, encoding: [encoding, wire.encoding].filter(Boolean).join('/') };
    };

    describe('what cannot be undone', () => {
      const broken: readonly (readonly [what: string, message: () => WireMessage])[] = [
        ['RTL20: a delta against another message', () => of('0:0', first, second)],
        [
          'RTL20: a delta that does not say against which',
          () => delta(codec, { base: first, target: second }),
        ],
        ['RTL18: a delta that is none', () => ({ ...of('2:0', first, second), ...encodeDelta('none') })],
        ['RTL18: a delta that is no bytes', () => ({ ...of('2:0', first, second), data: { a: 1 } })],
      ];
      const encodeDelta = (text: string): WireMessage => {
        const { data, encoding } = encodeData(utf8(text), binary);
        return { data, encoding: ['vcdiff', encoding].filter(Boolean).join('/') };
      };

      for (const [what, message] of broken)
        it(
          `${what} is thrown away with its frame, and the channel attaches after the last whole one`,
          lives((fake) => {
            const { say, heard, errors, gaps, changes, attaches, channel } = follow(fake);
            say('1', { data: first });
            say('2', { data: 'thrown away' }, message(), { data: 'as well' });
            expect(heard, 'RTL18b').to.deep.equal([first]);
            expect(errors, 'RTL18a').to.deep.equal([40018]);
            expect(changes, 'RTL18c').to.deep.equal([['attaching', 40018]]);
            expect(attaches().at(-1)).to.deep.include({
              channel: 'a',
              channelSerial: 's-1',
              params: asking.params,
            });
            expect(channel.properties.channelSerial).to.equal('s-1');
            fake.server.attached('a', { channelSerial: 's-1', flags: Flag.resumed });
            say('2', { data: 'comes again' }, of('2:0', 'comes again', 'and so on'));
            expect(heard.slice(1)).to.deep.equal(['comes again', 'and so on']);
            expect([errors, gaps, attaches().length]).to.deep.equal([[40018], [], 2]);
          }),
        );

      it(
        'RTL20: a delta that does not say against which is against nothing, also where the last message has no id',
        lives((fake) => {
          const { heard, errors } = follow(fake);
          for (const message of [{ data: first }, delta(codec, { base: first, target: second })])
            fake.server.say({ action: Action.message, channel: 'a', messages: [message] });
          expect([heard, errors]).to.deep.equal([[first], [40018]]);
        }),
      );

      it(
        'RTL20, RTL15b2: a delta against what was received before the channel was detached',
        lives((fake) => {
          const { channel, say, heard, errors } = follow(fake);
          say('1', { data: first });
          channel.detach().catch(() => undefined);
          fake.server.say({ action: Action.detached, channel: 'a' });
          channel.attach().catch(() => undefined);
          fake.server.attached('a');
          say('2', of('1:0', first, second));
          expect([heard, errors]).to.deep.equal([[first], [40018]]);
        }),
      );

      it(
        'RTL18, RTL19: the next delta is against the last whole frame, whatever the broken one began with',
        lives((fake) => {
          const { say, heard } = follow(fake);
          say('1', { data: first });
          say('2', { data: 'thrown away' }, of('nowhere', first, second));
          fake.server.attached('a', { channelSerial: 's-1', flags: Flag.resumed });
          say('3', of('1:0', first, third));
          expect(heard).to.deep.equal([first, third]);
        }),
      );

      it(
        'RTL17, RTL18c: recovers once, whatever comes until it is attached again',
        lives(
          (fake) => {
            const { say, heard, errors, changes, attaches } = follow(fake);
            say('1', { data: first });
            for (const id of ['2', '3', '4']) say(id, of('0:0', first, second));
            say('5', { data: 'too early' });
            expect(attaches()).to.have.length(2);
            expect([heard, errors, changes]).to.deep.equal([[first], [40018], [['attaching', 40018]]]);
            fake.at(1, () => {
              fake.server.attached('a', { flags: Flag.resumed });
              say('6', of('0:0', first, second));
            });
            fake.at(1000, () =>
              expect(attaches(), 'and again, when it is, after a second').to.have.length(2),
            );
            fake.at(1002, () => expect(attaches()).to.have.length(3));
          },
          {},
          2000,
        ),
      );

      const moded: ChannelOptions = { ...asking, modes: ['subscribe'] };
      for (const resumed of [Flag.resumed, 0])
        it(
          `RTL18c, RTL16a: waits for the ATTACH that is under way, ${resumed ? 'resumed' : 'not resumed'}, and follows it from before the broken frame`,
          lives((fake) => {
            const { say, heard, gaps, changes, attaches, channel } = follow(fake);
            say('1', { data: first });
            channel.setOptions(moded).catch(() => undefined);
            say('2', of('nowhere', first, second));
            say('3', of('1:0', first, third)); // too early
            expect([attaches().length, changes]).to.deep.equal([2, [['attaching', 40018]]]);
            fake.server.attached('a', { channelSerial: 's-3', flags: resumed });
            expect(attaches().slice(2)).to.deep.equal([
              {
                action: 'ATTACH',
                channel: 'a',
                channelSerial: 's-1',
                params: asking.params,
                flags: Flag.attachResume | Flag.subscribe,
              },
            ]);
            say('2', { data: 'too early' });
            fake.server.attached('a', { channelSerial: 's-1', flags: Flag.resumed });
            say('2', { data: second });
            expect([heard, gaps, attaches().length]).to.deep.equal([[first, second], [], 3]);
            expect(changes).to.deep.equal([
              ['attaching', 40018],
              ['attached', undefined],
            ]);
          }),
        );

      it(
        'RTL18c, RTL4f, RTL13b: where that one is answered after it was given up, too',
        lives(
          (fake) => {
            const { say, changes, attaches, channel } = follow(fake);
            fake.at(0, () => {
              say('1', { data: first });
              channel.setOptions(moded).catch(() => undefined);
            });
            fake.at(99, () => {
              say('2', of('nowhere', first, second));
            });
            fake.at(101, () => {
              expect([attaches().length, changes.at(-1)]).to.deep.equal([2, ['suspended', 90007]]);
              fake.server.attached('a', { channelSerial: 's-3', flags: Flag.resumed });
              expect(
                attaches()
                  .slice(2)
                  .map(({ channelSerial }) => channelSerial),
              ).to.deep.equal(['s-1']);
              fake.server.attached('a', { channelSerial: 's-1', flags: Flag.resumed });
              expect([attaches().length, channel.state]).to.deep.equal([3, 'attached']);
            });
          },
          { realtimeRequestTimeout: 100 },
          110,
        ),
      );

      it(
        'RTL18c, RTL5i: whoever leaves meanwhile leaves with the answer',
        lives(
          (fake) => {
            const { say, attaches, channel, lease } = follow(fake);
            channel.setOptions(moded).catch(() => undefined);
            say('2', of('nowhere', first, second));
            lease.unsubscribe();
            fake.at(1, () => {
              fake.server.attached('a');
              expect([attaches().length, channel.state]).to.deep.equal([2, 'detaching']);
            });
          },
          { detachGrace: 0 },
        ),
      );

      it(
        'RTL18c: nothing is asked for on a connection that is being closed',
        lives((fake) => {
          const { say, attaches, channel } = follow(fake);
          void fake.client.close();
          say('1', of('0:0', first, second));
          expect(attaches()).to.have.length(1);
          fake.server.say({ action: Action.closed });
          expect(channel.state).to.equal('detached');
        }),
      );

      it('RTL18a: is told to the logger', () => {
        const log = sinon.spy();
        lives(
          (fake) => {
            const { say } = follow(fake);
            say('1', of('0:0', first, second));
          },
          { log },
        )();
        const told = log.args
          .filter(([level]) => level === 'error')
          .map(([, { error }]) => error as ErrorInfo);
        expect(told.map(({ code }) => code)).to.deep.equal([40018]);
        expect(told[0]!.message).to.contain('0:0');
      });

      it(
        'RTL18c, RTL4f, RTL2f: suspends the channel when nobody answers; what it missed is a gap',
        lives(
          (fake) => {
            const { say, changes, gaps } = follow(fake);
            fake.at(0, () => {
              say('1', of('0:0', first, second));
            });
            fake.at(10_001, () => {
              expect(changes).to.deep.equal([
                ['attaching', 40018],
                ['suspended', 90007],
              ]);
              fake.server.attached('a');
              expect(gaps).to.have.length(1);
            });
          },
          {},
          10_010,
        ),
      );

      it('RTL18: a decoder that throws or gives no bytes is what cannot be undone', () => {
        const decoders = [
          () => {
            throw new Error('no');
          },
          () => 'text' as never,
        ];
        for (const decode of decoders)
          lives(
            (fake) => {
              const { say, errors, changes } = follow(fake);
              say('1', { data: first });
              say('2', of('1:0', first, second));
              expect([errors, changes]).to.deep.equal([[40018], [['attaching', 40018]]]);
            },
            { vcdiff: { decode } },
          )();
      });

      it(
        'RSL6b: what a delta gives, and cannot be decoded further, is delivered all the same',
        lives((fake) => {
          const { say, heard, errors, changes } = follow(fake);
          say('1', { data: first });
          say('2', of('1:0', first, second, 'unknown'));
          say('3', of('2:0', second, third));
          expect(heard).to.deep.equal([first, { data: utf8(second), encoding: 'unknown' }, third]);
          expect([errors, changes]).to.deep.equal([[40013], []]);
        }),
      );

      it(
        'RTF1: a message that is none is told of, and the next delta is undone',
        lives((fake) => {
          const { say, heard, errors } = follow(fake);
          say('1', { data: first }, null as never, of('1:0', first, second));
          expect([heard, errors]).to.deep.equal([[first, second], [40013]]);
        }),
      );
    });

    describe('who gets deltas', () => {
      it(
        'RTL4k1: a channel whose name asked for them, by what was granted',
        lives((fake) => {
          const { say, heard, errors } = follow(fake, {}, { params: { delta: 'vcdiff' } });
          say('1', { data: first });
          say('2', of('1:0', first, second));
          expect([heard, errors]).to.deep.equal([[first, second], []]);
        }),
      );

      it(
        'RTL19: a channel that did not ask keeps its last message all the same',
        lives((fake) => {
          const { say, heard, errors, attaches } = follow(fake, {});
          say('1', { data: 'before' }, { data: first });
          say('2', of('1:1', first, second));
          expect([heard, errors, attaches().length]).to.deep.equal([['before', first, second], [], 1]);
        }),
      );

      it(
        'PC3: params.delta without the option "vcdiff" is refused, and the option named',
        life(codec, { until: 1 }, ({ client }) => {
          client.channel('known');
          for (const name of ['known', 'new']) {
            const error = thrownBy(() => client.channel(name, asking));
            expect(error).to.be.instanceOf(ErrorInfo).and.to.deep.include({ code: 40019, statusCode: 400 });
            expect(String(error)).to.contain('"vcdiff"').and.to.contain('rx-realtime/vcdiff');
          }
        }),
      );

      it(
        'RSL6b: a delta that came unasked, without the option, is delivered as it is and says what is missing',
        life(codec, { until: 1 }, (fake) => {
          const { say, heard, errors, changes } = follow(fake, {});
          const message = of('1:0', first, second);
          say('1', message, { data: first });
          expect(heard).to.deep.equal([{ data: deltaOf(first, second), encoding: 'utf-8/vcdiff' }, first]);
          expect([errors, changes]).to.deep.equal([[40019], []]);
        }),
      );
    });
  });

describe('the option vcdiff', () => {
  it('PC3: has to be able to decode', () => {
    for (const wrong of [true, 'vcdiff', {}, { decode: 1 }, () => 1]) {
      const error = thrownBy(() => fakeAbly(codecs[0]!, { vcdiff: wrong as never }));
      expect(error).to.be.instanceOf(ErrorInfo).and.to.have.property('code', 40000);
      expect(String(error)).to.contain('"vcdiff"');
    }
  });
});
