import type { LogLevel } from '../log.js';
import type { ConnectionState } from './state.js';

/** Where a connection is. */
export type ConnectionStateName = ConnectionState<unknown>['name'];

/** One step of a connection, with the kind of error that its client speaks of. */
export interface ConnectionChange<E extends Error> {
  readonly previous: ConnectionStateName;
  readonly current: ConnectionStateName;
  /** TA5: the new state, or `update` where the state stays and its conditions change (RTN24). */
  readonly event: ConnectionStateName | 'update';
  /** TA3 */
  readonly reason: E | undefined;
  /** TA2: milliseconds until the next attempt, where one will be made by itself. */
  readonly retryIn: number | undefined;
  /** Whether the server still knew the session (RTN15c6). */
  readonly resumed: boolean;
}

/** RTN25: what went wrong last, as far as it still matters. */
export function errorIn(state: ConnectionState<unknown>): Error | undefined {
  if ('error' in state) return state.error;
  if ('outage' in state) return state.outage?.error;
  return state.name === 'connected' ? (state.lastError ?? state.session.warning) : undefined;
}

/** What users are told of a step; `undefined` where they need not hear of it. */
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
    retryIn: 'retry' in state ? state.retry.in : undefined, // RTN14d
    resumed: state.name === 'connected' && state.resumed,
  };
}

/** How much a step matters to whoever reads the log. */
export const levelOf = ({ current }: Pick<ConnectionChange<Error>, 'current'>): LogLevel =>
  current === 'failed' ? 'error' : current === 'suspended' ? 'warn' : 'info';
