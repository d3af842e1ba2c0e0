import { expect } from 'chai';
import { concat, NEVER, of, Subject, throwError } from 'rxjs';
import { duringEach, type Move } from '../../lib/rx/during-each.js';
import { virtually } from '../support/virtual-time.js';

interface Wait {
  readonly of: string;
}
interface State {
  readonly wait?: Wait;
}
interface Moved extends Move<State> {
  readonly machine: string;
}
const idle: State = {};
const wait = (of: string): State => ({ wait: { of } });
const one = wait('one');
const two = wait('two');
const next = wait('one'); // looks like the first, and is another
/** Lower case begins a wait, upper case ends it. */
const moves: Readonly<Record<string, Moved>> = {
  a: { machine: 'one', before: idle, state: one },
  n: { machine: 'one', before: one, state: next },
  s: { machine: 'one', before: one, state: { ...one } }, // another state, the same wait
  A: { machine: 'one', before: one, state: idle },
  N: { machine: 'one', before: next, state: idle },
  b: { machine: 'two', before: idle, state: two },
  B: { machine: 'two', before: two, state: idle },
  i: { machine: 'two', before: idle, state: { ...idle } },
};
const failure = new Error('over');
const keyOf = ({ wait: key }: State): Wait | undefined => key;

describe('duringEach', () => {
  it(
    'runs the work of each machine side by side, each until its own key is gone',
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const works = { one: cold('--x--x--x'), two: cold('--y--y--y') };
      const move$ = hot('  -a-b---A---B-', moves);
      const worked$ = move$.pipe(
        duringEach(keyOf, ({ machine }: Moved) => works[machine as keyof typeof works]),
      );
      expectObservable(worked$, '-------------!').toBe('---x-yx-y---');
      expectSubscriptions(works.one.subscriptions).toBe('-^-----!');
      expectSubscriptions(works.two.subscriptions).toBe('---^-------!');
    }),
  );

  it(
    'gives the work the move and the key that began it',
    virtually(({ hot, expectObservable }) => {
      const worked$ = hot('-a', moves).pipe(duringEach(keyOf, (move: Moved, key) => of([move, key])));
      expectObservable(worked$, '--!').toBe('-x', { x: [moves['a'], one.wait] });
    }),
  );

  it(
    'keeps the work running through moves that keep the key, and starts it again for another object',
    virtually(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const work = cold('-----x');
      const worked$ = hot('-as-n------N', moves).pipe(duringEach(keyOf, () => work));
      expectObservable(worked$, '-------------!').toBe('---------x');
      expectSubscriptions(work.subscriptions).toBe(['-^--!', '----^------!']);
    }),
  );

  it(
    'never and empty: follows the source',
    virtually(({ cold, expectObservable }) => {
      expectObservable(NEVER.pipe(duringEach(keyOf, () => of('x'))), '--!').toBe('---');
      expectObservable(cold<Moved>('--|').pipe(duringEach(keyOf, () => of('x')))).toBe('--|');
      expectObservable(cold('-i-|', moves).pipe(duringEach(keyOf, () => of('x')))).toBe('---|');
    }),
  );

  it(
    'error: stops every work and passes the error on',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const work = cold('--x');
      expectObservable(hot('-ab-#', moves).pipe(duringEach(keyOf, () => work))).toBe('---x#');
      expectSubscriptions(work.subscriptions).toBe(['-^--!', '--^-!']);
      expectObservable(hot('-a', moves).pipe(duringEach(keyOf, () => throwError(() => failure)))).toBe(
        '-#',
        undefined,
        failure,
      );
    }),
  );

  it(
    'stops every work when unsubscribed',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const work = cold('-----x');
      expectObservable(hot('-ab', moves).pipe(duringEach(keyOf, () => work)), '----!').toBe('-----');
      expectSubscriptions(work.subscriptions).toBe(['-^--!', '--^-!']);
    }),
  );

  it(
    'many: gives each subscriber its own works',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const work = cold('-x--');
      const worked$ = hot('-a-A', moves).pipe(duringEach(keyOf, () => work));
      expectObservable(worked$, '----!').toBe('--x-');
      expectObservable(worked$, '---!').toBe('--x');
      expectSubscriptions(work.subscriptions).toBe(['-^-!', '-^-!']);
    }),
  );

  it('re-entrant: work that ends its own wait is stopped at once', () => {
    const move$ = new Subject<Moved>();
    const seen: string[] = [];
    move$
      .pipe(duringEach(keyOf, (_: Moved, key) => concat(of(`${key.of} 1`, `${key.of} 2`), NEVER)))
      .subscribe((value) => {
        seen.push(value);
        if (value === 'one 1') move$.next(moves['A']!);
      });
    move$.next(moves['a']!);
    expect(seen).to.deep.equal(['one 1']);
    move$.next(moves['b']!);
    expect(seen).to.deep.equal(['one 1', 'two 1', 'two 2']);
  });
});
