import type { ConnectionChange } from '../../connection/changes.js';
import { type ConnectionSource, ConnectionView } from '../../connection/connection-view.js';
import type { ClientContext } from '../channel/port.js';
import { sessionIn } from '../transport/reason.js';
import type { AblySession } from '../transport/session.js';
import type { ErrorInfo } from '../wire/error-info.js';
import { recoveryKeyOf } from './recovery.js';

/** TA1 to TA5: one step of the connection. */
export type ConnectionStateChange = ConnectionChange<ErrorInfo>;

/** The connection of a client, as values and as streams. */
export class CoreConnection extends ConnectionView<AblySession, ErrorInfo> {
  readonly #source: ConnectionSource<AblySession, ErrorInfo>;

  /** @internal Use `client.connection`. */
  constructor(source: ConnectionSource<AblySession, ErrorInfo>) {
    super(source);
    this.#source = source;
  }

  /** RTN8: kept through outages; `undefined` before the first connection and when closing, closed or failed (RTN8d). */
  get id(): string | undefined {
    return sessionIn(this.#source.state.value)?.id || undefined;
  }

  /** RTN9: the secret that resumes the session; `undefined` when `id` is (RTN9d). */
  get key(): string | undefined {
    return sessionIn(this.#source.state.value)?.key || undefined;
  }
}

/** The same, with what a `RealtimeClient` can do. */
export class RealtimeConnection extends CoreConnection {
  readonly #client: ClientContext;

  /** @internal Use `client.connection`. */
  constructor(source: ConnectionSource<AblySession, ErrorInfo>, client: ClientContext) {
    super(source);
    this.#client = client;
  }

  /**
   * RTN16g: a key for the option `recover` of another client, to go on where this one is; `null` where there is nothing to
   * go on with (RTN16g2). It contains a secret: whoever has it can take the connection over.
   */
  createRecoveryKey(): string | null {
    return recoveryKeyOf(this.#client);
  }
}
