import { expect } from 'chai';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';
import { bytesOf, encodeMessage, sizeOf } from '../../../lib/ably/wire/outgoing.js';

for (const codec of [json, msgpack()]) {
  const { binary } = codec;
  /** The message as the peer decodes it. */
  const sent = (message: Parameters<typeof encodeMessage>[0]): unknown =>
    codec.decode(codec.encode(encodeMessage(message, binary)));
  const size = (message: Parameters<typeof encodeMessage>[0]): number =>
    sizeOf(encodeMessage(message, binary));

  describe(`encodeMessage over ${codec.format}`, () => {
    it('RTL6i3: sends name and data, and nothing besides', () => {
      expect(sent({ name: 'n', data: 'd' })).to.deep.equal({ name: 'n', data: 'd' });
      expect(sent({ name: '', data: '' })).to.deep.equal({ name: '', data: '' });
    });

    it('RTL6i3, RSL1e: leaves out what is null or undefined', () => {
      expect(sent({ name: 'click', data: null })).to.deep.equal({ name: 'click' });
      expect(sent({ name: null, data: 'd' })).to.deep.equal({ data: 'd' });
      expect(
        sent({ name: null, data: null, clientId: undefined, id: undefined, extras: null }),
      ).to.deep.equal({});
      expect(sent({})).to.deep.equal({});
    });

    it('sends id, clientId and extras', () => {
      const extras = { headers: { a: 'b' } };
      expect(sent({ name: 'n', data: 'd', clientId: 'c', id: 'i', extras })).to.deep.equal({
        name: 'n',
        data: 'd',
        clientId: 'c',
        id: 'i',
        extras,
      });
    });

    it('TM2i: sends extras as they are now, and as JSON has them', () => {
      const extras = { headers: { a: 'b' }, at: new Date(0), nothing: undefined };
      const waiting = encodeMessage({ extras }, binary);
      extras.headers.a = 'changed meanwhile';
      expect(codec.decode(codec.encode(waiting))).to.deep.equal({
        extras: { headers: { a: 'b' }, at: '1970-01-01T00:00:00.000Z' },
      });
    });

    it('RSL4c1, RSL4d1: sends bytes as the codec can', () => {
      expect(sent({ data: new Uint8Array([1, 2]) })).to.deep.equal(
        binary ? { data: new Uint8Array([1, 2]) } : { data: 'AQI=', encoding: 'base64' },
      );
    });

    it('RSL4a: refuses a name or data of another type with 40013', () => {
      for (const bad of [{ name: 7 as unknown as string }, { data: 7 }, { name: 'n', data: true }])
        expect(() => sent(bad))
          .to.throw()
          .with.property('code', 40013);
    });

    it('leaves what the user passed untouched', () => {
      const message = Object.freeze({ name: 'n', data: Object.freeze({ a: 1 }), extras: Object.freeze({}) });
      expect(sent(message)).to.deep.equal({ name: 'n', data: '{"a":1}', encoding: 'json', extras: {} });
    });
  });

  describe(`sizeOf over ${codec.format}`, () => {
    it('TM6a, TM6d, TM6f: is the sum of name, data, clientId and extras as JSON', () => {
      expect(size({ name: '12', data: '345', clientId: '6789', extras: { a: 1 } })).to.equal(2 + 3 + 4 + 7);
    });
    it('TM6f: is in bytes where UTF-8 is counted', () => {
      const message = encodeMessage({ name: 'é', data: 'é€😀\ud83d' }, binary);
      expect([sizeOf(message), bytesOf([message, message])]).to.deep.equal([6, 2 * (1 + 2 + 3 + 4 + 3)]);
    });
    it('TM6e: counts nothing for what is left out', () => {
      expect([size({}), size({ name: null, data: null, extras: null })]).to.deep.equal([0, 0]);
    });
    it('TM6: counts the id besides', () => {
      expect(size({ id: 'base:0', data: 'abc' })).to.equal(9);
    });
    it('TM6b: counts an object by its JSON', () => {
      expect(size({ data: { a: 'é' } })).to.equal('{"a":"é"}'.length);
    });
    it('TM6c: counts bytes as bytes, not as base64', () => {
      for (const length of [0, 1, 2, 3, 4, 1000])
        expect(size({ data: new Uint8Array(length) }), String(length)).to.equal(length);
    });
  });
}
