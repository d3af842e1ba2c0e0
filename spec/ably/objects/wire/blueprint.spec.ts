import { expect } from 'chai';
import { createHash } from 'node:crypto';
import {
  Blueprint,
  incrementOperation,
  removeOperation,
  setOperations,
} from '../../../../lib/ably/objects/wire/blueprint.js';
import { objectIdOf, typeOfId } from '../../../../lib/ably/objects/wire/object-id.js';
import { sizeOfObjectMessage } from '../../../../lib/ably/objects/wire/size.js';
import { ErrorInfo } from '../../../../lib/ably/wire/error-info.js';
import { ObjectAction, type WireObjectOperation } from '../../../../lib/ably/wire/object-message.js';
import { codecs } from '../../../support/fake-ably.js';

const map = (content?: unknown): Blueprint => new Blueprint('map', content);
const counter = (content?: unknown): Blueprint => new Blueprint('counter', content);
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

describe('the ids of objects', () => {
  it('RTO14a1, RTO14a2, RTO14a3, RTO14a4, RTO14b1, RTO14b2, RTO14c: type, hash of value and nonce, and time', () => {
    const parts = { type: 'map', initialValue: '{"ä":1}', nonce: 'n'.repeat(16), timestamp: 17 } as const;
    expect(objectIdOf(parts)).to.equal(`map:${hashOf(`{"ä":1}:${'n'.repeat(16)}`)}@17`);
    expect(objectIdOf({ ...parts, type: 'counter' })).to.match(/^counter:[\w-]{43}@17$/);
  });

  it('RTO6b1: name the type of their object', () => {
    expect(['root', 'map:a@1', 'counter:a@1'].map(typeOfId)).to.deep.equal(['map', 'map', 'counter']);
    for (const id of ['set:a@1', 'map', 'maps', 'counters', 'a map:a@1', ''])
      expect(typeOfId(id), id).to.equal(undefined);
  });
});

for (const { binary, format } of codecs)
  describe(`operations of a user, ${format}`, () => {
    let made = 0;
    const making = { binary, nonce: () => `nonce-${(made += 1)}-0123456`, timestamp: 17 };
    beforeEach(() => {
      made = 0;
    });
    const set = (value: unknown, key = 'k') => setOperations('map:m@1', key, value, making);

    it('OOP3a, OOP3b, OOP3k, MST2a, MST2b, RTLM20e2, RTLM20e3, RTLM20e6, RTLM20e7b, RTLM20e7c, RTLM20e7d, RTLM20e7e, RTLM20e7f, RTLM20h2: sets a value', () => {
      const bytes = Uint8Array.of(1, 2);
      for (const [value, data] of [
        ['a', { string: 'a' }],
        [1, { number: 1 }],
        [true, { boolean: true }],
        [{ a: 1 }, { json: '{"a":1}' }],
        [[1], { json: '[1]' }],
        [bytes, { bytes: binary ? bytes : 'AQI=' }],
      ] as const)
        expect(set(value)).to.deep.equal([
          { wire: { operation: { action: 1, objectId: 'map:m@1', mapSet: { key: 'k', value: data } } } },
        ]);
    });

    it('OOP3l, MRM2a, RTLM21e2, RTLM21e3, RTLM21e5: removes a key', () => {
      expect(removeOperation('map:m@1', 'k')).to.deep.equal({
        wire: { operation: { action: 2, objectId: 'map:m@1', mapRemove: { key: 'k' } } },
      });
    });

    it('OOP3n, CIN2a, RTLC12e2, RTLC12e3, RTLC12e5: adds to a counter', () => {
      expect(incrementOperation('counter:c@1', 2.5, -1)).to.deep.equal({
        wire: { operation: { action: 4, objectId: 'counter:c@1', counterInc: { number: -2.5 } } },
      });
    });

    it('OOP3q, CCRO2a, CCRO2b, CCR2a, RTLCV1, RTLCV2a, RTLCV3b, RTLCV4b1, RTLCV4c, RTLCV4f, RTLCV4g1, RTLCV4g2, RTLCV4g3, RTLCV4g4, RTLCV4g5, RTLM20e7g1, RTLM20e7g2, RTLM20h1: makes a counter before it is set', () => {
      for (const [given, count] of [
        [undefined, 0],
        [3, 3],
      ]) {
        made = 0;
        const initialValue = JSON.stringify({ count });
        const nonce = 'nonce-1-0123456';
        const objectId = `counter:${hashOf(`${initialValue}:${nonce}`)}@17`;
        expect(set(counter(given))).to.deep.equal([
          {
            wire: {
              operation: {
                action: ObjectAction.counterCreate,
                objectId,
                counterCreateWithObjectId: { initialValue, nonce },
              },
            },
            derived: { counterCreate: { count } },
          },
          {
            wire: {
              operation: { action: 1, objectId: 'map:m@1', mapSet: { key: 'k', value: { objectId } } },
            },
          },
        ]);
      }
    });

    it('OOP3p, MCRO2a, MCRO2b, MCR2a, MCR2b, RTLMV1, RTLMV2a, RTLMV4d1, RTLMV4d2, RTLMV4e1, RTLMV4f1, RTLMV4f2, RTLMV4i, RTLMV4j1, RTLMV4j2, RTLMV4j3, RTLMV4j4, RTLMV4j5, RTLMV4k: makes a map with its children first, depth first', () => {
      const operations = set(
        map({ inner: map({ c: counter(1) }), a: 'b', bytes: Uint8Array.of(1, 2), json: [1] }),
      );
      expect(operations.map(({ wire }) => wire.operation?.action)).to.deep.equal([3, 0, 0, 1]);
      const [, inner, outer, last] = operations;
      const { objectId, mapCreateWithObjectId } = outer!.wire.operation!;
      const created = JSON.parse(mapCreateWithObjectId!.initialValue!) as unknown;
      expect(created).to.deep.equal({
        semantics: 0,
        entries: {
          inner: { data: { objectId: inner!.wire.operation!.objectId } },
          a: { data: { string: 'b' } },
          bytes: { data: { bytes: 'AQI=' } },
          json: { data: { json: '[1]' } },
        },
      });
      expect(outer!.derived).to.deep.equal({ mapCreate: created });
      expect(objectId).to.equal(
        `map:${hashOf(`${mapCreateWithObjectId!.initialValue}:${mapCreateWithObjectId!.nonce}`)}@17`,
      );
      expect(last!.wire.operation!.mapSet!.value).to.deep.equal({ objectId });
    });

    it('RTLMV4d3, RTLMV4d4, RTLMV4d5, RTLMV4d6, RTLMV4d7: a key may be any text, also one that objects have already', () => {
      const [made] = set(map(JSON.parse('{"__proto__":1,"":2}') as object));
      expect(made!.wire.operation!.mapCreateWithObjectId!.initialValue).to.equal(
        '{"semantics":0,"entries":{"__proto__":{"data":{"number":1}},"":{"data":{"number":2}}}}',
      );
    });

    it('RTLMV3b, RTLMV4e2: a map of nothing is empty', () => {
      expect(set(map())[0]!.derived).to.deep.equal({ mapCreate: { semantics: 0, entries: {} } });
    });

    it('RTLMV3c, RTLCV3c, RTLMV3d, RTLCV3d: nothing is checked before it is set, and nothing can be changed', () => {
      for (const blueprint of [map(3), counter('x')]) expect(Object.isFrozen(blueprint)).to.equal(true);
    });

    const codeOf = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return error instanceof ErrorInfo ? [error.code, error.statusCode] : error;
      }
    };
    it('RTLMV4a, RTLMV4b, RTLCV4a, RTLC12e1, RTLM20e1, RTLM21e1: a wrong key, amount or content is refused with 40003', () => {
      const noKey = 3 as unknown as string;
      for (const act of [
        () => set(map(null)),
        () => set(map(map({}))),
        () => set(map([1])),
        () => set(map(new Map())),
        () => set(map('a')),
        () => set(counter(null)),
        () => set(counter('1')),
        () => set(counter(NaN)),
        () => set(map({ a: counter(Infinity) })),
        () => set(1, noKey),
        () => removeOperation('map:m@1', noKey),
        () => incrementOperation('counter:c@1', '1' as unknown as number, 1),
        () => incrementOperation('counter:c@1', NaN, -1),
      ])
        expect(codeOf(act)).to.deep.equal([40003, 400]);
    });

    it('RTLMV4c: a value of another type is refused with 40013', () => {
      for (const value of [undefined, null, 1n, map({ a: undefined }), map({ a: new Set() }), { a: [map()] }])
        expect(codeOf(() => set(value))).to.deep.equal([40013, 400]);
    });

    it('OOP4h2, OOP4k2: the size of a creation is that of what is created', () => {
      const sizes = set(map({ key: 'value', c: counter(1) })).map(({ wire, derived }) =>
        sizeOfObjectMessage(wire, derived),
      );
      expect(sizes).to.deep.equal([8, 3 + 5 + 1, 1]);
    });
  });

describe('the size of messages about objects', () => {
  const size = (operation: WireObjectOperation): number => sizeOfObjectMessage({ operation });

  it('OM3b, OM3c, OM3a, OM3d, OM3e, OM3f, OOP4g, OOP4f: clientId, operation, object and extras', () => {
    expect(sizeOfObjectMessage({})).to.equal(0);
    expect(sizeOfObjectMessage({ clientId: 'abc', extras: { a: 1 }, id: 'not counted' })).to.equal(3 + 7);
    expect(sizeOfObjectMessage({ operation: { action: 5, objectId: 'map:m@1' } })).to.equal(0);
    expect(
      sizeOfObjectMessage({ operation: { mapRemove: { key: 'ab' } }, object: { counter: { count: 1 } } }),
    ).to.equal(2 + 8);
  });

  it('OOP4h3, OOP4k3, MCR3a1, MCR3a2, MCR3b, MST3b, MST3c, MST3d, MRM3b, OME3b, OME3c, OOP4h1, OOP4i, OOP4j, OOP4k1, OOP4l, MST3a, MRM3a, CCR3a, CCR3b, CIN3a, CIN3b: its operation', () => {
    expect(size({ mapSet: { key: 'ab', value: { string: 'cde' } } })).to.equal(5);
    expect([{ key: 'ab' }, { value: { string: 'cde' } }, {}].map((mapSet) => size({ mapSet }))).to.deep.equal(
      [2, 3, 0],
    );
    expect(size({ mapRemove: { key: 'ab' } })).to.equal(2);
    expect(size({ counterInc: { number: 1 } })).to.equal(8);
    expect(size({ counterInc: {} })).to.equal(0);
    expect(size({ counterCreate: { count: 1 } })).to.equal(8);
    expect(size({ counterCreate: {} })).to.equal(0);
    expect(size({ mapCreate: { entries: { abc: { data: { boolean: true } } } } })).to.equal(4);
  });

  it('OD3a, OD3b, OD3c, OD3d, OD3e, OD3f, OD3g: its values', () => {
    const of = (value: object): number => size({ mapSet: { key: '', value } });
    expect(of({ boolean: false })).to.equal(1);
    expect(of({ number: 0 })).to.equal(8);
    expect(of({ string: 'äb' })).to.equal(2);
    expect(of({ json: '"ä"' })).to.equal(4);
    expect(['', 'AQ==', 'AQI=', 'AQID', Uint8Array.of(1, 2)].map((bytes) => of({ bytes }))).to.deep.equal([
      0, 1, 2, 3, 2,
    ]);
    expect(of({ objectId: 'map:a@1' })).to.equal(0);
  });

  it('OST3b, OST3c, OST3d, OST3e, OMP4a1, OMP4a2, OMP4b, OST3a, OMP4a, OCN3a, OCN3b, OME3a: its state', () => {
    const of = (object: object): number => sizeOfObjectMessage({ object });
    expect(of({ map: { entries: { ab: { data: { number: 1 } }, c: {} } } })).to.equal(11);
    expect(of({ counter: { count: 1 }, createOp: { counterCreate: { count: 2 } } })).to.equal(16);
    expect(of({ counter: {} })).to.equal(0);
  });
});
