import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { type Virtual, virtually } from '../support/virtual-time.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';

const enter = { action: 2 };

describe('emulator: leaving presence without a word', () => {
  interface Scene {
    readonly emulator: Emulator;
    readonly ann: FakeClient;
    readonly bob: FakeClient;
    readonly act: Virtual['act'];
  }
  /** Ann, who has entered, and Bob, who listens; she is on the first connection. */
  const withBoth = (body: (scene: Scene) => void, more: Record<string, string> = {}) =>
    virtually(({ scheduler, act }) => {
      const emulator = createEmulator({
        ...{ scheduler, random: steps(), connectionStateTtl: 1000, maxIdleInterval: 0 },
      });
      const ann = connectTo(emulator, { clientId: 'ann', ...more });
      const bob = connectTo(emulator, { clientId: 'bob' });
      ann.attach('chat');
      bob.attach('chat', { flags: Flag.presenceSubscribe });
      ann.present(0, 'chat', { ...enter, data: 'x' });
      body({ emulator, ann, bob, act });
      act('10s d', { d: () => emulator.dispose() });
    });
  const here = ['enter ann'];
  const gone = ['enter ann', 'leave ann'];

  it(
    'RTP2b1: a member of a dropped connection leaves when that can no longer be resumed, by a server id',
    withBoth(({ emulator, ann, bob, act }) => {
      act('500ms a 999ms b - c', {
        a: () => emulator.connections[0]?.drop(),
        b: () => expect(bob.presences()).deep.equal(here),
        c: () => {
          expect(bob.presences()).deep.equal(gone);
          const [, frame] = bob.of('PRESENCE');
          const connectionId = ann.frames[0]?.connectionId ?? '';
          expect(frame).not.property('connectionId');
          const [left] = frame?.presence ?? [];
          expect(left).include({ clientId: 'ann', connectionId, timestamp: 1500, action: 3, data: 'x' });
          expect(left?.id).match(/^[\w-]{10}:0:0$/);
          expect(left?.id?.startsWith(connectionId)).equal(false);
        },
      });
    }),
  );

  it(
    'a member stays through a resume in time, without an event',
    withBoth(({ emulator, ann, bob, act }) => {
      act('500ms a 998ms b 5s c', {
        a: () => emulator.connections[0]?.drop(),
        b: () => connectTo(emulator, { clientId: 'ann', resume: ann.key() }),
        c: () => expect(bob.presences()).deep.equal(here),
      });
    }),
  );

  it(
    'a second drop starts the whole time anew',
    withBoth(({ emulator, ann, bob, act }) => {
      act('a 799ms b 799ms c 400ms d', {
        a: () => emulator.connections[0]?.drop(),
        b: () => {
          connectTo(emulator, { clientId: 'ann', resume: ann.key() });
          emulator.connections[1]?.drop();
        },
        c: () => expect(bob.presences()).deep.equal(here),
        d: () => expect(bob.presences()).deep.equal(gone),
      });
    }),
  );

  it(
    'RTP17g1: a client that returns on another connection is present twice until the first member has left',
    withBoth(({ emulator, bob, act }) => {
      act('a 9ms b 1s c', {
        a: () => {
          emulator.connections[0]?.forget();
          emulator.connections[0]?.drop();
        },
        b: () => {
          const again = connectTo(emulator, { clientId: 'ann' });
          again.attach('chat');
          again.present(0, 'chat', enter);
          expect(bob.presences()).deep.equal(['enter ann', 'enter ann']);
          expect(again.of('SYNC')[0]?.presence?.length).equal(1);
        },
        c: () => {
          expect(bob.presences()).deep.equal(['enter ann', 'enter ann', 'leave ann']);
          const ids = bob.of('PRESENCE').map(({ presence }) => presence?.[0]?.connectionId);
          expect(ids[2]).equal(ids[0]).not.equal(ids[1]);
        },
      });
    }),
  );

  it(
    'the client may say how long its members stay',
    withBoth(
      ({ emulator, ann, bob, act }) => {
        act('a 29ms b - c 500ms d', {
          a: () => emulator.connections[0]?.drop(),
          b: () => expect(bob.presences()).deep.equal(here),
          c: () => expect(bob.presences()).deep.equal(gone),
          d: () => {
            const again = connectTo(emulator, { clientId: 'ann', resume: ann.key() });
            expect(again.frames[0]?.connectionId).equal(ann.frames[0]?.connectionId);
          },
        });
      },
      { remainPresentFor: '30' },
    ),
  );

  const atOnce: readonly [title: string, deed: (scene: Scene) => void][] = [
    ['closes its connection', ({ ann }) => ann.send({ action: Action.close })],
    ['detaches', ({ ann }) => ann.send({ action: Action.detach, channel: 'chat' })],
    ['is detached', ({ emulator }) => emulator.connections[0]?.detach('chat')],
    ['fails on the channel', ({ emulator }) => emulator.connections[0]?.fail('chat')],
    ['breaks the protocol (RTN15j)', ({ ann }) => ann.session.receive('no frame')],
  ];
  for (const [title, deed] of atOnce)
    it(
      `a member leaves at once when its client ${title}`,
      withBoth((scene) => {
        deed(scene);
        expect(scene.bob.presences()).deep.equal(gone);
        expect(scene.bob.of('PRESENCE')[1]?.presence?.[0]?.id).match(/^[\w-]{10}:0:0$/);
      }),
    );

  it(
    'a member whose client is attached by two names leaves with the second',
    withBoth(({ ann, bob }) => {
      ann.attach('[?rewind=1]chat');
      ann.send({ action: Action.detach, channel: 'chat' });
      expect(bob.presences()).deep.equal(here);
      ann.send({ action: Action.detach, channel: '[?rewind=1]chat' });
      expect(bob.presences()).deep.equal(gone);
    }),
  );

  it(
    'a DETACH after a resume without an ATTACH removes the member',
    withBoth(({ emulator, ann, bob }) => {
      emulator.connections[0]?.drop();
      connectTo(emulator, { clientId: 'ann', resume: ann.key() }).send({
        action: Action.detach,
        channel: 'chat',
      });
      expect(bob.presences()).deep.equal(gone);
    }),
  );

  it(
    'all members of a connection leave, on all channels',
    virtually(({ scheduler, act }) => {
      const emulator = createEmulator({ scheduler, connectionStateTtl: 1000, maxIdleInterval: 0 });
      const [host, bob] = [connectTo(emulator), connectTo(emulator)];
      for (const [at, channel] of ['a', 'b'].entries()) {
        host.attach(channel);
        bob.attach(channel);
        host.present(at, channel, { ...enter, clientId: 'x' }, { ...enter, clientId: 'y' });
      }
      emulator.connections[0]?.drop();
      act('1001ms a', {
        a: () => {
          const left = bob.of('PRESENCE').slice(2);
          expect(left.map(({ channel, presence = [] }) => [channel, presence.length])).deep.equal([
            ['a', 2],
            ['b', 2],
          ]);
          emulator.dispose();
        },
      });
    }),
  );
});
