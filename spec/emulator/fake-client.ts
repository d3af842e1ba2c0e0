import { codecs, type Format } from '../../lib/emulator/ably/wire/formats.js';
import type { Emulator, Session } from '../../lib/emulator/index.js';
import { Action } from '../../lib/ably/wire/actions.js';
import type { ProtocolMessage } from '../../lib/ably/wire/frames.js';
import { type ActionName, type Named, named, presenceName } from '../support/heard.js';

/** What a client without a socket has seen so far, and its way to the emulator. */
export interface FakeClient {
  readonly frames: Named[];
  readonly pings: number;
  readonly end: { readonly code: number; readonly reason: string } | undefined;
  readonly session: Session;
  send(frame: Partial<ProtocolMessage> | Record<string, unknown>): void;
  of(action: ActionName): Named[];
  last(): Named | undefined;
  /** Its key for a resume. */
  key(): string;
  attach(channel: string, more?: Partial<ProtocolMessage>): Named | undefined;
  publish(msgSerial: number, channel: string, ...messages: object[]): Named | undefined;
  /** Enters, updates or leaves: by action and the rest of each message. */
  present(msgSerial: number, channel: string, ...presence: object[]): Named | undefined;
  /** All that was received in frames of PRESENCE: `enter ann` for an enter of ann, and so on. */
  presences(): string[];
  /** The data of all messages received. */
  data(): unknown[];
}

export interface Params extends Record<string, string | undefined> {
  readonly format?: string;
}

export function connectTo(
  emulator: Emulator,
  params: Params = {},
  headers: Record<string, string> = {},
): FakeClient {
  const format: Format = params.format === 'msgpack' ? 'msgpack' : 'json';
  const frames: Named[] = [];
  const seen = { pings: 0, end: undefined as FakeClient['end'] };
  const given = Object.entries({ v: '6', key: emulator.key, ...params }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const session = emulator.connect(
    { params: new URLSearchParams(given), headers },
    {
      send: (data) => frames.push(named(codecs[format].decode(data) as ProtocolMessage)),
      close: (code, reason) => (seen.end = { code, reason }),
      terminate: () => (seen.end = { code: 1006, reason: '' }),
      ping: () => (seen.pings += 1),
    },
  );
  const last = (): Named | undefined => frames[frames.length - 1];
  const send: FakeClient['send'] = (frame) =>
    session.receive(codecs[format].encode(frame), format === 'msgpack');
  return {
    frames,
    session,
    get pings() {
      return seen.pings;
    },
    get end() {
      return seen.end;
    },
    send,
    last,
    of: (action) => frames.filter((frame) => frame.action === action),
    key: () => frames[0]?.connectionDetails?.connectionKey ?? '',
    attach: (channel, more = {}) => {
      const before = frames.length;
      send({ action: Action.attach, channel, ...more });
      return frames[before];
    },
    publish: (msgSerial, channel, ...messages) => {
      send({ action: Action.message, msgSerial, channel, messages });
      return last();
    },
    present: (msgSerial, channel, ...presence) => {
      const before = frames.length;
      send({ action: Action.presence, msgSerial, channel, presence });
      return frames.slice(before).find(({ action }) => action === 'ACK' || action === 'NACK');
    },
    presences: () =>
      frames
        .filter(({ action }) => action === 'PRESENCE')
        .flatMap(({ presence = [] }) =>
          presence.map(({ action, clientId }) => `${presenceName(action)} ${clientId}`),
        ),
    data: () => frames.flatMap(({ messages = [] }) => messages.map(({ data }) => data)),
  };
}

/** 0, 0.01, 0.02 … so that ids differ and are the same in each run. */
export function steps(): () => number {
  let at = 0;
  return () => (at = (at + 0.0137) % 1);
}
