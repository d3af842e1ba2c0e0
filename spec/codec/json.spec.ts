import { expect } from 'chai';
import { json, jsonOf } from '../../lib/codec/json.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('json', () => {
  it('RTN2a: is called json, and carries no bytes', () => {
    expect([json.format, json.binary]).to.deep.equal(['json', false]);
  });

  it('encodes to text and back, without undefined fields', () => {
    const frame = { action: 15, channel: 'ünï', messages: [{ data: 'é😀', name: undefined }] };
    const text = json.encode(frame);
    expect(text).to.equal('{"action":15,"channel":"ünï","messages":[{"data":"é😀"}]}');
    expect(json.decode(text as string)).to.deep.equal({
      action: 15,
      channel: 'ünï',
      messages: [{ data: 'é😀' }],
    });
  });

  it('takes bytes as UTF-8: an ArrayBuffer, a Uint8Array, a Buffer that is part of a larger one', () => {
    const bytes = bytesOf('{"a":"é😀"}');
    const part = Buffer.concat([Buffer.from('xx'), bytes, Buffer.from('yy')]).subarray(2, 2 + bytes.length);
    for (const data of [bytes, bytes.slice().buffer, part])
      expect(json.decode(data)).to.deep.equal({ a: 'é😀' });
  });

  it('throws on what is not JSON, and on bytes that are not UTF-8', () => {
    for (const bad of ['', '{', 'undefined', bytesOf('{'), new Uint8Array([0x22, 0xff, 0x22])])
      expect(() => json.decode(bad), String(bad)).to.throw();
  });

  it('throws on what JSON cannot say', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => json.encode(circle)).to.throw(TypeError);
    expect(() => json.encode({ big: 1n })).to.throw(TypeError);
  });

  it('sets no prototype, whatever the peer sends', () => {
    const decoded = json.decode('{"__proto__":{"polluted":true}}') as { polluted?: boolean };
    expect(decoded.polluted).to.equal(undefined);
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
  });
});

describe('jsonOf', () => {
  it('writes JSON, and leaves out what JSON leaves out', () => {
    expect(jsonOf({ a: [1, undefined] }, 'data')).to.equal('{"a":[1,null]}');
    expect(jsonOf(undefined, 'data')).to.equal(undefined);
  });
  it('names a BigInt, and what contains itself, by its path', () => {
    const circle: { in: unknown[] } = { in: [] };
    circle.in.push(circle);
    expect(() => jsonOf({ a: { b: ['x', 1n] } }, 'data')).to.throw(
      TypeError,
      /^JSON cannot say what is at "data\.a\.b\.1", a BigInt: write it as a string\.$/,
    );
    expect(() => jsonOf(1n, 'body')).to.throw(/at "body", a BigInt/);
    expect(() => jsonOf(circle, 'data')).to.throw(/at "data\.in\.0", which contains itself: leave it out/);
    expect(() => jsonOf([circle.in, circle.in], 'data')).to.throw(/at "data\.0\.0\.in", which/);
  });
  it('throws what a toJSON of the user throws', () => {
    const toJSON = (): never => {
      throw new RangeError('mine');
    };
    expect(() => jsonOf({ toJSON }, 'data')).to.throw(RangeError, 'mine');
  });
});
