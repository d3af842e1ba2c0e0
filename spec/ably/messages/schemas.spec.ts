import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { type ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { WireMessage } from '../../../lib/ably/wire/frames.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { thrownBy } from '../../support/thrown.js';

type Validate = StandardSchemaV1['~standard']['validate'];
const schemaOf = (validate: Validate): StandardSchemaV1 => ({
  '~standard': { version: 1, vendor: 'spec', validate },
});
const refusal = (
  ...paths: NonNullable<StandardSchemaV1.Issue['path']>[]
): StandardSchemaV1.FailureResult => ({
  issues: paths.map((path) => ({ message: 'expected something else than classified', path })),
});

const text = schemaOf((value) => (typeof value === 'string' ? { value } : refusal([])));
const count = schemaOf((value) => (Number.isNaN(Number(value)) ? refusal([]) : { value: Number(value) }));
const nested = schemaOf(() => refusal(['items', 0, { key: 'price' }], ['name'], ['name'], [Symbol('s')]));
const throwing = schemaOf(() => {
  throw new RangeError('classified');
});
const slow = schemaOf((value) => Promise.resolve({ value }));
const failing = schemaOf(() => Promise.reject(new Error('classified')));
const broken = schemaOf(() => undefined as never);
const schemas = { text, count, nested, throwing, slow, failing, broken };

for (const codec of codecs) {
  describe(`schemas of a channel, ${codec.format}`, () => {
    const lives = (script: (fake: FakeAbly) => void): void => {
      life(codec, { until: 10 }, (fake) => {
        fake.at(0, () => {
          script(fake);
        });
      })();
    };
    /** What a channel with the schemas tells of messages, and what shows on errors$. */
    const received = (
      ...messages: readonly WireMessage[]
    ): readonly [readonly Message[], readonly ErrorInfo[]] => {
      const [seen, errors]: [Message[], ErrorInfo[]] = [[], []];
      lives(({ client, server }) => {
        client.errors$.subscribe((error) => errors.push(error));
        client.channel('a', { schemas }).messages$.subscribe((message) => seen.push(message));
        server.welcome();
        server.attached('a');
        server.say({ action: Action.message, channel: 'a', id: 'id', messages });
      });
      return [seen, errors];
    };

    it('delivers what they take, as they make it, with all else of the message as it was', () => {
      const [seen, errors] = received(
        { name: 'count', data: '12', clientId: 'ann', serial: 's1' },
        { name: 'text', data: 'x' },
      );
      expect(
        seen.map(({ name, data, clientId, serial, id }) => [id, name, data, clientId, serial]),
      ).to.deep.equal([
        ['id:0', 'count', 12, 'ann', 's1'],
        ['id:1', 'text', 'x', undefined, undefined],
      ]);
      expect(errors).to.deep.equal([]);
    });

    it('delivers what has none, and names that every object has', () => {
      const [seen] = received({ name: 'other', data: '1' }, { data: '2' }, { name: 'toString', data: '3' });
      expect(seen.map(({ data }) => data)).to.deep.equal(['1', '2', '3']);
    });

    it('does not deliver what they refuse: an error names the message and the places, and never the payload', () => {
      const classified = JSON.stringify({ classified: true });
      const [seen, errors] = received(
        { name: 'nested', data: classified, encoding: 'json', serial: 's1' },
        { name: 'count', data: 'classified' },
        { name: 'text', data: 'next' },
      );
      expect(seen.map(({ data }) => data)).to.deep.equal(['next']);
      expect(errors.map(({ code, message }) => [code, message])).to.deep.equal([
        [
          40013,
          'The message id:0 (serial s1), named "nested", was not delivered: its schema refuses the payload ' +
            '(at items.0.price, name, Symbol(s)). Mend what publishes it, or the schema.',
        ],
        [
          40013,
          'The message id:1, named "count", was not delivered: its schema refuses the payload. ' +
            'Mend what publishes it, or the schema.',
        ],
      ]);
    });

    it('names ten places, and counts the others', () => {
      const errors: string[] = [];
      lives(({ client }) => {
        client.errors$.subscribe(({ message }) => errors.push(message));
        const many = schemaOf(() => refusal(...Array.from({ length: 13 }, (_, at) => [at])));
        void client.channel('a', { schemas: { many } }).publish('many', 'x');
      });
      expect(errors[0]).to.include('(at 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 3 more)');
    });

    it('does not deliver where one throws, answers with a Promise or with nothing: each time an error says so', async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', listener);
      const [seen, errors] = received(
        ...['throwing', 'slow', 'slow', 'failing', 'broken'].map((name) => ({ name, data: 'classified' })),
      );
      await new Promise(setImmediate);
      process.off('unhandledRejection', listener);
      expect([seen, unhandled]).to.deep.equal([[], []]);
      expect(errors.map(({ code }) => code)).to.deep.equal([40013, 40013, 40013, 40013, 40013]);
      const texts = errors.map(({ message }) => message);
      expect(texts[0]).to.include('"throwing", was not delivered: its schema threw a RangeError.');
      expect(texts[1]).to.include('its schema answers with a Promise');
      expect(texts[4]).to.include('its schema threw a TypeError');
      expect(errors.some(({ message, cause }) => message.includes('classified') || cause)).to.equal(false);
    });

    it('TM5: lets pass what has no payload of its own, and looks at updates', () => {
      const [seen, errors] = received(
        ...[0, 1, 2, 3, 4, 5, 99].map((action) => ({ name: 'text', action, serial: `s${action}` })),
      );
      expect(seen.map(({ action }) => action)).to.deep.equal([
        'message.delete',
        'meta',
        'message.summary',
        'message.append',
        'unknown',
      ]);
      expect(errors).to.have.length(2);
    });

    it('checks each payload once for the subscribers of its name, and none that has no subscriber', () => {
      const heard: unknown[] = [];
      let looked = 0;
      const watched = schemaOf((value) => {
        looked += 1;
        return value === 'no' ? refusal([]) : { value };
      });
      lives(({ client, server }) => {
        const channel = client.channel('a', { schemas: { watched, other: watched } });
        channel.messages('watched').subscribe(({ data }) => heard.push(data));
        server.welcome();
        server.attached('a');
        const messages = ['no', 'yes'].flatMap((data) =>
          ['watched', 'other'].map((name) => ({ name, data })),
        );
        server.say({ action: Action.message, channel: 'a', messages });
      });
      expect([heard, looked]).to.deep.equal([['yes'], 2]);
    });

    it('publishes what they take, as it was given, and refuses the rest: nothing of that publish is sent', () => {
      const errors: ErrorInfo[] = [];
      lives(({ client, server }) => {
        client.errors$.subscribe((error) => errors.push(error));
        const channel = client.channel('a', { schemas });
        client.connect();
        server.welcome();
        void channel.publish('count', '12');
        void channel.publish('text', 12 as never);
        void channel.publish([
          { name: 'text', data: 'x' },
          { name: 'nested', data: { classified: true } },
        ]);
        void channel.publish('slow', 'x');
        void channel.publish({ name: 'other', data: 'anything' } as never);
        void channel.publish(null as never, 'anything' as never);
        void client.channel('b').publish('text', { any: 'thing' });
        expect(server.heard().map(({ channel: to, messages }) => [to, messages])).to.deep.equal([
          ['a', [{ name: 'count', data: '12' }]],
          ['a', [{ name: 'other', data: 'anything' }]],
          ['a', [{ data: 'anything' }]],
          ['b', [{ name: 'text', data: '{"any":"thing"}', encoding: 'json' }]],
        ]);
      });
      const refused = errors.filter(({ code }) => code === 40013).map(({ message }) => message);
      expect(refused).to.have.length(3);
      expect(refused[1]).to.equal(
        'Nothing was published as "nested": its schema refuses the payload (at items.0.price, name, Symbol(s)). ' +
          'Publish what it takes, or mend it.',
      );
      expect(refused[2]).to.include('answers with a Promise');
    });

    it('RTL32: an update is refused as a publish is; a delete, a piece that is appended and what has no payload are not looked at', () => {
      const errors: ErrorInfo[] = [];
      lives(({ client, server }) => {
        client.errors$.subscribe((error) => errors.push(error));
        const channel = client.channel('a', { schemas });
        client.connect();
        server.welcome();
        void channel.updateMessage({ serial: 's', name: 'count', data: 'none' });
        expect(server.heard()).to.deep.equal([]);
        void channel.updateMessage({ serial: 's', name: 'count', data: '12' });
        void channel.updateMessage({ serial: 's', name: 'count', extras: { headers: {} } });
        void channel.updateMessage({ serial: 's', data: 'of whatever name it has' });
        void channel.deleteMessage({ serial: 's', name: 'count', data: 'why' });
        void channel.appendMessage({ serial: 's', name: 'nested', data: 'piece' });
        expect(server.heard().map(({ messages }) => messages?.[0]?.data)).to.deep.equal([
          '12',
          undefined,
          'of whatever name it has',
          'why',
          'piece',
        ]);
      });
      expect(errors.filter(({ code }) => code === 40013).map(({ message }) => message)).to.deep.equal([
        'Nothing was published as "count": its schema refuses the payload. Publish what it takes, or mend it.',
      ]);
    });

    it('takes schemas that are functions, and refuses what is none', () => {
      lives(({ client }) => {
        const callable = Object.assign(() => undefined, text);
        client.channel('a', { schemas: { callable } });
        for (const [given, said] of [
          [1, '"schemas" has to be an object'],
          [{ greeting: {} }, '"schemas.greeting" has to be a Standard Schema'],
          [{ greeting: null }, '"schemas.greeting" has to be a Standard Schema'],
        ] as const) {
          const error = thrownBy(() => client.channel('a', { schemas: given as never }));
          expect([(error as ErrorInfo).code, (error as ErrorInfo).message.includes(said)]).to.deep.equal([
            40000,
            true,
          ]);
        }
      });
    });

    it('applies at once, and may be taken away', () => {
      const seen: unknown[] = [];
      lives(({ client, server }) => {
        client.channel('a').messages$.subscribe(({ data }) => seen.push(data));
        server.welcome();
        server.attached('a');
        const say = (data: string): void => {
          server.say({ action: Action.message, channel: 'a', messages: [{ name: 'count', data }] });
        };
        say('1');
        client.channel('a', { schemas });
        say('2');
        client.channel('a');
        say('3');
        client.channel('a', { schemas: {} });
        say('4');
      });
      expect(seen).to.deep.equal(['1', 2, 3, '4']);
    });
  });
}
