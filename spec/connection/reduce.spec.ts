import { expect } from 'chai';
import { type ConnectionRules, reduceConnection } from '../../lib/connection/reduce.js';
import type {
  Attempt,
  ConnectionEvent,
  ConnectionState,
  Outage,
  Session,
} from '../../lib/connection/state.js';

type State = ConnectionState<string>;
type Event = ConnectionEvent<string>;

const rules: ConnectionRules<string> = {
  hosts: ['main', 'a', 'b'],
  disconnectedRetry: (n, chance) => n * 100 - chance,
  suspendedRetry: 30_000,
  stableAfter: 1000,
  keepFor: 120_000,
  sendsClose: true,
  continues: (before, now) => before.extra === now.extra,
};
const reducer = (given: ConnectionRules<string>) => (state: State, event: Event) =>
  reduceConnection(state, event, given);
const reduce = reducer(rules);
const initialized: State = { name: 'initialized' };
const closed: State = { name: 'closed' };
const after = (...events: Event[]): State =>
  events.reduce<State>((state, event) => reduce(state, event)[0], initialized);
/** The whole step that the last of the events makes. */
const step = (...events: Event[]) => reduce(after(...events.slice(0, -1)), events.at(-1)!);

const error = new Error('lost');
const session: Session<string> = { idleAfter: 15_000, keepFor: 60_000, warning: undefined, extra: 'key' };
const another: Session<string> = { ...session, extra: 'another key' };
const connect: Event = { type: 'connect' };
const close: Event = { type: 'close' };
const ready: Event = { type: 'ready', session };
const dropped: Event = { type: 'dropped', error, next: 'now', chance: 0 };
const otherHost: Event = { type: 'dropped', error, next: 'other host', chance: 0 };
const offline: Event = { type: 'dropped', error, next: 'wait', chance: 0 };
const refused: Event = { type: 'refused', error };
const ended: Event = { type: 'ended' };
const due: Event = { type: 'due' };
const expired: Event = { type: 'expired' };
const stable: Event = { type: 'stable' };
const unauthorized: Event = { type: 'unauthorized', error, final: false, chance: 0 };
const redial: Event = { type: 'redial' };
const warned: Event = { type: 'warned', error: new Error('warned') };
const excused: Event = { type: 'excused' };
const every = {
  ...{ connect, close, ready, dropped, otherHost, refused, ended, due, expired, stable },
  ...{ unauthorized, redial, warned, excused },
};

const attempt = (host = 'main', resume?: Session<string>): Attempt<string> => ({ host, resume });
const dialling = (outage?: Outage<string>, resume?: Session<string>): State => ({
  name: 'connecting',
  attempt: attempt('main', resume),
  outage,
  remainingHosts: ['a', 'b'],
});
/** An attempt that `connect` made. */
const asked = (state: State): State =>
  state.name === 'connecting' ? { ...state, attempt: { ...state.attempt, byUser: true } } : state;
/** An outage that began before there ever was a connection. */
const never = (failures: number): Outage<string> => ({
  failures,
  error,
  resume: undefined,
  deadline: { in: 120_000 },
});
/** An outage of a connection that there was. */
const lost = (failures: number): Outage<string> => ({
  failures,
  error,
  resume: session,
  deadline: { in: 60_000 },
});
const expiredOutage = <X>(outage: Outage<X>): Outage<X> => ({ ...outage, deadline: undefined });

const reach: Readonly<Record<string, Event[]>> = {
  initialized: [],
  connecting: [connect],
  connected: [connect, ready],
  disconnected: [connect, dropped],
  suspended: [connect, dropped, expired],
  closing: [connect, ready, close],
  closed: [connect, ready, close, ended],
  failed: [connect, refused],
};

describe('reduceConnection', () => {
  describe('connect', () => {
    it('RTN3, RTN17i: dials the primary host first, from initialized', () => {
      expect(step(connect)).to.deep.equal([dialling(), []]);
    });
    it('RTN11d: dials from closed and from failed, resuming nothing', () => {
      expect(step(...reach['closed']!, connect)).to.deep.equal([asked(dialling()), []]);
      expect(step(...reach['failed']!, connect)).to.deep.equal([asked(dialling()), []]);
    });
    it('RTN11c, RTN14d: dials again from disconnected, when due and when commanded', () => {
      expect(step(connect, dropped, due)).to.deep.equal([dialling(never(1)), []]);
      expect(step(connect, dropped, connect)).to.deep.equal([asked(dialling(never(1))), []]);
    });
    it('RTN11b: dials from closing, with a new attempt', () => {
      const closing = after(...reach['closing']!);
      const [state, effects] = reduce(closing, connect);
      expect([state, effects]).to.deep.equal([asked(dialling()), []]);
      expect((state as { attempt: unknown }).attempt).to.not.equal((closing as { attempt: unknown }).attempt);
    });
    it('RTN11e: ignores connect while connecting or connected', () => {
      for (const name of ['connecting', 'connected']) {
        const state = after(...reach[name]!);
        expect(reduce(state, connect)[0]).to.equal(state);
      }
    });
  });

  describe('connecting', () => {
    it('RTN6: is connected once greeted; the attempt stays the very same', () => {
      const before = after(connect) as Extract<State, { name: 'connecting' }>;
      const [state, effects] = reduce(before, ready);
      expect([state, effects]).to.deep.equal([
        { name: 'connected', attempt: attempt(), session, resumed: false, recentOutage: undefined },
        [],
      ]);
      expect((state as { attempt: unknown }).attempt).to.equal(before.attempt);
    });
    it('RTN15c6, RTN15c7: tells a session that goes on from a new one', () => {
      for (const [greeting, resumed] of [
        [session, true],
        [another, false],
      ] as const)
        expect(step(connect, ready, dropped, { type: 'ready', session: greeting })[0]).to.deep.include({
          session: greeting,
          resumed,
        });
    });
    it('RTN17f, RTN17j: tries each other host once, as chance has it and the network first, then waits', () => {
      const by = (chance: number) => ({ ...otherHost, chance }) as Event;
      const on = (attempted: Attempt<string>, remainingHosts: string[]) => [
        { name: 'connecting', attempt: attempted, outage: undefined, remainingHosts },
        [],
      ];
      expect(step(connect, by(0))).to.deep.equal(on({ ...attempt('a'), checkNetwork: true }, ['b']));
      expect(step(connect, by(0.99))).to.deep.equal(on({ ...attempt('b'), checkNetwork: true }, ['a']));
      expect(step(connect, by(0.99), by(0.5))).to.deep.equal(on(attempt('a'), []));
      expect(step(connect, otherHost, otherHost, otherHost)).to.deep.equal([
        { name: 'disconnected', outage: never(1), retry: { in: 100 } },
        [],
      ]);
    });
    it('RTN16k: begins with the session of another process', () => {
      expect(reduce({ name: 'initialized', resume: session }, connect)).to.deep.equal([
        dialling(undefined, session),
        [],
      ]);
    });
    it('RTN20c: begins the attempt anew when the network comes back', () => {
      const before = after(connect);
      const [state] = reduce(before, { type: 'online' });
      expect(state).to.deep.equal(before);
      expect((state as { attempt: unknown }).attempt).to.not.equal((before as { attempt: unknown }).attempt);
    });
    it('RTN20a: waits when there is no network', () => {
      expect(step(connect, offline)).to.deep.equal([
        { name: 'disconnected', outage: never(1), retry: { in: 100 } },
        [],
      ]);
      expect(step(connect, ready, offline)[0]).to.deep.include({ name: 'disconnected', retry: { in: 100 } });
    });
    it('RTN20b: dials when the network is back', () => {
      for (const before of [after(connect, offline), after(connect, dropped, expired)])
        expect(reduce(before, { type: 'online' })[0]).to.have.property('name', 'connecting');
    });
    it('RTN17i: begins with the primary host again in the next round', () => {
      expect(step(connect, otherHost, otherHost, otherHost, due)).to.deep.equal([dialling(never(1)), []]);
    });
    it('RTN14d: waits at once when no other host would help', () => {
      expect(step(connect, dropped)).to.deep.equal([
        { name: 'disconnected', outage: never(1), retry: { in: 100 } },
        [],
      ]);
    });
    it('RTN14d, RTB1: waits longer from failure to failure, and as chance has it', () => {
      expect(step(connect, dropped, due, { ...dropped, chance: 0.5 } as Event)[0]).to.deep.include({
        outage: never(2),
        retry: { in: 199.5 },
      });
    });
    it('RTN14d: one deadline spans the whole outage', () => {
      const first = after(connect, dropped) as Extract<State, { name: 'disconnected' }>;
      const third = after(connect, dropped, due, dropped, due, dropped) as typeof first;
      expect(third.outage).to.deep.equal(never(3));
      const second = reduce(reduce(first, due)[0], dropped)[0] as typeof first;
      expect(second.outage.deadline).to.equal(first.outage.deadline);
    });
    it('RTN14g, RTN15c4: fails when refused', () => {
      for (const resuming of [[], [ready, dropped]])
        expect(step(connect, ...resuming, refused)).to.deep.equal([{ name: 'failed', error }, []]);
    });
    it('RTN14e: lets the attempt under way finish when the outage outlives the session', () => {
      expect(step(connect, dropped, due, expired)).to.deep.equal([dialling(expiredOutage(never(1))), []]);
      expect(after(connect, dropped, due, expired, dropped)).to.deep.equal({
        name: 'suspended',
        outage: expiredOutage(never(2)),
        retry: { in: 30_000 },
      });
    });
    it('RTN12f: is closing at once when closed while connecting, with CLOSE still to be sent', () => {
      expect(step(connect, close)).to.deep.equal([
        { name: 'closing', attempt: attempt(), closeSent: false },
        [],
      ]);
    });
    it('is closed when the peer ends it', () => {
      expect(step(connect, ended)).to.deep.equal([closed, []]);
    });
  });

  describe('connected', () => {
    it('RTN15a, RTN15h3: dials again at once when lost, resuming', () => {
      for (const loss of [dropped, otherHost])
        expect(step(connect, ready, loss)).to.deep.equal([dialling(lost(0), session), []]);
    });
    it('RTN15a: a loss before the connection is stable continues the outage, and waits for stableAfter', () => {
      expect(step(connect, ready, dropped, ready, dropped)).to.deep.equal([
        { name: 'disconnected', outage: lost(1), retry: { in: 1000 } },
        [],
      ]);
      expect(step(connect, ready, dropped, ready, dropped, due, ready, dropped)[0]).to.deep.include({
        retry: { in: 200 },
      });
    });
    it('RTN20a: a loss that has to wait, before it stable, is the same outage as well', () => {
      const again = after(connect, ready, offline, due, ready, offline);
      expect(again).to.deep.include({ outage: lost(2), retry: { in: 200 } });
      expect(after(connect, ready, offline, due, ready, stable, offline)).to.deep.include({
        outage: lost(1),
      });
    });
    it('waits for restFor before any other wait', () => {
      const busy = { ...offline, restFor: 5000 } as Event;
      expect(step(connect, busy)[0]).to.deep.include({ retry: { in: 5100, isAsked: true } });
      expect(step(connect, ready, busy)[0]).to.deep.include({ retry: { in: 5100, isAsked: true } });
      expect(step(connect, busy, expired, due, busy)[0]).to.deep.include({
        ...{ retry: { in: 30_000, isAsked: true } },
      });
    });
    it('RTN14e: and is suspended without cutting that short', () => {
      const busy = { ...offline, restFor: 500_000 } as Event;
      const { retry } = after(connect, busy) as { readonly retry: unknown };
      expect(retry).to.deep.equal({ in: 500_100, isAsked: true });
      const [state] = reduceConnection(after(connect, busy), expired, rules);
      expect(state).to.deep.include({ name: 'suspended', retry });
    });
    it('dials at once when a stable connection is lost', () => {
      expect(step(connect, ready, dropped, ready, stable, dropped)).to.deep.equal([
        dialling(lost(0), session),
        [],
      ]);
    });
    it('remembers the outage until the connection is stable', () => {
      expect(after(connect, dropped, due, ready)).to.deep.include({ recentOutage: never(1) });
      expect(after(connect, dropped, due, ready, stable)).to.deep.include({ recentOutage: undefined });
    });
    it('resumes the newest session, and keeps it for as long as that one says', () => {
      const brief = { ...another, keepFor: 1000 };
      const state = after(connect, ready, dropped, { type: 'ready', session: brief }, dropped);
      expect(state).to.deep.include({
        name: 'disconnected',
        outage: { failures: 1, error, resume: brief, deadline: { in: 1000 } },
      });
    });
    it('RTN21, RTN24: takes the details of a further greeting over, and keeps all else', () => {
      expect(step(connect, ready, { type: 'ready', session: another })).to.deep.equal([
        { name: 'connected', attempt: attempt(), session: another, resumed: false, recentOutage: undefined },
        [],
      ]);
    });
    it('RTN15j: fails when refused', () => {
      expect(step(connect, ready, refused)).to.deep.equal([{ name: 'failed', error }, []]);
    });
    it('RTN12a: sends CLOSE before closing', () => {
      expect(step(connect, ready, close)).to.deep.equal([
        { name: 'closing', attempt: attempt(), closeSent: true },
        [{ type: 'send close' }],
      ]);
    });
    it('is closed when the peer ends it', () => {
      expect(step(connect, ready, ended)).to.deep.equal([closed, []]);
    });
  });

  describe('disconnected', () => {
    it('RTN14e: is suspended when the outage outlives the session', () => {
      expect(step(connect, dropped, expired)).to.deep.equal([
        { name: 'suspended', outage: expiredOutage(never(1)), retry: { in: 30_000 } },
        [],
      ]);
    });
    it('RTN12d: is closed at once when closed', () => {
      expect(step(connect, dropped, close)).to.deep.equal([closed, []]);
    });
  });

  describe('suspended', () => {
    const suspended = [connect, ready, dropped, dropped, expired];
    it('RTN14f, RTN14h: dials again when due or asked, still resuming', () => {
      const again = dialling(expiredOutage(lost(1)), session);
      expect(step(...suspended, due)).to.deep.equal([again, []]);
      expect(step(...suspended, connect)).to.deep.equal([asked(again), []]);
    });
    it('RTN14f: stays suspended while attempts fail', () => {
      expect(step(...suspended, due, dropped)).to.deep.equal([
        { name: 'suspended', outage: expiredOutage(lost(2)), retry: { in: 30_000 } },
        [],
      ]);
    });
    it('RTN12d: is closed at once when closed', () => {
      expect(step(...suspended, close)).to.deep.equal([closed, []]);
    });
    it('keeps a new session for as long as it says, once connected again', () => {
      expect(after(...suspended, due, ready, dropped)).to.deep.include({
        name: 'disconnected',
        outage: lost(2),
      });
    });
  });

  describe('closing', () => {
    it('RTN12a, RTN12b, RTN12c: is closed when the peer agrees, when the transport is lost, and when refused', () => {
      for (const event of [ended, dropped, otherHost, refused])
        expect(step(connect, ready, close, event)).to.deep.equal([closed, []]);
    });
    it('RTN12f: sends the pending CLOSE once greeted, on the same attempt', () => {
      const pending = after(connect, close) as Extract<State, { name: 'closing' }>;
      const [state, effects] = reduce(pending, ready);
      expect([state, effects]).to.deep.equal([
        { name: 'closing', attempt: attempt(), closeSent: true },
        [{ type: 'send close' }],
      ]);
      expect((state as typeof pending).attempt).to.equal(pending.attempt);
    });
    it('RTN12f: is closed when the attempt does not succeed', () => {
      for (const event of [ended, dropped, refused, unauthorized])
        expect(step(connect, close, event)).to.deep.equal([closed, []]);
    });
    it('sends CLOSE once', () => {
      const state = after(connect, ready, close);
      expect(reduce(state, ready)).to.deep.equal([state, []]);
      expect(reduce(state, close)[0]).to.equal(state);
    });
  });

  it('a protocol without CLOSE is closed at once', () => {
    const curt = reducer({ ...rules, sendsClose: false });
    for (const events of [[connect], [connect, ready]]) {
      const state = events.reduce<State>((before, event) => curt(before, event)[0], initialized);
      expect(curt(state, close)).to.deep.equal([closed, []]);
    }
  });

  it('a client without fallback hosts waits after the first failure', () => {
    const alone = reducer({ ...rules, hosts: ['main'] });
    const connecting = alone(initialized, connect)[0];
    expect(alone(connecting, otherHost)[0]).to.deep.equal({
      name: 'disconnected',
      outage: never(1),
      retry: { in: 100 },
    });
  });

  describe('credentials that are rejected', () => {
    const renewing = never(0);
    it('RTN14b: dials once more at once, as another attempt', () => {
      const dialling = after(connect) as Extract<State, { name: 'connecting' }>;
      const [state, effects] = reduce(dialling, unauthorized);
      expect([state, effects]).to.deep.equal([{ ...dialling, outage: { ...renewing, renewed: true } }, []]);
      expect((state as typeof dialling).attempt).to.not.equal(dialling.attempt);
    });
    it('RTN14b, RSA4b: waits when the new ones are rejected too, and each time after that', () => {
      expect(after(connect, unauthorized, unauthorized)).to.deep.equal({
        name: 'disconnected',
        outage: { ...never(1), renewed: true },
        retry: { in: 100 },
      });
      expect(after(connect, unauthorized, unauthorized, due, unauthorized)).to.deep.include({
        name: 'disconnected',
        retry: { in: 200 },
      });
    });
    it('RTN15h2: dials and resumes at once from an open connection', () => {
      expect(after(connect, ready, unauthorized)).to.deep.equal({
        ...dialling(undefined, session),
        outage: { failures: 0, error, resume: session, deadline: { in: 60_000 }, renewed: true },
      });
    });
    it('RTN15h2, RTN15c5: waits when the new ones are rejected on resuming', () => {
      expect(after(connect, ready, unauthorized, unauthorized)).to.deep.include({
        name: 'disconnected',
        retry: { in: 100 },
      });
    });
    it('RSA4b: waits when the new ones are rejected before the connection is stable', () => {
      const state = after(connect, ready, unauthorized, ready, unauthorized);
      expect(state).to.deep.include({ name: 'disconnected', retry: { in: 1000 } }); // as after any loss
      expect(
        after(connect, ready, unauthorized, ready, unauthorized, due, ready, unauthorized),
      ).to.deep.include({ name: 'disconnected', retry: { in: 200 } });
      expect(after(connect, ready, unauthorized, ready, stable, unauthorized).name).to.equal('connecting');
    });
    it('RTN15j, RTC8a2: fails when an open connection is refused for good', () => {
      expect(after(connect, ready, { ...unauthorized, final: true } as Event)).to.deep.equal({
        name: 'failed',
        error,
      });
    });
    it('RTN17i: begins with the primary host, on whichever host they were rejected, or the attempt begins again', () => {
      const atFallback = after(connect, otherHost);
      expect(atFallback).to.have.nested.property('attempt.host', 'a');
      for (const event of [unauthorized, redial, { type: 'online' } as const]) {
        const [state] = reduce(atFallback, event);
        expect(state, event.type).to.deep.include({ attempt: attempt(), remainingHosts: ['a', 'b'] });
      }
      const resuming = after(connect, ready, dropped, otherHost);
      expect(reduce(resuming, unauthorized)[0]).to.deep.include({ attempt: attempt('main', session) });
    });
    it('RTC8b: begins an attempt again', () => {
      const before = after(connect) as Extract<State, { name: 'connecting' }>;
      const [state] = reduce(before, redial) as readonly [typeof before, unknown];
      expect(state).to.deep.equal(before);
      expect(state.attempt).to.not.equal(before.attempt);
    });
    it('RSA4c3: an open connection keeps its latest error until the server greets again', () => {
      const before = after(connect, ready);
      const [state, effects] = reduce(before, warned);
      expect([state, effects]).to.deep.equal([
        { ...before, lastError: (warned as { error: Error }).error },
        [],
      ]);
      expect(reduce(state, ready)[0]).to.deep.equal(before);
    });
    it('RSA4c1: a waiting connection goes on waiting, with the newest reason', () => {
      for (const waiting of [after(connect, dropped), after(connect, dropped, expired)]) {
        const [state] = reduce(waiting, warned);
        expect(state).to.deep.include({ name: waiting.name });
        expect(state).to.have.nested.property('outage.error.message', 'warned');
        expect((state as { retry: object }).retry).to.equal((waiting as { retry: object }).retry);
      }
    });
    it('a loss that is excused is not counted, and the next attempt comes after a second at the latest', () => {
      const lost = after(connect, dropped, due, dropped, due, dropped, due, ready, dropped);
      expect(lost).to.have.nested.property('outage.failures', 4);
      const [state] = reduce({ ...lost, retry: { in: 9000 } } as State, excused);
      expect(state).to.deep.include({ name: 'disconnected', retry: { in: 1000 } });
      expect(state).to.have.nested.property('outage.failures', 3);
      const [soon] = reduce({ ...lost, retry: { in: 400 } } as State, excused);
      expect(soon).to.deep.include({ retry: { in: 400 } });
      const asked = { ...lost, retry: { in: 9000, isAsked: true } } as State;
      expect(reduce(asked, excused)[0]).to.equal(asked);
    });
    it('RSA4d1: fails from every state but closing when refused', () => {
      for (const events of [
        [],
        [connect],
        [connect, ready],
        [connect, dropped],
        [connect, dropped, expired],
        [connect, ready, close, ended],
      ])
        expect(after(...events, refused)).to.deep.equal({ name: 'failed', error });
    });
  });

  describe('ignores what does not matter in a state', () => {
    const ignored: Readonly<Record<string, readonly (keyof typeof every)[]>> = {
      initialized: [
        'close',
        'ready',
        'dropped',
        'unauthorized',
        'ended',
        'due',
        'expired',
        'stable',
        'redial',
        'warned',
        'excused',
      ],
      connecting: ['connect', 'due', 'stable', 'warned', 'excused'],
      connected: ['connect', 'due', 'expired', 'redial', 'excused'],
      disconnected: ['ready', 'dropped', 'otherHost', 'unauthorized', 'ended', 'stable', 'redial'],
      suspended: [
        'ready',
        'dropped',
        'otherHost',
        'unauthorized',
        'ended',
        'stable',
        'expired',
        'redial',
        'excused',
      ],
      closing: ['close', 'due', 'expired', 'stable', 'redial', 'warned', 'excused'],
      closed: [
        'close',
        'ready',
        'dropped',
        'unauthorized',
        'ended',
        'due',
        'expired',
        'stable',
        'redial',
        'warned',
        'excused',
      ],
      failed: [
        'close',
        'ready',
        'dropped',
        'refused',
        'unauthorized',
        'ended',
        'due',
        'expired',
        'stable',
        'redial',
        'warned',
        'excused',
      ],
    };
    for (const [name, events] of Object.entries(ignored))
      it(`${name}: ${events.join(', ')}`, () => {
        const state = after(...reach[name]!);
        expect(state.name).to.equal(name);
        for (const event of events) {
          const [next, effects] = reduce(state, every[event]);
          expect(next, event).to.equal(state);
          expect(effects, event).to.deep.equal([]);
        }
      });
    it('the same state where an event changes nothing', () => {
      for (const [name, event] of [
        ['connecting', expired],
        ['connected', stable],
        ['closing', ready],
      ] as const) {
        const state = after(...reach[name]!);
        expect(reduce(state, event)[0], name).to.equal(state);
      }
    });
  });

  describe("a session that is another client's", () => {
    const forsaken: Event = { type: 'dropped', error, next: 'now', chance: 0, anew: true };
    const attemptOf = (state: State) => ('attempt' in state ? state.attempt : undefined);

    it('is not resumed: neither at once, nor after a wait', () => {
      expect(attemptOf(after(connect, ready, forsaken))).to.deep.equal(attempt('main', undefined));
      expect(attemptOf(after(connect, ready, dropped, ready, forsaken, due))).to.deep.equal(
        attempt('main', undefined),
      );
      expect(attemptOf(after(connect, ready, dropped))).to.deep.equal(attempt('main', session));
    });

    it('is given up where it turns out while it is being resumed: dials once more at once', () => {
      const state = after(connect, ready, dropped, forsaken);
      expect([state.name, attemptOf(state)]).to.deep.equal(['connecting', attempt('main', undefined)]);
      const [next] = reduce(state, forsaken);
      expect([next.name, attemptOf(reduce(next, due)[0])]).to.deep.equal([
        'disconnected',
        attempt('main', undefined),
      ]);
    });
  });
});
