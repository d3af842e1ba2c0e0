import { expect } from 'chai';
import fc from 'fast-check';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { aCounter, aMap, official, ours, settle, type Side } from '../support/objects-sides.js';
import { runs, timeLimit } from '../support/chaos/replay.js';

/** A deed of one of three clients. */
const deed = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('set'), key: fc.constantFrom('a', 'b', 'm'), value: fc.nat(9) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('add'),
      key: fc.constantFrom('c', 'd'),
      value: fc.integer({ min: -9, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('remove'),
      key: fc.constantFrom('a', 'b', 'm'),
      value: fc.constant(0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('make'), key: fc.constantFrom('a', 'm'), value: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('inner'), key: fc.constantFrom('x', 'y'), value: fc.nat(9) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('cut', 'sync', 'torn', 'double', 'forget', 'away', 'batch'),
      key: fc.constant(''),
      value: fc.constant(0),
    }),
  },
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

async function enact(
  side: Side,
  { do: what, key, value }: Deed,
  server: ListeningEmulator,
): Promise<unknown> {
  if (what === 'set') return side.set('', key, value);
  if (what === 'add') return side.increment(key, value);
  if (what === 'remove') return side.remove('', key);
  if (what === 'make') return side.set('', key, aMap({ x: value, c: aCounter(value) }));
  if (what === 'inner') return side.set('m', key, value);
  if (what === 'batch') return side.batch({ a: value, b: value }, { c: 1, d: -1 });
  if (what === 'away') return side.goAway();
  const connection = server.emulator.connections.find(({ id }) => id === side.connectionId());
  if (!connection?.channels.includes('room')) return undefined; // it is on its way back
  if (what === 'forget') connection.forget();
  if (what === 'cut' || what === 'forget') connection.drop();
  if (what === 'sync') connection.syncObjects('room');
  if (what === 'double' && side.name === 'ours') connection.doubleOperation('room'); // by RTO9a3 another client may count it twice
  if (what !== 'torn') return undefined;
  connection.holdObjectSync('room');
  connection.syncObjects('room');
  connection.releaseObjectSync('room');
  connection.drop();
  return undefined;
}

describe('objects of three clients', () => {
  it('RTLM9, RTLC9, RTO5, RTO20: come out the same, whatever they do, whoever is cut off, also amid a sync, and what comes twice', async function () {
    this.timeout(timeLimit(6000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), deed, fc.boolean()), { maxLength: 20 }),
        async (deeds) => {
          const server = await listen({ syncPageSize: 3 });
          const sides = await Promise.all([
            ours({ server, format: 'json' }),
            ours({ server, format: 'msgpack' }),
            official({ server, format: 'json' }),
          ]);
          try {
            const [first] = sides;
            await first.set('', 'c', aCounter());
            await first.set('', 'd', aCounter());
            await first.set('', 'm', aMap({}));
            await settle(...sides);
            const under: Promise<unknown>[] = [];
            for (const [who, each, isAwaited] of deeds) {
              const done = enact(sides[who]!, each, server).catch(() => undefined); // nothing may be where it is to be changed
              under.push(done);
              if (isAwaited) await done;
            }
            await Promise.all(under);
            await settle(...sides);
            const [one, other, third] = sides.map(({ compact }) => compact());
            expect(other).to.deep.equal(one);
            expect(third).to.deep.equal(one);
          } finally {
            await Promise.all(sides.map(({ end }) => end()));
            await server.close();
          }
        },
      ),
      runs(50, 1),
    );
  });
});
