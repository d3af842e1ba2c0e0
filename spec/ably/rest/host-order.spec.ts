import { expect } from 'chai';
import { hostOrder } from '../../../lib/ably/rest/host-order.js';

describe('hostOrder', () => {
  const settings = { hosts: { primary: 'p', fallbacks: ['a', 'b', 'c', 'd'] }, httpMaxRetryCount: 2 };
  it('RSC15a, TO3l5: begins with the primary host, then takes httpMaxRetryCount fallbacks in random order', () => {
    let chance = 1;
    expect(hostOrder(undefined, { ...settings, random: () => (chance -= 0.1) })).to.deep.equal([
      'p',
      'd',
      'c',
    ]);
  });
  it('RTN17e: begins with the host that the connection is on, and leaves it out of the fallbacks', () => {
    expect(hostOrder('b', { ...settings, random: () => 0 })).to.deep.equal(['b', 'a', 'c']);
  });
  it('draws once for each fallback, and leaves their order to chance', () => {
    const draws = [0.5, 0.1, 0.9, 0.3];
    expect(
      hostOrder(undefined, { ...settings, httpMaxRetryCount: 4, random: () => draws.shift() ?? 1 }),
    ).to.deep.equal(['p', 'b', 'd', 'a', 'c']);
    expect(draws).to.deep.equal([]);
  });
  it('TO3l5: is one host without fallbacks, or where none may be tried', () => {
    expect(hostOrder(undefined, { ...settings, httpMaxRetryCount: 0, random: () => 0 })).to.deep.equal(['p']);
    expect(
      hostOrder(undefined, { ...settings, hosts: { primary: 'p', fallbacks: [] }, random: () => 0 }),
    ).to.deep.equal(['p']);
  });
});
