import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { ProtocolMessage, WireMessage } from '../../../lib/ably/wire/frames.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';

const [, present, , leave] = [0, 1, 2, 3];
const member = (action: number, clientId: string, id = `other:0:0`): WireMessage => ({
  action,
  clientId,
  id,
  connectionId: 'other',
  timestamp: 1,
});
const said = (
  { server }: FakeAbly,
  presence: readonly WireMessage[],
  more: Partial<ProtocolMessage> = {},
): void => {
  server.say({ action: Action.presence, channel: 'a', presence, ...more });
};

for (const codec of codecs)
  describe(`the presence of a channel, ${codec.format}`, () => {
    const lives = (script: (fake: FakeAbly) => void, options = {}): (() => void) =>
      life(codec, { until: 100, clientId: 'me', ...options }, script);

    it(
      'RTP1, RTP2d2, RTP18b: shows who is present once the sync is complete, then each change at once',
      lives((fake) => {
        const { presence } = fake.client.channel('a');
        const sizes: number[] = [];
        const synced: boolean[] = [];
        const events: string[] = [];
        presence.members$.subscribe((members) => sizes.push(members.size));
        presence.synced$.subscribe((now) => synced.push(now));
        presence.events$.subscribe(({ action, clientId }) => events.push(`${action} ${clientId ?? ''}`));
        fake.at(1, () => {
          fake.server.welcome();
          fake.server.attached('a', { flags: Flag.hasPresence });
          const sync = { action: Action.sync, channelSerial: 'seq:cursor' };
          said(fake, [member(present, 'ann'), member(present, 'bob')], sync);
          expect(sizes).to.deep.equal([0]);
          said(fake, [member(present, 'cyd')], { ...sync, channelSerial: 'seq:' });
          expect(sizes).to.deep.equal([0, 3]);
          said(fake, [member(leave, 'bob', 'other:1:0')]);
          expect(sizes).to.deep.equal([0, 3, 2]);
          expect(presence.members.get('other:ann')).to.include({ action: 'present', clientId: 'ann' });
          expect(synced).to.deep.equal([false, true]);
          expect(events).to.deep.equal(['present ann', 'present bob', 'present cyd', 'leave bob']);
        });
      }),
    );

    it(
      'RTP8c, RTP16b, RTP17i, RTP17g1: enters when the channel is attached, and again on another connection, without the id',
      lives((fake) => {
        const { presence } = fake.client.channel('a');
        presence.enter({ at: 'home' }).catch(ignore);
        fake.at(1, () => {
          fake.server.welcome();
          expect(fake.server.heard().map(({ action }) => action)).to.deep.equal(['ATTACH']);
          fake.server.attached('a');
          const [, asked] = fake.server.heard();
          expect(asked).to.deep.equal({
            action: 'PRESENCE',
            channel: 'a',
            msgSerial: 0,
            presence: [{ action: 'enter', data: '{"at":"home"}', encoding: 'json' }],
          });
          fake.server.say({ action: Action.ack, msgSerial: 0, count: 1 });
        });
        fake.at(2, () => {
          fake.server.drop();
        });
        fake.at(3, () => {
          fake.server.welcome('id-2');
          fake.server.attached('a');
          expect(fake.server.heard().at(-1)).to.deep.include({
            msgSerial: 0,
            presence: [{ action: 'enter', clientId: 'me', data: '{"at":"home"}', encoding: 'json' }],
          });
        });
      }),
    );

    it(
      'holds a member: enters, updates with the latest, tells of a loss, enters again by itself, leaves',
      lives((fake) => {
        const standings: string[] = [];
        const holding = fake.client
          .channel('a')
          .presence.hold()
          .subscribe((standing) => standings.push(standing));
        const ack = (msgSerial: number): void => {
          fake.server.say({ action: Action.ack, msgSerial, count: 1 });
        };
        fake.at(1, () => {
          fake.server.welcome();
          fake.server.attached('a');
          ack(0);
        });
        fake.at(2, () => {
          expect(standings).to.deep.equal(['entering', 'present']);
          fake.server.drop();
          expect(standings.slice(2)).to.deep.equal(['lost']);
        });
        fake.at(3, () => {
          fake.server.welcome('id-2');
          fake.server.attached('a');
          expect(fake.server.heard().slice(1)).to.have.length(1);
          ack(0);
        });
        fake.at(4, () => {
          expect(standings.slice(3)).to.deep.equal(['entering', 'present']);
          holding.unsubscribe();
          expect(fake.server.heard().at(-1)?.presence).to.deep.equal([{ action: 'leave' }]);
        });
      }),
    );

    it(
      'RTP9d: updates',
      lives((fake) => {
        const { presence } = fake.client.channel('a');
        presence.update('x').catch(ignore);
        fake.at(1, () => {
          fake.server.welcome();
          fake.server.attached('a');
          expect(fake.server.heard().at(-1)?.presence).to.deep.equal([{ action: 'update', data: 'x' }]);
        });
      }),
    );
  });
