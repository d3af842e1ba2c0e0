import { expect } from 'chai';
import { map, NEVER, type Observable, of, Subject, throwError, timer } from 'rxjs';
import { type During, during } from '../../lib/rx/during.js';
import type { Reducer } from '../../lib/base/table.js';
import { machine, type MachineSettings } from '../../lib/rx/machine.js';
import { virtually } from '../support/virtual-time.js';

interface Count {
  readonly count: number;
}
type Event = 'up' | 'down' | 'idle';
type Effect = `now ${number}`;
type Settings = MachineSettings<Count, Event, Effect>;

const failure = new Error('over');
const none: Count = { count: 0 };
const reduce: Reducer<Count, Event, Effect> = (state, event) => {
  if (event === 'idle') return [state, []];
  const count = state.count + (event === 'up' ? 1 : -1);
  return [{ count }, [`now ${count}`]];
};
const events = { u: 'up', d: 'down', i: 'idle' } as const;
const states = { 0: none, 1: { count: 1 }, d: { count: 0 } };
const counting = (settings: Partial<Settings>) =>
  machine<Count, Event, Effect>({
    ...{ initial: none, reduce, events: [], works: [], perform: () => undefined },
    ...settings,
  });
/** Work of each state. */
const inEach = (work: (state: Count) => Observable<Event>): During<Count, Event> =>
  during((state: Count) => state, work);

describe('machine', () => {
  it(
    'gives the initial state on subscription, then each other one',
    virtually(({ hot, expectObservable, expectSubscriptions }) => {
      const event$ = hot('-u-i-d-', events);
      expectObservable(counting({ events: [event$] }), '-------!').toBe('01---d-', states);
      expectSubscriptions(event$.subscriptions).toBe('^------!');
    }),
  );

  it(
    'takes the events of several sources',
    virtually(({ hot, expectObservable }) => {
      const both = [hot<Event>('-u', events), hot<Event>('--d', events)];
      expectObservable(counting({ events: both }), '----!').toBe('01d', states);
    }),
  );

  it(
    'never and empty: is in its initial state; completes with the events where no work runs on',
    virtually(({ cold, expectObservable }) => {
      expectObservable(counting({ events: [NEVER] }), '--!').toBe('0--', states);
      const empty$ = cold<Event>('--|');
      expectObservable(counting({ events: [empty$] })).toBe('0-|', states);
      const lasting = [inEach(() => NEVER)];
      expectObservable(counting({ events: [empty$], works: lasting }), '----!').toBe('0----', states);
    }),
  );

  it(
    'error: ends with the error of the events, of a work, of a reducer and of a performer that throw',
    virtually(({ cold, expectObservable }) => {
      const throwing = (): never => {
        throw failure;
      };
      const failed = { ...states, e: failure };
      const failing$ = cold<Event>('-u-#', events, failure);
      expectObservable(counting({ events: [failing$] })).toBe('01-#', failed, failure);
      const works = [inEach(() => throwError(throwing))];
      expectObservable(counting({ events: [NEVER], works })).toBe('(0#)', failed, failure);
      const up$ = cold<Event>('--u', events);
      expectObservable(counting({ events: [up$], reduce: throwing })).toBe('0-#', failed, failure);
      expectObservable(counting({ events: [up$], perform: throwing })).toBe('0-#', failed, failure);
    }),
  );

  it('shows a work each state before its effects, and each distinct state once', () => {
    const seen: string[] = [];
    const works = [inEach(({ count }) => (seen.push(`state ${count}`), NEVER))];
    const perform = (effect: Effect): void => void seen.push(`effect ${effect}`);
    const event$ = new Subject<Event>();
    const subscription = counting({ events: [event$], works, perform }).subscribe();
    event$.next('up');
    event$.next('idle');
    event$.next('down');
    expect(seen).to.deep.equal(['state 0', 'state 1', 'effect now 1', 'state 0', 'effect now 0']);
    subscription.unsubscribe();
  });

  it('re-entrant: an event that a work, or an effect, answers with waits until the state is told to everybody', () => {
    const event$ = new Subject<Event>();
    const told: string[] = [];
    const works = [
      inEach(({ count }) => (count === 1 ? of<Event>('up') : NEVER)),
      inEach(({ count }) => (told.push(`work ${count}`), NEVER)),
    ];
    const perform = (effect: Effect): void => {
      if (effect === 'now 2') event$.next('up');
    };
    counting({ events: [event$], works, perform }).subscribe(({ count }) => told.push(`state ${count}`));
    event$.next('up');
    expect(told).to.deep.equal([
      ...['state 0', 'work 0', 'work 1', 'state 1'],
      ...['work 2', 'state 2', 'work 3', 'state 3'],
    ]);
  });

  it('re-entrant: an event that a subscriber answers with comes after the state it answers', () => {
    const event$ = new Subject<Event>();
    const seen: number[] = [];
    counting({ events: [event$] }).subscribe(({ count }) => {
      if (count === 1) event$.next('up');
      seen.push(count);
    });
    event$.next('up');
    expect(seen).to.deep.equal([0, 1, 2]);
  });

  it(
    'ends every work when unsubscribed',
    virtually(({ hot, cold, scheduler, expectObservable, expectSubscriptions }) => {
      const work = cold<Event>('------');
      const timed = inEach(() => timer(60_000, scheduler).pipe(map((): Event => 'up')));
      const works = [inEach(() => work), timed];
      expectObservable(counting({ events: [hot<Event>('-u', events)], works }), '---!').toBe('01', states);
      expectSubscriptions(work.subscriptions).toBe(['^!', '-^-!']);
    }),
  );

  it('many: gives each subscriber a machine of its own', () => {
    const event$ = new Subject<Event>();
    const counted$ = counting({ events: [event$] });
    const first: number[] = [];
    const second: number[] = [];
    counted$.subscribe(({ count }) => first.push(count));
    event$.next('up');
    counted$.subscribe(({ count }) => second.push(count));
    event$.next('up');
    expect([first, second]).to.deep.equal([
      [0, 1, 2],
      [0, 1],
    ]);
  });
});
