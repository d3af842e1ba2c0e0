import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { occupancyOf } from '../../../lib/ably/folding/occupancy.js';
import { distinctSums, flagSum, multipleSums, totalSum, uniqueSums } from '../../../lib/ably/folding/sums.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { realtimeTesting } from '../../../lib/testing/index.js';
import { codecs } from '../../support/fake-ably.js';

const list = { total: 2, clientIds: ['ann', 'bob'] };
const counts = { total: 3, clientIds: { ann: 2 }, totalUnidentified: 1, totalClientIds: 1 };
const message = {
  annotations: {
    summary: {
      'r:distinct.v1': { heart: list },
      'v:unique.v1': { yes: { ...list, clipped: true } },
      'c:multiple.v1': { clap: counts },
      's:flag.v1': list,
      't:total.v1': { total: 7 },
      'x:total.v1': 'wrong',
    },
  },
};

describe('sums of annotations', () => {
  it('TM7b1, TM7b2, TM7c1: are lists of clients by name', () => {
    expect(distinctSums(message, 'r:distinct.v1')).to.deep.equal({ heart: { ...list, clipped: false } });
    expect(uniqueSums(message, 'v:unique.v1')).to.deep.equal({ yes: { ...list, clipped: true } });
  });

  it('TM7b3, TM7d1: are counts by name', () => {
    expect(multipleSums(message, 'c:multiple.v1')).to.deep.equal({ clap: { ...counts, clipped: false } });
  });

  it('TM7b4, TM7b5, TM7e1: are a list of clients, and a number', () => {
    expect(flagSum(message, 's:flag.v1')).to.deep.equal({ ...list, clipped: false });
    expect(totalSum(message, 't:total.v1')).to.equal(7);
  });

  it('TM8a1: are empty where there are none, or none that can be read', () => {
    expect(distinctSums(message, 'toString')).to.deep.equal({});
    expect(flagSum(message, 'none:flag.v1')).to.deep.equal({ total: 0, clientIds: [], clipped: false });
    expect(totalSum(message, 'x:total.v1')).to.equal(0);
  });
});

for (const codec of codecs)
  describe(`occupancyOf, ${codec.format}`, () => {
    it('CHO2a, CHM2: tells how many are there, and refuses a channel that is not told', () => {
      const scheduler = new VirtualTimeScheduler(undefined, 60_000);
      const rt = realtimeTesting({ scheduler, latency: 5 });
      const client = rt.client({ codec });
      const seen: unknown[] = [];
      const channel = client.channel('a', { params: { occupancy: 'metrics' } });
      occupancyOf(channel).subscribe(({ connections, subscribers }) => seen.push([connections, subscribers]));
      occupancyOf(client.channel('b')).subscribe({
        error: (error: unknown) => seen.push((error as ErrorInfo).code),
      });
      scheduler.schedule(() => void rt.close(), 1000);
      scheduler.flush();
      expect(seen).to.deep.equal([40000, [1, 1]]);
    });
  });
