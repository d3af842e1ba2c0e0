import { errorIn } from '../../connection/changes.js';
import type { ConnectionState } from '../../connection/state.js';
import type { AblySession } from './session.js';
import { ErrorInfo } from '../wire/error-info.js';

/** RTN25: the last error of a connection, as far as it still matters. */
export function reasonOf(state: ConnectionState): ErrorInfo | undefined {
  const error = errorIn(state);
  return error && ErrorInfo.of(error);
}

/** The same, or 80017 with the state's name where nothing went wrong. */
export const reasonOrState = (state: ConnectionState): ErrorInfo =>
  reasonOf(state) ?? new ErrorInfo(`The connection is ${state.name}.`, { code: 80017 });

/** The session that a connection has, or may still resume. */
export function sessionIn(state: ConnectionState<AblySession>): AblySession | undefined {
  if (state.name === 'connected') return state.session.extra;
  const extra = 'outage' in state ? state.outage?.resume?.extra : undefined;
  return extra?.recovered ? undefined : extra;
}
