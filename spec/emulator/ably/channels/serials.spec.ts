import { expect } from 'chai';
import { channelSerialOf, messageSerial, ticks } from '../../../../lib/emulator/ably/channels/serials.js';

describe('emulator: serials', () => {
  it('sort in the order of the calls, through a clock that stands or goes back', () => {
    const times = [5, 5, 5, 3, 6.7, 6, 1_726_585_978_590];
    const next = ticks(() => times.shift() ?? 0);
    const serials = Array.from({ length: 7 }, next);
    expect(serials).to.deep.equal([
      '00000000000005-000',
      '00000000000005-001',
      '00000000000005-002',
      '00000000000005-003',
      '00000000000006-000',
      '00000000000006-001',
      '01726585978590-000',
    ]);
    expect([...serials].sort()).to.deep.equal(serials);
  });

  it('go on in the next millisecond after a thousand calls in one', () => {
    const next = ticks(() => 1);
    const serials = Array.from({ length: 1002 }, next);
    expect(serials.slice(999)).to.deep.equal([
      '00000000000001-999',
      '00000000000002-000',
      '00000000000002-001',
    ]);
  });

  it('of messages contain that of their publish', () => {
    const serial = messageSerial('00000000000001-000@abc', 12);
    expect([serial, channelSerialOf(serial), channelSerialOf('none')]).to.deep.equal([
      '00000000000001-000@abc:012',
      '00000000000001-000@abc',
      '',
    ]);
  });
});
