import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Action } from '../../../../lib/ably/wire/actions.js';
import type { WireMessage } from '../../../../lib/ably/wire/frames.js';
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
    history = new History({ messages: 3, bytes: 100, ttl: 100 }, 's0', ({ channelSerial }) =>
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

  it('counts bytes, whatever they are in, and those of an append as the whole message', () => {
    const of = (channelSerial: string, message: WireMessage, replay = message): Publication => {
      const frame = { action: Action.message, channelSerial, timestamp: 0 };
      return new Publication({ ...frame, messages: [message] }, { ...frame, messages: [replay] });
    };
    history.push(of('s1', { data: 'x'.repeat(50), name: 'n'.repeat(25) }));
    history.push(of('s2', { data: new Uint8Array(25) }));
    expect(evicted).to.deep.equal([]);
    history.push(of('s3', { clientId: 'c' }));
    expect(evicted).to.deep.equal(['s1']);
    history.push(of('s4', { data: '+' }, { data: 'é'.repeat(38) }));
    expect([evicted, serials(history.all())]).to.deep.equal([
      ['s1', 's2'],
      ['s3', 's4'],
    ]);
    history.push(of('s5', { id: 'i'.repeat(90), encoding: 'e'.repeat(11) }));
    expect([evicted.length, history.floor, serials(history.all())]).to.deep.equal([5, 's5', []]);
  });

  it('counts the bytes of presence and of annotations', () => {
    const presence = [{ action: 2, data: 'x'.repeat(60) }];
    history.push(new Publication({ action: Action.presence, channelSerial: 's1', timestamp: 0, presence }));
    const annotations = [{ action: 0, data: 'x'.repeat(60) }];
    history.push(
      new Publication({ action: Action.annotation, channelSerial: 's2', timestamp: 0, annotations }),
    );
    expect([evicted, serials(history.all())]).to.deep.equal([['s1'], ['s2']]);
  });

  it('frees what it evicts at once, whatever its size', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const freed = (): WeakRef<Publication> => {
      const large = publication('s1', 0, 4); // more than fits
      history.push(large);
      return new WeakRef(large);
    };
    const reference = freed();
    await new Promise(setImmediate); // a WeakRef holds its target until the end of the job
    collect();
    expect([serials(history.all()), reference.deref()]).to.deep.equal([[], undefined]);
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
