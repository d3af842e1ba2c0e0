import type { Observable, SchedulerLike } from 'rxjs';
import { Holder, insideOf } from '../../base/described.js';
import type { Codec } from '../../codec/codec.js';
import type { Command, ConnectionState } from '../../connection/state.js';
import type { Lifecycle, PageStorage, Platform } from '../../socket/types.js';
import type { Log } from '../../base/log.js';
import type { Transition } from '../../rx/machines.js';
import type { Outside } from '../../rx/clock.js';
import type { CredentialsSource } from '../auth/credentials.js';
import type { TokenDependencies } from '../auth/request-token.js';
import type { TokenRequestOptions } from '../auth/state.js';
import type { Hosts } from '../endpoint/hosts.js';
import type { AblySession } from '../transport/session.js';
import type { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { Report } from '../wire/message.js';
import type { ChannelStateChange, Discontinuity } from './changes.js';
import type { ChannelOptions, ChannelSettings, OptionFeatures } from './options.js';
import type { BareRecord } from './record.js';
import type { ChannelEffect, ChannelEvent, ChannelRules } from './state.js';

/** The record of one channel; the handle by which everything above the channel speaks of it. */
export type ChannelRecord = BareRecord<ChannelHost>;

/** One step of a channel. */
export type ChannelTransition = Transition<ChannelRecord, ChannelEvent, ChannelEffect>;

/** A subscriber that the granted modes can never serve: the error, and how to deliver it. */
export interface UnservedSubscriber {
  readonly error: ErrorInfo;
  /** Fails the subscriber in strict mode; left out where it is only logged. */
  readonly end?: (error: ErrorInfo) => void;
}

/**
 * A part above the channel that has to do with its frames or its steps: presence, annotations, deltas. The hot path
 * asks none of them, but for `transform` where there is one.
 */
export interface ChannelFeature {
  /** The actions whose frames it takes. */
  readonly actions?: readonly Action[];
  readonly frame?: (record: ChannelRecord, frame: ProtocolMessage) => void;
  /** Makes of a MESSAGE frame the one to deliver. Throws where it cannot: the channel attaches again (RTL18). */
  readonly transform?: (record: ChannelRecord, frame: ProtocolMessage) => ProtocolMessage;
  /** Reads the channel option `schemas`. Throws 40000 where that is none. */
  readonly payloads?: OptionFeatures['payloads'];
  /** Told of each step into another state, and of each ATTACHED, before users are. */
  readonly changed?: (transition: ChannelTransition) => void;
  /** Whether anybody subscribes to what it brings. */
  readonly isHeard?: (record: ChannelRecord) => boolean;
  /** RTL7i, RTAN4e, RTP11f */
  readonly unserved?: (record: ChannelRecord) => UnservedSubscriber | undefined;
  /** Told last of a channel: it has failed, was released, or the client is disposed of. */
  readonly end?: (record: ChannelRecord, error?: ErrorInfo) => void;
  /** The channel is forgotten and will not come back. */
  readonly forget?: (record: ChannelRecord, reason: () => ErrorInfo) => void;
}

/** Makes a part of a client: once for each client, when it is first used. Compared by identity. */
export type Part<T> = (client: ClientContext) => T;

/** A part that channels have to know before the first ATTACH; given as a value in the client's options. */
export type Feature = Part<ChannelFeature>;

/** Where a client makes its requests. */
export interface ClientEndpoint {
  readonly hosts: Hosts;
  /** The option `endpoint`. */
  readonly name: string | undefined;
  readonly port: number;
  readonly tls: boolean;
  readonly platform: Pick<Platform, 'agent'>;
}

/** The client's identity at the moment. */
export interface Self {
  /** RSA7b: `'*'` for any identity, `null` for none or not known yet. */
  readonly clientId: string | null;
  /** RTN8: `undefined` while there is no connection. */
  readonly connectionId: string | undefined;
}

/** All that requests ask of a client: one without a socket has it, too. */
export interface HttpContext {
  /** The options as they were given; each part reads and checks its own. */
  readonly options: object;
  /** Where sockets, timers and requests are made. */
  readonly outside: Outside | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  /** RSL1k1: makes a text of 9 random bytes, in which ids can begin. */
  readonly newId: () => string;
  readonly log: Log;
  /** RSA7a: the option `clientId`. */
  readonly ownClientId: string | undefined;
  /** The credentials; where they may be tokens, also how these are obtained. */
  readonly credentials: CredentialsSource & {
    readonly configured?: TokenRequestOptions;
    readonly dependencies?: TokenDependencies;
  };
  readonly endpoint: ClientEndpoint;
  /** Encodes frames, and the bodies of requests. */
  readonly codec: Codec;
  /** Whether frames and bodies can carry bytes (RSL4). */
  readonly binary: boolean;
  /** Milliseconds that the server may take for an answer. */
  readonly requestTimeout: number;
  readonly channels: { readonly rules: Pick<ChannelRules, 'rest' | 'stableAfter'> };
  /** Takes what the server sent and could not be decoded (RSL6b). */
  readonly report: Report;
  /** Takes errors that may reach no caller. */
  readonly reportError: (error: ErrorInfo) => void;
  /** The connection's state, as users see it. */
  readonly state: { readonly value: ConnectionState<AblySession> };
  /** Asks something of the connection. */
  readonly command: (command: Command) => void;
  readonly send: (frame: ProtocolMessage) => void;
  /** Subscribes to a stream for as long as the client lives. */
  readonly run: (stream$: Observable<unknown>) => void;
  /** Errors when the client is disposed of. */
  readonly disposed$: Observable<never>;
  /** The part, which is made now where there is none yet. */
  readonly use: <T>(part: HttpPart<T>) => T;
}

/** Makes a part of any client, also of one without a socket. */
export type HttpPart<T> = (client: HttpContext) => T;

/** All that parts and features may ask of the client that they are parts of. */
export interface ClientContext extends HttpContext {
  /** TO3r */
  readonly strictMode: boolean;
  /** RTN16f: says where another process stood in the session that this client goes on in. */
  readonly recovered: { readonly msgSerial: number } | undefined;
  readonly channels: ChannelHost;
  /** RTN20 */
  readonly lifecycle$: Observable<Lifecycle>;
  /** Where a text outlives a page that is loaded again, by name. */
  readonly pageStorage: (name: string) => PageStorage;
  readonly self: () => Self;
  readonly state: Observable<ConnectionState<AblySession>> & HttpContext['state'];
  /** Bytes of the frame as it is sent. */
  readonly measure: (frame: ProtocolMessage) => number;
  /** Opens the connection, where the first use of the client is to do that. */
  readonly connect: () => void;
  /** Bytes that wait to leave on the socket; 0 where it does not tell. */
  readonly backlog: () => number;
  /** Hands all frames of these actions to `handle` from now on. */
  readonly onFrame: (actions: readonly Action[], handle: (frame: ProtocolMessage) => void) => void;
  /** Calls back on each step of the connection: after channels have heard of it, before users do. */
  readonly onState: (
    changed: (before: ConnectionState<AblySession>, state: ConnectionState<AblySession>) => void,
  ) => void;
  /** Calls back when the client is disposed of. */
  readonly onDispose: (dispose: () => void) => void;
  readonly use: <T>(part: Part<T>) => T;
  /** The part, where there is one. */
  readonly find: <T>(part: Part<T>) => T | undefined;
}

/** All that requests ask of a channel. */
export interface HttpChannel {
  readonly name: string;
  readonly settings: Pick<ChannelSettings, 'cipher' | 'payloads'>;
  readonly host: { readonly client: HttpContext };
  readonly state: { readonly name: string };
  readonly attachSerial: string | undefined;
}

/** A channel as users hold it, be it of a connection or not. */
export abstract class ChannelFace<
  Events extends object,
  Outgoing extends object = Events,
  Inside extends HttpChannel = HttpChannel,
> extends Holder<Inside> {
  /** Only types, for functions of a channel to infer: the payloads that are received and published, by event name. */
  declare protected readonly events?: Payloads<Events>;
  declare protected readonly outgoing?: Payloads<Outgoing>;

  /** RTL23, RSL9 */
  get name(): string {
    return insideOf(this).name;
  }
}

/** The inside of a client. Throws 40000 where that is none. */
export const clientIn = <T>(client: Holder<T>): T => inside(client, 'client');

/** The inside of a channel. Throws 40000 where that is none. */
export const channelIn = <T>(channel: Holder<T>): T => inside(channel, 'channel');

function inside<T>(face: Holder<T>, what: string): T {
  try {
    return insideOf(face);
  } catch (cause) {
    throw new ErrorInfo(
      `This is no ${what} of this library, or of another copy of it. Give one of createRest(), createClient() or RealtimeClient.`,
      { code: 40000, cause },
    );
  }
}

/** The record of a channel, for functions of one that bundlers can leave out. Throws 40000 where it is of no connection. */
export function recordOf<Events extends object, Outgoing extends object>(
  channel: ChannelFace<Events, Outgoing, ChannelRecord>,
): ChannelRecord {
  let cause: unknown;
  try {
    const record: HttpChannel | ChannelRecord = insideOf(channel);
    if ('flags' in record) return record;
  } catch (error) {
    cause = error;
  }
  throw new ErrorInfo('This is no channel of a connection. Give one of RealtimeClient or createClient().', {
    code: 40000,
    cause,
  });
}

/** Payloads as a type that has an index where any events are taken, as an interface of events has none. */
interface Payloads<Events> {
  readonly of: { readonly [Name in keyof Events]: Events[Name] };
}

/** The channels of a client, as a channel's own functions and features see them. */
export interface ChannelHost {
  readonly client: ClientContext;
  readonly rules: ChannelRules;
  /** Is the link up? Told again, by `linkTold$`, after each channel has heard what that means to it. */
  readonly isUp: boolean;
  readonly linkTold$: Observable<unknown>;
  /** RTN16g: where each channel stands that is attached, or is going to be once more. */
  readonly serials: Readonly<Record<string, string>>;
  /** RTS2: every channel by name. */
  readonly all: ReadonlyMap<string, object>;
  find(name: string): ChannelRecord | undefined;
  /** Takes a frame for a channel, as if the server had sent it. */
  receive(frame: ProtocolMessage): void;
  /** RTL3d2: whether ATTACH is sent, with nothing before it: what comes after that waits for the answer. */
  isAttaching(name: string): boolean;
  /** Whether the channel was released, or the client disposed of: nothing comes on it any more. */
  isOver(record: ChannelRecord): boolean;
  /** RTL4b: why an attach must fail now (disposed, released or no connection), or `undefined`. */
  whyNotAttachable(record: ChannelRecord): ErrorInfo | undefined;
  changesOf(record: ChannelRecord): Observable<ChannelStateChange>;
  gapsOf(record: ChannelRecord): Observable<Discontinuity>;
  /** Emits on each ATTACHED, when it has been taken note of; an error where other options were asked for in vain. */
  confirmationsOf(record: ChannelRecord): Observable<ErrorInfo | undefined>;
  /** Takes a lease: connects and attaches if need be. */
  take(record: ChannelRecord): void;
  /** Gives a lease back; the last one starts the grace. */
  release(record: ChannelRecord): void;
  /** RTL4: takes the lease that `attach()` holds until `detach()`, once. */
  takeAttachLease(record: ChannelRecord): void;
  /** RTL5: detaches now, whoever holds leases. */
  detach(record: ChannelRecord): void;
  /** RTL16a: replaces the settings; asks the server for them where the channel is attached. */
  reconfigure(record: ChannelRecord, settings: ChannelSettings): void;
  /** The options of a channel, checked and made whole. */
  settingsOf(options: ChannelOptions | undefined): ChannelSettings;
  /** Logs, or in strict mode fails, subscribers that the granted modes can never serve. */
  checkModes(record: ChannelRecord): void;
  /** Tells of new conditions in the same state. */
  update(record: ChannelRecord, reason: ErrorInfo): void;
}

/** The feature of a channel's client. Throws 40019 where it was not given. */
export function featureOf<T>(record: ChannelRecord, feature: Part<T>, name: string): T {
  const found = record.host.client.find(feature);
  if (found !== undefined) return found;
  throw new ErrorInfo(
    `The client has not the feature "${name}". Write \`features: [${name}]\`, with \`${name}\` of "rx-realtime/${name}".`,
    { code: 40019 },
  );
}
