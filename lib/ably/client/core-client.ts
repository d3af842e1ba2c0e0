import { Holder, insideOf } from '../../base/described.js';
import { lastValueFrom, type Observable, skipWhile, takeWhile } from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import type { ConnectionStateName } from '../../connection/changes.js';
import type { ConnectionSource } from '../../connection/connection-view.js';
import type { Platform } from '../../socket/types.js';
import type { CoreChannel } from '../channel/channel.js';
import type { ChannelOptions } from '../channel/options.js';
import type { ClientContext } from '../channel/port.js';
import type { AblySession } from '../transport/session.js';
import { nameOf } from '../wire/channel-name.js';
import type { ErrorInfo } from '../wire/error-info.js';
import { Composed, type Makings } from './compose.js';
import type { CoreConnection } from './connection.js';
import type { CoreOptions } from './options.js';

/** The context of a client, for functions of a client that bundlers can leave out. */
export const contextOf = (client: CoreClient<CoreChannel, CoreConnection>): ClientContext => insideOf(client);

/** How a client makes what it shows to its users. */
export interface Faces<Channel, Connection> extends Makings<Channel> {
  readonly connectionOf: (
    source: ConnectionSource<AblySession, ErrorInfo>,
    client: ClientContext,
  ) => Connection;
}

/** The client with everything that all clients can do; further functions take it as an argument. `Channel` and `Connection` are the classes that it shows. */
export class CoreClient<Channel extends CoreChannel, Connection extends CoreConnection> extends Holder<
  Composed<Channel>
> {
  /** The connection, as values and as streams. */
  readonly connection: Connection;
  /**
   * Errors that ended nothing: refused or lost publishes, undecodable frames and payloads. Hot, replays nothing;
   * completes on `dispose()`.
   */
  readonly errors$: Observable<ErrorInfo>;

  /** Throws an ErrorInfo that names the option which is wrong. */
  constructor(options: CoreOptions, platform: Platform, faces: Faces<Channel, Connection>) {
    const composed = new Composed(options, platform, faces);
    super(composed);
    const { shell } = composed;
    this.connection = faces.connectionOf(shell, composed);
    this.errors$ = shell.errors$;
  }

  toJSON(): object {
    const { clientId, connection, channels } = this;
    return { clientId, connection, channels: [...channels.values()] };
  }

  /** The current state at once, then each next one; distinct, never errors, completes on `dispose()` (RTN4). */
  get connectionState$(): Observable<ConnectionStateName> {
    return this.connection.state$;
  }

  /** RTN11: opens the connection, or skips the wait for the next attempt; nothing while connecting or connected. */
  connect(): void {
    insideOf(this).connection.command({ type: 'connect' });
  }

  /**
   * RTN12: says goodbye, hangs up and stays closed until `connect()`. Resolves when closed, at the latest after
   * `realtimeRequestTimeout`; never rejects.
   */
  async close(): Promise<void> {
    const { credentials, connection } = insideOf(this);
    credentials.close?.();
    connection.command({ type: 'close' });
    const closing$ = this.connectionState$.pipe(
      skipWhile((state) => state !== 'closing' && !isDown(state)),
      takeWhile((state) => state === 'closing'), // to closed, or to connecting if `connect()` is called again (RTN11b)
    );
    await lastValueFrom(closing$, { defaultValue: undefined });
  }

  /** RSA7b, RTC17: this client's identity; `'*'` for any identity, `null` for none or not known yet. */
  get clientId(): string | null {
    return insideOf(this).self().clientId;
  }

  /**
   * RTS2: the channels that there are, by name. Always the same object: a look-up answers as it is at the moment, and a walk
   * goes through the channels that there were when it began.
   */
  get channels(): ReadonlyMap<string, Channel> {
    return insideOf(this).channels.all;
  }

  /**
   * RTS4: forgets a channel, and detaches it: its subscribers hear the end, then and later on. From now on `channel(name)`
   * makes a new one, which is attached once the old one has been detached. Resolves when that is so, which is at once
   * without a connection: the server is told on the next transport. Rejects where the server does not confirm it in time;
   * it is tried again by itself, and the promise need not be awaited.
   */
  releaseChannel(name: string): Promise<void> {
    return ignoreRejection(insideOf(this).channels.forget(name));
  }

  /**
   * Closes at once and ends every stream: no timer, socket or listener is left, and what waits for an ACK rejects. The
   * client cannot be used again.
   */
  dispose(): Promise<void> {
    return insideOf(this).dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** The channel of a name, checked. */
  protected channelOf(name: string, options?: ChannelOptions): Channel {
    return insideOf(this).channels.get(nameOf(name), options);
  }

  /** Runs the client; called once, last in the constructor. */
  protected start(): void {
    insideOf(this).start();
  }
}

const isDown = (state: ConnectionStateName): boolean =>
  state === 'closed' || state === 'failed' || state === 'initialized';
