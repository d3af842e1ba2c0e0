import type { Observable } from 'rxjs';
import { ConnectionView, type CurrentState } from '../../connection/connection-view.js';
import type { ConnectionState } from '../../connection/state.js';
import { type ConnectionStateChange, reasonOf } from './connection-changes.js';
import type { AblySession } from '../transport/session.js';
import { type Recovery, recoveryKeyOf } from './recovery.js';
import type { ErrorInfo } from '../wire/error-info.js';

type State = ConnectionState<AblySession>;

/** What can be known of a client's connection, as values and as streams. */
export class RealtimeConnection extends ConnectionView<AblySession, ErrorInfo> {
  readonly #state: CurrentState<AblySession>;
  readonly #standing: () => Omit<Recovery, 'connectionKey'>;

  /** @internal Use `client.connection`. */
  constructor(
    state: CurrentState<AblySession>,
    changes$: Observable<ConnectionStateChange>,
    standing: () => Omit<Recovery, 'connectionKey'>,
  ) {
    super({ state, changes$, reasonOf });
    this.#state = state;
    this.#standing = standing;
  }

  /** RTN8: kept through outages; `undefined` before the first connection and when closing, closed or failed (RTN8d). */
  get id(): string | undefined {
    return this.#session?.id;
  }

  /** RTN9: the secret that resumes the session; `undefined` when `id` is (RTN9d). */
  get key(): string | undefined {
    return this.#session?.key || undefined;
  }

  /**
   * RTN16g: what the option `recover` of another client needs to go on where this one is; `null` where there is nothing to
   * go on with (RTN16g2). It contains a secret: whoever has it can take the connection over.
   */
  createRecoveryKey(): string | null {
    const { key, state } = this;
    return key === undefined || state === 'suspended'
      ? null
      : recoveryKeyOf({ connectionKey: key, ...this.#standing() });
  }

  get #session(): AblySession | undefined {
    return sessionIn(this.#state.value);
  }
}

/** The session that a connection has, or may still resume. */
export function sessionIn(state: State): AblySession | undefined {
  if (state.name === 'connected') return state.session.extra;
  const extra = 'outage' in state ? state.outage?.resume?.extra : undefined;
  return extra?.recovered ? undefined : extra;
}
