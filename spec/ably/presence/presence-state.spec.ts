import { expect } from 'chai';
import { type Hold, PresenceState } from '../../../lib/ably/presence/presence-state.js';
import { ignore } from '../../support/ignore.js';

describe('what is kept of the presence of a channel', () => {
  it('finds the holds of a member, by its name and as this client, the one that was told last behind the others', () => {
    const cell = new PresenceState(false, ignore);
    const [named, unnamed, silent, bob]: Hold[] = Array.from({ length: 4 }, () => ({ said: undefined }));
    if (!named || !unnamed || !silent || !bob) throw new Error('there are four');
    expect(cell.holdsOf('ann', 'ann')).to.deep.equal([]);
    cell.hold('ann', named);
    cell.hold(undefined, unnamed);
    cell.hold('ann', silent);
    cell.hold('bob', bob);
    named.said = cell.say('1');
    expect(cell.holdsOf('ann', 'ann').at(-1)).to.equal(named);
    unnamed.said = cell.say('2');
    for (const clientId of ['ann', undefined])
      expect(cell.holdsOf(clientId, 'ann')).to.have.members([named, unnamed, silent]);
    expect(cell.holdsOf('ann', 'ann').at(-1)).to.equal(unnamed);
    named.said = cell.say('3');
    expect(cell.holdsOf(undefined, 'ann').at(-1)).to.equal(named);
    expect([cell.holdsOf('ann', 'bob').length, cell.holdsOf('bob', 'bob').length]).to.deep.equal([2, 2]);
    expect([cell.holdsOf('cyd', 'bob'), cell.holdsOf('', null)]).to.deep.equal([[], [unnamed]]);
    cell.unhold('ann', named);
    cell.unhold(undefined, unnamed);
    expect(cell.holdsOf('ann', 'ann')).to.deep.equal([silent]);
    cell.unhold('ann', silent);
    expect(cell.holdsOf('ann', 'ann')).to.deep.equal([]);
  });

  it('RTP13: says whether it is known already that nobody is present', () => {
    const [sure, unsure] = [true, false].map((synced) => new PresenceState(synced, ignore).synced);
    expect([sure, unsure]).to.deep.equal([true, false]);
  });
});
