import { changeOf, type ConnectionChange, errorIn } from '../../connection/changes.js';
import type { ConnectionState } from '../../connection/state.js';
import type { AblySession } from '../transport/session.js';
import { ErrorInfo } from '../wire/error-info.js';

/** TA1 to TA5: one step of the connection. */
export type ConnectionStateChange = ConnectionChange<ErrorInfo>;

type State = ConnectionState<AblySession>;

/** RTN25: what went wrong last, as far as it still matters. */
export function reasonOf(state: State): ErrorInfo | undefined {
  const error = errorIn(state);
  return error && ErrorInfo.of(error);
}

/** What users are told of a step; `undefined` where they need not hear of it. */
export const stateChangeOf = (before: State, state: State): ConnectionStateChange | undefined =>
  changeOf(before, state, reasonOf);
