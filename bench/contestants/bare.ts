import { Decoder, Encoder } from '@msgpack/msgpack';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Connect } from './contestant.js';

type Heard = (name: string, data: string) => void;
interface Frame {
  readonly action: number;
  readonly channel?: string;
  readonly msgSerial?: number;
  readonly count?: number;
  readonly messages?: readonly { readonly name: string; readonly data: string }[];
}

/** The floor under every client: `ws`, a parser, and no more bookkeeping than the answer needs. */
export const connect: Connect = async ({ port, format }) => {
  const encoder = new Encoder();
  const decoder = new Decoder();
  const json = format === 'json';
  const encode = (frame: object) => (json ? JSON.stringify(frame) : encoder.encode(frame));
  const decode = (data: Buffer) => (json ? JSON.parse(data.toString()) : decoder.decode(data)) as Frame;

  const listeners = new Map<string, Heard[]>();
  const attaching = new Map<string, () => void>();
  const attached = new Set<string>();
  const pending: ((serials?: unknown) => void)[] = [];
  let settled = 0;
  let closed = false;
  let socket: WebSocket;

  const take = (data: Buffer): void => {
    const frame = decode(data);
    const { action, channel = '' } = frame;
    if (action === 15) {
      const heard = listeners.get(channel);
      if (heard === undefined) return;
      for (const { name, data: payload } of frame.messages ?? [])
        for (const listener of heard) listener(name, payload);
    } else if (action === 11) {
      attached.add(channel);
      attaching.get(channel)?.();
      attaching.delete(channel);
    } else if (action === 1) {
      for (let left = frame.count ?? 0; left > 0; left -= 1) pending[settled++]?.();
      if (settled === pending.length) settled = pending.length = 0;
    }
  };
  let serial = 0;
  const dial = async (): Promise<void> => {
    serial = 0;
    socket = new WebSocket(`ws://127.0.0.1:${port}/?v=6&format=${format}`, { perMessageDeflate: false });
    socket.on('message', take);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!closed) void dial();
    });
    await once(socket, 'open');
    for (const channel of attached) socket.send(encode({ action: 10, channel }));
  };
  await dial();
  return {
    attach: (channel) =>
      new Promise<void>((resolve) => {
        attaching.set(channel, resolve);
        socket.send(encode({ action: 10, channel }));
      }),
    subscribe: (channel, heard) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), heard]);
    },
    publish: (channel, name, data) =>
      new Promise((resolve) => {
        pending.push(resolve);
        socket.send(encode({ action: 15, msgSerial: serial++, channel, messages: [{ name, data }] }));
      }),
    close: () => {
      closed = true;
      socket.terminate();
    },
  };
};
