import { Action } from '../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../ably/wire/frames.js';
import type { RecordedFrame } from '../recording/recorded-line.js';
import { type Deed, deedWithoutFrame } from './deeds.js';
import type { RecordedTransport } from './read-recording.js';

/** Deeds that wait for a frame of the client. */
export interface Asked {
  readonly at: number;
  /** Absent where the recording began later. */
  readonly frame: ProtocolMessage | undefined;
  readonly deeds: Deed<ProtocolMessage>[];
}

/** The part of the server on one transport. */
export interface Script {
  /** Id of the connection in the recording. */
  readonly connectionId: string;
  readonly connected: ProtocolMessage | undefined;
  /** Deeds that wait for the opening alone. */
  readonly deeds: readonly Deed<ProtocolMessage>[];
  /** By `askedBy`, in order. */
  readonly asked: ReadonlyMap<string, readonly Asked[]>;
}

/** Frames with which a client asks for something; undefined for others. Those of a kind are told apart by their order. */
export function askedBy({ action, channel, msgSerial }: ProtocolMessage): string | undefined {
  if (action === Action.attach || action === Action.detach) return `${action} ${channel ?? ''}`;
  if (action === Action.auth) return 'auth';
  return typeof msgSerial === 'number' ? 'publish' : undefined;
}

/**
 * Takes the server's part from a recorded transport. Frames of a channel wait for the client's ATTACH or DETACH before
 * them, ACK and NACK for the publish of their msgSerial, a later CONNECTED for AUTH, all else for the opening. An end by
 * the client is left to the client, unless it `isCut`: another transport has followed it.
 */
export function scriptOf({ opening, lines }: RecordedTransport, isCut: boolean): Script {
  const asked = new Map<string, Asked[]>();
  const deeds: Deed<ProtocolMessage>[] = [];
  const current = new Map<string, Asked>();
  const add = (key: string, item: Asked): Asked => {
    asked.set(key, [...(asked.get(key) ?? []), item]);
    return item;
  };
  let connected: ProtocolMessage | undefined;
  const client = { saidClose: false };
  const hear = (frame: ProtocolMessage, at: number): void => {
    client.saidClose ||= frame.action === Action.close;
    const key = askedBy(frame);
    if (key === undefined) return;
    const item = add(key, { at, frame, deeds: [] });
    if (frame.action === Action.attach || frame.action === Action.detach)
      current.set(`channel ${frame.channel ?? ''}`, item);
    else current.set(key === 'publish' ? `publish ${frame.msgSerial ?? 0}` : key, item);
  };
  const waitsFor = (frame: ProtocolMessage): Asked | undefined => {
    const { action, channel, msgSerial = 0 } = frame;
    if (action === Action.ack || action === Action.nack) return current.get(`publish ${msgSerial}`);
    if (action === Action.connected) return current.get('auth');
    if (channel === undefined) return undefined;
    return (
      current.get(`channel ${channel}`) ??
      within(current, `channel ${channel}`, () =>
        add(`${Action.attach} ${channel}`, { at: 0, frame: undefined, deeds: [] }),
      )
    );
  };
  const say = (frame: ProtocolMessage, at: number): void => {
    if (frame.action === Action.heartbeat || frame.action === Action.closed) return; // made when they are due
    if (frame.action === Action.connected && !connected) connected = frame;
    else {
      const asking = waitsFor(frame);
      const deed: Deed<ProtocolMessage> = { after: at - (asking?.at ?? 0), does: { name: 'send', frame } };
      (asking?.deeds ?? deeds).push(deed);
    }
  };
  for (const line of lines) {
    const at = line.t - opening.t;
    if ('direction' in line) (line.direction === 'in' ? hear : say)(frameOf(line), at);
    else if (line.event === 'silence' || !client.saidClose) deeds.push(...deedWithoutFrame(line, at, isCut));
  }
  return { connectionId: opening.connection, connected, deeds, asked };
}

/** The value of a key, made where there is none. */
function within<T>(map: Map<string, T>, key: string, make: () => T): T {
  const made = make();
  map.set(key, made);
  return made;
}

const frameOf = ({ frame }: RecordedFrame): ProtocolMessage => frame as unknown as ProtocolMessage;
