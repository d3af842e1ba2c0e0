import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { takeFrames } from '../../lib/socket/take-frames.js';
import { runs, timeLimit } from '../support/chaos/replay.js';

/** The near end of a stream whose far end is played by a spec: one `push` is one chunk. Notes what is written to it. */
class Wire extends Duplex {
  readonly written: Buffer[] = [];
  #request = '';

  override _read(): void {
    // is pushed to
  }

  override _write(chunk: Buffer, _: unknown, done: () => void): void {
    if (this.#request.endsWith('\r\n\r\n')) this.written.push(chunk);
    else this.#shakeHands(chunk.toString());
    done();
  }

  #shakeHands(text: string): void {
    this.#request += text;
    const key = /^sec-websocket-key: (.*)\r$/im.exec(this.#request)?.[1];
    if (!key || !this.#request.endsWith('\r\n\r\n')) return;
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    this.push(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  }
}

/** All that a user of `ws` sees, and all that its peer sees, of these chunks. */
async function seenOf(chunks: readonly Buffer[], reading: 'by ws' | 'taken'): Promise<readonly unknown[]> {
  const wire = new Wire();
  const seen: unknown[] = [];
  const socket = new WebSocket('ws://localhost', {
    perMessageDeflate: false,
    createConnection: () => wire as unknown as Socket,
    generateMask: (mask) => mask.fill(0),
  });
  const heard = (data: string | Buffer): void =>
    void seen.push(typeof data === 'string' ? ['text', data] : ['bytes', data.toString('hex')]);
  socket.on('message', (data: Buffer, isBinary) => heard(isBinary ? data : data.toString()));
  socket.on('ping', (data) => seen.push(['ping', data.toString('hex')]));
  socket.on('pong', (data) => seen.push(['pong', data.toString('hex')]));
  socket.on('error', ({ message }) => seen.push(['error', message]));
  socket.on('close', (code, reason) => seen.push(['close', code, reason.toString()]));
  await new Promise<void>((opened) => {
    socket.once('open', () => {
      if (reading === 'taken') takeFrames(wire as unknown as Socket, heard);
      opened();
    });
  });
  for (const [index, chunk] of chunks.entries()) {
    if (!wire.destroyed) wire.push(chunk);
    if (index % 8 === 7) await nextTurn();
  }
  await nextTurn();
  seen.push(['state', socket.readyState]);
  if (!wire.destroyed) wire.push(null);
  for (let turns = 0; turns < 5; turns += 1) await nextTurn();
  wire.destroy();
  await nextTurn();
  return [...seen, ['written', Buffer.concat(wire.written).toString('hex')]];
}

/** A frame as bytes (RFC 6455, 5.2); `width` is that of its length, which may be more than it needs. */
function wired(first: number, payload: Uint8Array, width: 0 | 2 | 8, masked = false): Buffer {
  const { length } = payload;
  const needed = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
  const size = Math.max(width, needed);
  const header = Buffer.alloc(2 + size);
  header[0] = first;
  header[1] = (masked ? 0x80 : 0) | (size === 0 ? length : size === 2 ? 126 : 127);
  if (size === 2) header.writeUInt16BE(length, 2);
  if (size === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

const width = fc.constantFrom(0 as const, 0 as const, 0 as const, 2 as const, 8 as const);
const bytes = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  { weight: 2, arbitrary: fc.uint8Array({ minLength: 120, maxLength: 130 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0xfffe, 0x10000, 0x12345).map((size) => new Uint8Array(size).fill(97)),
  },
);
const text = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.constantFrom('\ufffd', 'a\ufffdb', '\ufeff', ''))
  .map((value) => Buffer.from(value));
const frameOf = (first: number, payload: fc.Arbitrary<Uint8Array>) =>
  fc.tuple(payload, width).map(([data, size]) => wired(first, data, size));
const short = fc.uint8Array({ maxLength: 125 });

/** Frames as every server sends them. */
const usual = fc.oneof(
  { weight: 5, arbitrary: frameOf(0x81, text) },
  { weight: 3, arbitrary: frameOf(0x82, bytes) },
  { weight: 1, arbitrary: short.map((data) => wired(0x89, data, 0)) },
  { weight: 1, arbitrary: short.map((data) => wired(0x8a, data, 0)) },
);
/** A message in fragments, pings among them. */
const fragmented = fc
  .tuple(fc.constantFrom(0x01, 0x02), text, fc.array(fc.tuple(text, fc.boolean()), { maxLength: 3 }), text)
  .map(([first, begin, middle, end]) =>
    Buffer.concat([
      wired(first, begin, 0),
      ...middle.flatMap(([part, isPing]) => [
        wired(0x00, part, 0),
        ...(isPing ? [wired(0x89, part.subarray(0, 9), 0)] : []),
      ]),
      wired(0x80, end, 0),
    ]),
  );
/** Frames that end a connection, or should. */
const odd = fc.oneof(
  fc
    .constantFrom(...[0x80, 0x83, 0x8b, 0xc1, 0xa2, 0x09, 0x91])
    .map((first) => wired(first, Buffer.from('odd'), 0)),
  frameOf(0x81, fc.uint8Array({ minLength: 1, maxLength: 9 })), // often no UTF-8
  fc.constant(wired(0x82, Buffer.from('masked'), 0, true)),
  fc.constant(wired(0x89, new Uint8Array(126), 0)),
  fc.constant(Buffer.from([0x82, 127, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3])), // more than `ws` accepts
  fc.constant(Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 1])),
  fc
    .constantFrom(1000, 1011, 4001, 999)
    .map((code) => wired(0x88, Buffer.from([code >> 8, code & 255, 0x62]), 0)),
  fc.constant(wired(0x88, Buffer.alloc(0), 0)),
  fc.constant(wired(0x88, Buffer.from([1]), 0)),
);
const stream = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: usual },
      { weight: 2, arbitrary: fragmented },
      { weight: 2, arbitrary: odd },
    ),
    { maxLength: 12 },
  )
  .map((frames) => Buffer.concat(frames));

/** Cuts into chunks at these shares of the whole. */
function cutAt(whole: Buffer, shares: readonly number[]): readonly Buffer[] {
  const cuts = shares.map((share) => Math.floor(share * whole.length)).sort((a, b) => a - b);
  return [0, ...cuts]
    .map((from, index) => whole.subarray(from, cuts[index] ?? whole.length))
    .filter(({ length }) => length > 0);
}
const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

describe('takeFrames, held against ws', () => {
  it('tells and answers the same of any frames, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(stream, shares, async (whole, at) => {
        const chunks = cutAt(whole, at);
        expect(await seenOf(chunks, 'taken')).to.deep.equal(await seenOf(chunks, 'by ws'));
      }),
      runs(1000, 1580),
    );
  }).timeout(timeLimit(4000));

  it('tells and answers the same of any frames, cut at every byte', async () => {
    const few = fc.array(fc.oneof({ weight: 4, arbitrary: usual }, fragmented, odd), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        few.map((frames) => Buffer.concat(frames)).filter(({ length }) => length < 600),
        async (whole) => {
          const chunks = [...whole].map((byte) => Buffer.from([byte]));
          expect(await seenOf(chunks, 'taken')).to.deep.equal(await seenOf(chunks, 'by ws'));
        },
      ),
      runs(100, 1581),
    );
  }).timeout(timeLimit(2000));
});
