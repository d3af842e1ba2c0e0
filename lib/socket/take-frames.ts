import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';

type OnData = (this: Socket, chunk: Buffer) => void;

/** First bytes of the frames that are taken: whole ones, without extensions (RFC 6455, 5.2). */
const [text, binary, ping, pong] = [0x81, 0x82, 0x89, 0x8a] as const;
/** Bytes up to which the rest of a frame is waited for; larger ones are left to `ws` and its limits. */
const largest = 1 << 20;

/**
 * Takes whole messages straight from the chunks of an open WebSocket's stream: on their way through the Writable of `ws`
 * they cost half as much again. `ws` keeps all the rest. It is handed pings and pongs, and with the first byte of anything
 * else (a close, a fragment, a frame that is very large, breaks the protocol, or has no UTF-8) it gets the stream back for
 * good, at the border of a frame, as if it had read all the time. Nothing is taken where the stream is read in another way
 * than by one listener to `data`.
 */
export function takeFrames(stream: Socket, deliver: (data: string | Buffer) => void): void {
  const [ofWs, ...others] = stream.listeners('data') as OnData[];
  if (!ofWs || others.length > 0) return;
  let held: Buffer[] = [];
  let missing = 0;

  const hold = (part: Buffer, size: number): void => {
    held = [part];
    missing = size - part.length;
  };
  const giveBack = (rest: Buffer): void => {
    stream.off('data', take);
    stream.on('data', ofWs);
    ofWs.call(stream, rest);
  };
  const take = (chunk: Buffer): void => {
    let rest = chunk;
    while (held.length > 0) {
      held.push(rest.subarray(0, missing));
      missing -= rest.length;
      if (missing > 0) return;
      const frame = Buffer.concat(held); // and not the chunk as well, which is much larger
      rest = rest.subarray(rest.length + missing);
      held = [];
      const odd = read(frame);
      if (odd >= 0) return giveBack(Buffer.concat([frame.subarray(odd), rest]));
    }
    const odd = read(rest);
    if (odd >= 0) giveBack(rest.subarray(odd));
  };
  /** Takes what is whole and holds what is not; answers where a frame begins that is to be given back, or -1. */
  const read = (chunk: Buffer): number => {
    let at = 0;
    while (at < chunk.length) {
      const first = chunk[at];
      const second = chunk[at + 1] ?? 0;
      const isData = first === text || first === binary;
      if (!isData && first !== ping && first !== pong) return at;
      if (second > (isData ? 127 : 125)) return at; // masked, or too long for a ping
      const from = at + (second < 126 ? 2 : second === 126 ? 4 : 10);
      const end = from > chunk.length ? from : from + lengthAt(chunk, at + 2, second);
      if (end - from > largest) return at;
      if (end > chunk.length) {
        hold(chunk.subarray(at), end - at);
        return -1;
      }
      if (first === binary) deliver(chunk.subarray(from, end));
      else if (first !== text) ofWs.call(stream, chunk.subarray(at, end));
      else {
        const message = chunk.toString('utf8', from, end);
        if (message.includes('\ufffd') && !isUtf8(chunk.subarray(from, end))) return at;
        deliver(message);
      }
      at = end;
    }
    return -1;
  };
  stream.on('data', take);
  stream.off('data', ofWs);
}

/** The length of a payload: the second byte of its frame, or the two or eight bytes after that. */
const lengthAt = (chunk: Buffer, at: number, second: number): number =>
  second < 126
    ? second
    : second === 126
      ? chunk.readUInt16BE(at)
      : chunk.readUInt32BE(at) * 0x1_0000_0000 + chunk.readUInt32BE(at + 4);
