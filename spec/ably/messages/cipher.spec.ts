import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { encodeData } from '../../../lib/ably/wire/encodings.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { aes, generateRandomKey } from '../../../lib/crypto/index.js';
import { exposedOf } from '../../support/exposed.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { secret } from '../../support/secrets.js';

const [cipher, other] = [256, 256].map((bits) =>
  aes({ key: generateRandomKey(bits), iv: () => new Uint8Array(16) }),
);
const payloads = ['text', '', { a: [1, 'ü'] }, [1], new Uint8Array([0, 255])];

for (const codec of codecs)
  describe(`a channel with a cipher, ${codec.format}`, () => {
    const encrypted = (data: unknown, by = cipher): WireMessage => encodeData(data, codec.binary, by);
    /** Attached to `a`, which receives the messages; what it was given, and the codes of what went wrong. */
    const received = (
      { client, server }: FakeAbly,
      messages: readonly WireMessage[],
      options: { readonly cipher?: typeof cipher } = { cipher: cipher! },
    ) => {
      const [heard, errors]: [Message[], unknown[]] = [[], []];
      client.errors$.subscribe(({ code }) => errors.push(code));
      client.channel('a', options as object).messages$.subscribe((message) => heard.push(message));
      server.welcome();
      server.attached('a');
      server.say({ action: Action.message, channel: 'a', id: 'f', messages });
      return { heard: heard.map(({ data, encoding }) => ({ data, encoding })), errors };
    };

    it(
      'RSL5a, RTL7d: decrypts what it receives',
      life(codec, { until: 1 }, (fake) => {
        const { heard, errors } = received(
          fake,
          payloads.map((data) => encrypted(data)),
        );
        expect(heard).to.deep.equal(payloads.map((data) => ({ data, encoding: undefined })));
        expect(errors).to.deep.equal([]);
      }),
    );

    it(
      'RSL5a: takes what was not encrypted as it is',
      life(codec, { until: 1 }, (fake) => {
        const { heard } = received(fake, [{ data: 'plain' }, { data: '{"a":1}', encoding: 'json' }]);
        expect(heard.map(({ data }) => data)).to.deep.equal(['plain', { a: 1 }]);
      }),
    );

    it(
      'RSL5a: encrypts what it publishes',
      life(codec, { until: 1 }, ({ client, server }) => {
        client.connect();
        server.welcome();
        for (const data of payloads) void client.channel('a', { cipher: cipher! }).publish('n', data);
        const sent = server.heard().flatMap(({ messages = [] }) => messages);
        expect(sent).to.deep.equal(
          payloads.map((data) => codec.decode(codec.encode({ name: 'n', ...encrypted(data) }))),
        );
        expect(sent.every(({ encoding }) => encoding?.includes('cipher+aes-256-cbc'))).to.equal(true);
      }),
    );

    it(
      'RSL6b: with another key, delivers the ciphertext with its encoding, tells the logger, and goes on',
      life(codec, { until: 1 }, (fake) => {
        const wire = encrypted({ a: 1 }, other);
        const bytes = typeof wire.data === 'string' ? Buffer.from(wire.data, 'base64') : wire.data;
        const { heard, errors } = received(fake, [wire, encrypted('next')]);
        expect(heard).to.deep.equal([
          { data: new Uint8Array(bytes as Uint8Array), encoding: 'json/utf-8/cipher+aes-256-cbc' },
          { data: 'next', encoding: undefined },
        ]);
        expect(errors).to.deep.equal([40013]);
      }),
    );

    it('RSL6b: with no cipher, or one of another length, delivers the ciphertext with its encoding', () => {
      for (const options of [{}, { cipher: aes({ key: generateRandomKey(128) }) }])
        life(codec, { until: 1 }, (fake) => {
          const { heard, errors } = received(fake, [encrypted('a')], options);
          expect(heard.map(({ encoding }) => encoding)).to.deep.equal(['utf-8/cipher+aes-256-cbc']);
          expect(heard[0]?.data).to.be.instanceOf(Uint8Array);
          expect(errors).to.deep.equal([40013]);
        })();
    });

    it(
      'RSL5a: uses the cipher that the channel has when the message comes',
      life(codec, { until: 1 }, (fake) => {
        const heard: unknown[] = [];
        received(fake, [], {});
        const channel = fake.client.channel('a');
        channel.messages('n').subscribe(({ data, encoding }) => heard.push(encoding ?? data));
        const say = (by: typeof cipher): void => {
          fake.server.say({
            action: Action.message,
            channel: 'a',
            messages: [{ name: 'n', ...encrypted('x', by) }],
          });
        };
        say(cipher);
        fake.client.channel('a', { cipher: cipher! });
        say(cipher);
        fake.client.channel('a', { cipher: other! });
        say(other);
        expect(heard).to.deep.equal(['utf-8/cipher+aes-256-cbc', 'x', 'x']);
      }),
    );

    const logged: unknown[] = [];
    it(
      'shows the key to nobody: neither client, channel, errors nor log',
      life(codec, { until: 1, log: (_, event) => logged.push(event) }, (fake) => {
        const key = secret(Buffer.from('a key that is thirty-two bytes..').toString('base64'));
        const { heard, errors } = received(fake, [encrypted('a')], { cipher: aes({ key }) });
        const text = [fake.client, fake.client.channel('a'), ...logged].map(exposedOf).join('\n');
        expect([heard.length, errors.length, logged.length > 0]).to.deep.equal([1, 1, true]);
        expect(text.includes(key) || text.includes('thirty-two') || text.includes('97, 32, 107')).to.equal(
          false,
        );
      }),
    );
  });
