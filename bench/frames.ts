import { Encoder } from '@msgpack/msgpack';
import { channelName, type Format } from './messages.js';

const encoder = new Encoder({ ignoreUndefined: true });

export const encode = (frame: unknown, format: Format): Buffer =>
  format === 'json' ? Buffer.from(JSON.stringify(frame)) : Buffer.from(encoder.encode(frame));

/** A frame as the server's socket writes it: unmasked, in one piece (RFC 6455, 5.2). */
export function wired(payload: Buffer, format: Format): Buffer {
  const first = format === 'json' ? 0x81 : 0x82;
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), payload]);
  if (length < 0x10000)
    return Buffer.concat([Buffer.from([first, 126, length >> 8, length & 0xff]), payload]);
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

/** A MESSAGE frame of `count` messages, each with 100 bytes of data. */
export const messageFrame = (
  serial: number,
  channel: string,
  count: number,
  data?: string,
  name = 'greeting',
) => ({
  action: 15,
  id: `bench-connection:${serial}:0`,
  channel,
  channelSerial: `01726585978590-001@bench:${serial}`,
  connectionId: 'another',
  timestamp: 1726585978590,
  messages: Array.from({ length: count }, (_, index) => ({
    name,
    data: data ?? `${serial}:${index}:`.padEnd(100, 'x'),
  })),
});

interface Load {
  readonly messages: number;
  readonly perFrame: number;
  readonly channels: number;
  readonly format: Format;
}

/** All the frames of a run in pieces of about 64 kB, made before it starts. */
export function serialised({ messages, perFrame, channels, format }: Load): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let waiting: Buffer[] = [];
  let size = 0;
  for (let serial = 0; serial * perFrame < messages; serial += 1) {
    const frame = wired(
      encode(messageFrame(serial, channelName(serial % channels), perFrame), format),
      format,
    );
    waiting.push(frame);
    size += frame.length;
    if (size > 0x10000) {
      pieces.push(Buffer.concat(waiting));
      waiting = [];
      size = 0;
    }
  }
  return [...pieces, Buffer.concat(waiting)];
}
