import { expect } from 'chai';
import fc from 'fast-check';
import { Subscriber } from 'rxjs';
import type { Members } from '../../../lib/ably/presence/members.js';
import { PresenceState } from '../../../lib/ably/presence/presence-state.js';
import type { PresenceChange } from '../../../lib/ably/presence/presence-map.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { PresenceMessage } from '../../../lib/ably/wire/presence-message.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import {
  dataOf,
  type Deed,
  deed,
  follow,
  linesOf,
  Model,
  ordered,
  plans,
  syncTime,
  textOf,
  wireOf,
} from '../../support/presence-model.js';

/** The code under test, with everything that it tells. */
function observed() {
  const cell = new PresenceState(false, () => undefined);
  const seen = {
    members: [] as Members[],
    changes: [] as PresenceChange[],
    events: [] as PresenceMessage[],
    synced: [] as boolean[],
  };
  const errors: unknown[] = [];
  const to = <T>(list: T[]): Subscriber<T> =>
    new Subscriber({
      next: (value: T) => list.push(value),
      error: () => undefined,
      complete: () => undefined,
    });
  cell.joinMembers(to(seen.members));
  cell.joinChanges(to(seen.changes));
  cell.joinEvents(to(seen.events));
  cell.joinSynced(to(seen.synced));
  const surroundings = {
    connectionId: 'own',
    clientId: null,
    now: syncTime,
    report: (error: unknown) => errors.push(error),
  };
  const receive = (deed: Extract<Deed, { messages: unknown }>): void => {
    const presence = deed.messages.map(wireOf);
    if (deed.type === 'tell') {
      cell.receive({ action: Action.presence, presence }, surroundings);
      return;
    }
    const { sequence, isLast } = deed;
    const serial = sequence === null ? {} : { channelSerial: `${sequence}:${isLast ? '' : 'cursor:1'}` };
    cell.receive({ action: Action.sync, presence, ...serial }, surroundings);
  };
  const enact = (deed: Deed): void => {
    if (deed.type === 'lost') cell.interrupted();
    else if (deed.type === 'cleared') cell.cleared();
    else if (deed.type !== 'attached') receive(deed);
    else if (deed.hasPresence) cell.announced();
    else cell.empty(syncTime);
  };
  return { cell, seen, enact };
}

/** Whether a run of deeds tells what the model tells, after each of them. */
function agree(deeds: readonly Deed[]): void {
  const model = new Model();
  const { cell, seen, enact } = observed();
  const folded = new Map<string, PresenceMessage>();
  const there = new Set<string>();
  const old: (readonly [Members, string])[] = [];
  for (const deed of deeds) {
    const [events, changes, told] = [seen.events.length, seen.changes.length, seen.members.length];
    const before = new Map(cell.members);
    model.enact(deed);
    enact(deed);
    const here = new Map(cell.members);
    const expected = new Map([...model.shown].map(([key, said]) => [key, dataOf(said)]));
    expect(textOf(here)).to.equal(textOf(expected));
    for (const { action } of here.values()) expect(action).to.equal('present'); // RTP2d2
    expect([cell.synced, seen.synced.at(-1)]).to.deep.equal([model.isSynced, model.isSynced]);
    expect(ordered(linesOf(seen.events.slice(events)))).to.deep.equal(ordered(model.events));
    for (const { entered, updated, left } of seen.changes.slice(changes)) {
      for (const { memberKey } of left) expect(folded.delete(memberKey)).to.equal(true);
      for (const member of entered) expect(folded.has(member.memberKey)).to.equal(false);
      for (const member of updated) expect(folded.get(member.memberKey)).to.not.be.oneOf([undefined, member]);
      for (const member of [...entered, ...updated]) folded.set(member.memberKey, member);
      expect(entered.length + updated.length + left.length).to.be.greaterThan(0);
    }
    expect(folded.size).to.equal(here.size);
    for (const [key, member] of here) expect(folded.get(key)).to.equal(member);
    if (deed.type === 'cleared') there.clear(); // RTP5a: without a word
    expect(follow(seen.events.slice(events), there)).to.deep.equal([]);
    if (cell.synced) expect([...there].sort()).to.deep.equal([...here.keys()].sort());
    const isSame =
      before.size === here.size && [...here].every(([key, member]) => before.get(key) === member);
    if (isSame && deed.type !== 'tell') expect(seen.members.length).to.equal(told);
    expect(seen.members.length - told).to.equal(seen.changes.length - changes);
    expect(seen.members.at(-1)).to.equal(cell.members);
    old.push([cell.members, textOf(here)]);
  }
  for (const [members, text] of old) expect(textOf(new Map(members))).to.equal(text);
}

describe('presence, whatever comes in whatever order', () => {
  it('RTP2, RTP2h, RTP5a, RTP5f, RTP18, RTP19, RTP19a: equals a plain model, and events alone make the same members', () => {
    fc.assert(fc.property(plans, agree), runs(3000, 6));
  }).timeout(timeLimit(3000));

  it('RTP2, RTP18, RTP19: equals it in long lives', () => {
    const long = fc.array(deed, { minLength: 200, maxLength: 300, size: 'max' });
    fc.assert(fc.property(long, agree), runs(40, 7));
  }).timeout(timeLimit(3000));
});
