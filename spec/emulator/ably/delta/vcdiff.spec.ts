import { decode } from '@ably/vcdiff-decoder';
import { expect } from 'chai';
import fc from 'fast-check';
import { vcdiff } from '../../../../lib/emulator/ably/delta/vcdiff.js';
import { runs } from '../../../support/runs.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOrJson = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.json(),
  fc.constant('x'.repeat(2000)),
);
const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), textOrJson.map(utf8));

/** What one makes of another by changing a little somewhere. */
const edited = fc
  .tuple(bytes, bytes, fc.nat(2000), fc.nat(100))
  .map(([source, insertion, at, removed]): [Uint8Array, Uint8Array] => [
    source,
    new Uint8Array([...source.slice(0, at), ...insertion, ...source.slice(at + removed)]),
  ]);

describe('emulator: vcdiff', () => {
  const holds = ([source, target]: [Uint8Array, Uint8Array]): void => {
    expect([...decode(vcdiff(source, target), source)]).deep.equal([...target]);
  };

  it('RFC 3284: makes deltas that the official decoder undoes, of anything and anything', () => {
    fc.assert(fc.property(fc.tuple(bytes, bytes), holds), runs(300, 1));
  });

  it('makes the target from a similar source', () => {
    fc.assert(fc.property(edited, holds), runs(300, 2));
  });

  it('makes the target from an empty or equal source', () => {
    const [empty, some] = [new Uint8Array(), utf8('some')];
    const pairs: [Uint8Array, Uint8Array][] = [
      [empty, empty],
      [empty, some],
      [some, empty],
      [some, some],
    ];
    pairs.forEach(holds);
  });

  it('a delta is small for a small change', () => {
    const text = 'some longer text '.repeat(1000);
    expect(vcdiff(utf8(`${text}a${text}`), utf8(`${text}b${text}`)).length).lessThan(40);
  });
});
