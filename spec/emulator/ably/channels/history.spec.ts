import { expect } from 'chai';
import { Action } from '../../../../lib/ably/wire/actions.js';
import { History } from '../../../../lib/emulator/ably/channels/history.js';
import { Publication } from '../../../../lib/emulator/ably/channels/publication.js';

const publication = (channelSerial: string, timestamp: number, messages = 1): Publication =>
  new Publication({
    action: Action.message,
    channelSerial,
    timestamp,
    messages: Array.from({ length: messages }, () => ({ action: 0 })),
  });

describe('emulator: history of a channel', () => {
  let evicted: string[];
  let history: History;
  const serials = (publications: readonly Publication[] | undefined) =>
    publications?.map(({ channelSerial }) => channelSerial);

  beforeEach(() => {
    evicted = [];
    history = new History({ messages: 3, ttl: 100 }, 's0', ({ channelSerial }) =>
      evicted.push(channelSerial),
    );
  });

  it('returns publications after a serial, or undefined where some were evicted', () => {
    for (const [index, serial] of ['s1', 's2', 's3', 's4'].entries())
      history.push(publication(serial, index));
    expect([evicted, history.floor, serials(history.all())]).to.deep.equal([
      ['s1'],
      's1',
      ['s2', 's3', 's4'],
    ]);
    expect(['s0', 's1', 's2x', 's4'].map((serial) => serials(history.after(serial)))).to.deep.equal([
      undefined,
      ['s2', 's3', 's4'],
      ['s3', 's4'],
      [],
    ]);
  });

  it('counts messages, and evicts whole publications', () => {
    history.push(publication('s1', 0, 2));
    history.push(publication('s2', 0, 2));
    expect([evicted, serials(history.all())]).to.deep.equal([['s1'], ['s2']]);
    history.push(publication('s3', 0, 4));
    expect([evicted, serials(history.all())]).to.deep.equal([['s1', 's2', 's3'], []]);
  });

  it('evicts publications at the end of their ttl', () => {
    history.push(publication('s1', 0));
    history.push(publication('s2', 1));
    history.prune(99);
    expect(evicted).to.deep.equal([]);
    history.prune(100);
    expect([evicted, history.floor]).to.deep.equal([['s1'], 's1']);
  });

  it('finds a publication by its serial', () => {
    for (const serial of ['s1', 's3']) history.push(publication(serial, 0));
    expect(['s0', 's1', 's2', 's3', 's4'].map((serial) => history.at(serial)?.channelSerial)).to.deep.equal([
      undefined,
      's1',
      undefined,
      's3',
      undefined,
    ]);
  });

  it('forgets evicted publications of a long life', () => {
    for (let index = 0; index < 5000; index += 1)
      history.push(publication(`s${String(index).padStart(5, '0')}`, index));
    expect([evicted.length, serials(history.all())]).to.deep.equal([4997, ['s04997', 's04998', 's04999']]);
    expect(serials(history.after('s04997'))).to.deep.equal(['s04998', 's04999']);
  });
});
