import { expect } from 'chai';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { takeFrames } from '../../lib/socket/take-frames.js';

/** A stream as `ws` reads it, by one listener; notes to whom its bytes went. */
function setUp() {
  const stream = new EventEmitter();
  const [ofWs, taken]: [string[], (string | number)[]] = [[], []];
  const listener = function (this: unknown, chunk: Buffer): void {
    expect(this).to.equal(stream);
    ofWs.push(chunk.toString('latin1'));
  };
  stream.on('data', listener);
  return { stream: stream as Socket, listener, ofWs, taken };
}
function taking() {
  const set = setUp();
  takeFrames(set.stream, (data) => set.taken.push(typeof data === 'string' ? data : data.length));
  const push = (...chunks: readonly (string | Buffer)[]): void => {
    for (const chunk of chunks)
      set.stream.emit('data', typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  };
  return { ...set, push };
}
/** A binary frame of so many bytes. */
const frameOf = (length: number): Buffer => {
  const header = Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(length, 6);
  return Buffer.concat([header, Buffer.alloc(length)]);
};
const one = '\x81\x03one';
const two = '\x81\x03two';
const ping = '\x89\x01!';

describe('takeFrames', () => {
  it('takes whole messages, and leaves none of them to ws', () => {
    const { push, taken, ofWs } = taking();
    push(one + two, '\x82\x02\x00\xff', '\x81\x02\xc3\xa9');
    expect([taken, ofWs]).to.deep.equal([['one', 'two', 2, 'é'], []]);
  });

  it('waits for the rest of a message, in its head or in its payload', () => {
    const { push, taken, ofWs } = taking();
    push(...`${one}${two}`, one.slice(0, 3), `${one.slice(3)}${two}${one.slice(0, 1)}`, one.slice(1));
    expect([taken, ofWs]).to.deep.equal([['one', 'two', 'one', 'two', 'one'], []]);
  });

  it('hands pings and pongs on to ws, in order and one by one', () => {
    const { push, taken, ofWs } = taking();
    push(`${one}${ping}\x8a\x00${two}`, ping.slice(0, 1), `${ping.slice(1)}${one}`);
    expect([taken, ofWs]).to.deep.equal([
      ['one', 'two', 'one'],
      [ping, '\x8a\x00', ping],
    ]);
  });

  it('gives the stream back for good with all that is not a whole message', () => {
    const odd: readonly (readonly [what: string, frame: string])[] = [
      ['a close', '\x88\x02\x03\xe8'],
      ['a fragment', '\x01\x03one'],
      ['the end of a message', '\x80\x03one'],
      ['an extension', '\xc1\x03one'],
      ['an unknown kind', '\x83\x03one'],
      ['a masked frame', '\x81\x83\x00\x00\x00\x00one'],
      ['a long ping', `\x89\x7e\x00\x7e${'!'.repeat(126)}`],
      ['text that is no UTF-8', '\x81\x02\xc3\x28'],
      ['a length beyond all limits', '\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff'],
    ];
    for (const [what, frame] of odd)
      for (const cut of [0, 1, 2]) {
        const { push, stream, listener, taken, ofWs } = taking();
        push(one + frame.slice(0, cut), frame.slice(cut) + two, one);
        expect([taken, ofWs.join('')], what).to.deep.equal([['one'], frame + two + one]);
        expect(stream.listeners('data'), what).to.deep.equal([listener]);
      }
  });

  it('takes text that has U+FFFD in it', () => {
    const { push, taken, ofWs } = taking();
    push('\x81\x03\xef\xbf\xbd', one);
    expect([taken, ofWs]).to.deep.equal([['\ufffd', 'one'], []]);
  });

  it('takes a message of a mebibyte, in pieces too, and leaves a larger one to ws', () => {
    const { push, taken, ofWs } = taking();
    const large = frameOf(1 << 20);
    push(large);
    for (let at = 0; at < large.length; at += 1000) push(large.subarray(at, at + 1000));
    push(one);
    expect([taken, ofWs]).to.deep.equal([[large.length - 10, large.length - 10, 'one'], []]);
    push(frameOf((1 << 20) + 1).subarray(0, 12), one);
    expect(ofWs.map(({ length }) => length)).to.deep.equal([12, 5]);
  });

  it('leaves a stream alone that is not read by one listener', () => {
    for (const count of [0, 2]) {
      const { stream, listener } = setUp();
      stream.removeAllListeners('data');
      const listeners = Array.from({ length: count }, () => listener);
      for (const each of listeners) stream.on('data', each);
      takeFrames(stream, () => undefined);
      expect(stream.listeners('data')).to.deep.equal(listeners);
    }
  });
});
