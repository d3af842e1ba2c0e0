import { expect } from 'chai';
import { inspect } from 'node:util';
import { reactive } from 'vue';
import { MapView } from '../../../lib/base/maps/map-view.js';

function build() {
  const source = new Map([
    ['a', { face: 1 }],
    ['b', { face: 2 }],
  ]);
  let selected = 0;
  const view = new MapView(source, ({ face }) => {
    selected += 1;
    return face;
  });
  return { source, view, selected: () => selected };
}

describe('MapView', () => {
  it('prints, and is made JSON of, as the list of its values, and is left as it is by Vue', () => {
    const { view } = build();
    expect([inspect(view), JSON.stringify({ view })]).to.deep.equal(['MapView [ 1, 2 ]', '{"view":[1,2]}']);
    expect([reactive({ view }).view.size, reactive({ view }).view.get('b')]).to.deep.equal([2, 2]);
  });

  it('answers a look-up as it is at the moment, and selects nothing but what is looked up', () => {
    const { source, view, selected } = build();
    expect([view.size, view.has('a'), view.get('a'), selected()]).to.deep.equal([2, true, 1, 1]);
    source.delete('a');
    source.set('c', { face: 3 });
    expect([view.size, view.has('a'), view.get('a')]).to.deep.equal([2, false, undefined]);
    expect([view.get('c'), selected()]).to.deep.equal([3, 2]);
  });

  it('is walked through by entries, keys, values and forEach, as a Map is', () => {
    const { source, view } = build();
    const entries = [
      ['a', 1],
      ['b', 2],
    ];
    const given: unknown[] = [];
    const asThis = {};
    view.forEach(function (this: unknown, value, key, map) {
      given.push([key, value, map === view, this === asThis]);
    }, asThis);
    expect([[...view], [...view.entries()]]).to.deep.equal([entries, entries]);
    expect([[...view.keys()], [...view.values()]]).to.deep.equal([
      ['a', 'b'],
      [1, 2],
    ]);
    expect(given).to.deep.equal([
      ['a', 1, true, true],
      ['b', 2, true, true],
    ]);
    expect(new Map(view)).to.deep.equal(new Map(entries as [string, number][]));
    expect(source.size).to.equal(2);
  });

  it('walks through what was there when the walk began', () => {
    const { source, view } = build();
    const seen: unknown[] = [];
    for (const [key, value] of view) {
      seen.push([key, value]);
      source.delete(key);
      source.set(key, { face: value + 10 });
    }
    expect(seen).to.deep.equal([
      ['a', 1],
      ['b', 2],
    ]);
    expect([...view.values()]).to.deep.equal([11, 12]);
  });
});
