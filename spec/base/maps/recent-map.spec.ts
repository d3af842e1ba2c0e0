import { expect } from 'chai';
import { RecentMap } from '../../../lib/base/maps/recent-map.js';

describe('Recent', () => {
  it('remembers at least as many as it is told to, and at most twice as many', () => {
    const recent = new RecentMap<number, number>(100);
    for (let key = 0; key < 100_000; key += 1) {
      recent.set(key, -key);
      if (key % 997 === 0 && key > 200)
        for (let back = 0; back < 100; back += 1) expect(recent.get(key - back)).to.equal(back - key);
    }
    const remembered = Array.from({ length: 100_000 }, (_, key) => recent.get(key)).filter(
      (value) => value !== undefined,
    );
    expect(remembered.length).to.be.within(100, 200);
  });

  it('has the value that was set last', () => {
    const recent = new RecentMap<string, number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.set('a', 3);
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).to.deep.equal([3, 2, undefined]);
  });
});
