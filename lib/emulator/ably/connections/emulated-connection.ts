import type { Observable } from 'rxjs';
import { Action } from '../../../ably/wire/actions.js';
import { describeAs } from '../../../base/described.js';
import type { WireError } from '../../../ably/wire/error-info.js';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { SocketTraffic, TransportEnd } from '../../host/server-core.js';
import { refusal, wireErrorOf } from '../wire/errors.js';
import { type ChannelFaults, channelFaults } from '../attachments/channel-faults.js';
import type { ConnectionContext } from './connection-context.js';
import type { Format } from '../wire/formats.js';
import { type ObjectFaults, objectFaults } from '../objects/object-faults.js';
import { type PresenceFaults, presenceFaults } from '../presence/presence-faults.js';

/** How a connection is at the moment. */
export interface ConnectionStatus extends SocketTraffic {
  readonly format: Format;
  /** Milliseconds since the epoch: when the transport was opened. */
  readonly since: number;
  /** True while it is silenced. */
  readonly silent: boolean;
  /** In ms: the delay of frames to it. */
  readonly delay: number;
  /** True where it has a token, which can expire. */
  readonly hasToken: boolean;
  /** Id of the connection that its key for a resume or a recovery names; it is its own where that was served. */
  readonly cameFrom: string | undefined;
  readonly framesIn: number;
  readonly framesOut: number;
}

/**
 * A connection with a transport, to inspect and to disturb. All streams are hot, and complete when the transport ends.
 */
export interface EmulatedConnection extends ChannelFaults, PresenceFaults, ObjectFaults {
  readonly id: string;
  /** Undefined for an anonymous client, and for one that may use any name. */
  readonly clientId: string | undefined;
  /** Names of the attached channels. */
  readonly channels: readonly string[];
  /** Frames from the client, each before it is answered. */
  readonly received$: Observable<ProtocolMessage>;
  /** Frames to the client, when they are sent; without `sendRaw`, and without frames lost to `silence`. */
  readonly sent$: Observable<ProtocolMessage>;
  /** Emits whenever `silence` begins or ends. */
  readonly silent$: Observable<boolean>;
  /** Emits once, when the transport ends. */
  readonly ended$: Observable<TransportEnd>;
  /** How it is at the moment. */
  readonly status: ConnectionStatus;
  /** Drops the transport (1006); the connection can be resumed. */
  drop(): void;
  /** Makes the transport half-open: frames are lost in both directions, and the socket stays; `false` ends that. */
  silence(on?: boolean): void;
  /** Delays all frames to this client by so many ms, in order; 0 ends that. */
  delay(ms: number): void;
  /** Refuses the next `count` publishes. Default: one. */
  nack(error?: WireError, count?: number): void;
  /** Accepts and delivers publishes, but holds ACKs and NACKs back; `false` sends them. */
  holdAcks(on: boolean): void;
  /** Sends any frame, in the connection's format. */
  send(frame: ProtocolMessage): void;
  /** Sends raw data: text as a text frame, bytes as a binary one. */
  sendRaw(data: string | Uint8Array): void;
  close(code: number, reason?: string): void;
  /** RTN22: requests a new token from the client now. */
  requestAuth(): void;
  /** Expires its token now: sends DISCONNECTED, and the token is refused from then on. Throws a TypeError on a key. */
  expireToken(): void;
  /** Forgets the connection's state, so that a resume fails; the transport stays. */
  forget(): void;
}

interface Controls {
  readonly received$: Observable<ProtocolMessage>;
  readonly ended$: Observable<TransportEnd>;
  readonly drop: () => void;
}

const defaultRefusal = (): WireError =>
  wireErrorOf(refusal(40000, 400, 'The emulator was asked to refuse this publish.'));

export function emulatedConnection(
  context: ConnectionContext,
  { received$, ended$, drop }: Controls,
): EmulatedConnection {
  const { session, transport, faults, attachments } = context;
  const connection: EmulatedConnection = {
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
    silent$: transport.silent$,
    ended$,
    get status() {
      return statusOf(context);
    },
    drop,
    silence: (on = true) => {
      transport.silence(on);
      if (!on) context.tokenWatch.begin(context); // an alarm that was due meanwhile was not sent
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
    ...objectFaults(context),
  };
  return describeAs('EmulatedConnection', connection, () => {
    const { id, clientId, channels } = connection;
    return { id, clientId, channels };
  });
}

const statusOf = ({
  transport,
  session,
  since,
  cameFrom,
  received,
  socketTraffic,
}: ConnectionContext): ConnectionStatus => ({
  ...{ format: transport.format, since, silent: transport.silent, delay: transport.delayedBy },
  ...{ hasToken: session.identity.caller.token !== undefined, cameFrom },
  ...{ framesIn: received.frames, framesOut: transport.framesSent },
  ...(socketTraffic?.() ?? { bytesIn: 0, bytesOut: 0, bytesWaiting: 0 }),
});

function holdAcks({ faults }: ConnectionContext, on: boolean): void {
  const { heldAnswers = [] } = faults;
  faults.heldAnswers = on ? heldAnswers : undefined;
  if (!on) heldAnswers.forEach((send) => send());
}

function expireToken(context: ConnectionContext): void {
  const { token } = context.session.identity.caller;
  if (!token)
    throw new TypeError('The connection was made with a key: connect with a token to have it expire.');
  context.authority.expire(token);
  context.tokenWatch.review();
}
