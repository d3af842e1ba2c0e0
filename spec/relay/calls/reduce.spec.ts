import { expect } from 'chai';
import { reduceCall } from '../../../lib/relay/calls/reduce.js';
import type { Policy } from '../../../lib/relay/calls/policy.js';
import type { CallEvent, CallState } from '../../../lib/relay/calls/state.js';
import type { Link } from '../../../lib/relay/link.js';
import { RelayError } from '../../../lib/relay/relay-error.js';

/** An event, and the link at that moment. */
type Moment = readonly [event: CallEvent, link: Link];

const policy: Policy = {
  ...{ attempts: 4, timeout: 3000, deadline: 15_000, failFast: false },
  backoff: (n, chance) => n * 100 + chance,
  repeatable: true,
  patient: true,
};
const up: Link = { name: 'up' };
const error = new RelayError('gone');
const down: Link = { name: 'down', error };
const closed: Link = { name: 'closed', error };
const failed: Link = { name: 'failed', error };
const begunOn = (link: Link): Moment => [{ type: 'begun' }, link];
const begun = begunOn(up);
const begunOffline = begunOn(down);
const linkUp: Moment = [{ type: 'link up' }, up];
const lostTo = (link: Link): Moment => [{ type: 'link down', chance: 0 }, link];
const linkDown = lostTo(down);
const refused: Moment = [{ type: 'refused', error, permanent: false, chance: 0 }, up];
const refusedForGood: Moment = [{ type: 'refused', error, permanent: true, chance: 0 }, up];
const due = (link: Link = up): Moment => [{ type: 'due', chance: 0 }, link];
const expired: Moment = [{ type: 'expired' }, up];
const answered: Moment = [{ type: 'answered', result: true }, up];
const withdrawn: Moment = [{ type: 'withdrawn' }, up];

const fresh = (changes: Partial<Policy> = {}): CallState => ({
  name: 'new',
  policy: { ...policy, ...changes },
});
const after = (from: CallState, ...moments: Moment[]): CallState =>
  moments.reduce((state, [event, link]) => reduceCall(state, event, link)[0], from);
const step = (from: CallState, ...moments: Moment[]) =>
  reduceCall(after(from, ...moments.slice(0, -1)), ...moments.at(-1)!);
/** What is rejected that the relay cannot have done. */
const rejection = (reason: string, attempts: number, cause?: Error) => [
  { name: 'settled' },
  [{ type: 'reject', failure: { reason, cause }, attempts, uncertain: false }],
];
/** What is rejected that the relay may have done. */
const uncertain = (reason: string, attempts: number, cause?: Error) => [
  { name: 'settled' },
  [{ type: 'reject', failure: { reason, cause }, attempts, uncertain: true }],
];
const underway = (sends: number, misses: number, open: number, last?: object) => ({
  ...{
    policy,
    sends,
    misses,
    open,
    losses: 0,
    uncertain: false,
    withdrawn: false,
    deadline: { in: 15_000 },
    last,
  },
});

describe('reduceCall', () => {
  it('sends on a connection, and waits for the answer', () => {
    expect(step(fresh(), begun)).to.deep.equal([
      { name: 'sent', ...underway(1, 0, 1), wait: { in: 3000 } },
      [{ type: 'send' }],
    ]);
  });
  it('waits without a connection, and sends when there is one', () => {
    const last = { reason: 'offline', cause: error };
    expect(step(fresh(), begunOffline)).to.deep.equal([
      { name: 'offline', ...underway(0, 1, 0, last), wait: { in: 3000 } },
      [],
    ]);
    expect(step(fresh(), begunOffline, linkUp)).to.deep.equal([
      { name: 'sent', ...underway(1, 0, 1, last), wait: { in: 3000 } },
      [{ type: 'send' }],
    ]);
  });
  it('resolves on the answer, also while it backs off', () => {
    const resolved = [{ name: 'settled' }, [{ type: 'resolve', result: true }]];
    expect(step(fresh(), begun, answered)).to.deep.equal(resolved);
    expect(step(fresh(), begun, due(), answered)).to.deep.equal(resolved);
    expect(step(fresh(), begun, refused, answered)).to.deep.equal(resolved);
  });
  it('backs off after a refusal and after no answer, longer from attempt to attempt', () => {
    expect(step(fresh(), begun, refused)).to.deep.equal([
      { name: 'backingOff', ...underway(1, 0, 0, { reason: 'rejected', cause: error }), wait: { in: 100 } },
      [],
    ]);
    expect(after(fresh(), begun, due(), due(), due())).to.deep.include({
      name: 'backingOff',
      sends: 2,
      last: { reason: 'timeout', cause: undefined },
      wait: { in: 200 },
    });
  });
  it('rejects after the last send', () => {
    const three = [begun, refused, due(), refused, due(), refused, due()];
    expect(step(fresh(), ...three, refused)).to.deep.equal(rejection('rejected', 4, error));
    expect(step(fresh(), ...three, due())).to.deep.equal(uncertain('timeout', 4));
    expect(step(fresh(), ...three, linkDown)).to.deep.equal(uncertain('timeout', 4, error));
    expect(step(fresh(), ...three, lostTo(closed))).to.deep.equal(uncertain('closed', 4, error));
  });
  it('offline: makes its attempts, and the last one waits for the deadline', () => {
    const offline = [begunOffline, due(down), due(down), due(down), due(down), due(down), due(down)];
    expect(after(fresh(), ...offline)).to.deep.include({ name: 'offline', misses: 4, wait: undefined });
    expect(step(fresh(), ...offline, expired)).to.deep.equal(rejection('offline', 4, error));
  });
  it('offline: backs off between its attempts, longer from time to time', () => {
    expect(after(fresh(), begunOffline, due(down))).to.deep.include({
      name: 'backingOff',
      misses: 1,
      wait: { in: 100 },
    });
    expect(after(fresh(), begunOffline, due(down), due(down), due(down))).to.deep.include({
      name: 'backingOff',
      misses: 2,
      wait: { in: 200 },
    });
  });
  it('counts no attempt without a connection once there is one: it may still be sent four times', () => {
    const late = [begunOffline, due(down), due(down), due(down), due(down), linkUp];
    expect(after(fresh(), ...late)).to.deep.include({ name: 'sent', sends: 1, misses: 0 });
    expect(step(fresh(), ...late, refused, due(), refused, due(), refused, due(), refused)).to.deep.equal(
      rejection('rejected', 4, error),
    );
  });
  it('lost with its connection: begins the next attempt, and sends at once on the next connection', () => {
    expect(after(fresh(), begun, linkDown)).to.deep.include({ name: 'offline', sends: 1, misses: 1 });
    expect(step(fresh(), begun, linkDown, linkUp)[1]).to.deep.equal([{ type: 'send' }]);
  });
  it('lost again with the next connection: waits for longer, also when there is another one meanwhile', () => {
    const twice = [begun, linkDown, linkUp, linkDown];
    expect(after(fresh(), ...twice)).to.deep.include({ name: 'backingOff', losses: 2, wait: { in: 400 } });
    expect(step(fresh(), ...twice, linkUp)[1]).to.deep.equal([]);
    expect(step(fresh(), ...twice, linkUp, due())[1]).to.deep.equal([{ type: 'send' }]);
    expect(after(fresh(), ...twice, linkUp, due(), linkDown)).to.deep.include({ wait: { in: 500 } });
  });
  it('lost because another call was too large: the send and the loss do not count', () => {
    const burst = lostTo({ name: 'down', error: new RelayError('too large', { code: 1009 }) });
    const often = [begun, ...Array.from({ length: 9 }, () => [burst, linkUp]).flat()];
    expect(after(fresh(), ...often)).to.deep.include({ name: 'sent', sends: 1, losses: 0, uncertain: true });
    expect(step(fresh({ attempts: 1 }), begun, burst)[0]).to.have.property('name', 'settled');
    expect(step(fresh({ repeatable: false }), begun, burst)[0]).to.have.property('name', 'settled');
  });
  it('too large itself, as far as can be known: gives up at once, and the relay may have it all the same', () => {
    const outsized: Moment = [{ type: 'outsized', error }, down];
    const uncertain = (attempts: number): readonly unknown[] => [
      { type: 'reject', failure: { reason: 'rejected', cause: error }, attempts, uncertain: true },
    ];
    for (const events of [[begun], [begun, due()], [begun, due(), due()]])
      expect(step(fresh(), ...events, outsized)[1]).to.deep.equal(uncertain(events.length > 2 ? 2 : 1));
    expect(step(fresh(), begun, withdrawn, outsized)[1]).to.deep.equal([{ type: 'withdraw' }]);
    expect(step(fresh(), begun, linkDown, linkUp, outsized)[1]).to.deep.equal(uncertain(2));
  });
  it('overdue while nothing is received: asks for a sign of life, and keeps the last send until there is one', () => {
    const overdue: Moment = [{ type: 'due', chance: 0, silent: true }, up];
    const heard: Moment = [{ type: 'heard', chance: 0 }, up];
    const sent = after(fresh(), begun);
    const doubted = step(fresh(), begun, overdue);
    expect(doubted[0]).to.deep.include({ name: 'backingOff', wait: { in: 100 } });
    expect(doubted[1]).to.deep.equal([{ type: 'ask' }]);
    expect(step(fresh(), begun, overdue, heard)[1]).to.deep.equal([]);
    const thrice = [begun, overdue, due(), overdue, due()];
    const third = after(fresh(), ...thrice);
    expect(step(fresh(), ...thrice, overdue)).to.deep.equal([
      { ...third, wait: undefined },
      [{ type: 'ask' }],
    ]);
    expect(after(fresh(), ...thrice, overdue, heard)).to.deep.include({
      name: 'backingOff',
      wait: { in: 300 },
    });
    expect(reduceCall(sent, ...heard)).to.deep.equal([sent, []]);
    expect(step(fresh(), ...thrice, overdue, linkDown, linkUp)[1]).to.deep.equal([{ type: 'send' }]);
    expect(step(fresh({ attempts: 1 }), begun, overdue)).to.deep.equal(uncertain('timeout', 1));
  });
  it('refused by a relay that broke down: it may have it all the same', () => {
    const broken: Moment = [{ type: 'refused', error, permanent: false, failed: true, chance: 0 }, up];
    expect(step(fresh(), begun, broken, expired)).to.deep.equal(uncertain('rejected', 1, error));
    expect(step(fresh(), begun, withdrawn, broken)[0]).to.have.property('name', 'backingOff');
  });
  it('stops backing off on a new connection, unless the call was refused', () => {
    expect(step(fresh(), begun, due(), linkUp)[1]).to.deep.equal([{ type: 'send' }]);
    expect(step(fresh(), begun, refused, linkUp)[1]).to.deep.equal([]);
  });
  it('rejects at its deadline, with the failure of the last attempt', () => {
    expect(step(fresh(), begun, expired)).to.deep.equal(uncertain('timeout', 1));
    expect(step(fresh(), begun, refused, expired)).to.deep.equal(rejection('rejected', 1, error));
    expect(step(fresh(), begun, refused, due(), expired)).to.deep.equal(uncertain('timeout', 2));
  });
  it('rejects with the newest reason for which there is no connection', () => {
    const refusal = new RelayError('refused');
    const out: Link = { name: 'closed', error: refusal };
    expect(step(fresh(), begunOffline, lostTo(out), expired)).to.deep.equal(rejection('closed', 1, refusal));
  });
  it('failFast: rejects at a permanent refusal of the call, and when the client is refused', () => {
    const fast = fresh({ failFast: true });
    expect(step(fast, begun, refusedForGood)).to.deep.equal(rejection('rejected', 1, error));
    expect(step(fast, begun, refused)[0]).to.have.property('name', 'backingOff');
    expect(step(fast, begunOn(failed))).to.deep.equal(rejection('closed', 1, error));
    expect(step(fast, begun, lostTo(failed))).to.deep.equal(uncertain('closed', 1, error));
    expect(step(fast, begunOffline, lostTo(failed))).to.deep.equal(rejection('closed', 1, error));
  });
  it('client refused without failFast: waits for another connection until its deadline', () => {
    const last = { reason: 'closed', cause: error };
    expect(step(fresh(), begunOn(failed))).to.deep.equal([
      { name: 'offline', ...underway(0, 1, 0, last), wait: { in: 3000 } },
      [],
    ]);
    expect(step(fresh(), begun, lostTo(failed))).to.deep.equal([
      { name: 'offline', ...underway(1, 1, 0, last), losses: 1, uncertain: true, wait: { in: 3000 } },
      [],
    ]);
    expect(step(fresh(), begunOn(failed), linkUp)[1]).to.deep.equal([{ type: 'send' }]);
  });
  it('withdraws at once as long as the relay cannot have done it', () => {
    for (const events of [[begunOffline], [begun, refused], [begun, due(), refused]])
      expect(step(fresh(), ...events, withdrawn)).to.deep.equal([
        { name: 'settled' },
        [{ type: 'withdraw' }],
      ]);
    for (const events of [[begun], [begun, due()], [begun, linkDown], [begun, due(), due(), refused]])
      expect(step(fresh(), ...events, withdrawn)).to.deep.equal([
        { ...after(fresh(), ...events), withdrawn: true },
        [],
      ]);
  });
  it('withdraws later, as soon as the relay cannot have done it, and does not send again', () => {
    const givenUp = [{ name: 'settled' }, [{ type: 'withdraw' }]];
    expect(step(fresh(), begun, withdrawn, refused)).to.deep.equal(givenUp);
    expect(step(fresh(), begun, due(), withdrawn, refused)).to.deep.equal(givenUp);
    expect(step(fresh(), begun, due(), due(), withdrawn, refused)[1]).to.deep.equal([]);
    expect(step(fresh(), begun, due(), due(), withdrawn, refused, refused)).to.deep.equal(givenUp);
    expect(step(fresh(), begun, withdrawn, answered)[1]).to.deep.equal([{ type: 'resolve', result: true }]);
    expect(after(fresh(), begun, linkDown, withdrawn, linkUp, refused)).to.include({ name: 'backingOff' });
  });
  it('withdraws a call that is not repeatable at once, so that its answer counts as late', () => {
    const single = fresh({ repeatable: false });
    for (const events of [[begunOffline], [begun], [begun, refused]])
      expect(step(single, ...events, withdrawn)).to.deep.equal([{ name: 'settled' }, [{ type: 'withdraw' }]]);
  });
  it('rejects when the client is closed', () => {
    const closing: Moment = [{ type: 'closed', error }, up];
    for (const events of [[begun, refused], [begunOffline]])
      expect(step(fresh(), ...events, closing)).to.deep.equal(rejection('closed', 1, error));
    expect(step(fresh(), begun, closing)).to.deep.equal(uncertain('closed', 1, error));
  });
  it('takes a late refusal for that of an earlier send, and goes on waiting', () => {
    const twice = [begun, due(), due()];
    const sent = after(fresh(), ...twice);
    expect(sent).to.deep.include({ name: 'sent', sends: 2, open: 2 });
    expect(step(fresh(), ...twice, refused)).to.deep.equal([
      { ...sent, open: 1, last: { reason: 'rejected', cause: error } },
      [],
    ]);
    expect(after(fresh(), ...twice, refused, refused)).to.deep.include({ name: 'backingOff', open: 0 });
    const four = [...twice, due(), due(), due(), due()];
    const late = [...four, refused, refused, refused];
    expect(after(fresh(), ...late)).to.deep.include({ name: 'sent', sends: 4, open: 1 });
    expect(step(fresh(), ...late, answered)[1]).to.deep.equal([{ type: 'resolve', result: true }]);
    expect(step(fresh(), ...late, due())).to.deep.equal(uncertain('timeout', 4));
    expect(step(fresh(), ...late, refused)).to.deep.equal(rejection('rejected', 4, error));
  });
  it('goes on backing off at a refusal that comes meanwhile', () => {
    const resting = after(fresh(), begun, due());
    expect(step(fresh(), begun, due(), refused)).to.deep.equal([
      { ...resting, open: 0, last: { reason: 'rejected', cause: error } },
      [],
    ]);
    expect(reduceCall(resting, ...refused)[0])
      .to.have.property('wait')
      .that.equals((resting as { wait?: unknown }).wait); // the same wait, not one more
    expect(step(fresh({ failFast: true }), begun, due(), refusedForGood)).to.deep.equal(
      rejection('rejected', 1, error),
    );
  });
  it('is uncertain from a loss without an answer on, whatever comes after', () => {
    for (const lost of [
      [begun, linkDown],
      [begun, due(), linkDown],
      [begun, linkDown, linkUp, refused],
    ])
      expect(after(fresh(), ...lost)).to.deep.include({ open: 0, uncertain: true });
    expect(step(fresh(), begun, linkDown, expired)).to.deep.equal(uncertain('offline', 2, error));
    expect(step(fresh(), begun, linkDown, linkUp, refused, expired)).to.deep.equal(
      uncertain('rejected', 2, error),
    );
    const refusedAlone = after(fresh(), begun, refused);
    expect(reduceCall(refusedAlone, ...linkDown)).to.deep.equal([refusedAlone, []]);
  });
  it('sends a call that is not repeatable again after a refusal, and never after a loss', () => {
    const single = fresh({ repeatable: false });
    expect(step(single, begun, refused, due())[1]).to.deep.equal([{ type: 'send' }]);
    expect(step(single, begun, linkDown)).to.deep.equal(uncertain('timeout', 1, error));
    expect(step(single, begunOffline, linkUp)[1]).to.deep.equal([{ type: 'send' }]);
  });
  it('settles once', () => {
    const settled = after(fresh(), begun, answered);
    for (const moment of [answered, refused, expired, linkUp, linkDown, due(), withdrawn])
      expect(reduceCall(settled, ...moment)).to.deep.equal([settled, []]);
  });
});
