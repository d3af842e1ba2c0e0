import { expect } from 'chai';
import { runInNewContext } from 'node:vm';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';
import { decodeData, encodeData } from '../../../lib/ably/wire/encodings.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

for (const codec of [json, msgpack()])
  describe(`encodeData and decodeData over ${codec.format}`, () => {
    const { binary } = codec;
    /** What a subscriber gets of what was published. */
    const travel = (data: unknown): unknown => {
      const wire = codec.decode(codec.encode(encodeData(data, binary))) as {
        data?: unknown;
        encoding?: string;
      };
      const { error, encoding, ...decoded } = decodeData(wire.data, wire.encoding);
      expect([error, encoding]).to.deep.equal([undefined, undefined]);
      return decoded.data;
    };

    it('RSL4c2, RSL4d2: a string travels as it is', () => {
      expect(encodeData('é', binary)).to.deep.equal({ data: 'é' });
      expect(encodeData('', binary)).to.deep.equal({ data: '' });
    });

    it('RSL4c3, RSL4d3: an object or an array travels as JSON text', () => {
      expect(encodeData({ a: 1 }, binary)).to.deep.equal({ data: '{"a":1}', encoding: 'json' });
      expect(encodeData([1, 'b'], binary)).to.deep.equal({ data: '[1,"b"]', encoding: 'json' });
    });

    it('RSL4c1, RSL4d1: bytes travel as bytes, or as base64', () => {
      const encoded = binary ? { data: bytes(1, 2) } : { data: 'AQI=', encoding: 'base64' };
      const part = bytes(0, 1, 2, 3).subarray(1, 3);
      const views = [
        bytes(1, 2),
        part,
        bytes(1, 2).buffer,
        Buffer.from([1, 2]),
        new DataView(part.buffer, 1, 2),
        runInNewContext('Uint8Array.of(1, 2)') as unknown,
        runInNewContext('Uint8Array.of(1, 2).buffer') as unknown, // as in Jest, whose ArrayBuffer is another one
      ];
      for (const view of views) {
        const { data, encoding } = encodeData(view, binary);
        expect({
          data: data instanceof Uint8Array ? bytes(...data) : data,
          ...(encoding && { encoding }),
        }).to.deep.equal(encoded);
      }
    });

    it('RSL4a: nothing travels as nothing', () => {
      for (const nothing of [undefined, null]) expect(encodeData(nothing, binary)).to.deep.equal({});
    });

    it('RSL4a: another type is refused with 40013, and named', () => {
      for (const other of [1, 0, NaN, true, false, 1n, Symbol('s'), () => 1]) {
        let thrown: unknown;
        try {
          encodeData(other, binary);
        } catch (error) {
          thrown = error;
        }
        expect(thrown).to.be.instanceOf(ErrorInfo);
        expect(thrown).to.deep.include({ code: 40013, statusCode: 400 });
        expect((thrown as Error).message).to.contain(typeof other);
      }
    });

    it('RSL4a: a BigInt within it is refused with 40013, and its place named', () => {
      expect(() => encodeData({ a: [{ b: 1n }] }, binary))
        .to.throw(ErrorInfo, /at "data\.a\.0\.b", a BigInt: write it as a string/)
        .with.property('code', 40013);
    });

    it('RSL4a: an object that JSON would lose is refused, and its class named', () => {
      for (const [other, name] of [
        [new Map([[1, 2]]), 'Map'],
        [new Set([1]), 'Set'],
        [{ toJSON: () => undefined }, 'Object'],
      ] as const)
        expect(() => encodeData(other, binary)).to.throw(ErrorInfo, name);
    });

    it('RSL4c1, RSL4d1: bytes travel as they are now, whatever becomes of them before they leave', () => {
      const [own, buffer] = [bytes(1, 2), Buffer.from([1, 2])];
      const waiting = [own, own.buffer, buffer].map((data) => encodeData(data, binary));
      own.fill(0);
      buffer.fill(0);
      for (const { data, encoding } of waiting)
        expect(decodeData(data, encoding)).to.deep.equal({ data: bytes(1, 2) });
    });

    it('RSL4a: what says itself how it is to be JSON travels so, of whatever class it is', () => {
      class Money {
        toJSON(): unknown {
          return { euros: 5 };
        }
      }
      expect(travel(new Date(0))).to.equal('1970-01-01T00:00:00.000Z');
      expect(travel(new Money())).to.deep.equal({ euros: 5 });
      expect(travel(Object.assign(new Map(), { toJSON: () => [1] }))).to.deep.equal([1]);
    });

    it('RSL6a: gives back what was published', () => {
      for (const data of ['text', '', '{"a":1}', { a: [1, null, 'ü'] }, [], {}, bytes(), bytes(0, 255)])
        expect(travel(data)).to.deep.equal(data);
    });
  });

describe('decodeData', () => {
  it('RSL4b, RSL6: undoes a chain from its end', () => {
    const wire = Buffer.from('{"a":"é"}').toString('base64');
    expect(decodeData(wire, 'json/utf-8/base64')).to.deep.equal({ data: { a: 'é' } });
    expect(decodeData(wire, 'json/base64'), 'without a step for UTF-8').to.deep.equal({ data: { a: 'é' } });
    expect(decodeData(Buffer.from('{"a":"é"}'), 'json'), 'as bytes').to.deep.equal({ data: { a: 'é' } });
  });

  it('RSL6: takes text that is said to be text for text, by either name of UTF-8', () => {
    for (const step of ['utf-8', 'utf8']) {
      expect(decodeData('é', step)).to.deep.equal({ data: 'é' });
      expect(decodeData('{"a":1}', `json/${step}`)).to.deep.equal({ data: { a: 1 } });
      expect(decodeData('w6k=', `${step}/base64`)).to.deep.equal({ data: 'é' });
    }
  });

  it('RSL6a: leaves a byte order mark where the publisher has put it', () => {
    const wire = Buffer.from('\uFEFFa').toString('base64');
    expect(decodeData(wire, 'utf-8/base64')).to.deep.equal({ data: '\uFEFFa' });
  });

  it('leaves data without an encoding as it is', () => {
    for (const encoding of [undefined, null, ''])
      expect(decodeData('AQI=', encoding)).to.deep.equal({ data: 'AQI=' });
  });

  /** RSL6b: how far it came, and what it said. */
  const stuck = (data: unknown, encoding: string) => {
    const decoded = decodeData(data, encoding);
    expect(decoded.error).to.be.instanceOf(ErrorInfo);
    expect(decoded.error).to.have.property('code', 40013);
    return [decoded.data, decoded.encoding];
  };

  it('RSL6b: stops at a step that it does not know, with what remains of the chain', () => {
    expect(stuck('AQI=', 'utf-8/cipher+aes-128-cbc/base64')).to.deep.equal([
      bytes(1, 2),
      'utf-8/cipher+aes-128-cbc',
    ]);
    expect(stuck('x', 'unknown')).to.deep.equal(['x', 'unknown']);
    expect(stuck('x', 'json/')).to.deep.equal(['x', 'json/']);
  });

  it('RSL6b: knows no step by the name of what every object has', () => {
    for (const step of ['constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'])
      expect(stuck('x', step), step).to.deep.equal(['x', step]);
  });

  it('RSL6b: stops at a step that cannot be undone', () => {
    expect(stuck('!', 'json/base64')).to.deep.equal(['!', 'json/base64']);
    expect(stuck('{', 'json')).to.deep.equal(['{', 'json']);
    expect(stuck('eyI=', 'json/utf-8/base64')).to.deep.equal(['{"', 'json']);
    expect(stuck('/w==', 'utf-8/base64')).to.deep.equal([bytes(255), 'utf-8']);
    expect(stuck(bytes(1), 'base64')).to.deep.equal([bytes(1), 'base64']);
    expect(stuck(1, 'utf-8')).to.deep.equal([1, 'utf-8']);
    expect(stuck(undefined, 'json')).to.deep.equal([undefined, 'json']);
  });

  it('RSL6b: repeats nothing of a payload, which may have been encrypted on its way', () => {
    const { error } = decodeData(Buffer.from('the PIN is 1234').toString('base64'), 'json/utf-8/base64');
    for (const said of [error?.message, String(error?.cause)]) {
      expect(said).to.contain('15 characters');
      expect(said).to.not.match(/PIN|1234/);
    }
  });

  it('RSL6b: says which step it was', () => {
    expect(decodeData('!', 'json/base64').error?.message).to.contain('"base64"');
  });
});
