import { expect } from 'chai';
import { KnownIds } from '../../../../lib/emulator/ably/channels/known-ids.js';

describe('emulator: known ids', () => {
  const idOf = (index: number, length: number): string => String(index).padStart(length, '0');
  const frame = { id: 'f' };
  const publish = (ids: KnownIds, named: readonly string[], now = 0): readonly string[] =>
    ids.publishOnce(
      named.map((id) => ({ id })),
      frame,
      now,
      (fresh) => ({ timestamp: now, serials: fresh.map(({ id }) => `s${Number(id)}`) }),
    );
  const filled = (count: number, length: number): KnownIds => {
    const ids = new KnownIds();
    for (let index = 0; index < count; index += 1) publish(ids, [idOf(index, length)]);
    return ids;
  };
  const known = (ids: KnownIds, count: number, length: number): number => {
    const items = Array.from({ length: count }, (_, index) => ({ id: idOf(index, length) }));
    let unknown = 0;
    ids.publishOnce(items, frame, 0, (fresh) => {
      unknown = fresh.length;
      return { timestamp: 0, serials: [] };
    });
    return count - unknown;
  };

  it('RSL1k: knows the latest ten thousand', () => {
    expect(known(filled(10_100, 20), 10_100, 20)).equal(10_000);
  });

  it('knows fewer where they are long, so that they do not take all memory', () => {
    const ids = filled(20, 500_000);
    expect(publish(ids, [idOf(19, 500_000)])).deep.equal(['s19']);
    expect(known(ids, 20, 500_000)).equal(8);
  });

  it('RSL1k: publishes those alone that are not known, and gives the serials of all', () => {
    const ids = new KnownIds();
    publish(ids, ['1', '3']);
    const seen: unknown[] = [];
    const items = [{ id: '1' }, { id: '2' }, { id: '3' }, {}];
    const serials = ids.publishOnce(items, frame, 5, (fresh) => {
      seen.push(fresh);
      return { timestamp: 5, serials: ['new', 'other'] };
    });
    expect([seen, serials]).deep.equal([[[{ id: '2' }, {}]], ['s1', 'new', 's3', 'other']]);
  });

  it('RSL1k: forgets them after two minutes, and takes an empty one for none', () => {
    const ids = new KnownIds();
    publish(ids, ['1', '']);
    const fresh = (now: number): number => {
      let count = 0;
      ids.publishOnce([{ id: '1' }, { id: '' }], frame, now, (all) => {
        count = all.length;
        return { timestamp: now, serials: [] };
      });
      return count;
    };
    expect([fresh(119_999), fresh(120_000)]).deep.equal([1, 2]);
  });
});
