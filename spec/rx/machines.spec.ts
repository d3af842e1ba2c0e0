import { expect } from 'chai';
import { EMPTY, map, NEVER, Subject, throwError } from 'rxjs';
import type { Deadline } from '../../lib/base/deadline.js';
import type { Step } from '../../lib/base/table.js';
import { deadlines } from '../../lib/rx/deadlines.js';
import { type MachineEvent, type MachineKind, machines, type Transition } from '../../lib/rx/machines.js';
import { virtually } from '../support/virtual-time.js';

interface State {
  readonly count: number;
  readonly wait?: Deadline;
}
type Event = 'up' | 'wait' | 'idle' | 'due';
type Effect = `now ${number}`;
interface Counter {
  readonly name: string;
  state: State;
}
type Kind = MachineKind<Counter, Event, Effect>;

const failure = new Error('over');
const counter = (name = 'a'): Counter => ({ name, state: { count: 0 } });
const reduce = (state: State, event: Event): Step<State, Effect> => {
  const { count } = state;
  if (event === 'idle') return [state, []];
  if (event === 'wait') return [{ count, wait: { in: 3 } }, []];
  return [{ count: count + 1 }, [`now ${count + 1}`]];
};
const untimed: Kind = { reduce, timers: () => EMPTY, perform: () => undefined };
const counting = (kind: Partial<Kind> = {}) => machines<Counter, Event, Effect>({ ...untimed, ...kind });
/** Performs each effect of a transition. */
const performing =
  (perform: (effect: Effect, machine: Counter) => void): Kind['perform'] =>
  ({ machine, effects }) => {
    for (const effect of effects) perform(effect, machine);
  };
/** The transition of one more. */
const upIn = (machine: Counter, count: number): Transition<Counter, Event, Effect> => ({
  ...{ machine, event: 'up', before: { count: count - 1 }, state: { count } },
  effects: [`now ${count}`],
});

describe('machines', () => {
  it(
    'emits the transition of each event, whichever machine it is for, and ends with the subscription',
    virtually(({ hot, expectObservable, expectSubscriptions }) => {
      const [a, b] = [counter('a'), counter('b')];
      const event$ = hot<MachineEvent<Counter, Event>>('-a-b-a--', { a: [a, 'up'], b: [b, 'up'] });
      expectObservable(event$.pipe(counting()), '-------!').toBe('-1-2-3--', {
        ...{ 1: upIn(a, 1), 2: upIn(b, 1), 3: upIn(a, 2) },
      });
      expectSubscriptions(event$.subscriptions).toBe('^------!');
    }),
  );

  it('puts the next state in its machine, and nothing else', () => {
    const [a, b] = [counter('a'), counter('b')];
    const before = b.state;
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    event$.pipe(counting()).subscribe();
    event$.next([a, 'up']);
    expect(a).to.deep.equal({ name: 'a', state: { count: 1 } });
    expect(b.state).to.equal(before);
  });

  it('emits also when nothing changed, with the same state', () => {
    const a = counter();
    const { state } = a;
    const seen: unknown[] = [];
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    event$.pipe(counting()).subscribe((transition) => seen.push(transition));
    event$.next([a, 'idle']);
    expect(seen).to.deep.equal([{ machine: a, event: 'idle', before: state, state, effects: [] }]);
    expect(a.state).to.equal(state);
  });

  it(
    'never, empty: emits nothing; completes with the events once no timer can come any more',
    virtually(({ cold, expectObservable }) => {
      expectObservable(NEVER.pipe(counting()), '--!').toBe('---');
      expectObservable(EMPTY.pipe(counting())).toBe('|');
      expectObservable(cold<never>('--|').pipe(counting({ timers: () => NEVER })), '----!').toBe('-----');
    }),
  );

  it(
    'error: ends with the error of the events, of the timers, and of a reducer that throws',
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const a = counter();
      const failing$ = cold<MachineEvent<Counter, Event>>('-a-#', { a: [a, 'up'] });
      expectObservable(failing$.pipe(counting())).toBe('-1-#', { 1: upIn(a, 1) });
      expectSubscriptions(failing$.subscriptions).toBe('^--!');
      const timers = () => throwError(() => failure);
      expectObservable(NEVER.pipe(counting({ timers }))).toBe('#', undefined, failure);
      const throwing$ = cold<MachineEvent<Counter, Event>>('--a', { a: [counter(), 'up'] });
      const throwing = (): never => {
        throw failure;
      };
      expectObservable(throwing$.pipe(counting({ reduce: throwing }))).toBe('--#', undefined, failure);
      expectObservable(throwing$.pipe(counting({ perform: throwing }))).toBe('--#', undefined, failure);
      expectSubscriptions(throwing$.subscriptions).toBe(['^-!', '^-!']);
    }),
  );

  it('re-entrant: takes an event that comes while effects are performed after all of them', () => {
    const [a, b] = [counter('a'), counter('b')];
    const seen: string[] = [];
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    const perform = (effect: Effect, { name, state }: Counter): void => {
      seen.push(`${name} ${effect}, in ${state.count}`);
      if (name === 'a' && state.count === 1) for (const machine of [b, a]) event$.next([machine, 'up']);
      seen.push(`${name} ${effect} done`);
    };
    event$.pipe(counting({ perform: performing(perform) })).subscribe();
    event$.next([a, 'up']);
    expect(seen).to.deep.equal([
      ...['a now 1, in 1', 'a now 1 done'],
      ...['b now 1, in 1', 'b now 1 done'],
      ...['a now 2, in 2', 'a now 2 done'],
    ]);
  });

  it('re-entrant: takes an event that a timer answers with after the transition it answers', () => {
    const a = counter();
    const timers: Kind['timers'] = (transition$) =>
      transition$.pipe(
        map(({ machine, state }): MachineEvent<Counter, Event> => [machine, state.count < 3 ? 'up' : 'idle']),
      );
    const counts: number[] = [];
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    event$.pipe(counting({ timers })).subscribe(({ state }) => counts.push(state.count));
    event$.next([a, 'up']);
    expect(counts).to.deep.equal([1, 2, 3, 3]);
  });

  it('shows the timers the transitions that changed a state, each before its effects are performed', () => {
    const a = counter();
    const seen: string[] = [];
    const timers: Kind['timers'] = (transition$) => {
      transition$.subscribe(({ event, state }) => seen.push(`timers: ${event} ${state.count}`));
      return NEVER;
    };
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    const perform: Kind['perform'] = ({ event }) => seen.push(`performed: ${event}`);
    event$.pipe(counting({ timers, perform })).subscribe();
    for (const event of ['up', 'idle', 'up'] as const) event$.next([a, event]);
    expect(seen).to.deep.equal([
      ...['timers: up 1', 'performed: up', 'performed: idle'],
      ...['timers: up 2', 'performed: up'],
    ]);
  });

  it(
    'timers: make an event of a state that lasts, and none once it is left or the subscription has ended',
    virtually(({ hot, scheduler, expectObservable }) => {
      const [a, b, c] = [counter('a'), counter('b'), counter('c')];
      const timers: Kind['timers'] = (transition$) =>
        transition$.pipe(
          deadlines<State, Transition<Counter, Event, Effect>, MachineEvent<Counter, Event>>(scheduler, {
            deadline: ({ wait }) => wait,
            over: ({ machine }) => [machine, 'due'],
          }),
        );
      const event$ = hot<MachineEvent<Counter, Event>>('-abcB', {
        ...{ a: [a, 'wait'], b: [b, 'wait'], c: [c, 'wait'], B: [b, 'up'] },
      });
      const seen$ = event$.pipe(
        counting({ timers }),
        map(({ machine, event }) => `${machine.name} ${event}`),
      );
      expectObservable(seen$, '-----!').toBe('-abc(Bd)', {
        ...{ a: 'a wait', b: 'b wait', c: 'c wait', B: 'b up', d: 'a due' },
      });
    }),
  );

  it(
    'unsubscribed early: unsubscribes from the events and from the timers',
    virtually(({ cold, expectObservable, expectSubscriptions }) => {
      const a = counter();
      const event$ = cold<MachineEvent<Counter, Event>>('-a---a', { a: [a, 'up'] });
      const timer$ = cold<MachineEvent<Counter, Event>>('------');
      expectObservable(event$.pipe(counting({ timers: () => timer$ })), '---!').toBe('-1--', {
        1: upIn(a, 1),
      });
      expectSubscriptions(event$.subscriptions).toBe('^--!');
      expectSubscriptions(timer$.subscriptions).toBe('^--!');
    }),
  );

  it('unsubscribed while an event is processed: takes none of those that wait', () => {
    const a = counter();
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    const running = event$.pipe(counting()).subscribe(() => {
      event$.next([a, 'up']);
      running.unsubscribe();
    });
    event$.next([a, 'up']);
    expect(a.state.count).to.equal(1);
  });

  it('many subscribers: have timers of their own, and share the machines', () => {
    const a = counter();
    let timers = 0;
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    const counted$ = event$.pipe(counting({ timers: () => ((timers += 1), NEVER) }));
    const counts: number[] = [];
    for (let count = 0; count < 2; count += 1) counted$.subscribe(({ state }) => counts.push(state.count));
    event$.next([a, 'up']);
    expect([timers, ...counts]).to.deep.equal([2, 1, 2]);
  });

  it('many machines: a thousand, each with its own state', () => {
    const all = Array.from({ length: 1000 }, (_, index) => counter(`m${index}`));
    const event$ = new Subject<MachineEvent<Counter, Event>>();
    event$.pipe(counting()).subscribe();
    all.forEach((machine, index) => {
      for (let count = 0; count < index % 3; count += 1) event$.next([machine, 'up']);
    });
    expect(all.map(({ state }) => state.count)).to.deep.equal(all.map((_, index) => index % 3));
  });
});
