import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { type Virtual, virtually } from '../support/virtual-time.js';
import { connectTo, type FakeClient } from './fake-client.js';

const told = (client: FakeClient): unknown[] =>
  client
    .of('MESSAGE')
    .map(
      ({ messages: [message] = [] }) => (JSON.parse(String(message?.data)) as { metrics: unknown }).metrics,
    );

const zero = {
  connections: 0,
  publishers: 0,
  subscribers: 0,
  presenceConnections: 0,
  presenceMembers: 0,
  presenceSubscribers: 0,
  objectPublishers: 0,
  objectSubscribers: 0,
};
const all = (count: number) => ({
  ...zero,
  connections: count,
  publishers: count,
  subscribers: count,
  presenceConnections: count,
  presenceSubscribers: count,
});

describe('emulator: occupancy', () => {
  const withEmulator = (body: (emulator: Emulator, virtual: Virtual) => void) =>
    virtually((virtual) => {
      const emulator = createEmulator({ scheduler: virtual.scheduler, maxIdleInterval: 0 });
      body(emulator, virtual);
      virtual.act('100s d', { d: () => emulator.dispose() });
    });

  for (const format of ['json', 'msgpack']) {
    it(
      `sends metrics to an attachment that asks for them, as a message of its own, ${format}`,
      withEmulator((emulator) => {
        const client = connectTo(emulator, { format });
        connectTo(emulator).attach('chat');
        expect(client.attach('chat', { params: { occupancy: 'metrics' } })?.params).deep.equal({
          occupancy: 'metrics',
        });
        const [frame] = client.of('MESSAGE');
        expect(frame).include({ channel: 'chat', timestamp: 0 }).not.property('channelSerial');
        expect(frame?.messages).deep.equal([
          {
            name: '[meta]occupancy',
            data: JSON.stringify({ metrics: all(2) }),
            encoding: 'json',
            action: 3,
          },
        ]);
        expect(frame?.id).match(/^[\w-]{10}:0$/);
      }),
    );
  }

  it(
    'gathers changes for 100 ms, and tells only of what has changed',
    withEmulator((emulator, { act }) => {
      const client = connectTo(emulator);
      client.attach('chat', { params: { occupancy: 'metrics' } });
      const others = [1, 2, 3].map(() => connectTo(emulator));
      act('100ms a 49ms b 49ms c 1ms d 99ms e 500ms f', {
        a: () => others[0]?.attach('chat'),
        b: () => others[1]?.attach('chat', { flags: Flag.publish }),
        c: () => expect(told(client)).length(1),
        d: () => {
          expect(told(client)[1]).deep.equal({ ...all(2), connections: 3, publishers: 3 });
          others[2]?.attach('chat');
          others[2]?.send({ action: Action.detach, channel: 'chat' });
        },
        e: () => others[0]?.session.ended(),
        f: () => expect(told(client).slice(2)).deep.equal([{ ...all(1), connections: 2, publishers: 2 }]),
      });
    }),
  );

  it(
    'tells of one category alone, when that changes',
    withEmulator((emulator, { act }) => {
      const client = connectTo(emulator);
      client.attach('chat', { params: { occupancy: 'metrics.publishers' } });
      const other = connectTo(emulator);
      act('100ms a 499ms b 499ms c', {
        a: () => other.attach('chat', { flags: Flag.subscribe }),
        b: () => other.attach('chat', { flags: Flag.publish }),
        c: () => expect(told(client)).deep.equal([{ publishers: 1 }, { publishers: 2 }]),
      });
    }),
  );

  it(
    'counts presence members and presence subscribers',
    withEmulator((emulator, { act }) => {
      const client = connectTo(emulator, { clientId: 'ann' });
      client.attach('chat', { params: { occupancy: 'metrics' } });
      act('100ms a 499ms b 499ms c 499ms d', {
        a: () => {
          client.present(0, 'chat', { action: 2 });
          emulator.presence('chat').enter([{ clientId: 'bob' }, { clientId: 'cat' }]);
        },
        b: () => client.present(1, 'chat', { action: 3 }),
        c: () => {
          emulator.presence('chat').update({ clientId: 'bob' });
          connectTo(emulator).attach('chat', { flags: Flag.presenceSubscribe });
        },
        d: () =>
          expect(told(client)).deep.equal([
            all(1),
            { ...all(1), presenceMembers: 3 },
            { ...all(1), presenceMembers: 2 },
            { ...all(1), presenceMembers: 2, connections: 2, presenceSubscribers: 2 },
          ]),
      });
    }),
  );

  it(
    'occupancy is not in the history, is no base of deltas, and goes on after a second attach',
    withEmulator((emulator, { act }) => {
      const client = connectTo(emulator);
      const params = { occupancy: 'metrics', delta: 'vcdiff' };
      client.attach('chat', { params });
      emulator.publish('chat', { data: 'x' });
      const [first, second] = client.of('MESSAGE');
      expect(second?.messages?.[0]?.extras).deep.equal({
        delta: { from: `${first?.id ?? ''}:0`, format: 'vcdiff' },
      });
      client.attach('chat');
      connectTo(emulator).attach('chat');
      act('1s a', { a: () => expect(client.of('MESSAGE')).length(2) });
      const late = connectTo(emulator);
      late.attach('chat', { params: { rewind: '10' } });
      expect(late.data()).deep.equal(['x']);
    }),
  );

  it(
    'RTL4k1: does not know other values, nor other params',
    withEmulator((emulator) => {
      const client = connectTo(emulator);
      const params = { occupancy: 'metrics.others', delta: 'bsdiff', rewind: 'all', agent: 'me' };
      expect(client.attach('chat', { params })).not.property('params');
      expect(client.of('MESSAGE')).deep.equal([]);
      expect(client.attach('chat', { params: { ...params, rewind: '2m' } })?.params).deep.equal({
        rewind: '2m',
      });
    }),
  );
});
