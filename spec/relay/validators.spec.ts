import { expect } from 'chai';
import { wrongIn } from '../../lib/options/validators.js';
import { dedupeValidators, queueValidators, validators } from '../../lib/relay/validators.js';

/** Options with values at the edge of what they may be, and just beyond it. */
const edges = {
  seed: [
    [new Uint8Array(32), 'aB'.repeat(32)],
    [new Uint8Array(31), 'a'.repeat(63), 'g'.repeat(64), []],
  ],
  tokenTtl: [
    [1, 2 ** 31 - 1],
    [0, 0.9, 2 ** 31, NaN, '1'],
  ],
  detachGrace: [
    [false, 0, 1],
    [true, -1, '1'],
  ],
  publishRetries: [
    [0, 100],
    [-1, 101, 0.5, '1'],
  ],
  reconnectDelay: [
    [0, 2 ** 31 - 1],
    [-1, 2 ** 31, Infinity],
  ],
  autoConnect: [
    [true, false, 'onDemand'],
    ['ondemand', 1],
  ],
  idFormat: [['string', 'number'], [String]],
  storage: [[{ getItem: () => null, setItem: () => undefined }], [{ getItem: () => null }, 'memory']],
  scheduler: [[{ schedule: () => undefined, now: () => 0 }], [{ now: () => 0 }]],
} as const;

describe('the options of a relay client', () => {
  for (const [option, [right, wrong]] of Object.entries(edges))
    it(`${option}: takes values up to its edge, and names the option with those beyond it`, () => {
      for (const value of [...right, undefined, null])
        expect(wrongIn({ [option]: value }, validators), String(value)).to.equal(undefined);
      for (const value of wrong)
        expect(wrongIn({ [option]: value }, validators)?.[0], String(value)).to.equal(option);
    });

  it('the text about publishRetries, detachGrace and seed says what each may be', () => {
    expect([validators.publishRetries[1], validators.detachGrace[1], validators.seed[1]]).to.deep.equal([
      'a whole number from 0 to 100',
      'a number from 0 to 2147483647, or false',
      '32 bytes, or 64 hexadecimal digits',
    ]);
  });

  it('dedupe keeps at least one id for at least 1 ms; a queue may have no room, or all there is', () => {
    expect(wrongIn({ ttl: 1, count: 1 }, dedupeValidators)).to.equal(undefined);
    expect(wrongIn({ ttl: 0 }, dedupeValidators)?.[0]).to.equal('ttl');
    expect(wrongIn({ count: 0 }, dedupeValidators)?.[0]).to.equal('count');
    expect(wrongIn({ maxMessages: 0, maxBytes: Infinity }, queueValidators)).to.equal(undefined);
    expect(wrongIn({ maxMessages: 0.5 }, queueValidators)?.[0]).to.equal('maxMessages');
    expect(wrongIn({ maxBytes: -1 }, queueValidators)?.[0]).to.equal('maxBytes');
  });
});
