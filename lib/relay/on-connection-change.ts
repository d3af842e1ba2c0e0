import { errorIn } from '../connection/changes.js';
import type { ConnectionState } from '../connection/state.js';
import type { Calls } from './calls/calls.js';
import type { Link } from './link.js';
import { RelayError } from './relay-error.js';
import type { SubscribeLeases } from './subscribe/subscribe-leases.js';
import type { Topics } from './topics/topics.js';

type State = ConnectionState<null>;

/** Gives the last error of a connection, as far as it still matters. */
export function reasonOf(state: State): RelayError | undefined {
  const error = errorIn(state);
  return error && RelayError.of(error);
}

interface Rooms {
  readonly calls: Calls;
  readonly topics: Topics;
  readonly leases: SubscribeLeases;
}

/** Passes a change of the connection on to calls, and to topics. */
export function tellLink({ calls, topics, leases }: Rooms, before: State, state: State): void {
  if (state.name === 'connected' && before.name === 'connected') return;
  const link = linkOf(state);
  const listeners = link.name === 'up' ? [calls, topics] : [topics, calls]; // topics: not while their calls cannot be sent
  for (const listener of listeners) listener.linkChanged(link);
  if (link.name === 'failed') leases.end({ type: 'failed', error: link.error });
}

function linkOf(state: State): Link {
  const { name } = state;
  if (name === 'connected') return { name: 'up' };
  if (name === 'failed') return { name, error: RelayError.of(state.error) };
  return { name: name === 'closed' ? name : 'down', error: reasonOf(state) };
}
