import { expect } from 'chai';
import { filter, ignoreElements, map, merge, NEVER, Subject, tap, throwError, timer } from 'rxjs';
import { during } from '../../lib/rx/during.js';
import type { Reducer, Step } from '../../lib/base/table.js';
import { type Epic, machine } from '../../lib/rx/machine.js';
import { virtually } from '../support/virtual-time.js';

interface Count {
  readonly count: number;
}
type Event = 'up' | 'down' | 'idle';
type Effect = `now ${number}`;
const failure = new Error('over');
const none: Count = { count: 0 };
const reduce: Reducer<Count, Event, Effect> = (state, event) => {
  if (event === 'idle') return [state, []];
  const count = state.count + (event === 'up' ? 1 : -1);
  return [{ count }, [`now ${count}`]];
};
const events = { u: 'up', d: 'down', i: 'idle' } as const;
const step = (count: number): Step<Count, Effect> => [{ count }, [`now ${count}`]];
const initial: Step<Count, Effect> = [none, []];
const counting = (...epics: Epic<Count, Effect, Event>[]) => machine(none, reduce, epics);

describe('machine', () => {
  it(
    'gives the initial step on subscription, then a step per event',
    virtually(({ hot, expectObservable, expectSubscriptions }) => {
      const event$ = hot('-u-i-d-', events);
      expectObservable(event$.pipe(counting()), '-------!').toBe('01-i-d', {
        0: initial,
        1: step(1),
        i: [{ count: 1 }, []],
        d: step(0),
      });
      expectSubscriptions(event$.subscriptions).toBe('^------!');
    }),
  );

  it(
    'never and empty: is in its initial state; completes with the events where no epic runs on',
    virtually(({ cold, expectObservable }) => {
      expectObservable(NEVER.pipe(counting()), '--!').toBe('0--', { 0: initial });
      expectObservable(cold<Event>('--|').pipe(counting())).toBe('0-|', { 0: initial });
    }),
  );

  it(
    'error: ends with the error of the events, of an epic, and of a reducer that throws',
    virtually(({ cold, expectObservable }) => {
      const failing = cold('-u-#', events).pipe(counting());
      expectObservable(failing).toBe('01-#', { 0: initial, 1: step(1) });
      expectObservable(NEVER.pipe(counting(() => throwError(() => failure)))).toBe(
        '(0#)',
        {
          0: initial,
        },
        failure,
      );
      const throwing: Reducer<Count, Event, Effect> = () => {
        throw failure;
      };
      expectObservable(cold('--u', events).pipe(machine(none, throwing, []))).toBe(
        '0-#',
        { 0: initial },
        failure,
      );
    }),
  );

  it('shows an epic each state before its effects, and each distinct state once', () => {
    const seen: string[] = [];
    const epic: Epic<Count, Effect, Event> = (state$, effect$) => {
      const states = state$.pipe(
        tap(({ count }) => seen.push(`state ${count}`)),
        ignoreElements(),
      );
      const effects = effect$.pipe(
        tap((effect) => seen.push(`effect ${effect}`)),
        ignoreElements(),
      );
      return merge(states, effects);
    };
    const event$ = new Subject<Event>();
    const subscription = event$.pipe(counting(epic)).subscribe();
    event$.next('up');
    event$.next('idle');
    event$.next('down');
    expect(seen).to.deep.equal(['state 0', 'state 1', 'effect now 1', 'state 0', 'effect now 0']);
    subscription.unsubscribe();
  });

  it('re-entrant: an event that an epic answers with waits until the step is told to everybody', () => {
    const once: Epic<Count, Effect, Event> = (_, effect$) =>
      effect$.pipe(
        filter((effect) => effect === 'now 1'),
        map(() => 'up'),
      );
    const told: string[] = [];
    const watching: Epic<Count, Effect, Event> = (state$) =>
      state$.pipe(
        tap(({ count }) => told.push(`epic ${count}`)),
        ignoreElements(),
      );
    const event$ = new Subject<Event>();
    event$.pipe(counting(once, watching)).subscribe(([{ count }]) => told.push(`step ${count}`));
    event$.next('up');
    expect(told).to.deep.equal(['step 0', 'epic 0', 'epic 1', 'step 1', 'epic 2', 'step 2']);
  });

  it('re-entrant: an event that a subscriber answers with comes after the step it answers', () => {
    const event$ = new Subject<Event>();
    const seen: number[] = [];
    event$.pipe(counting()).subscribe(([{ count }]) => {
      if (count === 1) event$.next('up');
      seen.push(count);
    });
    event$.next('up');
    expect(seen).to.deep.equal([0, 1, 2]);
  });

  it(
    'ends every epic, and what lasts in it, when unsubscribed',
    virtually(({ hot, cold, scheduler, expectObservable, expectSubscriptions }) => {
      const work = cold<Event>('------');
      const lasting: Epic<Count, Effect, Event> = (state$) =>
        state$.pipe(
          during(
            (state) => state,
            () => work,
          ),
        );
      const timed: Epic<Count, Effect, Event> = (state$) =>
        state$.pipe(
          during(
            (state) => state,
            () => timer(60_000, scheduler).pipe(map(() => 'up' as const)),
          ),
        );
      expectObservable(hot('-u', events).pipe(counting(lasting, timed)), '---!').toBe('01', {
        0: initial,
        1: step(1),
      });
      expectSubscriptions(work.subscriptions).toBe(['^!', '-^-!']);
    }),
  );

  it('many: gives each subscriber a machine of its own', () => {
    const event$ = new Subject<Event>();
    const counted$ = event$.pipe(counting());
    const first: number[] = [];
    const second: number[] = [];
    counted$.subscribe(([{ count }]) => first.push(count));
    event$.next('up');
    counted$.subscribe(([{ count }]) => second.push(count));
    event$.next('up');
    expect([first, second]).to.deep.equal([
      [0, 1, 2],
      [0, 1],
    ]);
  });
});
