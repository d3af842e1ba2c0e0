import { expect } from 'chai';
import { Compaction } from '../../../lib/ably/objects/compaction.js';
import { rootOf } from '../../../lib/ably/objects/state/pool.js';
import { on, said, world } from '../../support/objects.js';

const root = on('root');

/** A root of so many keys, and what it is seen as. */
function large(count: number) {
  const w = world();
  const compaction = new Compaction(w.pool);
  let serial = 0;
  const nextSerial = (): string => `a${String((serial += 1)).padStart(6, '0')}`;
  const apply = (operation: ReturnType<typeof root.set>): void => {
    const { update } = w.apply(said(nextSerial(), operation));
    if (update) compaction.touch(update);
  };
  const now = (): Record<string, unknown> => compaction.of(rootOf(w.pool)) as Record<string, unknown>;
  for (let at = 0; at < count; at += 1) apply(root.set(`k${at}`, { number: at }));
  return { ...w, apply, now };
}

describe('objects as plain values', () => {
  for (const count of [3, 300]) {
    it(`RTPO13c1: of ${count} keys never change afterwards`, () => {
      const { apply, now } = large(count);
      const expected = Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
      const moments: [Record<string, unknown>, Record<string, unknown>][] = [[now(), { ...expected }]];
      const note = (): void => void moments.push([now(), { ...expected }]);
      apply(root.set('k1', { string: 'one' }));
      expected['k1'] = 'one' as never;
      note();
      apply(root.remove('k2'));
      delete expected['k2'];
      note();
      apply(root.set('new', { boolean: true }));
      expected['new'] = true as never;
      note();
      apply(root.set('k1', { string: 'two' }));
      expected['k1'] = 'two' as never;
      apply(root.remove('k0'));
      delete expected['k0'];
      note();
      for (const [moment, content] of moments.reverse()) {
        expect(moment['k1'], 'read before it is walked through').to.equal(content['k1']);
        expect('k2' in moment).to.equal('k2' in content);
        expect(moment).to.deep.equal(content);
        expect(JSON.parse(JSON.stringify(moment))).to.deep.equal(content);
        expect({ ...moment }).to.deep.equal(content);
        expect(Object.keys(moment).sort()).to.deep.equal(Object.keys(content).sort());
      }
      expect(now(), 'the same object while nothing changes').to.equal(now());
    });

    it(`RTPO13: of ${count} keys take any key, and look like plain objects`, () => {
      const { apply, now } = large(count);
      apply(root.set('__proto__', { json: '{"polluted":true}' }));
      apply(root.set('constructor', { number: 1 }));
      const plain = now();
      expect(Object.getPrototypeOf(plain)).to.equal(Object.prototype);
      expect(Object.hasOwn(plain, '__proto__')).to.equal(true);
      expect((plain as { polluted?: boolean }).polluted).to.equal(undefined);
      expect(plain['constructor']).to.equal(1);
      expect(String(plain)).to.equal('[object Object]');
      apply(root.remove('constructor'));
      expect([typeof now()['constructor'], Object.hasOwn(now(), '__proto__')]).to.deep.equal([
        'function',
        true,
      ]);
    });
  }

  it('RTPO13: of many keys cannot be changed', () => {
    const { now } = large(300);
    const plain = now();
    for (const change of [
      () => (plain['k1'] = 2),
      () => delete plain['k1'],
      () => Object.defineProperty(plain, 'x', { value: 1 }),
      () => Object.freeze(plain),
    ])
      expect(change).to.throw(TypeError);
    expect(plain['k1']).to.equal(1);
  });

  it('RTPO13: an old one that is kept keeps no more than as many as it has keys', () => {
    const { apply, now } = large(300);
    const old = now();
    for (let at = 0; at < 1000; at += 1) {
      apply(root.set('k1', { number: -at }));
      now();
    }
    expect([old['k1'], now()['k1'], Object.keys(old).length]).to.deep.equal([1, -999, 300]);
  });

  it('RTPO13c2: what becomes small again, and large again, is still whole', () => {
    const { apply, now } = large(257);
    now();
    apply(root.clear());
    apply(root.set('a', { number: 1 }));
    expect(now()).to.deep.equal({ a: 1 });
    for (let at = 0; at < 300; at += 1) apply(root.set(`n${at}`, { number: at }));
    expect(Object.keys(now())).to.have.length(301);
    expect(now()['a']).to.equal(1);
  });
});
