import { expect } from 'chai';
import { keyOf, noPlots, plotsAt, plotted, rateOf } from '../../../console/state/plots.js';
import { noRates, ratesAt } from '../../../console/state/rates.js';
import { stormAt, stormOf, watched, wordsOf } from '../../../console/state/storm.js';
import { channelOf, connectionOf } from '../../support/admin.js';

describe('rates of connections', () => {
  const at = (ms: number, framesIn: number) =>
    [ms, [connectionOf('one', { framesIn, framesOut: 2 * framesIn })]] as const;

  it('are differences over at least 0.9 seconds, whatever states come between', () => {
    const first = ratesAt(noRates, ...at(1000, 500));
    expect([...first.perSecond]).to.deep.equal([]);
    expect(ratesAt(first, ...at(1500, 600))).to.equal(first);
    expect(ratesAt(first, ...at(3000, 600)).perSecond.get('one')).to.deep.equal({ in: 50, out: 100 });
  });

  it('count a connection that is new from nothing, and forget one that is gone', () => {
    const rates = ratesAt(ratesAt(noRates, ...at(0, 5)), 1000, [connectionOf('two', { framesIn: 7 })]);
    expect([...rates.perSecond]).to.deep.equal([['two', { in: 7, out: 0 }]]);
  });

  it('begin anew when the clock or the counters go back', () => {
    const first = ratesAt(noRates, ...at(5000, 500));
    expect([...ratesAt(first, ...at(1000, 1)).perSecond]).to.deep.equal([]);
    expect(ratesAt(first, ...at(6000, 1)).perSecond.get('one')).to.deep.equal({ in: 0, out: 0 });
  });
});

describe('the plot of a channel', () => {
  const of = (...steps: readonly (readonly [ms: number, published: number])[]) =>
    steps
      .reduce((plots, [ms, published]) => plotsAt(plots, ms, [channelOf('lobby', published)]), noPlots)
      .of.get(keyOf(channelOf('lobby', 0)))?.seconds;

  it('has the messages of each second, those that nothing came in included', () => {
    expect(of([1000, 100], [1500, 103], [2000, 104], [5100, 110])).to.deep.equal([3, 1, 0, 0, 6]);
  });

  it('counts from nothing where the channel is new, and after the server has begun anew', () => {
    const plots = plotsAt(plotsAt(noPlots, 1000, []), 2000, [channelOf('lobby', 4)]);
    expect(plots.of.get('app lobby')?.seconds).to.deep.equal([4]);
    expect(of([1000, 100], [2000, 2])).to.deep.equal([0, 2]);
  });

  it('is bounded, also after a long pause', () => {
    expect(of([0, 0], [1e9, 5])).to.deep.equal([...Array.from({ length: plotted - 1 }, () => 0), 5]);
  });

  it('has a rate, over the last five whole seconds', () => {
    expect(rateOf(undefined)).to.equal(0);
    expect(rateOf({ published: 0, seconds: [100, 1, 2, 3, 4, 5, 50] })).to.equal(3);
  });
});

describe('what is said of a storm', () => {
  const said = (before: number, ...counts: readonly (readonly [at: number, count: number])[]): string =>
    wordsOf(counts.reduce((storm, [at, count]) => stormAt(storm, at, count), stormOf('ably', before)));

  it('counts those that are back, and has words of its own for one', () => {
    expect(said(3)).to.equal('Dropping 3 connections.');
    expect(said(3, [0, 0], [10, 1])).to.equal('1 of 3 is back.');
    expect(said(3, [0, 0], [10, 2])).to.equal('2 of 3 are back.');
    expect(said(3, [0, 0], [1500, 3])).to.equal('All 3 were back after 1.5 s.');
    expect(said(1)).to.equal('Dropping the one connection.');
    expect(said(1, [0, 0], [1500, 1])).to.equal('The one connection was back after 1.5 s.');
  });
});

describe('a storm', () => {
  const after = (...counts: readonly (readonly [at: number, count: number])[]) =>
    counts.reduce((storm, [at, count]) => stormAt(storm, at, count), stormOf('ably', 3));

  it('tells when as many are back as were there before', () => {
    const storm = after([1000, 3], [1500, 0], [2000, 2], [2500, 3]);
    expect([storm.back, storm.hasDipped]).to.deep.equal([1500, true]);
    expect(storm.counts.map(({ count }) => count)).to.deep.equal([3, 0, 2, 3]);
  });

  it('does not take those who are still there for those who are back', () => {
    expect(after([1000, 3]).back).to.equal(undefined);
  });

  it('ends two seconds after the last is back, or after a minute', () => {
    const back = after([0, 0], [500, 3]);
    expect(stormAt(back, 2501, 3)).to.equal(back);
    const long = after([0, 0]);
    expect(stormAt(long, watched + 1, 1)).to.equal(long);
  });
});
