import { concat, ignoreElements, type Observable, throwError } from 'rxjs';
import { ClientShell } from '../../connection/client-shell.js';
import { type Connection, connectionOf } from '../../connection/connection.js';
import type { Command, ConnectionState } from '../../connection/state.js';
import { byteLengthOf } from '../../codec/codec.js';
import { randomText } from '../../rx/clock.js';
import type { Platform } from '../../socket/types.js';
import { Channels } from '../channel/channels.js';
import type { ChannelRecord, ClientContext, Part, Self } from '../channel/port.js';
import { ablyProtocol } from '../transport/protocol.js';
import { reasonOf, sessionIn } from '../transport/reason.js';
import type { AblySession } from '../transport/session.js';
import { Action } from '../wire/actions.js';
import { disposedError, ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import {
  type ClientAuth,
  type ClientFeature,
  type Composition,
  credentialsOf,
  featuresOf,
  type Recovery,
} from './features.js';
import { linkChanges } from './on-connection-change.js';
import type { CoreOptions } from './options.js';
import { recoveredSession } from './recovery.js';
import { channelRules, connectionSettings, type Settings, settingsOf } from './settings.js';

type State = ConnectionState<AblySession>;
type OnState = (before: State, state: State) => void;

/** Makes the public face of a channel. */
export type ChannelOf<Channel> = (record: ChannelRecord) => Channel;

/** The parts that a client is put together from, besides its options. */
export interface Makings<Channel> {
  readonly channelOf: ChannelOf<Channel>;
  /** In place of the options of these names, which are read as they are: they may be an object of a class. */
  readonly composition?: Composition;
}

/**
 * A client, put together from below to above: settings, connection, channels, and the parts and features that were asked
 * for. It is the context in which these run.
 */
export class Composed<Channel extends object> implements ClientContext {
  readonly options: CoreOptions;
  readonly settings: Settings;
  readonly shell: ClientShell<AblySession, ErrorInfo>;
  readonly connection: Connection<AblySession, ProtocolMessage>;
  readonly channels: Channels<Channel>;
  readonly credentials: ClientAuth;
  readonly endpoint: ClientContext['endpoint'];
  readonly disposed$: Observable<never>;
  readonly pageStorage: ClientContext['pageStorage'];
  #recovered: Recovery | undefined;
  readonly #parts = new Map<Part<unknown>, unknown>();
  readonly #handlers: (((frame: ProtocolMessage) => void) | undefined)[] = [];
  readonly #onState: OnState[] = [];
  readonly #onDispose: (() => void)[] = [];
  readonly #streams: Observable<unknown>[] = [];
  #isRunning = false;

  constructor(
    options: CoreOptions,
    platform: Platform,
    { channelOf, composition = options }: Makings<Channel>,
  ) {
    const settings = settingsOf(options, platform);
    const { log, host, port, tls } = settings;
    this.options = options;
    this.settings = settings;
    this.pageStorage = platform.memory;
    this.shell = new ClientShell<AblySession, ErrorInfo>({
      name: 'The connection',
      log,
      reasonOf,
      entering: (before, state) => {
        if (before.name === 'connecting' && state.name === 'connected' && !state.resumed)
          this.#recovered = undefined; // RTN15c7
        for (const [link, event] of linkChanges(before, state)) this.channels.linkChanged(link, event);
      },
      announced: () => {
        this.credentials.stateEmitted?.();
      },
      entered: (before, state) => {
        for (const changed of this.#onState) changed(before, state); // after the state: a publish about it is judged by it
      },
    });
    this.disposed$ = concat(
      this.state.pipe(ignoreElements()),
      throwError(() => disposedError()),
    );
    const hosts = { primary: host, fallbacks: [] as string[] };
    this.endpoint = { hosts, name: options.endpoint ?? undefined, port, tls, platform: settings.platform };
    const features = featuresOf(this, composition);
    hosts.fallbacks.push(...features.flatMap(({ fallbackHosts = [] }) => fallbackHosts));
    const recovered = features.find((feature) => feature.recovered)?.recovered;
    this.#recovered = recovered;
    this.credentials = this.#authOf(options.key, composition.auth);
    this.connection = connectionOf(
      ablyProtocol(settings, this.credentials, connectivityCheckOf(features)),
      {
        ...connectionSettings(settings, [host, ...hosts.fallbacks], features),
        recovered: recovered && recoveredSession(recovered, settings.connectionStateTtl), // RTN16k
      },
      {
        frame: this.#receive,
        undecoded: (error) => {
          this.report(ErrorInfo.of(error, 40013));
        },
      },
    );
    this.channels = new Channels({ client: this, rules: channelRules(settings), features, channelOf });
    if (recovered) this.channels.restore(recovered.channelSerials); // RTN16j
  }

  get recovered(): ClientContext['recovered'] {
    return this.#recovered;
  }

  get scheduler(): Settings['scheduler'] {
    return this.settings.scheduler;
  }

  get outside(): Settings['outside'] {
    return this.settings.outside;
  }

  get random(): Settings['random'] {
    return this.settings.random;
  }

  get log(): Settings['log'] {
    return this.settings.log;
  }

  get lifecycle$(): Settings['lifecycle$'] {
    return this.settings.lifecycle$;
  }

  get strictMode(): boolean {
    return this.settings.strictMode;
  }

  get ownClientId(): string | undefined {
    return this.settings.clientId;
  }

  get codec(): Settings['codec'] {
    return this.settings.codec;
  }

  get binary(): boolean {
    return this.settings.codec.binary;
  }

  get requestTimeout(): number {
    return this.settings.realtimeRequestTimeout;
  }

  get state(): ClientContext['state'] {
    return this.shell.state;
  }

  /** The hot path: the part that takes frames of this action, or else their channel, which ignores what it does not know (RTF1). */
  readonly #receive = (frame: ProtocolMessage): void => {
    const handle = this.#handlers[frame.action];
    if (handle) handle(frame);
    else this.channels.receive(frame);
  };

  /** RSL1k1 */
  readonly newId = (): string => randomText(12, this.random, '+/');

  /** RSA7b, RSA12: the identity by the options, by the server's word, or by the token. */
  readonly self = (): Self => {
    const session = sessionIn(this.state.value);
    const clientId =
      this.settings.clientId ?? session?.details.clientId ?? this.credentials.token?.clientId ?? null;
    return { clientId, connectionId: session?.id };
  };

  /** RSL6b: logs what could not be decoded, and emits it on `errors$`. */
  readonly report = (error: ErrorInfo): void => {
    this.shell.report(error, 'Something that the server sent could not be decoded.');
  };

  readonly reportError = (error: ErrorInfo): void => {
    this.shell.report(error);
  };

  readonly send = (frame: ProtocolMessage): void => {
    this.connection.send(frame);
  };

  readonly measure = (frame: ProtocolMessage): number => byteLengthOf(this.settings.codec.encode(frame));

  readonly command = (command: Command): void => {
    this.connection.command(command);
  };

  readonly connect = (): void => {
    if (this.settings.autoConnect === 'onDemand' && this.state.value.name === 'initialized')
      this.connection.command({ type: 'connect' });
  };

  readonly backlog = (): number => this.connection.bufferedAmount();

  onFrame(actions: readonly Action[], handle: (frame: ProtocolMessage) => void): void {
    for (const action of actions) this.#handlers[action] = handle;
  }

  onState(changed: OnState): void {
    this.#onState.push(changed);
  }

  onDispose(dispose: () => void): void {
    if (this.shell.disposed)
      dispose(); // a part that is first used afterwards
    else this.#onDispose.push(dispose);
  }

  readonly run = (stream$: Observable<unknown>): void => {
    if (this.#isRunning) this.shell.run(stream$);
    else this.#streams.push(stream$);
  };

  use<T>(part: Part<T>): T {
    if (!this.#parts.has(part)) this.#parts.set(part, part(this));
    return this.#parts.get(part) as T; // made by this part
  }

  find<T>(part: Part<T>): T | undefined {
    return this.#parts.get(part) as T | undefined; // made by this part
  }

  /** Runs the client until `dispose`. */
  start(): void {
    this.#isRunning = true;
    const { credentials } = this;
    if (credentials.moved)
      this.shell.watch((state) => {
        credentials.moved?.(state);
      });
    this.#streams.forEach(this.run);
    this.shell.follow(this.connection.state$);
    if (this.settings.autoConnect === true) this.connection.command({ type: 'connect' }); // RTN3
  }

  /** Closes at once and ends every stream. */
  dispose(): Promise<void> {
    return this.shell.dispose(
      () => {
        if (this.state.value.name === 'connected') this.send({ action: Action.close }); // without waiting for the answer
        this.channels.dispose(); // before the state changes, so that it means no gap
      },
      () => {
        for (const dispose of this.#onDispose) dispose();
        this.credentials.dispose?.();
      },
    );
  }

  #authOf(key: CoreOptions['key'], auth: Composition['auth']): ClientAuth {
    const warns = !this.options.webSocketCtor;
    const made = credentialsOf({ key, auth: auth && this.use(auth), warns }, this);
    if (made.renew)
      this.onFrame([Action.auth], () => {
        if (this.state.value.name === 'connected') made.renew?.(); // RTN22
      });
    return made;
  }
}

const connectivityCheckOf = (features: readonly ClientFeature[]): ClientFeature['checkConnectivity'] =>
  features.find(({ checkConnectivity }) => checkConnectivity)?.checkConnectivity;
