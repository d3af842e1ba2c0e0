const primes: bigint[] = [];
for (let n = 2n; primes.length < 80; n += 1n) if (primes.every((prime) => n % prime)) primes.push(n);

/** Gives the first 64 bits after the point of the `k`th root of a small number, by Newton's method from above. */
function fraction(number: bigint, k: bigint): bigint {
  const radicand = number << (64n * k);
  for (let root = radicand; ;) {
    const next = ((k - 1n) * root + radicand / root ** (k - 1n)) / k;
    if (next >= root) return word(root);
    root = next;
  }
}
const word = (value: bigint): bigint => BigInt.asUintN(64, value);
const upper = (value: bigint): number => Number(value >> 32n) | 0;

/** FIPS 180-4, 5.3.5 and 4.2.3: the upper halves are the constants of SHA-256. */
const initial512 = primes.slice(0, 8).map((prime) => fraction(prime, 2n));
const rounds512 = primes.map((prime) => fraction(prime, 3n));
const initial256 = initial512.map(upper);
const rounds256 = Int32Array.from(rounds512, upper);

/** FIPS 180-4, 5.1: a one, zeros, and the length in bits, in whole blocks. */
function pad(message: Uint8Array, blockSize: number): DataView {
  const length = Math.ceil((message.length + 1 + blockSize / 8) / blockSize) * blockSize;
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(length - 8, BigInt(message.length) * 8n);
  return view;
}

const w256 = new Int32Array(64);
const rotate = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

/** SHA-256 (FIPS 180-4, 6.2). */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = pad(message, 64);
  const hash = Int32Array.from(initial256);
  const at = (index: number): number => w256[index] as number; // it is within
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let t = 0; t < 64; t += 1) {
      if (t < 16) w256[t] = view.getInt32(block + 4 * t);
      else {
        const [x, y] = [at(t - 15), at(t - 2)];
        const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
        const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
        w256[t] = at(t - 16) + s0 + at(t - 7) + s1;
      }
    }
    let [a, b, c, d, e, f, g, h] = hash as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let t = 0; t < 64; t += 1) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (rounds256[t] as number) + at(t)) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => {
      hash[index] = (hash[index] as number) + value;
    });
  }
  const digest = new DataView(new ArrayBuffer(32));
  hash.forEach((value, index) => {
    digest.setInt32(4 * index, value);
  });
  return new Uint8Array(digest.buffer);
}
const rotate64 = (value: bigint, by: bigint): bigint => (value >> by) | word(value << (64n - by));

/** SHA-512 (FIPS 180-4, 6.4), by big integers: for keys and tokens, not for messages. */
export function sha512(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = pad(message, 128);
  let hash = initial512;
  for (let block = 0; block < view.byteLength; block += 128) {
    const w: bigint[] = [];
    let [a, b, c, d, e, f, g, h] = hash as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (const [t, k] of rounds512.entries()) {
      const [v, x, y, z] = [w[t - 7], w[t - 15], w[t - 2], w[t - 16]] as [bigint, bigint, bigint, bigint];
      w[t] =
        t < 16
          ? view.getBigUint64(block + 8 * t)
          : word(
              z +
                (rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n)) +
                v +
                (rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n)),
            );
      const t1 =
        h + (rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n)) + ((e & f) ^ (~e & g)) + k + w[t];
      const t2 = (rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [word(t1 + t2), a, b, c, word(d + t1), e, f, g];
    }
    hash = [a, b, c, d, e, f, g, h].map((value, index) => word(value + (hash[index] as bigint)));
  }
  const digest = new DataView(new ArrayBuffer(64));
  hash.forEach((value, index) => {
    digest.setBigUint64(8 * index, value);
  });
  return new Uint8Array(digest.buffer);
}
