import {
  BehaviorSubject,
  firstValueFrom,
  lastValueFrom,
  merge,
  type Observable,
  skipWhile,
  Subject,
  Subscription,
  takeWhile,
} from 'rxjs';
import { type ConnectionStateName, levelOf } from '../../connection/changes.js';
import type { ConnectionState } from '../../connection/state.js';
import { readOnly } from '../../rx/read-only.js';
import type { Platform } from '../../socket/types.js';
import type { AnyEvents } from '../messages/event-types.js';
import type { ChannelOptions } from '../channel/options.js';
import type { RealtimeChannel } from '../channel/channel.js';
import { derivedName, type DeriveOptions } from '../messages/derived.js';
import { nameOf } from '../channel/name.js';
import type { EventSchemas, InputsOf, OutputsOf } from '../messages/schemas.js';
import type { ClientOptions } from './options.js';
import { RealtimeConnection } from './connection.js';
import { type ConnectionStateChange, stateChangeOf } from './connection-changes.js';
import { linkChanges, updateOutbox } from './on-connection-change.js';
import { type Services, compose } from './compose.js';
import type { AblySession } from '../transport/session.js';
import { startupWarnings } from './startup-warnings.js';
import { serverTime } from '../rest/server-time.js';
import { type Settings, settingsOf } from './settings.js';
import type { Auth } from '../auth/auth.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';

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
  readonly #parts: Services;
  readonly #state = new BehaviorSubject<State>({ name: 'initialized' });
  readonly #changes = new Subject<ConnectionStateChange>();
  readonly #errors = new Subject<ErrorInfo>();
  readonly #running = new Subscription();

  /** Throws an ErrorInfo that names the option which is wrong. */
  constructor(options: ClientOptions | string, platform: Platform) {
    this.#settings = settingsOf(options, platform);
    this.#parts = compose(this.#settings, {
      state: this.#state,
      report: (error) => {
        this.#errors.next(error);
      },
      undecodable: (error) => {
        this.#undecodable(error);
      },
    });
    const { outbox, channels } = this.#parts;
    this.auth = this.#parts.auth;
    this.connection = new RealtimeConnection(this.#state, this.#changes, () => ({
      msgSerial: outbox.nextSerial,
      channelSerials: channels.serials,
    }));
    this.connectionState$ = this.connection.state$;
    this.errors$ = readOnly(this.#errors);
    this.#start();
  }

  /** RTN11: opens the connection, or skips the wait for the next attempt; nothing while connecting or connected. */
  connect(): void {
    this.#parts.wire.command({ type: 'connect' });
  }

  /**
   * RTN12: says goodbye, hangs up and stays closed until `connect()`. Resolves when closed, at the latest after
   * `realtimeRequestTimeout`; never rejects.
   */
  async close(): Promise<void> {
    this.#parts.authorizer.close();
    this.#parts.wire.command({ type: 'close' });
    const parting$ = this.connectionState$.pipe(
      skipWhile((state) => state !== 'closing' && !isDown(state)),
      takeWhile((state) => state === 'closing'), // to closed, or to connecting if somebody connects again (RTN11b)
    );
    await lastValueFrom(parting$, { defaultValue: undefined });
  }

  /** RTN13: milliseconds to the server and back; waits for the connection where one is under way (RTN13d). */
  ping(): Promise<number> {
    return firstValueFrom(this.#parts.pings.ping());
  }

  /** RSC16: the server's time, in milliseconds since the epoch; over HTTP, so that it needs no connection. */
  time(): Promise<number> {
    return firstValueFrom(merge(this.#parts.disposed$, serverTime(this.#parts.ask)));
  }

  /** RTC17: `auth.clientId` */
  get clientId(): string | null {
    return this.auth.clientId;
  }

  /**
   * RTS3a: the channel of this name, always the same object; no I/O. `options` apply from its next attach on, `schemas` at
   * once. Its events may be named as a type, `channel<{ greeting: { text: string } }>('chat')`, or by `schemas`. Throws
   * 40010 on an empty name, and on one that is none.
   */
  channel<Schemas extends EventSchemas>(
    name: string,
    options: ChannelOptions & { readonly schemas: Schemas },
  ): RealtimeChannel<OutputsOf<Schemas>, InputsOf<Schemas>>;
  channel<Events extends object = AnyEvents>(name: string, options?: ChannelOptions): RealtimeChannel<Events>;
  channel(name: string, options?: ChannelOptions): RealtimeChannel {
    return this.#parts.channels.get(nameOf(name), options);
  }

  /**
   * RTS5: a channel with only those messages of `name` for which a JMESPath expression is true, over their `name` and
   * `headers` among other things. Nothing can be published on it.
   */
  derivedChannel<Events extends object = AnyEvents>(
    name: string,
    derive: DeriveOptions,
    options?: ChannelOptions,
  ): RealtimeChannel<Events> {
    return this.channel<Events>(derivedName(name, derive), options);
  }

  /** RTS2: the channels that there are, by name; a copy. */
  get channels(): ReadonlyMap<string, RealtimeChannel> {
    return this.#parts.channels.all;
  }

  /**
   * RTS4: detaches a channel and forgets it: whoever listens to it hears the end, then and later on. `channel(name)` makes
   * a new one.
   */
  async releaseChannel(name: string): Promise<void> {
    const channel = this.channels.get(name);
    if (!channel) return;
    if (channel.state !== 'failed') await channel.detach();
    this.#parts.channels.forget(channel);
  }

  /**
   * Closes at once and ends every stream: no timer, socket or listener is left, and what waits for an ACK rejects. The
   * client cannot be used again.
   */
  dispose(): Promise<void> {
    if (this.#running.closed) return Promise.resolve();
    const { name } = this.#state.value;
    if (name === 'connected') this.#parts.wire.send({ action: Action.close }); // nobody waits for the answer
    this.#parts.channels.dispose(); // first, so that nobody is told of a gap
    if (name !== 'failed') this.#moved({ name: 'closed' });
    this.#running.unsubscribe();
    this.#parts.outbox.dispose();
    this.#parts.authorizer.dispose();
    for (const subject of [this.#state, this.#changes, this.#errors]) subject.complete();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** The key to go on with; as long as the server has not answered, the one that was given. */
  #keyForNextPage(): string | null {
    const { name } = this.#state.value;
    if (name === 'closing' || name === 'closed' || name === 'failed') return null;
    return this.connection.createRecoveryKey() ?? this.#settings.recover ?? null;
  }

  #start(): void {
    const { autoConnect, lifecycle$, recoveryMemory } = this.#settings;
    for (const [level, event] of startupWarnings(this.#settings)) this.#settings.log(level, event);
    this.#running.add(this.#parts.channels.run$.subscribe());
    this.#running.add(this.#parts.authorizer.run$.subscribe());
    this.#running.add(
      this.#parts.wire.frame$.subscribe((frame) => {
        this.#receive(frame);
      }),
    );
    this.#running.add(
      this.#parts.wire.undecoded$.subscribe((error) => {
        this.#undecodable(ErrorInfo.of(error, 40013));
      }),
    );
    this.#running.add(
      this.#parts.wire.state$.subscribe((state) => {
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
    for (const [link, event] of linkChanges(before, state)) this.#parts.channels.linkChanged(link, event);
    this.#state.next(state);
    if (state.name === 'closing' || state.name === 'closed' || state.name === 'failed')
      this.#settings.recoveryMemory.keep(null); // RTN16g2
    updateOutbox(this.#parts.outbox, before, state, this.#settings); // after the state: a publish about it is judged by it
    const change = stateChangeOf(before, state);
    if (change) this.#tell(change);
    this.#parts.authorizer.stateEmitted(); // emits a rejected token after the state that it led to
  }

  #tell(change: ConnectionStateChange): void {
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
      this.#undecodable(ErrorInfo.of(error, 40013));
    }
  }

  /** The hot path: one switch, then the floor that knows. */
  #handOver(frame: ProtocolMessage): void {
    switch (frame.action) {
      case Action.ack:
      case Action.nack:
        this.#parts.outbox.answered(frame);
        break;
      case Action.heartbeat:
        this.#parts.pings.answered(frame);
        break;
      case Action.auth:
        this.#parts.authorizer.renew(); // RTN22
        break;
      default:
        this.#parts.channels.receive(frame); // what it does not know, it ignores (RTF1)
    }
  }

  /** RSL6b: told to the logger, and to whoever wants to know. */
  #undecodable(error: ErrorInfo): void {
    this.#settings.log('error', { message: 'Something that the server sent could not be decoded.', error });
    this.#errors.next(error);
  }
}

const isDown = (state: ConnectionStateName): boolean =>
  state === 'closed' || state === 'failed' || state === 'initialized';
