import { expect } from 'chai';
import { PresenceState } from '../../../lib/ably/presence/presence-state.js';

describe('what is kept of the presence of a channel', () => {
  it('counts who holds a member, by its name and as this client', () => {
    const cell = new PresenceState(false);
    expect(cell.holdersOf('ann', 'ann')).to.equal(0);
    cell.holds.set('ann', 2).set(undefined, 1);
    expect(cell.holdersOf('ann', 'ann')).to.equal(3);
    expect(cell.holdersOf('ann', 'bob')).to.equal(2);
    expect([
      cell.holdersOf('bob', 'bob'),
      cell.holdersOf('cyd', 'bob'),
      cell.holdersOf('', null),
    ]).to.deep.equal([...[1, 0, 1]]);
  });

  it('RTP13: says whether it is known already that nobody is present', () => {
    expect([new PresenceState(true).synced, new PresenceState(false).synced]).to.deep.equal([true, false]);
  });
});
