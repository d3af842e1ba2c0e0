/** SHA-256 by FIPS 180-4; small rather than fast, for the short texts of ids. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = (message.length + 72) & ~63; // one bit, zeros, and the length in eight bytes
  const padded = new Uint8Array(length);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 4, message.length << 3);
  view.setUint32(length - 8, message.length >>> 29);
  const state = new Uint32Array(roots(2).slice(0, 8));
  const keys = roots(3);
  for (let at = 0; at < length; at += 64) mix(state, keys, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => {
    digest.setUint32(at * 4, word);
  });
  return new Uint8Array(digest.buffer);
}

/** The first 32 bits of the fractions of the square or cube roots of the first 64 primes. */
function roots(degree: 2 | 3): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < 64; candidate += 1)
    if (primes.every((prime) => candidate % prime > 0)) primes.push(candidate);
  return primes.map((prime) => (degree === 2 ? Math.sqrt(prime) : Math.cbrt(prime)) * 2 ** 32);
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** Mixes one block of 64 bytes into the state. */
function mix(state: Uint32Array, keys: readonly number[], view: DataView, start: number): void {
  const words = new Uint32Array(64);
  const word = (at: number): number => words[at] ?? 0;
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at += 1) {
    const [w15, w2] = [word(at - 15), word(at - 2)];
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[at] = at < 16 ? view.getUint32(start + at * 4) : word(at - 16) + s0 + word(at - 7) + s1;
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + sum1 + ((e & f) ^ (~e & g)) + ((keys[at] ?? 0) | 0) + word(at)) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, at) => {
    state[at] = (state[at] ?? 0) + value;
  });
}
