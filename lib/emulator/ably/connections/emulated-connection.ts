import type { Observable } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { type ChannelFaults, channelFaults } from '../attachments/channel-faults.js';
import type { ConnectionContext } from './connection-context.js';
import { type PresenceFaults, presenceFaults } from '../presence/presence-faults.js';

/** A context transport, to look at and to disturb. All streams are hot, and complete when the transport ends. */
export interface EmulatedConnection extends ChannelFaults, PresenceFaults {
  readonly id: string;
  /** Undefined for one that has no name, or may take on any. */
  readonly clientId: string | undefined;
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
  /** RTN22: asks the client for another token now. */
  requestAuth(): void;
  /** Ends its token now, as if it had expired: DISCONNECTED, and nobody can use it again. Throws a TypeError on a key. */
  expireToken(): void;
  /** Loses the connection's state, so that a resume fails; the transport stays. */
  forget(): void;
}

interface Controls {
  readonly received$: Observable<ProtocolMessage>;
  readonly drop: () => void;
}

const defaultRefusal = (): WireError =>
  wireErrorOf(refusal(40000, 400, 'The emulator was told to refuse this publish.'));

export function emulatedConnection(
  context: ConnectionContext,
  { received$, drop }: Controls,
): EmulatedConnection {
  const { session, transport, faults, attachments } = context;
  return {
    id: session.id,
    get clientId() {
      const { clientId } = session.identity;
      return clientId === '*' ? undefined : clientId;
    },
    get channels() {
      return [...attachments.keys()];
    },
    received$,
    sent$: transport.sent$,
    drop,
    silence: (on = true) => {
      transport.silence(on);
      if (!on) context.tokenWatch.begin(context); // what came due meanwhile could not be told
    },
    delay: transport.delay,
    nack: (error = defaultRefusal(), count = 1) =>
      void faults.refusals.push(...Array<WireError>(count).fill(error)),
    holdAcks: (on) => holdAcks(context, on),
    send: transport.send,
    sendRaw: transport.sendRaw,
    close: (code, reason = '') => transport.close(code, reason),
    forget: context.forget,
    requestAuth: () => transport.send({ action: Action.auth }),
    expireToken: () => expireToken(context),
    ...channelFaults(context),
    ...presenceFaults(context),
  };
}

function holdAcks({ faults }: ConnectionContext, on: boolean): void {
  const { heldAnswers = [] } = faults;
  faults.heldAnswers = on ? heldAnswers : undefined;
  if (!on) heldAnswers.forEach((tell) => tell());
}

function expireToken(context: ConnectionContext): void {
  const { token } = context.session.identity.caller;
  if (!token)
    throw new TypeError('The connection was made with a key: connect with a token to have it expire.');
  context.authority.expire(token);
  context.tokenWatch.review();
}
