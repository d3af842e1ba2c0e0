import { expect } from 'chai';
import fc from 'fast-check';
import type { Members } from '../../../lib/ably/presence/members.js';
import { SnapshotMap } from '../../../lib/base/maps/snapshot-map.js';
import type { PresenceMessage } from '../../../lib/ably/wire/presence-message.js';
import { runs } from '../../support/runs.js';

const member = (key: string, data?: unknown): PresenceMessage => ({
  ...{ id: undefined, action: 'present', clientId: key, connectionId: '', data, encoding: undefined },
  ...{ extras: undefined, timestamp: undefined, memberKey: key },
});
const [ann, bob, cyd] = [member('ann'), member('bob'), member('cyd')];

describe('the members as they change', () => {
  it('are nobody at first', () => {
    const { now } = new SnapshotMap<PresenceMessage>('Members');
    expect([now.size, [...now], now.get('ann'), now.has('ann')]).to.deep.equal([0, [], undefined, false]);
  });

  it('are another object after each change, which is the same until the next', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    const before = history.now;
    history.set('ann', ann);
    expect(history.now).to.equal(history.now).and.not.equal(before);
  });

  it('keep the order in which they came, and the object of each', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    for (const each of [bob, ann, cyd]) history.set(each.memberKey, each);
    history.set('bob', undefined);
    expect([...history.now.values()]).to.deep.equal([ann, cyd]);
    expect([...history.now.keys()]).to.deep.equal(['ann', 'cyd']);
    expect([...history.now.entries()]).to.deep.equal([...history.now]);
    expect(history.now.get('ann')).to.equal(ann);
  });

  it('stay in an old value as they were: what came, what went, what changed', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    history.set('ann', ann);
    history.set('bob', bob);
    const old = history.now;
    const other = member('ann', 'other');
    history.set('ann', other);
    history.set('bob', undefined);
    history.set('cyd', cyd);
    history.set('ann', undefined);
    expect([old.size, old.get('ann'), old.get('bob'), old.has('cyd')]).to.deep.equal([2, ann, bob, false]);
    expect(old.get('ann')).to.equal(ann);
    expect(new Map(old)).to.deep.equal(new Map([['ann', ann], ['bob', bob]])); // prettier-ignore
    expect([old.has('ann'), old.has('bob'), old.get('cyd')]).to.deep.equal([true, true, undefined]);
    expect([...history.now.keys()]).to.deep.equal(['cyd']);
  });

  it('stay as they were while somebody walks through them and others change', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    for (const each of [ann, bob, cyd]) history.set(each.memberKey, each);
    const seen: string[] = [];
    for (const [key] of history.now) {
      seen.push(key);
      history.set('bob', undefined);
      history.set(`new ${key}`, ann);
    }
    expect(seen).to.deep.equal(['ann', 'bob', 'cyd']);
    expect([...history.now.keys()]).to.deep.equal(['ann', 'cyd', 'new ann', 'new bob', 'new cyd']);
  });

  it('stay as they were while somebody walks through an old value and others change', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    for (const each of [ann, bob, cyd]) history.set(each.memberKey, each);
    const old = history.now;
    history.set('ann', undefined);
    const walk = old.keys();
    const seen = [walk.next().value];
    history.set('bob', undefined);
    history.replace(new Map());
    expect([...seen, ...walk]).to.have.members(['ann', 'bob', 'cyd']);
  });

  it('tell forEach what a Map tells, and who they are', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    history.set('ann', ann);
    const { now } = history;
    const told: unknown[] = [];
    const self = {};
    now.forEach(function (this: unknown, ...each) {
      told.push(this, ...each);
    }, self);
    expect(told).to.deep.equal([self, ann, 'ann', now]);
    expect(told[3]).to.equal(now);
  });

  it('are replaced, and an old value stays', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    history.set('ann', ann);
    const old = history.now;
    history.replace(new Map([['bob', bob]]));
    history.set('cyd', cyd);
    expect([[...old.keys()], [...history.now.keys()]]).to.deep.equal([['ann'], ['bob', 'cyd']]);
    expect([old.get('ann'), old.get('bob'), old.size]).to.deep.equal([ann, undefined, 1]);
  });

  it('are walked by iterators as the platform makes them: they can be left, stay ended, and have its helpers', () => {
    const map = new SnapshotMap<PresenceMessage>('Members');
    for (const key of ['a', 'b', 'c']) map.set(key, member(key));
    const keys = map.now.keys();
    expect(keys.next()).to.deep.equal({ done: false, value: 'a' });
    expect(keys.return?.()).to.deep.equal({ done: true, value: undefined });
    expect(keys.next()).to.deep.equal({ done: true, value: undefined });
    const walked = map.now.keys();
    expect([...walked, ...walked]).to.deep.equal(['a', 'b', 'c']);
    const platforms: unknown = Object.getPrototypeOf(Object.getPrototypeOf(new Map().keys()));
    expect(Object.prototype.isPrototypeOf.call(platforms, walked)).to.equal(true);
  });

  it('begin to be walked with the first step: what comes before it costs no copy, and is not seen', () => {
    const map = new SnapshotMap<PresenceMessage>('Members');
    map.set('a', member('a'));
    const keys = map.now.keys();
    map.set('b', member('b'));
    map.set('c', member('c'));
    expect([...keys]).to.deep.equal(['a']);
    expect([...map.now.keys()]).to.deep.equal(['a', 'b', 'c']);
  });

  it('cannot be written to', () => {
    const { now } = new SnapshotMap<PresenceMessage>('Members');
    expect(now).to.not.have.property('set');
    expect(now).to.not.have.property('delete');
    expect(now).to.not.be.instanceOf(Map);
  });

  it('equal plain copies, however they are read and whatever comes in between', () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const deed = fc.record({
      what: fc.constantFrom('set', 'set', 'set', 'delete', 'delete', 'replace', 'walk', 'walk old', 'get'),
      key: fc.constantFrom(...keys),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 200, size: 'max' }), (deeds) => {
        const history = new SnapshotMap<PresenceMessage>('Members');
        let plain = new Map<string, PresenceMessage>();
        const kept: [Members, Map<string, PresenceMessage>][] = [[history.now, new Map()]];
        for (const [data, { what, key, at }] of deeds.entries()) {
          const [members, copy] = kept[at % kept.length] ?? [history.now, plain];
          if (what === 'set' || what === 'delete') {
            const next = what === 'set' ? member(key, data) : undefined;
            history.set(key, next);
            if (next) plain.set(key, next);
            else plain.delete(key);
          }
          if (what === 'replace') {
            plain = new Map([[key, member(key, data)]]);
            history.replace(new Map(plain));
          }
          if (what === 'walk') expect(sorted(history.now)).to.deep.equal(sorted(plain));
          if (what === 'walk old') expect(sorted(members)).to.deep.equal(sorted(copy));
          if (what === 'get') expect(members.get(key)).to.equal(copy.get(key));
          kept.push([history.now, new Map(plain)]);
        }
        for (const [members, copy] of kept) {
          expect(members.size).to.equal(copy.size);
          for (const key of keys) expect(members.get(key)).to.equal(copy.get(key));
          expect(sorted(members)).to.deep.equal(sorted(copy));
        }
      }),
      runs(100, 1),
    );
  });

  it('list what is gone since at its place, where they have an order', () => {
    const byKey = new SnapshotMap<string>('Letters', (entries) =>
      [...entries].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    for (const each of ['a', 'b', 'c']) byKey.set(each, each);
    const before = byKey.now;
    byKey.set('a', undefined);
    expect([[...before.keys()], [...byKey.now.keys()]]).to.deep.equal([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(Object.prototype.toString.call(before)).to.equal('[object Letters]');
  });

  it('stay right over thousands of changes, though nobody lets go of an old value', () => {
    const history = new SnapshotMap<PresenceMessage>('Members');
    for (let at = 0; at < 1000; at += 1) history.set(`m${at}`, member(`m${at}`));
    const old = history.now;
    for (let at = 0; at < 5000; at += 1) history.set('m0', member('m0', at));
    expect([old.get('m0')?.data, old.get('m999')?.clientId]).to.deep.equal([undefined, 'm999']);
    expect(history.now.get('m0')?.data).to.equal(4999);
  });
});

/** An old value may have another order than it had: what went comes back at the end. */
const sorted = (members: Members): readonly (readonly [string, PresenceMessage])[] =>
  [...members].sort(([a], [b]) => (a < b ? -1 : 1));
