import { expect } from 'chai';
import { isNewer, isSynthesized, type Stamped } from '../../../lib/ably/presence/newness.js';

const connectionId = 'conn';
const said = (id: string, timestamp = 0): Stamped => ({ id, connectionId, timestamp });

describe('newness', () => {
  const orders: readonly (readonly [title: string, incoming: Stamped, known: Stamped, newer: boolean])[] = [
    ['RTP2b2: goes by the msgSerial', said('conn:2:0'), said('conn:1:0'), true],
    ['RTP2b2: goes by the msgSerial, not by the time', said('conn:2:0', 1), said('conn:1:0', 9), true],
    ['RTP2b2: is not in an older msgSerial', said('conn:1:9', 9), said('conn:2:0', 1), false],
    ['RTP2b2: compares numbers, not text', said('conn:10:0'), said('conn:9:0'), true],
    ['RTP2b2: compares numbers, not text, the other way', said('conn:9:0'), said('conn:10:0'), false],
    ['RTP2b2: goes by the index where the msgSerial is the same', said('conn:1:10'), said('conn:1:9'), true],
    ['RTP2b2: is not in an older index', said('conn:1:9'), said('conn:1:10'), false],
    ['RTP2b2, RTP5f: is not in the very same message', said('conn:1:1', 9), said('conn:1:1', 1), false],
    [
      'RTP2b1: goes by the time where the incoming one is synthesized',
      said('other:0:0', 2),
      said('conn:9:9', 1),
      true,
    ],
    ['RTP2b1: is not in an older synthesized one', said('other:9:9', 1), said('conn:0:0', 2), false],
    [
      'RTP2b1: goes by the time where the known one is synthesized',
      said('conn:0:0', 2),
      said('other:9:9', 1),
      true,
    ],
    [
      'RTP2b1: is not in what is older than a synthesized one',
      said('conn:9:9', 1),
      said('other:0:0', 2),
      false,
    ],
  ];
  for (const [title, incoming, known, newer] of orders)
    it(title, () => {
      expect(isNewer(incoming, known)).to.equal(newer);
    });

  it('RTP2b1a: goes to the incoming one at the same time, whichever is synthesized', () => {
    const [published, synthesized] = [said('conn:9:9', 1), said('other:0:0', 1)];
    expect(isNewer(synthesized, published)).to.equal(true);
    expect(isNewer(published, synthesized)).to.equal(true);
    expect(isNewer(synthesized, synthesized)).to.equal(true);
  });

  it('RTP2b1: takes what has no time for the oldest', () => {
    const untimed = { id: 'x', connectionId };
    expect([isNewer(untimed, said('y', 1)), isNewer(said('y', 1), untimed)]).to.deep.equal([false, true]);
    expect(isNewer(untimed, untimed)).to.equal(true);
  });

  it('RTP2b2: takes an id that lacks its numbers for the first', () => {
    expect(isNewer(said('conn'), said('conn:0:0'))).to.equal(false);
    expect(isNewer(said('conn:0:1'), said('conn'))).to.equal(true);
    expect(isNewer(said('conn:x:y'), said('conn:0:0'))).to.equal(false);
  });

  it('RTP2b1: is synthesized whose id does not begin with its connectionId', () => {
    const cases: readonly (readonly [Stamped, boolean])[] = [
      [{ id: 'conn:0:0', connectionId }, false],
      [{ id: 'other:conn:0', connectionId }, true],
      [{ id: undefined, connectionId }, true],
      [{ id: 'conn:0:0', connectionId: undefined }, true],
      [{}, true],
      [{ id: 5 as unknown as string, connectionId }, true], // what a server must not say
    ];
    for (const [message, synthesized] of cases) expect(isSynthesized(message)).to.equal(synthesized);
  });
});
