import { expect } from 'chai';
import {
  amount,
  callable,
  countFrom,
  flag,
  having,
  type Validator,
  oneOf,
  port,
  text,
} from '../../lib/options/validators.js';
import { check } from '../../lib/ably/check-options.js';
import { ErrorInfo } from '../../lib/ably/wire/error-info.js';

/** What is said against the options; `undefined` where they are right. */
const refusal = (options: unknown, kind: Validator): string | undefined => {
  try {
    check(options, { size: kind });
  } catch (error) {
    expect(error).to.be.instanceOf(ErrorInfo).and.to.have.property('code', 40000);
    return (error as ErrorInfo).message;
  }
  return undefined;
};

describe('the kinds of options', () => {
  const cases: readonly (readonly [
    what: string,
    kind: Validator,
    right: readonly unknown[],
    wrong: readonly unknown[],
  ])[] = [
    ['a string that is not empty', text, ['a', ' '], ['', 1, {}]],
    ['true or false', flag, [true, false], ['true', 0]],
    ['a function', callable, [() => 1, Date], ['f', {}]],
    ['a number from 0 to 2147483647', amount, [0, 0.5, 2 ** 31 - 1], [-1, NaN, Infinity, 2 ** 31, '1']],
    ['a whole number from 0 to 65535', port, [0, 443, 65_535], [0.5, -1, 65_536, '80']],
    ['a whole number from 1 on, or Infinity', countFrom(1), [1, 7, Infinity], [0, 1.5, -Infinity, NaN, '1']],
    [
      'an object, with a(), with b()',
      having('a', 'b'),
      [{ a: Date, b: Date, c: 1 }],
      [{ a: Date }, Date, 'ab'],
    ],
    ['an object', having(), [{}, new Date(0)], [[], 'a']],
    ["true or 'a'", oneOf(true, 'a'), [true, 'a'], [false, 'b', ['a']]],
    ["true, false or 'a'", oneOf(true, false, 'a'), [false, 'a'], [0, 'b']],
  ];
  for (const [name, kind, right, wrong] of cases)
    it(name, () => {
      const refused = `The option "size" has to be ${name}.`;
      expect(right.map((size) => refusal({ size }, kind))).to.deep.equal(right.map(() => undefined));
      expect(wrong.map((size) => refusal({ size }, kind))).to.deep.equal(wrong.map(() => refused));
    });

  it('what is undefined or null is left out, like what is not there', () => {
    for (const options of [{}, { size: undefined }, { size: null }])
      expect(refusal(options, flag)).to.equal(undefined);
  });

  it('the options are an object themselves', () => {
    for (const options of [null, undefined, 'size', [], 7])
      expect(refusal(options, flag)).to.equal('The option "options" has to be an object.');
  });
});
