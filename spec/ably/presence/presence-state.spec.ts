import { expect } from 'chai';
import { type PresenceKeeper, PresenceState } from '../../../lib/ably/presence/presence-state.js';
import { ignore } from '../../support/ignore.js';

describe('what is kept of the presence of a channel', () => {
  it('finds the keepers of a member, by its name and as this client, the one that was told last behind the others', () => {
    const cell = new PresenceState(false, ignore);
    const [named, unnamed, silent, bob]: PresenceKeeper[] = Array.from({ length: 4 }, () => ({
      said: undefined,
    }));
    if (!named || !unnamed || !silent || !bob) throw new Error('there are four');
    expect(cell.keepersOf('ann', 'ann')).to.deep.equal([]);
    cell.addKeeper('ann', named);
    cell.addKeeper(undefined, unnamed);
    cell.addKeeper('ann', silent);
    cell.addKeeper('bob', bob);
    named.said = cell.say('1');
    expect(cell.keepersOf('ann', 'ann').at(-1)).to.equal(named);
    unnamed.said = cell.say('2');
    for (const clientId of ['ann', undefined])
      expect(cell.keepersOf(clientId, 'ann')).to.have.members([named, unnamed, silent]);
    expect(cell.keepersOf('ann', 'ann').at(-1)).to.equal(unnamed);
    named.said = cell.say('3');
    expect(cell.keepersOf(undefined, 'ann').at(-1)).to.equal(named);
    expect([cell.keepersOf('ann', 'bob').length, cell.keepersOf('bob', 'bob').length]).to.deep.equal([2, 2]);
    expect([cell.keepersOf('cyd', 'bob'), cell.keepersOf('', null)]).to.deep.equal([[], [unnamed]]);
    cell.removeKeeper('ann', named);
    cell.removeKeeper(undefined, unnamed);
    expect(cell.keepersOf('ann', 'ann')).to.deep.equal([silent]);
    cell.removeKeeper('ann', silent);
    expect(cell.keepersOf('ann', 'ann')).to.deep.equal([]);
  });

  it('RTP13: says whether it is known already that nobody is present', () => {
    const [sure, unsure] = [true, false].map((synced) => new PresenceState(synced, ignore).synced);
    expect([sure, unsure]).to.deep.equal([true, false]);
  });
});
