import { expect } from 'chai';
import fc from 'fast-check';
import { digitsOf } from '../../lib/codec/digits.js';
import { runs } from '../support/runs.js';

describe('digitsOf', () => {
  for (const [what, json, digits] of [
    ['the digits that a double would lose', '{"id":1795299120092952064,"a":1}', '1795299120092952064'],
    [
      'behind everything else',
      '{"a":{"id":1},"b":["id",2],"id" : 12345678901234567890 }',
      '12345678901234567890',
    ],
    ['negative ones', '{"id":-9223372036854775808}', '-9223372036854775808'],
    ['the last one, as JSON.parse does', '{"id":1,"id":2}', '2'],
    ['not what is deeper', '{"a":{"id":12345678901234567890}}', undefined],
    ['not what stands in a string', '{"a":"\\"id\\":12345678901234567890","b":"id"}', undefined],
    ['not a value of that name', '{"a":"id","b":1}', undefined],
    ['not a key that only ends so', '{"xid":1,"\\"id":2}', undefined],
    ['not a fraction', '{"id":1.5}', undefined],
    ['not a power of ten', '{"id":1e30}', undefined],
    ['not text', '{"id":"1"}', undefined],
    ['nothing where there is nothing', '{}', undefined],
    ['reads past escaped quotes and backslashes', '{"a":"\\\\\\"","b":"\\\\","id":3}', '3'],
  ] as const)
    it(what, () => {
      expect(digitsOf(json, 'id')).to.equal(digits);
    });

  it('finds the number under a key whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
        fc.bigInt(10n ** 18n, 10n ** 19n - 1n),
        fc.nat(4),
        (around, id, at) => {
          const entries = Object.entries(around)
            .filter(([key]) => key !== 'id')
            .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
          entries.splice(Math.min(at, entries.length), 0, `"id":${id}`);
          expect(digitsOf(`{${entries.join(',')}}`, 'id')).to.equal(String(id));
        },
      ),
      runs(2000, 1),
    );
  });
});
