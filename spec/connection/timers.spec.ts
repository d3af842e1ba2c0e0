import { expect } from 'chai';
import { BehaviorSubject, merge, Subject } from 'rxjs';
import type { ConnectionEvent, ConnectionState, Outage, Session } from '../../lib/connection/state.js';
import { attemptOf, signsOf, timersOf, type Timing } from '../../lib/connection/timers.js';
import type { Lifecycle } from '../../lib/socket/types.js';
import { follow } from '../support/follow.js';
import { type Virtual, virtually } from '../support/virtual-time.js';

const error = new Error('lost');
const session: Session = { idleAfter: undefined, keepFor: 1, warning: undefined, extra: 0 };
const attempt = { host: 'main', resume: undefined };
const outageOf = (ms?: number): Outage => ({
  failures: 1,
  error,
  resume: undefined,
  deadline: ms === undefined ? undefined : { in: ms },
});

const initialized: ConnectionState = { name: 'initialized' };
const connecting: ConnectionState = { name: 'connecting', attempt, outage: undefined, remainingHosts: [] };
const connected: ConnectionState = {
  name: 'connected',
  attempt,
  session,
  resumed: false,
  recentOutage: undefined,
};
const closing: ConnectionState = { name: 'closing', attempt, closeSent: true };
const idling = (idleAfter: number): ConnectionState => ({ ...connected, session: { ...session, idleAfter } });

/** The events that the timers emit, in words, while states follow each other. */
function timers({ scheduler }: Virtual, first: ConnectionState, idleMargin?: number) {
  const state = new BehaviorSubject<ConnectionState>(first);
  const activity = { lastAt: 0 };
  const sign = new Subject<Lifecycle>();
  const timing: Timing<unknown> = {
    requestTimeout: 100,
    ...(idleMargin !== undefined && { idleMargin }),
    stableAfter: 50,
    scheduler,
    activity,
    lifecycle$: sign,
    ended: (end): ConnectionEvent => ({
      type: 'dropped',
      error: new Error(JSON.stringify(end)),
      next: 'now',
      chance: 0,
    }),
  };
  const seen: unknown[] = [];
  const running = merge(state.pipe(follow(...timersOf(timing))), signsOf(timing)).subscribe((event) =>
    seen.push([
      scheduler.now(),
      event.type === 'dropped' ? (JSON.parse(event.error.message) as unknown) : event.type,
    ]),
  );
  return { state, activity, sign, seen, stop: () => running.unsubscribe() };
}

/** The events of one state that stays for a second. */
const eventsOf = (state: ConnectionState): readonly unknown[] => {
  let seen: readonly unknown[] = [];
  virtually((virtual) => {
    const run = timers(virtual, state);
    virtual.act('1s s', { s: run.stop });
    virtual.flush();
    seen = run.seen;
  })();
  return seen;
};
const timedOut = [100, { type: 'timed out', after: 100 }];

describe('timersOf', () => {
  const table: readonly (readonly [title: string, state: ConnectionState, events: readonly unknown[]])[] = [
    ['nothing while initialized', initialized, []],
    ['RTN14c: a timeout of the attempt while connecting', connecting, [timedOut]],
    [
      'RTN14e: the end of the session while connecting again',
      { ...connecting, outage: outageOf(70) },
      [[70, 'expired'], timedOut],
    ],
    ['nothing while connected without a promise', connected, []],
    ['RTN23a: silence beyond the promise', idling(30), [[130, { type: 'idle', after: 130 }]]],
    ['RTN15a: stable, after an outage', { ...connected, recentOutage: outageOf() }, [[50, 'stable']]],
    [
      'RTN14d, RTN14e: the retry and the end of the session while disconnected',
      { name: 'disconnected', outage: outageOf(70), retry: { in: 20 } },
      [
        [20, 'due'],
        [70, 'expired'],
      ],
    ],
    [
      'RTN14f: the retry alone while suspended',
      { name: 'suspended', outage: outageOf(), retry: { in: 20 } },
      [[20, 'due']],
    ],
    ['RTN12b: a timeout while closing', closing, [timedOut]],
    ['nothing while closed', { name: 'closed' }, []],
    ['nothing once failed', { name: 'failed', error }, []],
  ];
  for (const [title, state, events] of table)
    it(`emits ${title}`, () => {
      expect(eventsOf(state)).to.deep.equal(events);
    });

  it(
    'RTN14c: gives each attempt the whole time, and goes on with the time of one that is closing',
    virtually((virtual) => {
      const { state, seen, stop } = timers(virtual, connecting);
      virtual.act('60ms a 59ms c 200ms s', {
        a: () => state.next({ ...connecting, attempt: { ...attempt } }),
        c: () => state.next({ name: 'closing', closeSent: false, attempt: attemptOf(state.value)! }),
        s: stop,
      });
      virtual.flush();
      expect(seen).to.deep.equal([[160, { type: 'timed out', after: 100 }]]);
    }),
  );

  it(
    'RTN12b, RTN12f: gives the answer to CLOSE the whole time, however late the peer greeted',
    virtually((virtual) => {
      const { state, seen, stop } = timers(virtual, connecting);
      virtual.act('30ms c 59ms g 200ms s', {
        c: () => state.next({ name: 'closing', closeSent: false, attempt }),
        g: () => state.next(closing),
        s: stop,
      });
      virtual.flush();
      expect(seen).to.deep.equal([[190, { type: 'timed out', after: 100 }]]);
    }),
  );

  it(
    'RTN14e: goes on with one deadline from state to state',
    virtually((virtual) => {
      const outage = outageOf(70);
      const { state, seen, stop } = timers(virtual, { name: 'disconnected', outage, retry: { in: 500 } });
      virtual.act('40ms c 200ms s', { c: () => state.next({ ...connecting, outage }), s: stop });
      virtual.flush();
      expect(seen).to.deep.equal([
        [70, 'expired'],
        [140, { type: 'timed out', after: 100 }],
      ]);
    }),
  );

  it(
    'takes a wait that is longer than the longest timer for that',
    virtually((virtual) => {
      const { seen, stop } = timers(virtual, {
        name: 'suspended',
        outage: outageOf(),
        retry: { in: Infinity },
      });
      virtual.act('10s s', { s: stop });
      virtual.flush();
      expect(seen).to.deep.equal([]);
    }),
  );

  it(
    'RTN23a: any sound delays the end by silence, and idleMargin replaces requestTimeout',
    virtually((virtual) => {
      const { activity, seen, stop } = timers(virtual, idling(30), 10);
      virtual.act('35ms h 300ms s', { h: () => (activity.lastAt = virtual.scheduler.now()), s: stop });
      virtual.flush();
      expect(seen).to.deep.equal([[75, { type: 'idle', after: 40 }]]);
    }),
  );

  it(
    'RTN23a: silence is noticed once, and not again by a page that wakes',
    virtually((virtual) => {
      const { sign, seen, stop } = timers(virtual, idling(30));
      virtual.act('200ms v 300ms s', { v: () => sign.next('visible'), s: stop });
      virtual.flush();
      expect(seen).to.have.length(1);
    }),
  );

  for (const waking of ['visible', 'resumed'] as const)
    it(
      `RTN23a: a page that is ${waking} notices at once that it slept through the silence, and not before`,
      virtually((virtual) => {
        const { sign, activity, seen, stop } = timers(virtual, idling(30));
        const wake = () => sign.next(waking);
        virtual.act('50ms v 9ms f v h', {
          v: wake,
          f: () => (activity.lastAt = -69), // as if the clock had gone on while no timer ran: 130 ms at the next sign
          h: stop,
        });
        virtual.flush();
        expect(seen).to.deep.equal([[61, { type: 'idle', after: 130 }]]);
      }),
    );

  it(
    'RTN23a: a page that is hidden or frozen notices nothing',
    virtually((virtual) => {
      const { sign, activity, seen, stop } = timers(virtual, idling(30));
      activity.lastAt = -1000;
      virtual.act('(hfs)', { h: () => sign.next('hidden'), f: () => sign.next('frozen'), s: stop });
      virtual.flush();
      expect(seen).to.deep.equal([]);
    }),
  );

  it(
    'RTN20: passes on that the network came or went, in any state',
    virtually((virtual) => {
      const { sign, seen, stop } = timers(virtual, initialized);
      virtual.act('-f-n-s', { f: () => sign.next('offline'), n: () => sign.next('online'), s: stop });
      virtual.flush();
      expect(seen).to.deep.equal([
        [1, { type: 'offline' }],
        [3, 'online'],
      ]);
    }),
  );

  it(
    'closes with the page, and not where the page may come back',
    virtually((virtual) => {
      const { sign, seen, stop } = timers(virtual, initialized);
      virtual.act('-f-t-s', { f: () => sign.next('frozen'), t: () => sign.next('terminated'), s: stop });
      virtual.flush();
      expect(seen).to.deep.equal([[3, 'close']]);
    }),
  );
});

describe('attemptOf', () => {
  it('finds the attempt of connecting, connected and closing, and none in other states', () => {
    for (const state of [connecting, connected, closing]) expect(attemptOf(state)).to.equal(attempt);
    for (const state of [initialized, { name: 'closed' } as const, { name: 'failed', error } as const])
      expect(attemptOf(state)).to.equal(undefined);
  });
});
