import type { ConnectionState } from '../connection/state.js';
import type { LogLevel } from './log.js';
import type { AblySession } from './protocol/session.js';
import { ErrorInfo } from './wire/error-info.js';

/** RTN4, RTN27: where a connection is. */
export type ConnectionStateName = ConnectionState<unknown>['name'];

/** TA1 to TA5: one step of the connection. */
export interface ConnectionStateChange {
  readonly previous: ConnectionStateName;
  readonly current: ConnectionStateName;
  /** TA5: the new state, or `update` where the state stays and its conditions change (RTN24). */
  readonly event: ConnectionStateName | 'update';
  /** TA3 */
  readonly reason: ErrorInfo | undefined;
  /** TA2: milliseconds until the next attempt, where one will be made by itself. */
  readonly retryIn: number | undefined;
  /** Whether the server still knew the session (RTN15c6). */
  readonly resumed: boolean;
}

type State = ConnectionState<AblySession>;

/** RTN25: what went wrong last, as far as it still matters. */
export function reasonOf(state: State): ErrorInfo | undefined {
  const error =
    'error' in state
      ? state.error
      : 'outage' in state
        ? state.outage?.error
        : state.name === 'connected'
          ? (state.trouble ?? state.session.warning)
          : undefined;
  return error && ErrorInfo.of(error);
}

/** What users are told of a step; `undefined` where they need not hear of it. */
export function changeOf(before: State, state: State): ConnectionStateChange | undefined {
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
export const levelOf = ({ current }: ConnectionStateChange): LogLevel =>
  current === 'failed' ? 'error' : current === 'suspended' ? 'warn' : 'info';
