import { Encoder } from '@msgpack/msgpack';
import { channelName, type Format, type Load } from './messages.js';
import { fieldsBy } from './traffic/payloads.js';

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

interface MessageFrame {
  readonly data?: string;
  readonly name?: string;
  /** Leaves out what messages bear since protocol 6. */
  readonly plain?: boolean;
  /** Stand in place of the payload. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** A MESSAGE frame of `count` messages, each with 100 bytes of data, as the service sends it in protocol 6. */
export const messageFrame = (
  serial: number,
  channel: string,
  count: number,
  { data, name = 'greeting', plain = false, fields }: MessageFrame = {},
) => ({
  action: 15,
  id: `bench-connection:${serial}:0`,
  channel,
  channelSerial: `01726585978590-001@bench:${serial}`,
  connectionId: 'another',
  timestamp: 1726585978590,
  messages: Array.from({ length: count }, (_, index) => ({
    name,
    ...(fields ?? { data: data ?? `${serial}:${index}:`.padEnd(100, 'x') }),
    ...(!plain && versioned(`01726585978590-001@bench:${serial}-${index}`)),
  })),
});

/** Names a message and its version, which is the first one. */
const versioned = (serial: string) => ({
  action: 0,
  serial,
  version: { serial, timestamp: 1726585978590, clientId: 'another-client' },
});

/** The id of the first message of a frame. */
const idOf = (serial: number): string => `bench-connection:${serial}:0:0`;

/** All the MESSAGE frames of a run. */
export function serialised(load: Load, format: Format): readonly Buffer[] {
  const { messages, perFrame, channels, plain = false, payload, names = 1 } = load;
  const fieldsOf = payload && fieldsBy(payload, format, idOf);
  return inPieces(Math.ceil(messages / perFrame), format, (serial) =>
    messageFrame(serial, channelName(serial % channels), perFrame, {
      name: names === 1 ? 'greeting' : `event-${serial % names}`,
      plain,
      fields: fieldsOf?.(serial),
    }),
  );
}

/** Frames in pieces of about 64 kB, made before they are needed. */
export function inPieces(
  count: number,
  format: Format,
  frameOf: (index: number) => unknown,
): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let waiting: Buffer[] = [];
  let size = 0;
  for (let index = 0; index < count; index += 1) {
    const frame = wired(encode(frameOf(index), format), format);
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

const pageSize = 100;

/** The `index`th of all members, each on a connection of its own, with 40 bytes of data. */
const member = (index: number, action: number, serial: number) => {
  const connectionId = `connection-${String(index).padStart(6, '0')}`;
  return {
    id: `${connectionId}:${serial}:0`,
    action,
    clientId: `client-${index}`,
    connectionId,
    timestamp: 1726585978590 + serial,
    data: `${serial}:${index}:`.padEnd(40, 'x'),
  };
};

/** RTP18: the pages of a sync of so many members. */
export const syncPages = (members: number, channel: string, format: Format): readonly Buffer[] =>
  inPieces(Math.ceil(members / pageSize), format, (page) => {
    const from = page * pageSize;
    const to = Math.min(members, from + pageSize);
    return {
      action: 16,
      channel,
      channelSerial: `sequence:${to < members ? to : ''}`,
      timestamp: 1726585978590,
      presence: Array.from({ length: to - from }, (_, index) => member(from + index, 1, 0)),
    };
  });

interface Updates {
  readonly members: number;
  readonly updates: number;
  /** How often members have been updated before, so that what comes is newer. */
  readonly since: number;
}

/** PRESENCE frames of one UPDATE each, here and there among the members. */
export const updateFrames = (
  { members, updates, since }: Updates,
  channel: string,
  format: Format,
): readonly Buffer[] =>
  inPieces(updates, format, (index) => {
    const serial = since + index + 1;
    const update = member((index * 7919) % members, 4, serial);
    const { id, connectionId, timestamp } = update;
    return {
      action: 14,
      id: id.slice(0, -2),
      channel,
      channelSerial: `01726585978590-001@bench:${serial}`,
      connectionId,
      timestamp,
      presence: [update],
    };
  });
