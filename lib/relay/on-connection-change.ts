import { errorIn } from '../connection/changes.js';
import type { ConnectionState } from '../connection/state.js';
import type { Calls } from './calls/calls.js';
import type { Link } from './calls/state.js';
import { Code, RelayError } from './relay-error.js';
import type { Topics } from './topics/topics.js';

type State = ConnectionState<null>;

/** Latest error of the connection, until it is connected again. */
export function reasonOf(state: State): RelayError | undefined {
  const error = errorIn(state);
  return error && RelayError.of(error);
}

/** Tells calls and topics about a step of the connection. */
export function tellLink(
  { calls, topics }: { readonly calls: Calls; readonly topics: Topics },
  before: State,
  state: State,
): void {
  if (state.name === 'connected') {
    if (before.name === 'connected') return;
    calls.linkChanged({ up: true });
    topics.linkChanged(true);
    return;
  }
  if (before.name === 'connected') topics.linkChanged(false); // first, so that topics do not ask again for what a call still waits for
  calls.linkChanged(linkOf(state));
  topics.linkFailed(state.name === 'failed' ? reasonOf(state) : undefined);
}

const isDown = ({ name }: State): boolean => name === 'closed' || name === 'failed';

const linkOf = (state: State): Link => {
  const error = reasonOf(state);
  return { up: false, closed: isDown(state), refused: error?.code === Code.auth, error };
};
