import { Decoder, Encoder } from '@msgpack/msgpack';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Connect } from './contestant.js';

interface Member {
  readonly action: number;
  readonly clientId: string;
  readonly connectionId: string;
}
type Heard = (name: string, data: string) => void;
interface Frame {
  readonly action: number;
  readonly channel?: string;
  readonly channelSerial?: string;
  readonly msgSerial?: number;
  readonly count?: number;
  readonly messages?: readonly { readonly name: string; readonly data: string }[];
  readonly presence?: readonly Member[];
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
  const members = new Map<string, Member>();
  let watcher: (clientId: string) => void = () => {};
  let synced: ((members: number) => void) | undefined;
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
    } else if (action === 14 || action === 16) {
      for (const member of frame.presence ?? []) {
        members.set(`${member.connectionId}:${member.clientId}`, member);
        watcher(member.clientId);
      }
      if (action === 16 && frame.channelSerial?.endsWith(':')) synced?.(members.size);
    } else if (action === 11 || action === 13) {
      if (action === 11) attached.add(channel);
      else attached.delete(channel);
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
  const ask = (action: number, channel: string): Promise<void> =>
    new Promise((resolve) => {
      attaching.set(channel, resolve);
      socket.send(encode({ action, channel }));
    });
  return {
    attach: (channel) => ask(10, channel),
    subscribe: (channel, heard) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), heard]);
    },
    publish: (channel, name, data) =>
      new Promise((resolve) => {
        pending.push(resolve);
        socket.send(encode({ action: 15, msgSerial: serial++, channel, messages: [{ name, data }] }));
      }),
    watch: (_, heard) => void (watcher = heard),
    sync: (channel) =>
      new Promise((resolve) => {
        synced = resolve;
        void ask(10, channel);
      }),
    detach: (channel) => {
      members.clear();
      return ask(12, channel);
    },
    close: () => {
      closed = true;
      socket.terminate();
    },
  };
};
