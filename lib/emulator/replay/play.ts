import { merge, mergeMap, type Observable, Subject, takeUntil } from 'rxjs';
import { Action } from '../../ably/wire/actions.js';
import type { ProtocolMessage } from '../../ably/wire/frames.js';
import { decodeFrame } from '../ably/connections/decode-frame.js';
import { frameTransport, keepAlive } from '../ably/connections/frame-transport.js';
import { wireErrorOf } from '../ably/wire/errors.js';
import type { Format } from '../ably/wire/formats.js';
import type { Session, Transport } from '../host/server-core.js';
import { madeUpAnswer } from './made-up-answer.js';
import { asConnection, type Identity } from './identity.js';
import { type Deed, inTime, type Pace } from './deeds.js';
import { askedBy, type Asked, type Script } from './script.js';

/** A client to which a script is played. */
export interface Audience extends Pace {
  readonly socket: Transport;
  readonly format: Format;
  /** True when it wants HEARTBEAT frames instead of pings. */
  readonly heartbeats: boolean;
  readonly identity: Identity;
  readonly maxFrameSize: number;
}

const usualIdleInterval = 15_000;

/** Plays a script to a client, until either of them ends. */
export function play(script: Script, audience: Audience): Session {
  const { socket, format, scheduler, identity, maxFrameSize } = audience;
  const ended$ = new Subject<void>();
  const asked$ = new Subject<readonly Deed<ProtocolMessage>[]>();
  const end = (): void => {
    ended$.next();
    ended$.complete();
  };
  const transport = frameTransport({ socket, format, scheduler, ended$, onClosing: end });
  const send = (frame: ProtocolMessage): void => transport.send(asConnection(frame, script, identity));
  const drop = (): void => {
    end();
    socket.terminate();
  };
  const perform = (deeds: readonly Deed<ProtocolMessage>[]): Observable<unknown> =>
    inTime(deeds, { transport, send, drop }, audience);
  const connected = script.connected ?? { action: Action.connected };
  const signs$ = keepAlive(transport, {
    ...{ scheduler, heartbeats: audience.heartbeats || !socket.ping },
    interval: connected.connectionDetails?.maxIdleInterval ?? usualIdleInterval,
  });
  send(connected);
  merge(perform(script.deeds), asked$.pipe(mergeMap(perform)), signs$)
    .pipe(takeUntil(ended$))
    .subscribe();
  const answer = answers(script, { connected, send, close: () => transport.close(1000, 'closed') });
  return {
    receive: (data, isBinary = typeof data !== 'string') => {
      if (transport.silent) return;
      try {
        asked$.next(answer(decodeFrame(data, { isBinary, format, maxFrameSize })));
      } catch (thrown) {
        transport.send({ action: Action.error, error: wireErrorOf(thrown) });
        transport.close(1000, 'error');
      }
    },
    ended: end,
  };
}

interface Answering {
  readonly connected: ProtocolMessage;
  readonly send: (frame: ProtocolMessage) => void;
  readonly close: () => void;
}

/** Returns the recorded deeds for each frame of the client, and answers at once what the recording does not know. */
function answers(
  script: Script,
  { connected, send, close }: Answering,
): (frame: ProtocolMessage) => readonly Deed<ProtocolMessage>[] {
  const counts = new Map<string, number>();
  return (frame) => {
    const key = askedBy(frame);
    const count = counts.get(key ?? '') ?? 0;
    const found = key === undefined ? undefined : script.asked.get(key)?.[count];
    if (key !== undefined) counts.set(key, count + 1);
    const made = found?.frame ? undefined : madeUpAnswer(frame, connected);
    if (made) send(made);
    if (frame.action === Action.close) close();
    return found ? fitted(found, frame) : [];
  };
}

/** Gives the client's own msgSerial to the answer of a publish. */
const fitted = ({ deeds }: Asked, { msgSerial }: ProtocolMessage): readonly Deed<ProtocolMessage>[] =>
  msgSerial === undefined
    ? deeds
    : deeds.map((deed) =>
        deed.does.name === 'send'
          ? { ...deed, does: { name: 'send', frame: { ...deed.does.frame, msgSerial, count: 1 } } }
          : deed,
      );
