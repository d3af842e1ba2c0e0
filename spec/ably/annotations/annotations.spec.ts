import { expect } from 'chai';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { codecs, type FakeAbly, livesOf } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { codesOf } from '../../support/thrown.js';

const refused = { code: 40160, statusCode: 401, message: 'no' };
const type = 'reaction:distinct.v1';
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error instanceof ErrorInfo ? error.code : error));
const say = ({ server }: FakeAbly, ...types: readonly string[]): void => {
  const annotations = types.map((each, count) => ({ type: each, count }));
  server.say({ action: Action.annotation, channel: 'a', annotations });
};
const attached = ({ client, server }: FakeAbly): RealtimeChannel => {
  const channel = client.channel('a');
  channel.attach().catch(ignore);
  server.welcome();
  server.attached('a');
  return channel;
};

for (const codec of codecs)
  describe(`the annotations of a channel, ${codec.format}`, () => {
    const lives = livesOf(codec);
    const at0 = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      lives(
        10,
        (fake) => {
          fake.at(0, () => {
            script(fake);
          });
        },
        options,
      );

    it(
      'RSAN1a1, RSAN1a2, RSAN1c1, RSAN1c2, RSAN1c4, RSAN2a, RTAN1c, RTAN2a: travel in frames of their own, for a message or its serial',
      at0((fake) => {
        const { annotations } = attached(fake);
        const given = { type, name: 'like', count: 2, clientId: 'c', data: 'd', extras: { a: 1 } };
        annotations.publish('m-1', given).catch(ignore);
        annotations.publish({ serial: 'm-2' }, { type, id: 'own' }).catch(ignore);
        annotations.delete({ serial: 'm-2' }, given).catch(ignore);
        expect(fake.server.heard().slice(1)).to.deep.equal(
          [
            { id: `${'g'.repeat(12)}:0`, action: 0, messageSerial: 'm-1', ...given },
            { id: 'own', action: 0, messageSerial: 'm-2', type },
            { id: `${'g'.repeat(12)}:0`, action: 1, messageSerial: 'm-2', ...given },
          ].map((wire, msgSerial) => ({
            action: 'ANNOTATION',
            channel: 'a',
            msgSerial,
            annotations: [wire],
          })),
        );
      }),
    );

    it(
      'TO3n, RSAN1c4: bear no ids where "idempotentRestPublishing" is false',
      at0(
        (fake) => {
          attached(fake).annotations.publish('m', { type }).catch(ignore);
          expect(fake.server.heard().at(-1)).to.deep.include({
            annotations: [{ action: 0, messageSerial: 'm', type }],
          });
        },
        { idempotentRestPublishing: false },
      ),
    );

    it('RSAN1a4: an annotation over maxMessageSize is refused with 40009, and not sent', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const { annotations } = attached(fake);
        ends.push(codeOf(annotations.publish('m', { type, data: 'x'.repeat(1001) })));
        ends.push(codeOf(annotations.delete('m', { type, data: 'x'.repeat(1001) })));
        expect(fake.server.heard()).to.have.length(1);
      })();
      expect(await Promise.all(ends)).to.deep.equal([40009, 40009]);
    });

    it('RTAN1b, RTL6c1, RTL6c5: annotations are sent at once on a connection, without attaching the channel', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const { client, server } = fake;
        client.connect();
        server.welcome();
        const channel = client.channel('a');
        ends.push(codeOf(channel.annotations.publish('m', { type })));
        expect([server.heard().map(({ action }) => action), channel.state]).to.deep.equal([
          ['ANNOTATION'],
          'initialized',
        ]);
        server.say({ action: Action.ack, msgSerial: 0, count: 1 });
      })();
      expect(await Promise.all(ends)).to.deep.equal([undefined]);
    });

    it('RTAN1b, RTL6c2: wait for the connection, unless queueMessages is false', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const { client, server, net } = fake;
        ends.push(codeOf(client.channel('a').annotations.publish('m', { type })));
        net.last().open();
        expect(server.heard()).to.deep.equal([]);
        server.greet();
        expect(server.heard().map(({ action }) => action)).to.deep.equal(['ANNOTATION']);
        server.say({ action: Action.ack, msgSerial: 0, count: 1 });
      })();
      at0(
        ({ client }) => {
          ends.push(codeOf(client.channel('a').annotations.publish('m', { type })));
        },
        { queueMessages: false },
      )();
      expect(await Promise.all(ends)).to.deep.equal([undefined, 80017]);
    });

    it('RTAN1b, RTL6c4: are refused on a channel that is failed or suspended, and where the connection is closed', async () => {
      const ends: Promise<unknown>[] = [];
      const publish = ({ client }: FakeAbly): void => {
        ends.push(codeOf(client.channel('a').annotations.publish('m', { type })));
        ends.push(codeOf(client.channel('a').annotations.delete('m', { type })));
      };
      at0((fake) => {
        attached(fake);
        fake.server.say({ action: Action.error, channel: 'a', error: refused });
        publish(fake);
      })();
      lives(
        3000,
        (fake) => {
          fake.at(0, () => {
            fake.client.channel('a').attach().catch(ignore);
            fake.server.welcome();
          });
          fake.at(1001, () => {
            expect(fake.client.channel('a').state).to.equal('suspended');
            publish(fake);
          });
        },
        { realtimeRequestTimeout: 1000 },
      )();
      at0((fake) => {
        fake.client.connect();
        fake.server.welcome();
        void fake.client.close();
        fake.server.say({ action: Action.closed });
        publish(fake);
      })();
      expect(await Promise.all(ends)).to.deep.equal([90001, 90001, 90001, 90001, 80017, 80017]);
    });

    it(
      'RTAN4a, RTAN5, RTAN5a: all of them, those of a type, or of several, until one unsubscribes',
      at0((fake) => {
        const { annotations } = attached(fake);
        const seen: Record<'all' | 'one' | 'two', unknown[]> = { all: [], one: [], two: [] };
        const all = annotations.annotations$.subscribe(({ type: each }) => seen.all.push(each));
        const one = annotations.ofType('a:1').subscribe(({ type: each }) => seen.one.push(each));
        const two = annotations.ofType(['a:1', 'b:1']).subscribe(({ type: each }) => seen.two.push(each));
        say(fake, 'a:1', 'b:1', 'a');
        all.unsubscribe();
        say(fake, 'a:1');
        one.unsubscribe();
        say(fake, 'a:1');
        two.unsubscribe();
        say(fake, 'a:1', 'b:1');
        expect(seen).to.deep.equal({
          all: ['a:1', 'b:1', 'a'],
          one: ['a:1', 'a:1'],
          two: ['a:1', 'b:1', 'a:1', 'a:1'],
        });
      }),
    );

    it(
      'RTAN4d, RTL7g: listening attaches, and detaches when nobody listens any more',
      lives(
        1000,
        (fake) => {
          fake.at(0, () => {
            const channel = fake.client.channel('a');
            const lease = channel.annotations.annotations$.subscribe();
            expect(channel.state).to.equal('attaching');
            fake.server.welcome();
            fake.server.attached('a');
            lease.unsubscribe();
          });
          fake.at(101, () => {
            expect(fake.client.channel('a').state).to.equal('detaching');
            fake.server.say({ action: Action.detached, channel: 'a' });
          });
        },
        { detachGrace: 100 },
      ),
    );

    it(
      'RTAN4d, RTL7h, TB4: does not attach where attachOnSubscribe is false',
      at0((fake) => {
        const channel = fake.client.channel('a', { attachOnSubscribe: false });
        const seen: unknown[] = [];
        channel.annotations.annotations$.subscribe(({ type: each }) => seen.push(each));
        expect([channel.state, fake.net.dialled.length]).to.deep.equal(['initialized', 0]);
        attached(fake);
        say(fake, 'a:1');
        expect(seen).to.deep.equal(['a:1']);
      }),
    );

    it(
      'RTL16a, RTL18c: come once, also where the server sends what came meanwhile again behind the answer to setOptions()',
      at0((fake) => {
        const channel = attached(fake);
        const seen: unknown[] = [];
        channel.annotations.annotations$.subscribe(({ count }) => seen.push(count));
        const frame = {
          action: Action.annotation,
          channel: 'a',
          id: 'm-1',
          annotations: [{ type, count: 1 }],
        };
        channel.setOptions({ params: { x: '1' } }).catch(ignore);
        fake.server.say(frame);
        fake.server.attached('a', { flags: Flag.resumed });
        fake.server.say(frame);
        fake.server.say({ ...frame, id: 'm-2', annotations: [{ type, count: 2 }] });
        expect(seen).to.deep.equal([1, 2]);
      }),
    );

    it(
      'RTAN4b, RTL17: reach nobody while the channel is not attached',
      at0((fake) => {
        const seen: unknown[] = [];
        const channel = fake.client.channel('a');
        channel.annotations.annotations$.subscribe(({ type: each }) => seen.push(each));
        fake.server.welcome();
        say(fake, 'too early');
        fake.server.attached('a');
        say(fake, 'in time');
        channel.detach().catch(ignore);
        say(fake, 'too late');
        expect(seen).to.deep.equal(['in time']);
      }),
    );

    it('RTAN4, RTL14: end with an error where the channel fails, and without one where the client is disposed of', () => {
      const seen: unknown[] = [];
      const listen = ({ client }: FakeAbly, what: string): void => {
        client.channel('a').annotations.annotations$.subscribe({
          error: (error: unknown) => seen.push([what, (error as ErrorInfo).code]),
          complete: () => seen.push([what, 'over']),
        });
      };
      at0((fake) => {
        attached(fake);
        listen(fake, 'first');
        fake.server.say({ action: Action.error, channel: 'a', error: refused });
        listen(fake, 'second');
      })();
      expect(seen).to.deep.equal([
        ['first', 40160],
        ['second', 'over'],
      ]);
    });

    it(
      'RTF1, RTAN4b: one that is none is told of, and the others come',
      at0((fake) => {
        const [seen, errors]: [unknown[], unknown[]] = [[], []];
        fake.client.errors$.subscribe((error) => errors.push(codesOf(error)));
        attached(fake).annotations.annotations$.subscribe(({ type: each }) => seen.push(each));
        const malformed = { code: 40013, statusCode: 400 };
        const none = [null, 'none'] as unknown as readonly object[];
        const annotations = [{ type: 'a:1' }, ...none, { type: 'a:2' }];
        fake.server.say({ action: Action.annotation, channel: 'a', annotations });
        expect([seen, errors]).to.deep.equal([
          ['a:1', 'a:2'],
          [malformed, malformed],
        ]);
      }),
    );

    it(
      'RTL13, RTAN4: who listens is told of the gap when the channel is detached under them',
      at0((fake) => {
        const channel = attached(fake);
        const gaps: unknown[] = [];
        channel.discontinuities$.subscribe((gap) => gaps.push(gap.channel));
        channel.annotations.annotations$.subscribe();
        channel.detach().catch(ignore);
        fake.server.say({ action: Action.detached, channel: 'a' });
        expect([channel.state, gaps]).to.deep.equal(['detached', ['a']]);
      }),
    );

    describe('without their mode', () => {
      const logging = (logged: unknown[], script: (fake: FakeAbly) => void): void => {
        const log = (level: string, { error }: { readonly error?: ErrorInfo }): unknown =>
          level === 'error' && logged.push(error?.code);
        at0(script, { log })();
      };

      it('RTAN4e, RTAN4e1: says so, but not before the channel is attached', () => {
        for (const attachOnSubscribe of [true, false]) {
          const logged: unknown[] = [];
          logging(logged, ({ client, server }) => {
            const channel = client.channel('a', { attachOnSubscribe });
            channel.annotations.annotations$.subscribe();
            client.connect();
            server.welcome();
            expect(logged).to.deep.equal([]);
            channel.attach().catch(ignore);
            server.attached('a', { flags: Flag.subscribe });
            expect(logged).to.deep.equal([90009]);
          });
        }
      });

      it(
        'RTL7i1, RTAN4e: strictMode fails those who listen in vain, and nobody else',
        at0(
          ({ client, server }) => {
            const channel = client.channel('a');
            const seen: unknown[] = [];
            const tell = (what: string) => ({
              next: () => seen.push(what),
              error: (error: unknown) => seen.push([what, (error as ErrorInfo).code]),
            });
            channel.annotations.annotations$.subscribe(tell('annotations'));
            channel.messages$.subscribe(tell('messages'));
            channel.messages('n').subscribe(tell('named'));
            server.welcome();
            server.attached('a', { flags: Flag.subscribe });
            server.say({ action: Action.message, channel: 'a', messages: [{ name: 'n' }] });
            expect(seen).to.deep.equal([['annotations', 90009], 'messages', 'named']);
            seen.length = 0;
            server.attached('a', { flags: Flag.annotationSubscribe });
            channel.annotations.annotations$.subscribe(tell('annotations'));
            server.say({ action: Action.annotation, channel: 'a', annotations: [{ type: 't' }] });
            expect(seen).to.deep.equal([['messages', 90009], ['named', 90009], 'annotations']);
          },
          { strictMode: true },
        ),
      );

      it('RTAN4e1: says nothing where the channel is not attached any more, and does not attach', () => {
        const logged: unknown[] = [];
        logging(logged, ({ client, server }) => {
          const channel = client.channel('a', { attachOnSubscribe: false });
          channel.attach().catch(ignore);
          server.welcome();
          server.attached('a', { flags: Flag.subscribe });
          channel.detach().catch(ignore);
          server.say({ action: Action.detached, channel: 'a' });
          channel.annotations.annotations$.subscribe();
          expect([channel.state, logged]).to.deep.equal(['detached', []]);
        });
      });
    });
  });
