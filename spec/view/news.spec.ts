import { expect } from 'chai';
import { newsOf } from '../../lib/view/news.js';

describe('newsOf', () => {
  it('is the same for another object with the same data, and other for other data', () => {
    expect(newsOf({ typing: true })).to.equal(newsOf({ typing: true }));
    expect(newsOf({ typing: true })).not.to.equal(newsOf({ typing: false }));
  });

  it('is undefined where there is nothing, and nowhere else', () => {
    expect([undefined, null, ''].map(newsOf)).to.deep.equal([undefined, 'null', '""']);
  });

  it('tells bytes apart by what they are, and from all that is no bytes', () => {
    const some = Uint8Array.of(9, 1, 2);
    const alike = [
      Uint8Array.of(1, 2).buffer,
      Uint8Array.of(1, 2),
      some.subarray(1),
      new DataView(some.buffer, 1),
    ];
    expect(new Set(alike.map(newsOf)).size).to.equal(1);
    const others = [
      Uint8Array.of(1, 3).buffer,
      new ArrayBuffer(0),
      {},
      [1, 2],
      '1,2',
      'bytes 1,2',
      { 0: 1, 1: 2 },
    ];
    expect(new Set([alike[0], ...others].map(newsOf)).size).to.equal(others.length + 1);
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['itself'] = cyclic;
  const values: readonly (readonly [string, unknown])[] = [
    ['a cyclic object', cyclic],
    ['a BigInt', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('data')],
  ];
  for (const [name, value] of values)
    it(`is the value itself where that is ${name}`, () => {
      expect(newsOf(value)).to.equal(value);
    });
});
