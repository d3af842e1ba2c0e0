import type { LogLevel } from '../base/log.js';
import type { ConnectionState } from './state.js';

/** Name of a connection's state (RTN4). */
export type ConnectionStateName = ConnectionState['name'];

/** A change of a connection's state, with errors of the client's own class. */
export interface ConnectionChange<E extends Error> {
  readonly previous: ConnectionStateName;
  readonly current: ConnectionStateName;
  /** TA5: the new state, or `update` where the session changed and the state did not (RTN24). */
  readonly event: ConnectionStateName | 'update';
  /** TA3: error that led to the state; `undefined` where there is none. */
  readonly reason: E | undefined;
  /** TA2: milliseconds until the next attempt, a whole number; `undefined` where none is planned. */
  readonly retryIn: number | undefined;
  /** Whether the server still knew the session (RTN15c6). */
  readonly resumed: boolean;
}

/** RTN25: latest error of the connection, until it is connected again. */
export function errorIn(state: ConnectionState): Error | undefined {
  if ('error' in state) return state.error;
  if ('outage' in state) return state.outage?.error;
  return state.name === 'connected' ? (state.lastError ?? state.session.warning) : undefined;
}

/** The change that users see of a step; `undefined` where there is none. */
export function changeOf<X, E extends Error>(
  before: ConnectionState<X>,
  state: ConnectionState<X>,
  reasonOf: (state: ConnectionState<X>) => E | undefined,
): ConnectionChange<E> | undefined {
  const isUpdate =
    before.name === 'connected' && state.name === 'connected' && before.session !== state.session; // RTN24
  if (before.name === state.name && !isUpdate) return undefined; // RTN4h
  return {
    previous: before.name,
    current: state.name,
    event: isUpdate ? 'update' : state.name,
    reason: reasonOf(state),
    retryIn: 'retry' in state ? Math.ceil(state.retry.in) : undefined, // RTN14d
    resumed: state.name === 'connected' && state.resumed,
  };
}

/** Level at which a change is logged: an outage is told once, with its first wait. */
export function levelOf(state: ConnectionState): LogLevel {
  if (state.name === 'failed') return 'error';
  const isFirst = state.name === 'disconnected' && state.outage.failures <= 1;
  return isFirst || state.name === 'suspended' ? 'warn' : 'info';
}
