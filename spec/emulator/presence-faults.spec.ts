import { expect } from 'chai';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type EmulatedConnection, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';

const enter = { action: 2 };

for (const format of ['json', 'msgpack']) {
  describe(`emulator: faults of presence, ${format}`, () => {
    let emulator: Emulator;
    let ann: FakeClient;
    let connection: EmulatedConnection;
    beforeEach(() => {
      emulator = createEmulator({ random: steps(), syncPageSize: 2 });
      emulator.presence('chat').enter(['a', 'b', 'c', 'd', 'e'].map((clientId) => ({ clientId })));
      ann = connectTo(emulator, { format, clientId: 'ann' });
      const [live] = emulator.connections;
      if (!live) throw new Error('The client was not let in.');
      connection = live;
    });
    afterEach(() => emulator.dispose());
    const pages = (): string[] =>
      ann
        .of('SYNC')
        .map(
          ({ channelSerial = '-', presence = [] }) =>
            `${presence.map(({ clientId }) => clientId).join('')}${channelSerial.replace(/^[^:]*/, '')}`,
        );

    it('holds the pages of a sync back before it begins, and sends them one by one', () => {
      connection.holdSync('chat');
      expect(hasFlag(ann.attach('chat')?.flags, Flag.hasPresence)).equal(true);
      expect(pages()).deep.equal([]);
      expect(connection.releaseSync('chat')).equal(2);
      expect(pages()).deep.equal(['ab:members:2']);
      expect(connection.releaseSync('chat', 2)).equal(0);
      expect(pages()).deep.equal(['ab:members:2', 'cd:members:4', 'e:']);
    });

    it('RTP2c: lets changes come between the pages, which say what is so when they leave', () => {
      connection.holdSync('chat');
      ann.attach('chat');
      connection.releaseSync('chat');
      const presence = emulator.presence('chat');
      presence.leave({ clientId: 'a' });
      presence.leave({ clientId: 'c' });
      presence.update({ clientId: 'd', data: 'new' });
      presence.enter({ clientId: 'f' });
      connection.holdSync('chat', false);
      expect(ann.presences()).deep.equal(['leave a', 'leave c', 'update d', 'enter f']);
      expect(pages()).deep.equal(['ab:members:2', 'd:members:4', 'e:']);
      expect(ann.of('SYNC')[1]?.presence?.[0]).include({ data: 'new', action: 1 });
      ann.attach('chat');
      expect(pages().slice(3)).deep.equal(['bd:members:2', 'ef:']);
    });

    it('RTP18a: throws the rest of a held sync away when another begins', () => {
      connection.holdSync('chat');
      ann.attach('chat');
      connection.releaseSync('chat');
      connection.sync('chat', { syncPageSize: 4 });
      connection.holdSync('chat', false);
      expect(pages()).deep.equal(['ab:members:2', 'abcd:members:4', 'e:']);
    });

    it('RTP19: names those who came before the first page of a held sync that no ATTACHED has announced', () => {
      ann.attach('chat');
      const before = pages().length;
      connection.holdSync('chat');
      connection.sync('chat', { syncPageSize: 3 });
      emulator.presence('chat').enter({ clientId: 'f' });
      connection.releaseSync('chat');
      emulator.presence('chat').enter({ clientId: 'g' });
      connection.holdSync('chat', false);
      expect(pages().slice(before)).deep.equal(['abc:members:3', 'def:']);
    });

    it('RTP18: syncs when it is told to, in pages of any size, or in one frame without a serial (RTP18c)', () => {
      ann.attach('chat');
      const before = pages().length;
      connection.sync('chat', { syncPageSize: 5 });
      connection.sync('chat', { whole: true });
      expect(pages().slice(before)).deep.equal(['abcde:', 'abcde']);
      expect(ann.last()).not.property('channelSerial');
    });

    it('syncs without members: one page, which is empty', () => {
      ann.attach('empty');
      connection.sync('empty');
      expect(ann.last()).deep.include({ action: 'SYNC', channel: 'empty', presence: [] });
      expect(pages()).deep.equal([':']);
    });

    it('throws a TypeError where the channel is not attached', () => {
      for (const deed of [() => connection.sync('none'), () => connection.releaseSync('none')])
        expect(deed).throw(TypeError, /not attached to none/);
    });

    it('RTL12: says ATTACHED again with HAS_PRESENCE and a sync as members there are, or as it is told', () => {
      ann.attach('chat');
      ann.attach('empty');
      const again = (channel: string, presence?: boolean): unknown[] => {
        const before = ann.frames.length;
        connection.reattach(channel, presence === undefined ? {} : { presence });
        const [attached, ...syncs] = ann.frames.slice(before);
        return [hasFlag(attached?.flags, Flag.hasPresence), syncs.length];
      };
      expect(again('chat')).deep.equal([true, 3]);
      expect(again('chat', false)).deep.equal([false, 0]);
      expect(again('empty')).deep.equal([false, 0]);
      expect(again('empty', true)).deep.equal([true, 1]);
    });

    it('ignorePresence() leaves the next PRESENCE undone and unanswered, and serves the one after it', () => {
      ann.attach('chat');
      connection.ignorePresence();
      expect(ann.present(0, 'chat', enter)).equal(undefined);
      expect(ann.present(1, 'chat', enter)?.action).equal('ACK');
      expect(ann.presences()).deep.equal(['enter ann']);
    });

    it('RTN19a: performs an ignored PRESENCE frame when it is sent again', () => {
      ann.attach('chat');
      connection.ignorePresence();
      ann.present(0, 'chat', enter);
      connection.drop();
      const again = connectTo(emulator, { format, clientId: 'ann', resume: ann.key() });
      again.attach('chat');
      expect(again.present(0, 'chat', enter)?.action).equal('ACK');
      expect(again.presences()).deep.equal(['enter ann']);
    });

    it('RTP17e: refuses the next one as it refuses a publish, and takes the one after', () => {
      ann.attach('chat');
      connection.nack({ code: 40160, statusCode: 401, message: 'no' });
      expect(ann.present(0, 'chat', enter)?.error?.code).equal(40160);
      expect(ann.presences()).deep.equal([]);
      expect(ann.present(1, 'chat', enter)?.action).equal('ACK');
    });

    it('holds the answers back, and delivers', () => {
      ann.attach('chat');
      connection.holdAcks(true);
      expect(ann.present(0, 'chat', enter)).equal(undefined);
      expect(ann.presences()).deep.equal(['enter ann']);
      connection.holdAcks(false);
      expect(ann.last()).include({ action: 'ACK', msgSerial: 0 });
    });
  });
}
