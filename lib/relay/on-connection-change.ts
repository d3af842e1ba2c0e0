import { errorIn } from '../connection/changes.js';
import type { ConnectionState } from '../connection/state.js';
import type { Calls } from './calls/calls.js';
import type { Link } from './calls/state.js';
import { Code, RelayError } from './relay-error.js';
import type { Topics } from './topics/topics.js';

type State = ConnectionState<null>;

/** What went wrong with a connection last, as far as it still matters. */
export function reasonOf(state: State): RelayError | undefined {
  const error = errorIn(state);
  return error && RelayError.of(error);
}

/** What a step of the connection means to calls, and to topics. */
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
  if (before.name === 'connected') topics.linkChanged(false); // first: what it still waits for is not asked for any more
  calls.linkChanged(linkOf(state));
  topics.linkFailed(state.name === 'failed' ? reasonOf(state) : undefined);
}

const isDown = ({ name }: State): boolean => name === 'closed' || name === 'failed';

const linkOf = (state: State): Link => {
  const error = reasonOf(state);
  return { up: false, closed: isDown(state), refused: error?.code === Code.auth, error };
};
