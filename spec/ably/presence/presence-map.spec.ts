import { expect } from 'chai';
import { PresenceMap } from '../../../lib/ably/presence/presence-map.js';
import type { PresenceMessage } from '../../../lib/ably/wire/presence-message.js';
import { memberSaid as said, namesOf, saidBy } from '../../support/presence.js';

const short = (events: readonly PresenceMessage[]): readonly string[] => events.map(saidBy);
/** Those who have entered, and nothing else has happened. */
function after(...clientIds: readonly string[]): PresenceMap {
  const set = new PresenceMap();
  for (const clientId of clientIds) set.take(said('enter', clientId));
  return set;
}

describe('who is present', () => {
  for (const action of ['enter', 'update', 'present'] as const)
    it(`RTP2d, RTP2d1, RTP2d2: takes in who is said to ${action}, as present, and tells of it as it was said`, () => {
      const set = new PresenceMap();
      const message = said(action, 'ann', { data: 'd', extras: { a: 1 }, timestamp: 5 });
      expect(set.take(message)).to.deep.equal([message]);
      expect([...set.members]).to.deep.equal([['other:ann', { ...message, action: 'present' }]]);
    });

  it('RTP2, TP3h: tells members of one clientId on two connections apart', () => {
    const set = after('ann');
    set.take(said('enter', 'ann', { connectionId: 'third' }));
    expect([...set.members.keys()]).to.deep.equal(['other:ann', 'third:ann']);
    set.take(said('leave', 'ann', { connectionId: 'third', at: 1 }));
    expect([...set.members.keys()]).to.deep.equal(['other:ann']);
  });

  it('RTP2a: takes no notice of what is older than what is known', () => {
    const set = new PresenceMap();
    set.take(said('enter', 'ann', { at: 2, data: 2 }));
    const { members } = set;
    for (const action of ['enter', 'update', 'present', 'leave'] as const)
      expect(set.take(said(action, 'ann', { at: 1, data: 1 }))).to.deep.equal([]);
    expect(set.members).to.equal(members);
    expect(short(set.take(said('update', 'ann', { at: 2, index: 1 })))).to.deep.equal(['update ann']);
  });

  it('RTP2a: takes no notice of the very same message once more', () => {
    const set = after('ann');
    const { members } = set;
    expect(set.take(said('present', 'ann'))).to.deep.equal([]);
    expect(set.members).to.equal(members);
  });

  it('RTP2h1, RTP2h1a, RTP2h1b: takes out who leaves, and tells of it as it was said', () => {
    const set = after('ann', 'bob');
    const message = said('leave', 'ann', { at: 1, data: 'bye' });
    expect(set.take(message)).to.deep.equal([message]);
    expect(namesOf(set.members)).to.deep.equal(['bob']);
  });

  it('RTP2h: takes no notice where somebody leaves who is not there', () => {
    const set = after('ann');
    expect(set.take(said('leave', 'bob', { at: 9 }))).to.deep.equal([]);
    set.take(said('leave', 'ann', { at: 1 }));
    expect(set.take(said('leave', 'ann', { at: 2 }))).to.deep.equal([]);
  });

  it('RTP2b1, RTP2h: takes out whom the server says to have been lost, by the time of it', () => {
    const set = new PresenceMap();
    set.take(said('enter', 'ann', { at: 7, timestamp: 5 }));
    expect(set.take(said('leave', 'ann', { id: 'made-up', timestamp: 4 }))).to.deep.equal([]);
    expect(short(set.take(said('leave', 'ann', { id: 'made-up', timestamp: 5 })))).to.deep.equal([
      'leave ann',
    ]);
  });

  it('RTP2h: lets come back who has left, with whatever serial', () => {
    const set = after('ann');
    set.take(said('leave', 'ann', { at: 5 }));
    expect(short(set.take(said('enter', 'ann', { at: 1 })))).to.deep.equal(['enter ann']);
  });

  it('TP2, RTF1: takes no notice of absent members and of actions that are unknown', () => {
    const set = after('ann');
    const unknown: PresenceMessage = { ...said('present', 'bob'), action: 'unknown' };
    expect([set.take(said('absent', 'ann', { at: 1 })), set.take(unknown)]).to.deep.equal([[], []]);
    expect(namesOf(set.members)).to.deep.equal(['ann']);
  });
});

describe('who is present, in a sync', () => {
  it('RTP18a, RTP18b: shows who was there before until it is complete, and then who is', () => {
    const set = after('ann');
    const { members } = set;
    set.page('s');
    expect(set.isSyncing).to.equal(true);
    expect(short(set.take(said('present', 'bob')))).to.deep.equal(['present bob']);
    set.take(said('present', 'ann'));
    set.page('s');
    set.take(said('present', 'cyd'));
    expect(set.members).to.equal(members);
    expect(namesOf(set.known)).to.deep.equal(['ann', 'bob', 'cyd']);
    expect(set.end(9)).to.deep.equal([]);
    expect([namesOf(set.members), set.isSyncing]).to.deep.equal([['ann', 'bob', 'cyd'], false]);
  });

  it('RTP5f, RTP19: leaves all as it is where it finds what was known', () => {
    const set = after('ann', 'bob');
    const { members } = set;
    set.page('s');
    for (const clientId of ['bob', 'ann']) expect(set.take(said('present', clientId))).to.deep.equal([]);
    expect(set.end(9)).to.deep.equal([]);
    expect(set.members).to.equal(members);
  });

  it('RTP5f: keeps the object of each member who is as it was', () => {
    const set = after('ann', 'bob');
    const ann = set.members.get('other:ann');
    set.page('s');
    set.take(said('present', 'ann'));
    set.take(said('present', 'bob', { at: 1 }));
    set.end(9);
    expect(set.members.get('other:ann')).to.equal(ann);
    expect(set.members.get('other:bob')?.id).to.equal('other:1:0');
  });

  it('RTP19: takes out who was not named, and says that they left, with what they had, no id, and the time it is', () => {
    const set = new PresenceMap();
    const ann = said('enter', 'ann', { data: 'd', extras: { a: 1 }, encoding: 'odd' });
    set.take(ann);
    set.take(said('enter', 'bob'));
    set.page('s');
    set.take(said('present', 'bob'));
    expect(set.end(99)).to.deep.equal([{ ...ann, action: 'leave', id: undefined, timestamp: 99 }]);
    expect(namesOf(set.members)).to.deep.equal(['bob']);
  });

  it('RTP19: counts as named who enters or is updated meanwhile', () => {
    const set = after('ann', 'bob');
    set.page('s');
    set.take(said('update', 'ann', { at: 1 }));
    set.take(said('enter', 'cyd'));
    expect(short(set.end(9))).to.deep.equal(['leave bob']);
    expect(namesOf(set.members)).to.deep.equal(['ann', 'cyd']);
  });

  it('RTP2c, RTP19: counts as named of whom it says what is older than what is known', () => {
    const set = new PresenceMap();
    set.take(said('update', 'ann', { at: 5, data: 'new' }));
    set.page('s');
    expect(set.take(said('present', 'ann', { at: 4, data: 'old' }))).to.deep.equal([]);
    expect(set.end(9)).to.deep.equal([]);
    expect(set.members.get('other:ann')?.data).to.equal('new');
  });

  it('RTP2h2, RTP2h2a, RTP2h2b: keeps who leaves meanwhile as absent, so that what is older brings nobody back', () => {
    const set = new PresenceMap();
    set.page('s');
    set.take(said('present', 'ann', { at: 1 }));
    expect(set.take(said('leave', 'ann', { at: 3 }))).to.deep.equal([]);
    expect(set.known).to.deep.equal([]);
    expect(set.take(said('present', 'ann', { at: 2 }))).to.deep.equal([]);
    expect(set.take(said('leave', 'ann', { at: 4 }))).to.deep.equal([]);
    expect(short(set.end(9))).to.deep.equal(['leave ann']);
    expect(namesOf(set.members)).to.deep.equal([]);
  });

  for (const wasThere of [true, false])
    it(`RTP2h, RTP19: says at its end, as it was said, that somebody left who had ${wasThere ? 'been there' : 'come meanwhile'}`, () => {
      const set = new PresenceMap();
      const ann = said('enter', 'ann', { data: 'd' });
      const leave = said('leave', 'ann', { at: 1, data: 'bye', timestamp: 5 });
      if (!wasThere) set.page('s');
      expect(set.take(ann)).to.deep.equal([ann]);
      if (wasThere) set.page('s');
      expect(set.take(leave)).to.deep.equal([]);
      expect(set.take(said('present', 'ann'))).to.deep.equal([]); // a page that is older than the leave
      expect(set.end(9)).to.deep.equal([leave]);
      expect(set.members.size).to.equal(0);
    });

  it('RTP2h2a: lets come back who has left meanwhile, by what is newer, and tells of the leave before', () => {
    const set = after('ann');
    set.page('s');
    set.take(said('leave', 'ann', { at: 1 }));
    expect(short(set.take(said('enter', 'ann', { at: 2 })))).to.deep.equal(['leave ann', 'enter ann']);
    expect(set.end(9)).to.deep.equal([]);
    expect(namesOf(set.members)).to.deep.equal(['ann']);
  });

  it('RTP2h, RTP18a: tells of each leave once, whoever comes and goes in syncs that are given up', () => {
    const set = new PresenceMap();
    set.page('s');
    const told = [
      set.take(said('enter', 'ann', { at: 1 })),
      set.take(said('leave', 'ann', { at: 2 })),
      set.take(said('enter', 'ann', { at: 3 })),
      set.take(said('leave', 'ann', { at: 4 })),
    ].flat();
    set.page('t');
    told.push(...set.take(said('present', 'bob')), ...set.end(9));
    const lines = told.map((event) => `${saidBy(event)} ${event.id ?? ''}`);
    expect(lines).to.deep.equal([
      'enter ann other:1:0',
      'leave ann other:2:0',
      'enter ann other:3:0',
      'present bob other:0:0',
      'leave ann other:4:0',
    ]);
  });

  it('RTP2h2b, RTP19: says at its end who was there before and left meanwhile, once', () => {
    const set = after('ann', 'bob');
    set.page('s');
    set.take(said('present', 'bob'));
    expect(set.take(said('leave', 'ann', { at: 1 }))).to.deep.equal([]);
    set.take(said('leave', 'bob', { at: 1 }));
    expect(short(set.end(9))).to.have.members(['leave ann', 'leave bob']);
    expect(set.members.size).to.equal(0);
  });

  it('RTP2h, RTP2c: takes no notice where somebody leaves who is known to have come later', () => {
    const set = after('ann');
    set.page('s');
    set.take(said('present', 'ann', { at: 3 }));
    set.take(said('leave', 'ann', { at: 2 }));
    expect(set.end(9)).to.deep.equal([]);
    expect(namesOf(set.members)).to.deep.equal(['ann']);
  });

  it('RTP2h2a: does not take in, from a page that is older, who left before being named', () => {
    const set = new PresenceMap();
    set.page('s');
    expect(set.take(said('leave', 'ann', { at: 2 }))).to.deep.equal([]);
    expect(set.take(said('present', 'ann', { at: 1 }))).to.deep.equal([]);
    set.take(said('leave', 'bob', { at: 2 }));
    expect(short(set.take(said('enter', 'bob', { at: 3 })))).to.deep.equal(['enter bob']);
    expect(set.end(9)).to.deep.equal([]);
    expect(namesOf(set.members)).to.deep.equal(['bob']);
  });

  it('RTP18a: gives up the one under way where another begins: whom only that named is not there', () => {
    const set = after('ann');
    set.page('s');
    set.take(said('present', 'bob'));
    set.page('t');
    set.take(said('present', 'ann'));
    expect(short(set.end(9))).to.deep.equal(['leave bob']);
    expect(namesOf(set.members)).to.deep.equal(['ann']);
  });

  it('RTP18a, RTP2h2a: remembers who left in one that was given up', () => {
    const set = after('ann');
    set.page('s');
    set.take(said('leave', 'ann', { at: 2 }));
    set.page('t');
    expect(set.take(said('present', 'ann', { at: 1 }))).to.deep.equal([]);
    expect(short(set.end(9))).to.deep.equal(['leave ann']);
    expect(set.members.size).to.equal(0);
  });

  it('RTP1, RTP18a: takes the first page after the announcement for part of it, whatever its sequence', () => {
    const set = after('ann');
    set.announce();
    set.take(said('update', 'ann', { at: 1 }));
    set.page('s');
    expect(set.end(9)).to.deep.equal([]);
    expect(namesOf(set.members)).to.deep.equal(['ann']);
  });

  it('RTP18: begins anew with each announcement', () => {
    const set = after('ann');
    set.page('s');
    set.take(said('present', 'ann'));
    set.announce();
    expect(short(set.end(9))).to.deep.equal(['leave ann']);
  });

  it('RTP18b: says nothing at an end without a beginning', () => {
    const set = after('ann');
    const { members } = set;
    expect(set.end(9)).to.deep.equal([]);
    expect(set.members).to.equal(members);
  });

  it('RTP19a: says that all have left where nobody is present, also those who left in a sync', () => {
    const set = after('ann', 'bob');
    set.page('s');
    set.take(said('leave', 'bob', { at: 1 }));
    set.take(said('present', 'cyd'));
    const left = set.leaveAll(7);
    expect(short(left)).to.have.members(['leave ann', 'leave bob', 'leave cyd']);
    expect(left.map(({ id, timestamp }) => [id, timestamp])).to.have.deep.members([
      ['other:1:0', 1], // it was heard to leave
      [undefined, 7],
      [undefined, 7],
    ]);
    expect([set.members.size, set.isSyncing]).to.deep.equal([0, false]);
    expect(set.leaveAll(8)).to.deep.equal([]);
  });

  it('RTP5a: forgets all without a word, and the sync under way', () => {
    const set = after('ann');
    set.page('s');
    set.clear();
    expect([set.members.size, set.known, set.isSyncing]).to.deep.equal([0, [], false]);
    const { members } = set;
    set.clear();
    expect(set.members).to.equal(members);
  });
});
