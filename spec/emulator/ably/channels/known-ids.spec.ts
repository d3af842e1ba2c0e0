import { expect } from 'chai';
import { Action } from '../../../../lib/ably/wire/actions.js';
import { KnownIds } from '../../../../lib/emulator/ably/channels/known-ids.js';
import { Publication } from '../../../../lib/emulator/ably/channels/publication.js';

describe('emulator: known ids', () => {
  const idOf = (index: number, length: number): string => String(index).padStart(length, '0');
  const filled = (count: number, length: number): KnownIds => {
    const ids = new KnownIds();
    for (let index = 0; index < count; index += 1) {
      const messages = [{ action: 0, id: idOf(index, length), serial: `s${index}` }];
      ids.add(new Publication({ action: Action.message, channelSerial: 's', timestamp: 0, messages }));
      ids.prune(0);
    }
    return ids;
  };
  const known = (ids: KnownIds, count: number, length: number): number =>
    Array.from({ length: count }, (_, index) => ids.serialOf(idOf(index, length))).filter(Boolean).length;

  it('RSL1k: knows the latest ten thousand', () => {
    expect(known(filled(10_100, 20), 10_100, 20)).equal(10_000);
  });

  it('knows fewer where they are long, so that they do not take all memory', () => {
    const ids = filled(20, 500_000);
    expect([known(ids, 20, 500_000), ids.serialOf(idOf(19, 500_000))]).deep.equal([8, 's19']);
  });
});
