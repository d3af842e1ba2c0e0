import { expect } from 'chai';
import { BehaviorSubject, Subject } from 'rxjs';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import type { CoreConnection, ConnectionStateChange } from '../../lib/ably/client/connection.js';
import type { ConnectionStateName } from '../../lib/connection/changes.js';
import { type ConnectionStatus, connectionView, noteChanges } from '../../lib/view/connection-view.js';

/** A connection that moves as it is told to. */
function connectionOf() {
  const state$ = new BehaviorSubject<ConnectionStateName>('initialized');
  const changes$ = new Subject<ConnectionStateChange>();
  let errorReason: unknown;
  const connection = {
    get state() {
      return state$.value;
    },
    get errorReason() {
      return errorReason;
    },
    ...{ state$, changes$ },
  } as unknown as CoreConnection;
  const move = (current: ConnectionStateName, retryIn?: number, reason?: unknown): void => {
    const previous = state$.value;
    errorReason = reason;
    state$.next(current);
    changes$.next({
      previous,
      current,
      event: current,
      retryIn,
      reason,
      resumed: false,
    } as ConnectionStateChange);
  };
  return { connection, move };
}

describe('connectionView', () => {
  let clock: SinonFakeTimers;

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(() => {
    clock.restore();
  });

  const follow = (connection: CoreConnection): [heard: string[], stop: () => void] => {
    const heard: string[] = [];
    const word = ({ state, reason, retryIn }: ConnectionStatus): string =>
      [state, reason, retryIn].filter((part) => part !== undefined).join(' ');
    const subscription = connectionView(connection).subscribe((status) => heard.push(word(status)));
    return [
      heard,
      () => {
        subscription.unsubscribe();
      },
    ];
  };

  it('tells the state at once, then each next one with its reason, and counts the seconds until the next try', () => {
    const { connection, move } = connectionOf();
    const [heard, stop] = follow(connection);
    move('connecting');
    move('disconnected', 2500, 'no network');
    clock.tick(5000);
    move('connected');
    expect(heard).to.deep.equal([
      ...['initialized', 'connecting'],
      ...['disconnected no network 3000', 'disconnected no network 2000', 'disconnected no network 1000'],
      ...['disconnected no network 0', 'connected'],
    ]);
    stop();
    expect(clock.countTimers()).to.equal(0);
  });

  it('knows in the middle of an outage when the next try is due, where changes have been noted since', () => {
    const { connection, move } = connectionOf();
    noteChanges(connection);
    noteChanges(connection);
    move('disconnected', 9000);
    clock.tick(3500);
    const [heard, stop] = follow(connection);
    expect(heard.at(-1)).to.equal('disconnected 6000');
    stop();
  });

  it('says 0, and counts no further, where the page slept through the wait', () => {
    const { connection, move } = connectionOf();
    const [heard, stop] = follow(connection);
    move('disconnected', 3000);
    clock.setSystemTime(Date.now() + 60_000);
    clock.tick(5000);
    expect(heard.slice(1)).to.deep.equal(['disconnected 3000', 'disconnected 0']);
    stop();
  });

  it('says nothing of a wait that is over, or of another state', () => {
    const { connection, move } = connectionOf();
    noteChanges(connection);
    move('disconnected', 1000);
    move('connecting');
    const [heard, stop] = follow(connection);
    expect(heard).to.deep.equal(['connecting']);
    stop();
  });
});
