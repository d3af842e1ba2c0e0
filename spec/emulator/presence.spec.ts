import { expect } from 'chai';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { bearer } from './fake-http.js';
import type { Named } from '../support/heard.js';

const enter = { action: 2 };
const leave = { action: 3 };
const update = { action: 4 };
const idOf = ({ frames }: FakeClient): string => frames[0]?.connectionId ?? '';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: presence, ${format}`, () => {
    let emulator: Emulator;
    let ann: FakeClient;
    let bob: FakeClient;
    const connect = (clientId?: string, more: object = {}): FakeClient =>
      connectTo(emulator, { format, clientId, ...more });
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      ann = connect('ann');
      bob = connect('bob');
      ann.attach('chat');
      bob.attach('chat');
    });
    afterEach(() => emulator.dispose());
    const heard = (client: FakeClient): Named | undefined => client.of('PRESENCE').at(-1);

    describe('presence frames', () => {
      it('RTP8, RTP8c: enters under the name of the connection, and is acknowledged', () => {
        expect(ann.present(0, 'chat', { ...enter, data: 'hello', encoding: 'utf-8' })).deep.equal({
          action: 'ACK',
          msgSerial: 0,
          count: 1,
          res: [{ serials: [] }],
        });
        const frame = heard(bob);
        expect(frame).deep.equal({
          action: 'PRESENCE',
          id: `${idOf(ann)}:0`,
          connectionId: idOf(ann),
          channel: 'chat',
          channelSerial: frame?.channelSerial,
          timestamp: frame?.timestamp,
          presence: [
            {
              id: `${idOf(ann)}:0:0`,
              action: 2,
              clientId: 'ann',
              connectionId: idOf(ann),
              timestamp: frame?.timestamp,
              data: 'hello',
              encoding: 'utf-8',
            },
          ],
        });
      });

      it('RTP9, RTP10: updates and leaves; a leave without data has what was there before (RTP8e)', () => {
        ann.present(0, 'chat', enter);
        ann.present(1, 'chat', { ...update, data: 'there', extras: { headers: { a: 'b' } } });
        ann.present(2, 'chat', leave);
        expect(bob.presences()).deep.equal(['enter ann', 'update ann', 'leave ann']);
        expect(heard(bob)?.presence?.[0]).deep.include({
          id: `${idOf(ann)}:2:0`,
          data: 'there',
          extras: { headers: { a: 'b' } },
        });
      });

      it('RTP10a: a leave with data of its own keeps it', () => {
        ann.present(0, 'chat', { ...enter, data: 'in' });
        ann.present(1, 'chat', { ...leave, data: 'out' });
        expect(heard(bob)?.presence?.[0]?.data).equal('out');
      });

      it('RTP10a: a leave may have an object or an array as data, which others get as JSON', () => {
        for (const [at, data] of [{ why: 'late' }, [1]].entries()) {
          ann.present(2 * at, 'chat', enter);
          expect(ann.present(2 * at + 1, 'chat', { ...leave, data })?.action).equal('ACK');
          expect(heard(bob)?.presence?.[0]).include({ data: JSON.stringify(data), encoding: 'json' });
        }
        expect(ann.present(4, 'chat', { ...leave, data: 7 })?.error?.code).equal(40013);
      });

      it('RTP9b: an ENTER of a present member is an UPDATE, an UPDATE of an absent one is an ENTER', () => {
        for (const [at, deed] of [update, enter].entries()) ann.present(at, 'chat', deed);
        expect(bob.presences()).deep.equal(['enter ann', 'update ann']);
      });

      it('RTP10d: acknowledges the LEAVE of an absent member, and sends no event', () => {
        expect(ann.present(0, 'chat', leave)?.action).equal('ACK');
        expect(bob.presences()).deep.equal([]);
      });

      it('RTP14, RTP15: enters other clients by a connection with a wildcard, several in a frame', () => {
        const any = connect();
        any.attach('chat');
        any.present(0, 'chat', ...['cat', 'dan'].map((clientId) => ({ ...enter, clientId })));
        expect(heard(bob)?.presence?.map(({ id, clientId }) => [id, clientId])).deep.equal([
          [`${idOf(any)}:0:0`, 'cat'],
          [`${idOf(any)}:0:1`, 'dan'],
        ]);
      });

      it('RTP17g: an ENTER repeated with its id changes nothing, and sends no event', () => {
        ann.present(0, 'chat', enter);
        const id = `${idOf(ann)}:0:0`;
        expect(ann.present(1, 'chat', { ...enter, id })?.action).equal('ACK');
        expect(bob.presences()).deep.equal(['enter ann']);
        ann.present(2, 'chat', leave);
        ann.present(3, 'chat', { ...enter, id });
        expect(bob.presences()).deep.equal(['enter ann', 'leave ann', 'enter ann']);
        expect(heard(bob)?.presence?.[0]?.id).equal(id);
      });

      it('RTN19a2: a frame sent again under its msgSerial is performed once', () => {
        for (let again = 0; again < 2; again += 1) expect(ann.present(0, 'chat', enter)?.action).equal('ACK');
        expect(bob.presences()).deep.equal(['enter ann']);
      });

      it('counts the same name on two connections as two members', () => {
        const other = connect('ann');
        other.attach('chat');
        ann.present(0, 'chat', enter);
        other.present(0, 'chat', enter);
        ann.present(1, 'chat', leave);
        expect(bob.presences()).deep.equal(['enter ann', 'enter ann', 'leave ann']);
        expect(connect().attach('chat')?.flags).satisfy((flags: number) => hasFlag(flags, Flag.hasPresence));
      });

      it('carries bytes between the formats', () => {
        const other = connectTo(emulator, { format: format === 'json' ? 'msgpack' : 'json' });
        other.attach('chat');
        const data =
          format === 'json' ? { data: 'AQI=', encoding: 'base64' } : { data: new Uint8Array([1, 2]) };
        ann.present(0, 'chat', { ...enter, ...data });
        expect(heard(other)?.presence?.[0]?.data).deep.equal(
          format === 'json' ? new Uint8Array([1, 2]) : 'AQI=',
        );
      });
    });

    describe('what is refused', () => {
      const codes = (client: FakeClient, channel: string, ...presence: object[]): unknown[] => {
        const { action, error } = client.present(0, channel, ...presence) ?? {};
        return [action, error?.code];
      };
      const bearing = (operations: string[], clientId?: string): FakeClient =>
        connectTo(
          emulator,
          { format, key: undefined },
          bearer(
            emulator.issueToken({ capability: { chat: operations }, ...(clientId && { clientId }) }).token,
          ),
        );

      const cases: readonly [title: string, presence: object[], code: number][] = [
        ['another name than the connection has (RTP15f)', [{ ...enter, clientId: 'bob' }], 40012],
        ['an action that is not for clients', [{ action: 1 }], 40030],
        ['no action', [{}], 40030],
        ['nothing', [], 40030],
        ['what is no object', [[]], 40030],
        ['data that is neither text nor bytes', [{ ...enter, data: { a: 1 } }], 40013],
        ['too much of it (TP5)', [{ ...enter, data: 'x'.repeat(70_000) }], 40009],
      ];
      for (const [title, presence, code] of cases)
        it(`${title}: ${code}`, () => {
          expect(codes(ann, 'chat', ...presence)).deep.equal(['NACK', code]);
          expect(ann.present(1, 'chat', enter)?.action).equal('ACK');
          expect(bob.presences()).deep.equal(['enter ann']);
        });

      it('91001 where the channel is not attached', () => {
        expect(codes(ann, 'other', enter)).deep.equal(['NACK', 91001]);
      });

      it('RTP8h: 40160 without the capability, 40165 without the mode', () => {
        const listener = bearing(['subscribe'], 'cat');
        listener.attach('chat');
        expect(codes(listener, 'chat', enter)).deep.equal(['NACK', 40160]);
        bob.attach('chat', { flags: Flag.presenceSubscribe });
        expect(codes(bob, 'chat', enter)).deep.equal(['NACK', 40165]);
      });

      it('RTP8i: 91000 to a wildcard connection without a clientId in the message, and to an anonymous one', () => {
        const any = connect();
        const nobody = bearing(['*']);
        for (const client of [any, nobody]) {
          client.attach('chat');
          expect(codes(client, 'chat', enter)).deep.equal(['NACK', 91000]);
        }
        expect(nobody.present(1, 'chat', { ...enter, clientId: 'cat' })?.error?.code).equal(40012);
        expect(any.present(1, 'chat', { ...enter, clientId: '*' })?.error?.code).equal(40012);
      });

      it('40000 on a derived channel', () => {
        const name = `[filter=${btoa('name')}]chat`;
        ann.attach(name);
        expect(codes(ann, name, enter)).deep.equal(['NACK', 40000]);
      });
    });

    describe('the receivers of a presence event', () => {
      it('RTP17a: a presence event is sent to its own member, without echo and without PRESENCE_SUBSCRIBE', () => {
        const quiet = connect('cat', { echo: 'false' });
        quiet.attach('chat', { flags: Flag.presence });
        quiet.present(0, 'chat', enter);
        ann.present(0, 'chat', enter);
        expect(quiet.presences()).deep.equal(['enter cat']);
        expect(ann.presences()).deep.equal(['enter cat', 'enter ann']);
      });

      it('a presence event is not sent to an attachment without the mode PRESENCE_SUBSCRIBE', () => {
        bob.attach('chat', { flags: Flag.subscribe });
        ann.present(0, 'chat', enter);
        expect(bob.presences()).deep.equal([]);
      });

      it('RTL4c1: a resumed connection receives the presence events and messages that it missed, in their order', () => {
        const [, connection] = emulator.connections;
        const { channelSerial = '' } = bob.of('ATTACHED')[0] ?? {};
        connection?.drop();
        ann.present(0, 'chat', enter);
        ann.publish(1, 'chat', { data: 'x' });
        ann.present(2, 'chat', leave);
        const again = connect('bob', { resume: bob.key() });
        const attached = again.attach('chat', { channelSerial });
        for (const flag of [Flag.resumed, Flag.hasBacklog])
          expect(hasFlag(attached?.flags, flag)).equal(true);
        expect(again.frames.slice(2).map(({ action }) => action)).deep.equal([
          ...['PRESENCE', 'MESSAGE', 'PRESENCE'],
        ]);
        expect(heard(again)?.channelSerial).equal(heard(ann)?.channelSerial);
      });

      it('loses no messages by much coming and going', () => {
        const small = createEmulator({ history: { messages: 5 } });
        const client = connectTo(small, { clientId: 'ann' });
        const { channelSerial = '' } = client.attach('chat') ?? {};
        client.publish(0, 'chat', { data: 'x' });
        for (let at = 0; at < 10; at += 1) client.present(1 + at, 'chat', at % 2 === 0 ? enter : leave);
        small.connections[0]?.drop();
        const again = connectTo(small, { clientId: 'ann', resume: client.key() });
        expect(hasFlag(again.attach('chat', { channelSerial })?.flags, Flag.resumed)).equal(true);
        expect(again.data()).deep.equal(['x']);
        small.dispose();
      });
    });
  });
}
