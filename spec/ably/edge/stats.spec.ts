import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import { RealtimeClient } from '../../../lib/index.js';
import { stats } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { answerIn, restWorld } from '../../support/rest-world.js';
import { rejectionOf } from '../../support/thrown.js';

const wire = (intervalId: string) => ({
  ...{ intervalId, unit: 'hour', inProgress: '2026-03-01:13:05', appId: 'app' },
  ...{
    schema: 'https://schemas.ably.com/json/app-stats-0.0.5.json',
    entries: { 'messages.all.all.count': 7 },
  },
});

for (const codec of codecs)
  describe(`statistics, ${codec.format}`, () => {
    it('RSC6a, TS1, TS12a, TS12p, TS12c, TS12q, TS12r, TS12s, TS12t: come with the time of their span, page by page', async () => {
      const { client, sent } = restWorld(codec, {
        answering: (_, count) =>
          answerIn(
            codec,
            count === 1 ? [wire('2026-03-01:13')] : [wire('2026-03-01:12:30'), wire('2026-02')],
            {
              headers: count === 1 ? { link: '<./stats?page=2>; rel="next"' } : {},
            },
          ),
      });
      const all$ = stats(client);
      expect(sent).to.deep.equal([]);
      const found = await firstValueFrom(all$.pipe(toArray()));
      expect(found[0]).to.deep.equal({ ...wire('2026-03-01:13'), intervalTime: Date.UTC(2026, 2, 1, 13) });
      expect(found.map(({ intervalTime }) => intervalTime)).to.deep.equal([
        Date.UTC(2026, 2, 1, 13),
        Date.UTC(2026, 2, 1, 12, 30),
        Date.UTC(2026, 1),
      ]);
      expect(sent.map(({ path }) => path)).to.deep.equal(['/stats', '/stats?page=2']);
      await firstValueFrom(all$.pipe(take(1)));
      expect(sent).to.have.length(3);
    });

    it('RSC6b1, RSC6b2, RSC6b3, RSC6b4: asks for a span, an order and a unit', async () => {
      const { client, sent } = restWorld(codec);
      const params = { start: new Date(5), end: 6, direction: 'forwards', limit: 2, unit: 'day' } as const;
      const { items, isLast } = await stats(client, params).page();
      expect([items, isLast]).to.deep.equal([[], true]);
      expect(sent[0]?.path).to.equal('/stats?start=5&end=6&direction=forwards&limit=2&unit=day');
    });

    it('RTC5a, RTC5b: are told to a client with a connection, which is not opened for that', async () => {
      const { fetch, key, webSocketCtor } = restWorld(codec);
      const options = { key, endpoint: 'localhost', tls: false, codec, fetch, webSocketCtor };
      const client = new RealtimeClient({ ...options, log: () => undefined });
      expect((await stats(client, { unit: 'hour' }).page()).items).to.deep.equal([]);
      expect(client.connection.state).to.equal('initialized');
      await client.dispose();
    });

    it('RSF1, RSC6b: take the params as left out where they are null, and pass over what is no datapoint', async () => {
      const { client } = restWorld(codec, { answering: () => answerIn(codec, [null, {}, wire('2026-02')]) });
      const { items } = await stats(client, null).page();
      expect(items.map(({ intervalTime }) => intervalTime)).to.deep.equal([NaN, Date.UTC(2026, 1)]);
    });

    it('RSC6a: errors with the error of the server', async () => {
      const { client } = restWorld(codec, { key: 'app.key:wrong' });
      expect(await rejectionOf(stats(client).page())).to.include({ code: 40101 });
    });
  });
