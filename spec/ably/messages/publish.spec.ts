import { expect } from 'chai';
import { take } from 'rxjs';
import type { LogEvent } from '../../../lib/base/log.js';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error instanceof ErrorInfo ? error.code : error));
/** What the messages of each MESSAGE were that the server heard. */
const published = ({ server }: FakeAbly): readonly (readonly WireMessage[])[] =>
  server
    .heard()
    .filter(({ action }) => action === 'MESSAGE')
    .map(({ messages = [] }) => messages);

for (const codec of codecs)
  describe(`publishing, ${codec.format}`, () => {
    const at0 = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      life(codec, { until: 10, ...options }, (fake) => {
        fake.at(0, () => {
          script(fake);
        });
      });
    /** What is sent on a connection for what is published on channel `a`. */
    const sentFor = (
      publish: (channel: RealtimeChannel) => Promise<unknown>,
      options = {},
    ): readonly (readonly WireMessage[])[] => {
      let sent: readonly (readonly WireMessage[])[] = [];
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome();
        publish(fake.client.channel('a')).catch(ignore);
        sent = published(fake);
      }, options)();
      return sent;
    };

    it('RSL1a, RTL6i: takes a name and data, a message, or several messages', () => {
      expect(sentFor((channel) => channel.publish('n', 'd'))).to.deep.equal([[{ name: 'n', data: 'd' }]]);
      expect(sentFor((channel) => channel.publish({ name: 'n', data: 'd' }))).to.deep.equal([
        [{ name: 'n', data: 'd' }],
      ]);
      expect(sentFor((channel) => channel.publish([{ name: 'n' }, { data: 'd' }]))).to.deep.equal([
        [{ name: 'n' }, { data: 'd' }],
      ]);
    });

    it('RTL6h: takes nothing besides a name and data', () => {
      const more = { clientId: 'me', params: { a: 1 }, extras: { x: 1 } };
      const publish = (channel: RealtimeChannel): Promise<unknown> =>
        (channel.publish as (...given: readonly unknown[]) => Promise<unknown>).call(channel, 'n', 'd', more);
      const log = new Array<string>();
      const options = { log: (_: unknown, { message }: LogEvent) => log.push(message) };
      expect(sentFor(publish, options)).to.deep.equal([[{ name: 'n', data: 'd' }]]);
      expect(
        log.filter((message) => message.startsWith('publish(')),
        'told',
      ).to.deep.equal([
        'publish(name, data) ignores a third argument. Pass options as publish({ name, data }, options), and await the promise in place of a callback.',
      ]);
    });

    it('RTL6i: names what is no message, also where an argument follows', async () => {
      const ends: Promise<unknown>[] = [];
      at0(({ client }) => {
        const channel = client.channel('a');
        for (const given of [[5], [5, 'x'], [undefined, 'x'], [true, {}], [[5], {}]])
          ends.push(
            (channel.publish as (...given: readonly unknown[]) => Promise<unknown>)
              .apply(channel, given)
              .catch(String),
          );
      })();
      const texts = await Promise.all(ends);
      expect(texts).to.have.lengthOf(5);
      for (const text of texts) expect(text).to.match(/A message to publish has to be an object/);
    });

    it('RTL6c2: sends what a listener of the connection publishes after what made it connect', () => {
      let sent: readonly unknown[] = [];
      at0((fake) => {
        const channel = fake.client.channel('a');
        fake.client.connection.changes$
          .pipe(take(1))
          .subscribe(() => void channel.publish('n', 'second').catch(ignore));
        channel.publish('n', 'first').catch(ignore);
        fake.server.welcome();
        sent = published(fake).map(([message]) => message?.data);
      })();
      expect(sent).to.deep.equal(['first', 'second']);
    });

    it('RTL6i2: refuses to publish no message at all, and sends nothing', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome();
        ends.push(codeOf(fake.client.channel('a').publish([])));
        expect(published(fake)).to.deep.equal([]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([40013]);
    });

    it('RSL1j, RTL6a: sends every attribute that was given', () => {
      const message = { id: 'i', name: 'n', data: 'd', clientId: 'c', extras: { headers: { a: 'b' } } };
      expect(sentFor((channel) => channel.publish(message))).to.deep.equal([[message]]);
      expect(sentFor((channel) => channel.publish([{ ...message, data: { a: 1 } }, {}]))).to.deep.equal([
        [{ ...message, data: '{"a":1}', encoding: 'json' }, {}],
      ]);
    });

    it('RSL1j, TM2h: publishes on behalf of another connection, by its key', () => {
      const message = { name: 'n', data: 'd', connectionKey: 'of-another' };
      expect(sentFor((channel) => channel.publish(message))).to.deep.equal([[message]]);
    });

    it('RSL1j, RSL4b: says what has been done to the payload before, and then what it does itself', () => {
      const bytes = new Uint8Array([1, 2]);
      const encoding = 'x/y';
      const [[text, object, raw] = []] = sentFor((channel) =>
        channel.publish([
          { data: 'd', encoding },
          { data: { a: 1 }, encoding },
          { data: bytes, encoding },
        ]),
      );
      expect([text, object]).to.deep.equal([
        { data: 'd', encoding },
        { data: '{"a":1}', encoding: 'x/y/json' },
      ]);
      expect(raw?.encoding).to.equal(codec.binary ? 'x/y' : 'x/y/base64');
      expect(codec.binary ? [...(raw?.data as Uint8Array)] : raw?.data).to.deep.equal(
        codec.binary ? [1, 2] : 'AQI=',
      );
    });

    it('RTL6a1: gives messages no ids of its own', () => {
      expect(sentFor((channel) => channel.publish([{ name: 'n' }, { id: 'own' }]))).to.deep.equal([
        [{ name: 'n' }, { id: 'own' }],
      ]);
    });

    it('RTL6g1a, RSL1m: leaves the clientId of messages alone, whoever the client is', () => {
      for (const options of [{}, { clientId: 'me' }])
        expect(
          sentFor((channel) => channel.publish([{ name: 'n' }, { clientId: 'me' }]), options),
        ).to.deep.equal([[{ name: 'n' }, { clientId: 'me' }]]);
    });

    it('TM6f, RSL1i: counts text by its UTF-8, as the server does', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome(); // allows 1,000 bytes
        const channel = fake.client.channel('a');
        for (const data of ['é'.repeat(500), '€'.repeat(333), '😀'.repeat(249)])
          ends.push(codeOf(channel.publish('n', data)), codeOf(channel.publish('n', data.slice(2))));
        fake.server.say({ action: Action.ack, msgSerial: 0, count: 5 });
        ends.push(codeOf(channel.publish([{ data: { a: 'é'.repeat(500) } }])));
      })();
      const sent = { serials: [] };
      expect(await Promise.all(ends)).to.deep.equal([40009, sent, sent, sent, sent, sent, 40009]);
    });

    it('RTL6a, RSL1i: refuses what is larger, all in all, than the connection allows, and sends none of it', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome(); // allows 1,000 bytes
        const channel = fake.client.channel('a');
        ends.push(codeOf(channel.publish('n', 'x'.repeat(1000))));
        ends.push(codeOf(channel.publish(Array(11).fill({ name: 'n', data: 'x'.repeat(90) }))));
        ends.push(codeOf(channel.publish('n', 'x'.repeat(999))));
        expect(published(fake)).to.deep.equal([[{ name: 'n', data: 'x'.repeat(999) }]]);
        fake.server.say({ action: Action.ack, msgSerial: 0, count: 1 });
      })();
      expect(await Promise.all(ends)).to.deep.equal([40009, 40009, { serials: [] }]);
    });

    it(
      'RTL6c1: sends at once on a connection, in every state of the channel but suspended and failed',
      at0((fake) => {
        const { client, server } = fake;
        const states: unknown[] = [];
        client.connect();
        server.welcome();
        const channel = client.channel('a');
        const publish = (): void => {
          states.push(channel.state);
          channel.publish('n', channel.state).catch(ignore);
          expect(published(fake).flatMap((messages) => messages.map(({ data }) => data))).to.deep.equal(
            states,
          );
        };
        publish();
        channel.attach().catch(ignore);
        publish();
        server.attached('a');
        publish();
        channel.detach().catch(ignore);
        publish();
        server.say({ action: Action.detached, channel: 'a' });
        publish();
        expect(states).to.deep.equal(['initialized', 'attaching', 'attached', 'detaching', 'detached']);
      }),
    );

    it('RTL6g4, RTL6e: nothing is refused for its clientId before it is known who the client is', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const { client, server, details } = fake;
        const publish = (clientId: string): void => {
          ends.push(codeOf(client.channel('a').publish({ clientId })));
        };
        publish('other');
        server.welcome('id-1', { connectionDetails: { ...details, clientId: 'me' } });
        publish('other'); // RTL6g3
        publish('me'); // RTL6g2
        expect(published(fake)).to.deep.equal([[{ clientId: 'other' }], [{ clientId: 'me' }]]);
        server.say({
          action: Action.nack,
          msgSerial: 0,
          count: 1,
          error: { code: 40012, statusCode: 400, message: 'not you' },
        });
        server.say({ action: Action.ack, msgSerial: 1, count: 1 });
      })();
      expect(await Promise.all(ends)).to.deep.equal([40012, 40012, { serials: [] }]);
    });

    it(
      'RTL32, RTL6g3: a change may be of a message of somebody else; what is new may not claim to be theirs',
      at0(
        (fake) => {
          fake.client.connect();
          fake.server.welcome();
          const channel = fake.client.channel('a');
          const message = { clientId: 'ann', data: 'd' };
          channel.updateMessage({ ...message, serial: 's' }).catch(ignore);
          channel.publish(message).catch(ignore);
          channel.publish([{}, message]).catch(ignore);
          expect(published(fake)).to.deep.equal([[{ ...message, serial: 's', action: 1 }]]);
        },
        { clientId: 'bob' },
      ),
    );

    it('RTL32, RSL6b: a received message that could not be decoded is not sent back as something else', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome();
        const channel = fake.client.channel('a');
        const received = { serial: 's', data: new Uint8Array([1]), encoding: 'utf-8/cipher+aes-256-cbc' };
        ends.push(codeOf(channel.updateMessage(received)));
        ends.push(codeOf(channel.appendMessage({ ...received, data: ' more' })));
        ends.push(codeOf(channel.deleteMessage(received)));
        expect(published(fake)).to.deep.equal([]);
        channel.updateMessage({ ...received, encoding: undefined, data: 'new' }).catch(ignore);
        channel.deleteMessage({ serial: 's' }).catch(ignore);
        expect(published(fake)).to.deep.equal([
          [{ serial: 's', data: 'new', action: 1 }],
          [{ serial: 's', action: 2 }],
        ]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([40013, 40013, 40013]);
    });

    it('RTL32a: a change of nothing at all is refused as one of a message without a serial', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        for (const nothing of [null, undefined, {}])
          ends.push(codeOf(fake.client.channel('a').updateMessage(nothing as never)));
      })();
      expect(await Promise.all(ends)).to.deep.equal([40003, 40003, 40003]);
    });

    it(
      'RTL32e, RTC1f: a change takes parameters, as texts',
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome();
        const channel = fake.client.channel('a');
        const params = { one: 1, yes: true, text: 't' };
        const message = { serial: 's', data: 'd' };
        channel.updateMessage(message, { description: 'why' }, params).catch(ignore);
        channel.deleteMessage(message, undefined, params).catch(ignore);
        channel.appendMessage(message, undefined, params).catch(ignore);
        channel.updateMessage(message).catch(ignore);
        const texts = { one: '1', yes: 'true', text: 't' };
        expect(fake.server.heard()).to.deep.equal(
          [
            [1, texts, { version: { description: 'why' } }],
            [2, texts, {}],
            [5, texts, {}],
            [1, undefined, {}],
          ].map(([action, given, rest], msgSerial) => ({
            action: 'MESSAGE',
            channel: 'a',
            msgSerial,
            messages: [{ ...message, action, ...(rest as object) }],
            ...(given !== undefined && { params: given }),
          })),
        );
      }),
    );
  });
