import { expect } from 'chai';
import { type Observable, type SchedulerLike, Subject } from 'rxjs';
import { type TestScheduler } from 'rxjs/testing';
import type { Deadline } from '../../lib/base/deadline.js';
import { deadlines, type StateChange } from '../../lib/rx/deadlines.js';
import { SetBack } from '../support/set-back.js';
import { virtually } from '../support/virtual-time.js';

interface State {
  readonly wait?: Deadline;
}
class Machine {
  state: State = {};
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
interface Moved extends StateChange<State> {
  readonly machine: Machine;
}

/** Machines that wait and give up, and the stream of their moves. */
function crowd(scheduler: SchedulerLike) {
  const moves = new Subject<Moved>();
  const to = (machine: Machine, state: State): void => {
    const before = machine.state;
    machine.state = state;
    moves.next({ machine, before, state });
  };
  const over$ = moves.pipe(
    deadlines<State, Moved, Moved>(scheduler, { deadline: ({ wait }) => wait, over: (move) => move }),
  );
  return {
    moves,
    over$,
    machine: (name: string) => new Machine(name),
    wait: (machine: Machine, ms: number) => to(machine, { wait: { in: ms } }),
    keep: (machine: Machine) => to(machine, { ...machine.state }),
    rest: (machine: Machine) => to(machine, {}),
  };
}
const namesOf = (over$: Observable<Moved>, scheduler: TestScheduler, seen: string[]) =>
  over$.subscribe(({ machine }) => seen.push(`${machine.name} at ${scheduler.now()}`));

describe('deadlines', () => {
  it(
    'emits the move that began a wait when the wait is over',
    virtually(({ scheduler, act, flush }) => {
      const { over$, machine, wait } = crowd(scheduler);
      const seen: string[] = [];
      namesOf(over$, scheduler, seen);
      const [a, b] = [machine('a'), machine('b')];
      act('-a---b', { a: () => wait(a, 10), b: () => wait(b, 3) });
      flush();
      expect(seen).to.deep.equal(['b at 8', 'a at 11']);
    }),
  );

  it(
    'passes over a wait that was given up, and one begun again counts from then',
    virtually(({ scheduler, act, flush }) => {
      const { over$, machine, wait, rest } = crowd(scheduler);
      const seen: string[] = [];
      namesOf(over$, scheduler, seen);
      const [a, b] = [machine('a'), machine('b')];
      act('ab-A-a', {
        a: () => wait(a, 10),
        b: () => wait(b, 10),
        A: () => rest(a),
      });
      flush();
      expect(seen).to.deep.equal(['b at 11', 'a at 15']);
    }),
  );

  it(
    'keeps waits of two lengths apart, after those of one length have all ended',
    virtually(({ scheduler, act, flush }) => {
      const { over$, machine, wait, rest } = crowd(scheduler);
      const seen: string[] = [];
      namesOf(over$, scheduler, seen);
      const [a, b, c] = [machine('a'), machine('b'), machine('c')];
      act('aA-abc', {
        a: () => wait(a, 10),
        A: () => rest(a),
        b: () => wait(b, 20),
        c: () => wait(c, 5),
      });
      flush();
      expect(seen).to.deep.equal(['c at 10', 'a at 13', 'b at 24']);
    }),
  );

  it(
    'ends a wait with its timer, also where the clock is a fraction behind by then',
    virtually(({ scheduler, act, flush }) => {
      const clock = new SetBack(scheduler);
      const { over$, machine, wait } = crowd(clock);
      const seen: string[] = [];
      namesOf(over$, scheduler, seen);
      const a = machine('a');
      act('-a--b 10ms a--b', { a: () => wait(a, 10), b: () => (clock.by += 0.5) });
      flush();
      expect(seen).to.deep.equal(['a at 11', 'a at 25']);
    }),
  );

  it(
    'goes on with the same wait through a move that keeps it',
    virtually(({ scheduler, act, flush }) => {
      const { over$, machine, wait, keep } = crowd(scheduler);
      const seen: string[] = [];
      namesOf(over$, scheduler, seen);
      const a = machine('a');
      act('a--k', { a: () => wait(a, 10), k: () => keep(a) });
      flush();
      expect(seen).to.deep.equal(['a at 10']);
    }),
  );

  it(
    'many: a thousand waits of one length take one timer',
    virtually(({ scheduler, flush }) => {
      const { over$, machine, wait } = crowd(scheduler);
      const seen: string[] = [];
      namesOf(over$, scheduler, seen);
      for (let count = 0; count < 1000; count += 1) wait(machine(`m${count}`), 10);
      expect(scheduler.actions).to.have.length(1);
      flush();
      expect(seen).to.have.length(1000);
      expect([seen[0], seen[999]]).to.deep.equal(['m0 at 10', 'm999 at 10']);
    }),
  );

  it(
    'never: has no timer while nobody waits',
    virtually(({ scheduler }) => {
      const { over$, machine, wait, rest } = crowd(scheduler);
      over$.subscribe();
      expect(scheduler.actions).to.have.length(0);
      const a = machine('a');
      wait(a, 10);
      rest(a);
      expect(scheduler.actions.filter(({ closed }) => !closed)).to.have.length(0);
    }),
  );

  it(
    'empty, error: ends with its source, and leaves no timer',
    virtually(({ scheduler }) => {
      for (const end of ['complete', 'error'] as const) {
        const { moves, over$, machine, wait } = crowd(scheduler);
        const seen: unknown[] = [];
        over$.subscribe({ error: (error: unknown) => seen.push(error), complete: () => seen.push('|') });
        wait(machine('a'), 10);
        const over = new Error('over');
        if (end === 'complete') moves.complete();
        else moves.error(over);
        expect(seen).to.deep.equal([end === 'complete' ? '|' : over]);
        expect(scheduler.actions.filter(({ closed }) => !closed)).to.have.length(0);
      }
    }),
  );

  it(
    'leaves no timer and no subscription when unsubscribed',
    virtually(({ scheduler }) => {
      const { moves, over$, machine, wait } = crowd(scheduler);
      const subscription = over$.subscribe();
      wait(machine('a'), 10);
      wait(machine('b'), 20);
      subscription.unsubscribe();
      expect(moves.observed).to.equal(false);
      expect(scheduler.actions.filter(({ closed }) => !closed)).to.have.length(0);
    }),
  );

  it(
    're-entrant: a wait that is given up in answer to another one of the same moment is passed over',
    virtually(({ scheduler, flush }) => {
      const { over$, machine, wait, rest } = crowd(scheduler);
      const [a, b] = [machine('a'), machine('b')];
      const seen: string[] = [];
      over$.subscribe(({ machine: { name } }) => {
        seen.push(name);
        rest(a);
        rest(b);
      });
      wait(a, 10);
      wait(b, 10);
      flush();
      expect(seen).to.deep.equal(['a']);
    }),
  );

  it(
    're-entrant: a wait begun in answer to the end of one runs its full time',
    virtually(({ scheduler, flush }) => {
      const { over$, machine, wait, rest } = crowd(scheduler);
      const a = machine('a');
      const seen: string[] = [];
      over$.subscribe(({ machine: { name } }) => {
        seen.push(`${name} at ${scheduler.now()}`);
        if (seen.length < 3) wait(a, 10);
        else rest(a);
      });
      wait(a, 10);
      flush();
      expect(seen).to.deep.equal(['a at 10', 'a at 20', 'a at 30']);
    }),
  );
});
