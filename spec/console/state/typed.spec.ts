import { expect } from 'chai';
import { typed } from '../../../console/state/typed.js';

describe('data that are typed in the console', () => {
  const table: readonly (readonly [text: string, data: unknown])[] = [
    ['{"a":1}', { a: 1 }],
    ['[1]', [1]],
    ['"5"', '5'],
    ['5', '5'],
    ['true', 'true'],
    ['null', 'null'],
    ['hello', 'hello'],
    ['{"a":', '{"a":'],
    ['', ''],
  ];
  for (const [text, data] of table)
    it(`are ${JSON.stringify(data)} where ${text || 'nothing'} is typed`, () => {
      expect(typed(text)).to.deep.equal(data);
    });
});
