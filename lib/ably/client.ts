import {
  BehaviorSubject,
  concat,
  firstValueFrom,
  ignoreElements,
  lastValueFrom,
  merge,
  type Observable,
  skipWhile,
  Subject,
  Subscription,
  takeWhile,
  throwError,
} from 'rxjs';
import { type Connection, connectionOf } from '../connection/connection.js';
import type { ConnectionState } from '../connection/state.js';
import { readOnly } from '../rx/read-only.js';
import type { Platform } from '../socket/address.js';
import type { ChannelOptions } from './channel/options.js';
import type { Publisher, RealtimeChannel } from './channel/channel.js';
import { Channels } from './channel/channels.js';
import { RealtimeConnection, sessionIn } from './connection.js';
import { changeOf, type ConnectionStateChange, type ConnectionStateName } from './connection-changes.js';
import { linkChanges, tellOutbox } from './link.js';
import type { LogLevel } from './log.js';
import { Outbox } from './outbox/outbox.js';
import { publisherOf } from './publisher.js';
import { Pings } from './pings.js';
import { ablyProtocol } from './protocol/ably-protocol.js';
import type { AblySession } from './protocol/session.js';
import type { ClientOptions } from './client-options.js';
import { hostsFor } from './rest/hosts.js';
import { type Ask, requested } from './rest/request.js';
import { serverTime } from './rest/server-time.js';
import { recoveredSession, recoveryIn } from './recovery.js';
import { remarks } from './remarks.js';
import { channelRules, connectionSettings } from './rules.js';
import { type Settings, settingsOf } from './settings.js';
import { Auth } from './tokens/auth.js';
import { Authorizations } from './tokens/authorizations.js';
import { ServerClock } from './tokens/server-clock.js';
import { Tokens } from './tokens/tokens.js';
import { Action } from './wire/actions.js';
import { ErrorInfo } from './wire/error-info.js';
import type { ProtocolMessage } from './wire/frames.js';

type State = ConnectionState<AblySession>;

/** The client, for a platform; the entry points know theirs. */
export class AblyClient {
  /** RTC4: who this client is, and how it proves it. */
  readonly auth: Auth;
  /** What can be known of the connection. */
  readonly connection: RealtimeConnection;
  /** The current state at once, then each next one; distinct, never errors, completes on `dispose()` (RTN4). */
  readonly connectionState$: Observable<ConnectionStateName>;
  /**
   * What went wrong and ended nothing: refused or lost publishes, undecodable frames and payloads. Hot, replays nothing;
   * completes on `dispose()`.
   */
  readonly errors$: Observable<ErrorInfo>;

  readonly #settings: Settings;
  readonly #wire: Connection<AblySession, ProtocolMessage, ProtocolMessage>;
  readonly #state = new BehaviorSubject<State>({ name: 'initialized' });
  readonly #changes = new Subject<ConnectionStateChange>();
  readonly #errors = new Subject<ErrorInfo>();
  readonly #channels: Channels;
  readonly #outbox: Outbox;
  readonly #publisher: Publisher;
  readonly #pings: Pings;
  readonly #ask: Ask;
  readonly #tokens: Tokens;
  readonly #authorizations: Authorizations;
  /** Errors when the client is disposed of. */
  readonly #disposed$ = concat(
    this.#state.pipe(ignoreElements()),
    throwError(() => disposedOf()),
  );
  readonly #running = new Subscription();

  /** Throws an ErrorInfo that names the option which is wrong. */
  constructor(options: ClientOptions | string, platform: Platform) {
    const settings = (this.#settings = settingsOf(options, platform));
    const { queue: limits, scheduler, random, realtimeRequestTimeout: requestTimeout } = settings;
    const recovery = recoveryIn(settings);
    this.connection = new RealtimeConnection(this.#state, this.#changes, () => ({
      msgSerial: this.#outbox.nextSerial,
      channelSerials: this.#channels.serials,
    }));
    this.connectionState$ = this.connection.state$;
    this.errors$ = readOnly(this.#errors);
    this.#ask = (request) => requested(request, hostsFor(this.#host, settings), settings);
    const clock = new ServerClock(this.#ask, scheduler);
    const means = { settings, clock, ask: this.#ask };
    const tokens = (this.#tokens = new Tokens(means));
    this.#wire = connectionOf(ablyProtocol(settings, tokens), {
      ...connectionSettings(settings),
      recovered: recovery && recoveredSession(recovery), // RTN16k
    });
    const { send, command } = this.#wire;
    const report = (error: ErrorInfo): void => {
      this.#errors.next(error);
    };
    const connect = (): void => {
      if (settings.autoConnect === 'onDemand' && this.#state.value.name === 'initialized') this.connect();
    };
    this.#outbox = new Outbox({ send, report, limits, firstSerial: recovery?.msgSerial ?? 0 }); // RTN16f
    this.#authorizations = new Authorizations(tokens, clock, {
      ...{ state: this.#state, command, send, report, requestTimeout, scheduler },
    });
    this.auth = new Auth({
      ...{ means, tokens, authorizations: this.#authorizations, disposed$: this.#disposed$ },
      confirmed: () => sessionIn(this.#state.value)?.details.clientId,
    });
    this.#publisher = publisherOf({
      settings,
      outbox: this.#outbox,
      clientId: () => this.auth.clientId,
      state: () => this.#state.value,
      connect,
    });
    this.#channels = new Channels({
      rules: channelRules(settings),
      scheduler,
      random,
      send,
      report: (error) => {
        this.#undecodable(error);
      },
      connect,
    });
    this.#pings = new Pings({ state$: this.connectionState$, send, requestTimeout, scheduler, random });
    if (recovery) this.#channels.restore(recovery.channelSerials, this.#publisher); // RTN16j
    this.#start();
  }

  /** RTN11: opens the connection, or skips the wait for the next attempt; nothing while connecting or connected. */
  connect(): void {
    this.#wire.command({ type: 'connect' });
  }

  /**
   * RTN12: says goodbye, hangs up and stays closed until `connect()`. Resolves when closed, at the latest after
   * `realtimeRequestTimeout`; never rejects.
   */
  async close(): Promise<void> {
    this.#wire.command({ type: 'close' });
    const parting$ = this.connectionState$.pipe(
      skipWhile((state) => state !== 'closing' && !isDown(state)),
      takeWhile((state) => state === 'closing'), // to closed, or to connecting if somebody connects again (RTN11b)
    );
    await lastValueFrom(parting$, { defaultValue: undefined });
  }

  /** RTN13: milliseconds to the server and back; waits for the connection where one is under way (RTN13d). */
  ping(): Promise<number> {
    return firstValueFrom(this.#pings.ping());
  }

  /** RSC16: the server's time, in milliseconds since the epoch; over HTTP, so that it needs no connection. */
  time(): Promise<number> {
    return firstValueFrom(merge(this.#disposed$, serverTime(this.#ask)));
  }

  /** RTC17: `auth.clientId` */
  get clientId(): string | null {
    return this.auth.clientId;
  }

  /** RTS3a: the channel of this name, always the same object; no I/O. `options` apply from its next attach on. */
  channel(name: string, options?: ChannelOptions): RealtimeChannel {
    return this.#channels.get(name, options, this.#publisher);
  }

  /**
   * Closes at once and ends every stream: no timer, socket or listener is left, and what waits for an ACK rejects. The
   * client cannot be used again.
   */
  dispose(): Promise<void> {
    if (this.#running.closed) return Promise.resolve();
    const { name } = this.#state.value;
    if (name === 'connected') this.#wire.send({ action: Action.close }); // nobody waits for the answer
    this.#channels.dispose(); // first, so that nobody is told of a gap
    if (name !== 'failed') this.#moved({ name: 'closed' });
    this.#running.unsubscribe();
    this.#outbox.dispose();
    this.#tokens.dispose();
    for (const subject of [this.#state, this.#changes, this.#errors]) subject.complete();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** RTN17e: the host that the connection is on. */
  get #host(): string | undefined {
    const state = this.#state.value;
    return state.name === 'connected' ? state.attempt.host : undefined;
  }

  /** The key to go on with; as long as the server has not answered, the one that was given. */
  #keyForNextPage(): string | null {
    const { name } = this.#state.value;
    if (name === 'closing' || name === 'closed' || name === 'failed') return null;
    return this.connection.createRecoveryKey() ?? this.#settings.recover ?? null;
  }

  #start(): void {
    const { autoConnect, lifecycle$, recoveryMemory } = this.#settings;
    for (const [level, event] of remarks(this.#settings)) this.#settings.log(level, event);
    this.#running.add(this.#channels.run$.subscribe());
    this.#running.add(this.#authorizations.run$.subscribe());
    this.#running.add(
      this.#wire.frame$.subscribe((frame) => {
        this.#receive(frame);
      }),
    );
    this.#running.add(
      this.#wire.undecoded$.subscribe((error) => {
        this.#undecodable(ErrorInfo.of(error, 40013, 400));
      }),
    );
    this.#running.add(
      this.#wire.state$.subscribe((state) => {
        this.#moved(state);
      }),
    );
    this.#running.add(
      lifecycle$.subscribe((sign) => {
        if (sign === 'hidden' || sign === 'frozen') recoveryMemory.keep(this.#keyForNextPage());
      }),
    );
    if (autoConnect === true) this.connect(); // RTN3
  }

  /** What a step of the connection means, from below to above: users come last (RTL3d1). */
  #moved(state: State): void {
    const before = this.#state.value;
    if (before === state) return;
    for (const [link, event] of linkChanges(before, state)) this.#channels.linkChanged(link, event);
    this.#state.next(state);
    if (state.name === 'closing' || state.name === 'closed' || state.name === 'failed')
      this.#settings.recoveryMemory.keep(null); // RTN16g2
    tellOutbox(this.#outbox, before, state, this.#settings); // after the state: a publish about it is judged by it
    const change = changeOf(before, state);
    if (!change) return;
    this.#settings.log(levelOf(change), {
      message: `The connection is ${change.current}.`,
      ...(change.reason && { error: change.reason }),
    });
    this.#changes.next(change);
  }

  /** A frame that makes no sense is one bad frame, and nothing more (RTF1). */
  #receive(frame: ProtocolMessage): void {
    try {
      this.#handOver(frame);
    } catch (error) {
      this.#undecodable(ErrorInfo.of(error, 40013, 400));
    }
  }

  /** The hot path: one switch, then the floor that knows. */
  #handOver(frame: ProtocolMessage): void {
    switch (frame.action) {
      case Action.ack:
      case Action.nack:
        this.#outbox.answered(frame);
        break;
      case Action.heartbeat:
        this.#pings.answered(frame);
        break;
      case Action.auth:
        this.#authorizations.asked(); // RTN22
        break;
      default:
        this.#channels.receive(frame); // what it does not know, it ignores (RTF1)
    }
  }

  /** RSL6b: told to the logger, and to whoever wants to know. */
  #undecodable(error: ErrorInfo): void {
    this.#settings.log('error', { message: 'Something that the server sent could not be decoded.', error });
    this.#errors.next(error);
  }
}

const disposedOf = (): ErrorInfo =>
  new ErrorInfo('The client was disposed of. Make a new one.', { code: 80017, statusCode: 400 });

const isDown = (state: ConnectionStateName): boolean =>
  state === 'closed' || state === 'failed' || state === 'initialized';

const levelOf = ({ current }: ConnectionStateChange): LogLevel =>
  current === 'failed' ? 'error' : current === 'suspended' ? 'warn' : 'info';
