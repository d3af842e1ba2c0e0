import { expect } from 'chai';
import { expectTypeOf } from 'expect-type';
import { msgpack } from '../../lib/msgpack.js';
import { RealtimeClient } from '../../lib/index.js';
import { realtimeTesting } from '../../lib/testing/index.js';
import { virtually } from '../support/virtual-time.js';

const codecs = { json: {}, msgpack: { codec: msgpack() } };

describe('testing: an Ably in memory', () => {
  for (const [format, codec] of Object.entries(codecs)) {
    it(
      `emits to subscribers, one message or several, with all that a message has (${format})`,
      virtually(({ scheduler, act }) => {
        const rt = realtimeTesting({ scheduler });
        const seen: unknown[] = [];
        const { messages$ } = rt.client(codec).channel('chat');
        messages$.subscribe(({ name, data, clientId, extras }) => seen.push([name, data, clientId, extras]));
        act('5ms a 5ms z', {
          a: () => {
            rt.channel('chat').emit('greeting', { text: 'hi' }, { clientId: 'bot', extras: { a: 1 } });
            rt.channel('chat').emitAll([{ name: 'x', data: 'one' }, { data: 'two' }]);
          },
          z: () => {
            expect(seen).deep.equal([
              ['greeting', { text: 'hi' }, 'bot', { a: 1 }],
              ['x', 'one', undefined, undefined],
              [undefined, 'two', undefined, undefined],
            ]);
            void rt.close();
          },
        });
      }),
    );

    it(
      `has members enter, update and leave (${format})`,
      virtually(({ scheduler, act }) => {
        const rt = realtimeTesting({ scheduler });
        const seen: unknown[] = [];
        const { events$ } = rt.client(codec).channel('room').presence;
        events$.subscribe(({ action, clientId, connectionId, data, extras }) =>
          seen.push([action, clientId, connectionId, data, extras]),
        );
        const room = rt.presence('room');
        const connectionId = 'phone';
        act('5ms a 5ms b 5ms c 5ms z', {
          a: () => room.enter('ann', { mood: 1 }, { connectionId, extras: { at: 'a' } }),
          b: () => {
            room.update('ann', 'busy', { connectionId, extras: { at: 'b' } });
            expect(room.members.map(({ clientId }) => clientId)).deep.equal(['ann']);
          },
          c: () => room.leave('ann', 'bye', { connectionId, extras: { at: 'c' } }),
          z: () => {
            expect(seen).deep.equal([
              ['enter', 'ann', 'phone', { mood: 1 }, { at: 'a' }],
              ['update', 'ann', 'phone', 'busy', { at: 'b' }],
              ['leave', 'ann', 'phone', 'bye', { at: 'c' }],
            ]);
            expect(room.members).deep.equal([]);
            void rt.close();
          },
        });
      }),
    );

    it(
      `says in words what clients sent (${format})`,
      virtually(({ scheduler, act }) => {
        const rt = realtimeTesting({ scheduler });
        const frames: string[] = [];
        rt.frames$.subscribe((words) => frames.push(words));
        const chat = rt.client({ ...codec, clientId: 'me' }).channel('chat');
        chat.messages$.subscribe();
        void chat.publish('greeting', 'hi');
        void chat.presence.enter();
        act('50ms z', {
          z: () => {
            expect(rt.sent).include.members(['ATTACH chat', 'MESSAGE chat greeting', 'PRESENCE chat enter']);
            expect(frames).deep.equal(rt.sent);
            void rt.close();
          },
        });
      }),
    );
  }

  it(
    'applies faults to the next connection where there is none yet, and to those that there are',
    virtually(({ scheduler, act }) => {
      const rt = realtimeTesting({ scheduler });
      rt.nack({ code: 40160, statusCode: 401, message: 'no' });
      const client = rt.client();
      const seen: unknown[] = [];
      client.errors$.subscribe(({ code }) => seen.push(code));
      client.connectionState$.subscribe((state) => seen.push(state));
      void client.channel('chat').publish('a');
      act('50ms a 50ms z', {
        a: () => rt.drop(),
        z: () => {
          expect(rt.sent.filter((words) => words.startsWith('MESSAGE'))).deep.equal(['MESSAGE chat a']);
          expect(seen).deep.equal([
            ...['initialized', 'connecting', 'connected', 40160],
            ...['connecting', 'connected'],
          ]);
          void rt.close();
        },
      });
    }),
  );

  it('serves by the options that are given', () => {
    using rt = realtimeTesting({ presenceFixtures: { room: [{ clientId: 'ann' }] } });
    expect(rt.presence('room').members.map(({ clientId }) => clientId)).deep.equal(['ann']);
  });

  it('says to wait where a fault needs a connection and there is none', () => {
    using rt = realtimeTesting();
    expect(() => rt.drop()).throw('There is no connection to drop. Wait until a client is connected.');
    expect(() => rt.channel('a').fail()).throw('There is no connection to fail a channel of.');
  });

  it(
    'keeps the latest 1,000 frames',
    virtually(({ scheduler, act }) => {
      const rt = realtimeTesting({ scheduler });
      const chat = rt.client().channel('chat');
      for (let n = 0; n < 1100; n++) void chat.publish(`m${n}`);
      act('50ms z', {
        z: () => {
          expect([rt.sent.length, rt.sent[0], rt.sent.at(-1)]).deep.equal([
            ...[1000, 'MESSAGE chat m100', 'MESSAGE chat m1099'],
          ]);
          void rt.close();
        },
      });
    }),
  );

  it('works on the system clock, with a client of your own, and ends all of its own', async () => {
    await using rt = realtimeTesting();
    await using own = new RealtimeClient(rt.options);
    const chat = own.channel('chat');
    const subscription = chat.messages$.subscribe();
    await chat.whenState('attached');
    const made = rt.client();
    made.connect();
    await rt.close();
    subscription.unsubscribe();
    expect([made.connection.state, rt.emulator.connections.length]).deep.equal(['closed', 0]);
  });

  it('is typed: its client fits where a RealtimeClient is asked for', () => {
    const rt = realtimeTesting();
    expectTypeOf(rt.client()).toExtend<RealtimeClient>();
    expectTypeOf(rt.sent).toEqualTypeOf<readonly string[]>();
    void rt.close();
  });
});
