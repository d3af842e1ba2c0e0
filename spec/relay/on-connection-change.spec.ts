import { expect } from 'chai';
import type { ConnectionState } from '../../lib/connection/state.js';
import type { Link } from '../../lib/relay/link.js';
import { reasonOf, tellLink } from '../../lib/relay/on-connection-change.js';
import { RelayError } from '../../lib/relay/relay-error.js';

type State = ConnectionState<null>;

const error = new RelayError('gone');
const initialized: State = { name: 'initialized' };
/** States with the fields that are read here. */
const stateOf = (state: object): State => state as State;
const connecting = stateOf({ name: 'connecting', outage: { error } });
const connected = stateOf({ name: 'connected', session: {} });
const disconnected = stateOf({ name: 'disconnected', outage: { error } });
const closed: State = { name: 'closed' };
const failed: State = { name: 'failed', error };

/** The calls that a change leads to, in their order. */
const toldOf = (before: State, state: State): readonly unknown[] => {
  const told: unknown[] = [];
  const roomOf = (name: string) => ({ linkChanged: (link: Link) => told.push([name, link]) });
  const leases = { end: (end: unknown) => told.push(['leases', end]) };
  tellLink({ calls: roomOf('calls'), topics: roomOf('topics'), leases } as never, before, state);
  return told;
};

describe('tellLink', () => {
  it('tells calls of a new connection before topics, which make calls', () => {
    const up = { name: 'up' };
    expect(toldOf(connecting, connected)).to.deep.equal([
      ['calls', up],
      ['topics', up],
    ]);
  });
  it('tells topics of a loss before calls, whose failures they ignore then', () => {
    const down = { name: 'down', error };
    expect(toldOf(connected, disconnected)).to.deep.equal([
      ['topics', down],
      ['calls', down],
    ]);
  });
  it('tells nothing of an update of a connection', () => {
    expect(toldOf(connected, { ...connected })).to.deep.equal([]);
  });
  it('tells the newest reason for which there is no connection', () => {
    const link = (before: State, state: State) => (toldOf(before, state)[0] as [string, Link])[1];
    expect(link(initialized, connecting)).to.deep.equal({ name: 'down', error });
    expect(link(connected, closed)).to.deep.equal({ name: 'closed', error: undefined });
    expect(link(connected, failed)).to.deep.equal({ name: 'failed', error });
  });
  it('ends the wait of every subscribe() when the connection has failed, after all the others', () => {
    expect(toldOf(connecting, failed).at(-1)).to.deep.equal(['leases', { type: 'failed', error }]);
    expect(toldOf(connected, closed)).to.have.length(2);
  });
});

describe('reasonOf', () => {
  it('is the error of the state, as a RelayError', () => {
    expect([reasonOf(failed), reasonOf(disconnected), reasonOf(closed)]).to.deep.equal([
      error,
      error,
      undefined,
    ]);
    expect(reasonOf({ name: 'failed', error: new TypeError('odd') })).to.be.instanceOf(RelayError);
  });
});
