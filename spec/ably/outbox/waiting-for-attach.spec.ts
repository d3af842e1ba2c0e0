import { expect } from 'chai';
import { WaitingForAttach } from '../../../lib/ably/outbox/waiting-for-attach.js';
import { type Pending, pendingOf, unsent } from '../../../lib/ably/outbox/pending-queue.js';
import { Action } from '../../../lib/ably/wire/actions.js';

const pending = (channel: string, size = 1): Pending =>
  pendingOf({ action: Action.presence, channel, msgSerial: unsent }, size, undefined);

describe('what waits for its channel', () => {
  it('RTP16b: comes out by channel, in order, and once', () => {
    const held = new WaitingForAttach();
    const [a1, b1, a2] = [pending('a'), pending('b'), pending('a')];
    for (const each of [a1, b1, a2]) held.push(each);
    expect(held.takeOf('a')).to.deep.equal([a1, a2]);
    expect(held.takeOf('a')).to.deep.equal([]);
    expect(held.takeOf('b')).to.deep.equal([b1]);
  });

  it('RTL3d2: comes out after what was sent before and waits once more', () => {
    const held = new WaitingForAttach();
    const [a1, a2, b1, b2] = [pending('a'), pending('a'), pending('b'), pending('b')];
    held.push(a2);
    held.push(b2);
    held.putBack([b1, a1]);
    expect([held.takeOf('a'), held.takeOf('b'), held.length]).to.deep.equal([[a1, a2], [b1, b2], 0]);
  });

  it('RTN19a: is known by its frame, as long as it waits', () => {
    const held = new WaitingForAttach();
    const [a, b] = [pending('a'), pending('b')];
    held.push(a);
    expect([held.has(a.frame), held.has(b.frame)]).to.deep.equal([true, false]);
    held.putBack([b]);
    held.takeOf('a');
    expect([held.has(a.frame), held.has(b.frame)]).to.deep.equal([false, true]);
  });

  it('is counted, with its size, as long as it waits', () => {
    const held = new WaitingForAttach();
    const count = (): readonly number[] => [held.length, held.size];
    expect(count()).to.deep.equal([0, 0]);
    for (const each of [pending('a', 2), pending('a', 3), pending('b', 5)]) held.push(each);
    expect(count()).to.deep.equal([3, 10]);
    held.takeOf('nobody');
    held.takeOf('a');
    expect(count()).to.deep.equal([1, 5]);
    held.push(pending('a', 7));
    expect(held.drain().map(({ frame: { channel } }) => channel)).to.deep.equal(['b', 'a']);
    expect([count(), held.drain()]).to.deep.equal([[0, 0], []]);
  });
});
