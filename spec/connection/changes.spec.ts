import { expect } from 'chai';
import { changeOf, errorIn, levelOf } from '../../lib/connection/changes.js';
import type { ConnectionState, Outage, Session } from '../../lib/connection/state.js';

const error = new Error('lost');
const warning = new Error('a warning');
const session: Session<string> = { idleAfter: undefined, keepFor: 1, warning: undefined, extra: 'k' };
const attempt = { host: 'main', resume: undefined };
const outage: Outage<string> = { failures: 1, error, resume: undefined, deadline: undefined };

const initialized: ConnectionState = { name: 'initialized' };
const connecting: ConnectionState = { name: 'connecting', attempt, outage: undefined, remainingHosts: [] };
const retrying: ConnectionState = { ...connecting, outage };
const connected: ConnectionState = {
  name: 'connected',
  attempt,
  session,
  resumed: false,
  recentOutage: undefined,
};
const resumed: ConnectionState = { ...connected, resumed: true, recentOutage: outage };
const warnedOf: ConnectionState = { ...connected, session: { ...session, warning } };
const disconnected: ConnectionState = { name: 'disconnected', outage, retry: { in: 100 } };
const suspended: ConnectionState = { name: 'suspended', outage, retry: { in: 3000 } };
const closing: ConnectionState = { name: 'closing', attempt, closeSent: true };
const closed: ConnectionState = { name: 'closed' };
const failed: ConnectionState = { name: 'failed', error };

describe('errorIn', () => {
  const expected: readonly (readonly [title: string, state: ConnectionState, error: Error | undefined])[] = [
    ['nothing when initialized', initialized, undefined],
    ['nothing on a first attempt', connecting, undefined],
    ['RTN25: the error of the outage while connecting', retrying, error],
    ['RTN25: nothing once connected, whatever came before', resumed, undefined],
    ['the warning of the session', warnedOf, warning],
    ['RSA4c3: the latest error before the warning', { ...warnedOf, lastError: error }, error],
    ['RTN25: the error of the outage when disconnected', disconnected, error],
    ['RTN25: the error of the outage when suspended', suspended, error],
    ['nothing when closing', closing, undefined],
    ['nothing when closed', closed, undefined],
    ['RTN25: the error that failed the connection', failed, error],
  ];
  for (const [title, state, reason] of expected)
    it(`finds ${title}`, () => {
      expect(errorIn(state)).to.equal(reason);
    });
});

describe('changeOf', () => {
  const between = (before: ConnectionState, state: ConnectionState) =>
    changeOf<unknown, Error>(before, state, errorIn);

  it('RTN4a: tells the state before, the new one, and no more where there is no more', () => {
    expect(between(initialized, connecting)).to.deep.equal({
      previous: 'initialized',
      current: 'connecting',
      event: 'connecting',
      reason: undefined,
      retryIn: undefined,
      resumed: false,
    });
  });
  it('TA2, TA3: tells the reason and the wait before the next attempt', () => {
    for (const [state, retryIn] of [
      [disconnected, 100],
      [suspended, 3000],
    ] as const)
      expect(between(connected, state)).to.deep.include({ reason: error, retryIn, previous: 'connected' });
  });
  it('TA2: the wait is a whole number of milliseconds', () => {
    expect(between(connected, { ...disconnected, retry: { in: 12_345.6 } })).to.deep.include({
      retryIn: 12_346,
    });
  });
  it('RTN15c6: tells whether the session was resumed', () => {
    expect(between(connecting, resumed)).to.deep.include({ resumed: true, event: 'connected' });
    expect(between(connecting, connected)).to.deep.include({ resumed: false });
  });
  it('RTN24: is an update where only the session changed', () => {
    const updated: ConnectionState = { ...connected, session: { ...session } };
    expect(between(connected, updated)).to.deep.include({
      previous: 'connected',
      current: 'connected',
      event: 'update',
    });
  });
  it('RTN4h: is nothing where state and session stay', () => {
    expect(between(connected, { ...connected, recentOutage: outage })).to.equal(undefined);
    expect(between(disconnected, { ...disconnected, retry: { in: 1 } })).to.equal(undefined);
    expect(between(connecting, { ...connecting, attempt: { ...attempt } })).to.equal(undefined);
  });
});

describe('levelOf', () => {
  it('logs failed as an error, suspended as a warning, and all else but an outage as information', () => {
    const levels = [initialized, connecting, connected, closing, closed].map(levelOf);
    expect(levels).to.deep.equal(Array(5).fill('info'));
    expect([levelOf(suspended), levelOf(failed)]).to.deep.equal(['warn', 'error']);
  });
  it('warns of the first wait of an outage, and of no later one', () => {
    const waiting = (failures: number): ConnectionState =>
      ({ ...disconnected, outage: { ...outage, failures } }) as ConnectionState;
    expect([0, 1, 2, 9].map((failures) => levelOf(waiting(failures)))).to.deep.equal([
      'warn',
      'warn',
      'info',
      'info',
    ]);
  });
});
