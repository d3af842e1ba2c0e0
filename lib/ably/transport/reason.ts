import { errorIn } from '../../connection/changes.js';
import type { ConnectionState } from '../../connection/state.js';
import { ErrorInfo } from '../wire/error-info.js';

/** RTN25: what went wrong with a connection last, as far as it still matters. */
export function reasonOf(state: ConnectionState<unknown>): ErrorInfo | undefined {
  const error = errorIn(state);
  return error && ErrorInfo.of(error);
}

/** The same, or 80017 with the state's name where nothing went wrong. */
export const reasonOrState = (state: ConnectionState<unknown>): ErrorInfo =>
  reasonOf(state) ?? new ErrorInfo(`The connection is ${state.name}.`, { code: 80017 });
