import { expect } from 'chai';
import { Flag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type EmulatedObjects, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';

describe('emulator: objects for a test', () => {
  let emulator: Emulator;
  let objects: EmulatedObjects;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
    objects = emulator.objects('room');
  });
  afterEach(() => emulator.dispose());

  it('reads and writes by paths', () => {
    expect(objects.compact()).deep.equal({});
    objects.set('title', 'hello');
    objects.createMap('votes', { 'a.b': true });
    objects.createCounter('votes.up');
    objects.createCounter('votes.down', 5);
    objects.increment('votes.up');
    objects.increment('votes.*', -2);
    objects.set('votes.x\\.y', [1]);
    objects.remove('title');
    expect(objects.compact()).deep.equal({ votes: { 'a.b': true, 'x.y': [1], up: -1, down: 3 } });
    expect(
      ['votes.up', 'votes.a\\.b', 'votes.none', 'none.at.all'].map((path) => objects.compact(path)),
    ).deep.equal([-1, true, undefined, undefined]);
  });

  it('reads nothing on a channel that it does not make by reading', () => {
    expect([objects.compact('a'), objects.collect()]).deep.equal([undefined, []]);
    expect(emulator.channels).deep.equal([]);
  });

  it('tells attached clients', () => {
    const client = connectTo(emulator);
    client.attach('room', { flags: Flag.objectSubscribe });
    objects.createCounter('n', 1);
    const [frame] = client.of('OBJECT');
    expect(frame?.state?.map(({ operation }) => operation?.action)).deep.equal([3, 1]);
    expect(frame).not.property('connectionId');
  });

  it('deletes what no path leads to, and nothing else', () => {
    objects.createMap('a');
    objects.createMap('a.b');
    objects.createCounter('a.b.n');
    objects.createMap('c');
    objects.remove('a');
    expect(objects.collect()).length(3);
    expect(objects.collect()).deep.equal([]);
    expect(objects.compact()).deep.equal({ c: {} });
  });

  const refused: readonly [string, (of: EmulatedObjects) => void, number][] = [
    ['a path that leads nowhere', (of) => of.set('none.x', 1), 92005],
    ['a counter as a map', (of) => of.set('n.x', 1), 92007],
    ['a map as a counter', (of) => of.increment(''), 92007],
    ['a value as a counter', (of) => of.increment('v'), 92005],
    ['the root to be made', (of) => of.createMap(''), 92007],
    ['all keys to be made', (of) => of.createCounter('*'), 92007],
    ['a value that a map cannot hold', (of) => of.set('x', (() => 1) as never), 40013],
    ['a count that is no number', (of) => of.createCounter('x', NaN), 92000],
  ];
  for (const [title, change, code] of refused)
    it(`refuses ${title} with ${code}`, () => {
      objects.createCounter('n');
      objects.set('v', 1);
      expect(() => change(objects))
        .throw()
        .property('code', code);
      expect(objects.compact()).deep.equal({ n: 0, v: 1 });
    });

  it('keeps channels of apps apart', () => {
    const two = createEmulator({ apps: [{ keys: ['a.k:s'] }, { keys: ['b.k:s'] }] });
    two.objects('room', 'b').set('x', 1);
    expect([two.objects('room').compact(), two.objects('room', 'b').compact()]).deep.equal([{}, { x: 1 }]);
    two.dispose();
  });
});
