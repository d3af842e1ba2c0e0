import { expect } from 'chai';
import { firstValueFrom, type Observable, toArray } from 'rxjs';
import { membersOf, presenceHistoryOf } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { restWorld } from '../../support/rest-world.js';

const all = <T>(values$: Observable<T>): Promise<readonly T[]> => firstValueFrom(values$.pipe(toArray()));

for (const codec of codecs)
  describe(`presence without a connection, ${codec.format}`, () => {
    const world = () => {
      const made = restWorld(codec);
      made.emulator.presence('a b').enter([{ clientId: 'ann', data: { any: 1 } }, { clientId: 'bob' }]);
      return { ...made, channel: made.client.channel('a b') };
    };

    it('RSP3a, RSP3a1, RSP5: reads the members, page by page', async () => {
      const { channel, sent } = world();
      const members = await all(membersOf(channel, { limit: 1 }));
      expect(members.map(({ clientId, action, data }) => [clientId, action, data])).to.deep.equal([
        ['ann', 'present', { any: 1 }],
        ['bob', 'present', undefined],
      ]);
      expect(sent.map(({ path }) => path.split('?')[0])).to.deep.equal(
        Array.from({ length: 2 }, () => '/channels/a%20b/presence'),
      );
      expect(sent[0]?.path).to.match(/limit=1/);
    });

    it('RSP3a2, RSP3a3: reads those of a clientId, or of a connection', async () => {
      const { channel, sent } = world();
      const [bob] = await all(membersOf(channel, { clientId: 'bob' }));
      expect(bob?.clientId).to.equal('bob');
      expect(await all(membersOf(channel, { connectionId: 'none' }))).to.deep.equal([]);
      expect(sent.map(({ path }) => path.split('?')[1])).to.deep.equal(['clientId=bob', 'connectionId=none']);
    });

    it('RSP4a, RSP4b1, RSP4b2, RSP4b3: reads who came and went', async () => {
      const { channel, sent, emulator } = world();
      emulator.presence('a b').leave({ clientId: 'ann' });
      const params = { direction: 'forwards', limit: 2, start: new Date(0) } as const;
      const events = await all(presenceHistoryOf(channel, params));
      expect(events.map(({ clientId, action }) => [clientId, action])).to.deep.equal([
        ['ann', 'enter'],
        ['bob', 'enter'],
        ['ann', 'leave'],
      ]);
      expect(sent[0]?.path).to.equal('/channels/a%20b/presence/history?start=0&direction=forwards&limit=2');
    });
  });
