import { expect } from 'chai';
import { type ExpiringSet, expiringSet } from '../../../lib/emulator/host/expiring-set.js';
import { type Virtual, virtually } from '../../support/virtual-time.js';

describe('emulator: expiring set', () => {
  type Expired = [at: number, item: string][];
  const inSet = (body: (set: ExpiringSet<string>, virtual: Virtual, expired: Expired) => void) =>
    virtually((virtual) => {
      const set = expiringSet<string>(10, virtual.scheduler);
      const expired: Expired = [];
      set.expired$.subscribe((item) => expired.push([virtual.scheduler.now(), item]));
      body(set, virtual, expired);
    });

  it(
    'expires each item after the ttl, which a second add restarts',
    inSet((set, { act, flush }, expired) => {
      act('a--b 3ms a 2ms d', {
        a: () => set.add('a'),
        b: () => set.add('b'),
        d: () => set.delete('d'),
      });
      flush();
      expect(expired).to.deep.equal([
        [13, 'b'],
        [17, 'a'],
      ]);
    }),
  );

  it(
    'does not expire deleted items, and expires items added later',
    inSet((set, { act, flush }, expired) => {
      act('a 4ms x 20ms b', {
        a: () => set.add('a'),
        x: () => set.delete('a'),
        b: () => set.add('b'),
      });
      flush();
      expect(expired).to.deep.equal([[36, 'b']]);
    }),
  );

  it(
    'expires items of the same moment together, in order',
    inSet((set, { flush }, expired) => {
      for (const item of ['a', 'b', 'c']) set.add(item);
      flush();
      expect(expired).to.deep.equal([
        [10, 'a'],
        [10, 'b'],
        [10, 'c'],
      ]);
    }),
  );
});
