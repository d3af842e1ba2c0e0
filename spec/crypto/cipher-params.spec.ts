import { expect } from 'chai';
import { ErrorInfo } from '../../lib/ably/wire/error-info.js';
import { aes, type CipherParamOptions, generateRandomKey, getDefaultParams } from '../../lib/crypto/index.js';
import { thrownBy } from '../support/thrown.js';

const key = new Uint8Array(32).map((_, n) => 255 - n);
const text = Buffer.from(key).toString('base64');
const refusal = (options: unknown): ErrorInfo => {
  const error = thrownBy(() => getDefaultParams(options as CipherParamOptions));
  expect(error).to.be.instanceOf(ErrorInfo);
  expect(error).to.deep.include({ code: 40000, statusCode: 400 });
  return error as ErrorInfo;
};

describe('getDefaultParams', () => {
  it('RSE1a, RSE1b, RSE1d, TZ2a, TZ2b, TZ2c, TZ2d: makes the options whole', () => {
    expect(getDefaultParams({ key })).to.deep.equal({ algorithm: 'AES', keyLength: 256, mode: 'CBC', key });
    expect(getDefaultParams({ key: key.subarray(16) })).to.deep.include({ keyLength: 128 });
  });

  it('RSE1a, CO2a, CO2c: keeps what it is given', () => {
    const params = { algorithm: 'aes', keyLength: 256, mode: 'cbc', key };
    expect(getDefaultParams(params)).to.deep.equal(params);
  });

  it('CO2a, CO2c, CO2d: takes null for what is left out', () => {
    const { algorithm, keyLength, mode } = getDefaultParams({
      ...{ key: new Uint8Array(32), algorithm: null, keyLength: null, mode: null },
    });
    expect([algorithm, keyLength, mode]).to.deep.equal(['AES', 256, 'CBC']);
  });

  it('RSE1c, CO2b: takes bytes of any kind', () => {
    const around = new Uint8Array([...key, 1, 2, 3]);
    for (const bytes of [key.buffer, Buffer.from(key), around.subarray(0, 32)])
      expect(getDefaultParams({ key: bytes }).key).to.deep.equal(key);
  });

  it('RSE1c: takes base64 and base64url, with and without padding', () => {
    expect(text).to.match(/[+/].*=$/);
    const url = text.replaceAll('+', '-').replaceAll('/', '_');
    for (const form of [text, url, text.replace('=', ''), url.replace('=', ''), `${text}\n`])
      expect(getDefaultParams({ key: form }).key).to.deep.equal(key);
  });

  it('RSE1c: has a key of its own', () => {
    const given = key.slice();
    const all = [given, given.buffer].map((bytes) => getDefaultParams({ key: bytes }));
    given.fill(0);
    for (const params of all) expect(params.key).to.deep.equal(key);
  });

  it('RSE1e: refuses keys that are none', () => {
    for (const other of [undefined, null, 7, {}, [], true])
      expect(refusal({ key: other }).message).to.contain('key');
    expect(refusal({ key: 'no base64!' }).message).to.contain('neither base64');
    for (const options of [undefined, null, 'key', 7]) expect(refusal(options).message).to.contain('options');
  });

  it('RSE1e: refuses keys of another length', () => {
    for (const size of [0, 15, 17, 24, 33, 64])
      expect(refusal({ key: new Uint8Array(size) }).message).to.contain(`it has ${size * 8}`);
  });

  it('RSE1e: refuses what contradicts the key, and what it does not know', () => {
    for (const keyLength of [128, 32, 0, '256'])
      expect(refusal({ key, keyLength }).message).to.contain('256');
    for (const algorithm of ['DES', '']) expect(refusal({ key, algorithm }).message).to.contain('AES');
    for (const mode of ['GCM', '']) expect(refusal({ key, mode }).message).to.contain('CBC');
  });

  it('TB2b1, TB2b2: a cipher is made of either', () => {
    const plain = new Uint8Array([1, 2, 3]);
    const [made, whole] = [aes({ key: text }), aes(getDefaultParams({ key: text }))];
    expect(whole.decrypt(made.encrypt(plain))).to.deep.equal(plain);
  });
});

describe('generateRandomKey', () => {
  it('RSE2a, RSE2b: is 256 bits long, or as long as is asked for', () => {
    expect(generateRandomKey()).to.be.instanceOf(Uint8Array).with.lengthOf(32);
    expect(generateRandomKey(128)).to.have.lengthOf(16);
  });

  it('RSE2: is another one each time', () => {
    const keys = Array.from({ length: 100 }, () => Buffer.from(generateRandomKey()).toString('hex'));
    expect(new Set(keys).size).to.equal(100);
  });

  it('RSE2a: refuses lengths that are none', () => {
    for (const length of [0, -8, 7, 1.5, NaN, '256', null] as unknown as number[])
      expect(
        thrownBy(() => generateRandomKey(length)),
        String(length),
      ).to.deep.include({ code: 40000 });
  });
});
