import { expect } from 'chai';
import fc from 'fast-check';
import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeData, deciphering, encodeData } from '../../lib/ably/wire/encodings.js';
import { json } from '../../lib/codec/json.js';
import { msgpack } from '../../lib/codec/msgpack.js';
import { aes, type AesOptions, generateRandomKey } from '../../lib/crypto/index.js';
import { exposedOf } from '../support/exposed.js';
import { secret } from '../support/secrets.js';
import { thrownBy } from '../support/thrown.js';
import { runs } from '../support/runs.js';

interface Travelling {
  readonly data: string;
  readonly encoding?: string;
}
interface VectorSet {
  readonly bits: number;
  readonly key: string;
  readonly iv: string;
  readonly items: readonly { readonly published: Travelling; readonly encrypted: Travelling }[];
}
const { sets } = JSON.parse(readFileSync(new URL('../fixtures/aes-cbc.json', import.meta.url), 'utf8')) as {
  readonly sets: readonly VectorSet[];
};

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const decoded = ({ data, encoding }: Travelling, options?: AesOptions): unknown =>
  decodeData(data, encoding, options && deciphering(aes(options))).data;

/** NIST SP 800-38A, F.2.1 and F.2.5. */
const plainBlocks = fromHex(
  '6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710',
);
const firstVector = fromHex('000102030405060708090a0b0c0d0e0f');
const nist = [
  {
    key: fromHex('2b7e151628aed2a6abf7158809cf4f3c'),
    blocks:
      '7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2 73bed6b8e3c1743b7116e69e22229516 3ff1caa1681fac09120eca307586e1a7',
  },
  {
    key: fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4'),
    blocks:
      'f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d 39f23369a9d9bacfa530e26304231461 b2eb05e2c39be9fcda6c19078c6a9d1b',
  },
];

describe('aes', () => {
  for (const { key, blocks } of nist)
    it(`RSL5b: agrees with NIST on AES-CBC with ${key.length * 8} bits`, () => {
      const encrypted = aes({ key, iv: () => firstVector }).encrypt(plainBlocks);
      expect(encrypted.subarray(0, 16)).to.deep.equal(firstVector);
      expect(encrypted.subarray(16, 16 + plainBlocks.length)).to.deep.equal(fromHex(blocks));
      expect(encrypted.length, 'a whole block of padding').to.equal(16 + plainBlocks.length + 16);
    });

  for (const { bits, key, iv, items } of sets) {
    const options = { key, iv: () => Buffer.from(iv, 'base64') };

    it(`RSL5c: encrypts as another implementation does, ${bits} bits`, () => {
      for (const { published, encrypted } of items)
        expect(encodeData(decoded(published), false, aes(options))).to.deep.equal(encrypted);
    });

    it(`RSL5c: decrypts what another implementation encrypted, ${bits} bits`, () => {
      for (const { published, encrypted } of items)
        expect(decoded(encrypted, options)).to.deep.equal(decoded(published));
    });
  }

  for (const { binary, format } of [json, msgpack()])
    for (const bits of [128, 256])
      it(`RSL5a: what is encrypted is decrypted to what it was, ${format}, ${bits} bits`, () => {
        const payload = fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.uint8Array({ maxLength: 100 }),
          fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())).map(throughJson),
        );
        const key = fc.uint8Array({ minLength: bits / 8, maxLength: bits / 8 });
        fc.assert(
          fc.property(payload, key, (data, bytes) => {
            const wire = encodeData(data, binary, aes({ key: bytes }));
            const { error, ...rest } = decodeData(wire.data, wire.encoding, deciphering(aes({ key: bytes })));
            expect(error).to.equal(undefined);
            expect(rest).to.deep.equal({ data });
          }),
          runs(200, 1),
        );
      });

  it('RSL5b: agrees with node:crypto on bytes of any length, wherever they lie', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 70 }),
        fc.nat(7),
        fc.constantFrom(16, 32),
        (bytes, offset, size) => {
          const plain = new Uint8Array(bytes.length + offset).subarray(offset);
          plain.set(bytes);
          const [key, iv] = [generateRandomKey(size * 8), generateRandomKey(128)];
          const other = createCipheriv(`aes-${size * 8}-cbc`, key, iv);
          const theirs = Buffer.concat([iv, other.update(bytes), other.final()]);
          const cipher = aes({ key, iv: () => iv });
          expect(Buffer.from(cipher.encrypt(plain)).equals(theirs)).to.equal(true);
          const arrived = Buffer.concat([Buffer.alloc(offset), theirs]).subarray(offset);
          expect(cipher.decrypt(arrived)).to.deep.equal(bytes);
          expect(plain, 'left as it was').to.deep.equal(bytes);
          expect(arrived.equals(theirs), 'left as it was').to.equal(true);
        },
      ),
      runs(100, 2),
    );
  });

  it('takes another vector for each message', () => {
    const { encrypt } = aes({ key: generateRandomKey() });
    const vectors = Array.from({ length: 100 }, () =>
      Buffer.from(encrypt(plainBlocks).subarray(0, 16)).toString('hex'),
    );
    expect(new Set(vectors).size).to.equal(100);
  });

  it('refuses a vector that is not one block', () => {
    for (const length of [0, 15, 17, 200])
      expect(
        () => aes({ key: generateRandomKey(), iv: () => new Uint8Array(length) }).encrypt(plainBlocks),
        String(length),
      ).to.throw();
  });

  it('RSL5b: names its step by the length of its key', () => {
    expect([128, 256].map((bits) => aes({ key: generateRandomKey(bits) }).encoding)).to.deep.equal([
      'cipher+aes-128-cbc',
      'cipher+aes-256-cbc',
    ]);
  });

  it('keeps its key when the bytes that it was given are overwritten', () => {
    const key = generateRandomKey();
    const cipher = aes({ key });
    const encrypted = cipher.encrypt(plainBlocks);
    key.fill(0);
    expect(cipher.decrypt(encrypted)).to.deep.equal(plainBlocks);
  });

  it('RSL6b: throws on what it cannot decrypt, without saying why', () => {
    const [iv, other] = [firstVector, fromHex('00'.repeat(32))];
    const encrypted = aes({ key: nist[1]!.key, iv: () => iv }).encrypt(plainBlocks);
    const cases: readonly (readonly [string, Uint8Array])[] = [
      ['another key', encrypted],
      ['nothing', new Uint8Array()],
      ['only a vector', iv],
      ['cut short', encrypted.subarray(0, 33)],
      ['a block less', encrypted.subarray(0, -16)],
    ];
    const texts = cases.map(([what, bytes]) => {
      const key = what === 'another key' ? other : nist[1]!.key;
      return String(thrownBy(() => aes({ key }).decrypt(bytes)));
    });
    expect(new Set(texts).size, texts.join('\n')).to.equal(1);
    expect(texts[0]).to.contain('cannot be decrypted');
  });

  it('shows its key to nobody', () => {
    const bytes = Buffer.from('0123456789abcdefghijklmnopqrstuv');
    const key = secret(bytes.toString('base64'));
    const cipher = aes({ key });
    const errors = [
      thrownBy(() => cipher.decrypt(plainBlocks)),
      thrownBy(() => aes({ key: `${key}AAAA` })),
      thrownBy(() => aes({ key: `${key}?` })),
      thrownBy(() => aes({ key, keyLength: 128 })),
      thrownBy(() => aes({ key, mode: 'ECB' })),
      thrownBy(() => aes({ key, iv: () => new Uint8Array(3) }).encrypt(plainBlocks)),
    ];
    const text = [cipher, cipher.encrypt, cipher.decrypt, ...errors].map(exposedOf).join('\n');
    const forms = [
      key,
      key.replace(/=$/, ''),
      bytes.toString(),
      bytes.toString('hex'),
      [...bytes].join(', '),
    ];
    for (const [n, form] of forms.entries()) expect(text.includes(form), `form ${n}`).to.equal(false);
  });
});

/** As JSON has it: it knows no negative zero. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}
