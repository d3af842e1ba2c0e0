import { expect } from 'chai';
import {
  amount,
  callable,
  countFrom,
  flag,
  having,
  identity,
  isObject,
  oneOf,
  port,
  text,
  type Validator,
  wrongIn,
} from '../../lib/options/validators.js';

describe('validators', () => {
  const table: readonly (readonly [
    name: string,
    Validator,
    good: readonly unknown[],
    bad: readonly unknown[],
  ])[] = [
    ['text', text, ['a'], ['', 1, null]],
    ['identity', identity, ['a', '\u{1f600}'], ['', 'a\ud83d', 1]],
    ['flag', flag, [true, false], [0, 'true', null]],
    ['callable', callable, [() => 1, class {}], [{}, 'f']],
    ['amount', amount, [0, 1.5, 2 ** 31 - 1], [-1, 2 ** 31, NaN, Infinity, '1']],
    ['port', port, [0, 65_535], [-1, 65_536, 1.5, '80']],
    ['countFrom(1)', countFrom(1), [1, 2, Infinity], [0, 1.5, NaN, '1', -Infinity]],
    ["having('a')", having('a'), [{ a: () => 1 }], [{ a: 1 }, {}, null, []]],
    ["oneOf(true, 'x')", oneOf(true, 'x'), [true, 'x'], [false, 'y', undefined]],
  ];
  for (const [name, [includes, kind], good, bad] of table)
    it(`${name} takes ${kind}, and nothing else`, () => {
      expect([good.map(includes), bad.map(includes)]).to.deep.equal([
        good.map(() => true),
        bad.map(() => false),
      ]);
    });

  it('isObject takes neither null nor an array', () => {
    expect([{}, null, [], 'a'].map(isObject)).to.deep.equal([true, false, false, false]);
  });
});

describe('wrongIn', () => {
  const kinds = { a: flag, b: text };
  it('names the first option that is wrong, and its valid values', () => {
    expect(wrongIn({ b: '', a: 1 }, kinds)).to.deep.equal(['a', 'true or false']);
    expect(wrongIn({ a: true, b: '' }, kinds)).to.deep.equal(['b', 'a string that is not empty']);
  });
  it('takes undefined and null for left out, and ignores other names', () => {
    expect(wrongIn({ a: undefined, b: null, c: 1 }, kinds)).to.equal(undefined);
  });
});
