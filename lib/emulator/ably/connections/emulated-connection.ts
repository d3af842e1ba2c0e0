import type { Observable } from 'rxjs';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { refusal, wireErrorOf } from '../errors.js';
import type { Live } from './live.js';

/** A live transport, to look at and to disturb. All streams are hot, and complete when the transport ends. */
export interface EmulatedConnection {
  readonly id: string;
  readonly clientId?: string;
  /** Names of the attached channels. */
  readonly channels: readonly string[];
  /** Frames from the client, each before it is answered. */
  readonly received$: Observable<ProtocolMessage>;
  /** Frames to the client, when they leave; `sendRaw` and what `silence` swallows are not among them. */
  readonly sent$: Observable<ProtocolMessage>;
  /** Ends the transport without a word (1006); the connection can be resumed. */
  drop(): void;
  /** Half-open: nothing goes either way, the socket stays. What is said meanwhile is lost; `false` ends it. */
  silence(on?: boolean): void;
  /** All to this client so many ms late, in order; 0 ends it. */
  delay(ms: number): void;
  /** Refuses the next publishes, `count` of them. */
  nack(error?: WireError, count?: number): void;
  /** Accepts and delivers publishes, but holds the answers back; `false` sends them. */
  holdAcks(on: boolean): void;
  /** Any frame, in the connection's format. */
  send(frame: ProtocolMessage): void;
  /** Anything at all: text as a text frame, bytes as a binary one. */
  sendRaw(data: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  /** Loses the connection's state, so that a resume fails; the transport stays. */
  forget(): void;
}

interface Ways {
  readonly received$: Observable<ProtocolMessage>;
  readonly drop: () => void;
}

const defaultRefusal = (): WireError =>
  wireErrorOf(refusal(40000, 400, 'The emulator was told to refuse this publish.'));

export function emulatedConnection(live: Live, { received$, drop }: Ways): EmulatedConnection {
  const { state, line, faults, attachments } = live;
  return {
    id: state.id,
    ...(state.clientId === undefined ? {} : { clientId: state.clientId }),
    get channels() {
      return [...attachments.keys()];
    },
    received$,
    sent$: line.sent$,
    drop,
    silence: (on = true) => line.silence(on),
    delay: line.delay,
    nack: (error = defaultRefusal(), count = 1) =>
      void faults.refusals.push(...Array<WireError>(count).fill(error)),
    holdAcks: (on) => holdAcks(live, on),
    send: line.send,
    sendRaw: line.sendRaw,
    close: (code, reason = '') => line.close(code, reason),
    forget: live.forget,
  };
}

function holdAcks({ faults }: Live, on: boolean): void {
  const { held = [] } = faults;
  faults.held = on ? held : undefined;
  if (!on) held.forEach((tell) => tell());
}
