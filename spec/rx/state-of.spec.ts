import { expect } from 'chai';
import { BehaviorSubject, NEVER, Subject } from 'rxjs';
import { stateOf } from '../../lib/rx/state-of.js';
import { virtually } from '../support/virtual-time.js';

interface State {
  readonly name: string;
  readonly count: number;
}
const state = (name: string, count = 0): State => ({ name, count });
const nameOf = ({ name }: State): string => name;

describe('stateOf', () => {
  it('gives the current value at once, then each other one', () => {
    const source = new BehaviorSubject(state('a'));
    const seen: string[] = [];
    stateOf(source, nameOf).subscribe((name) => seen.push(name));
    expect(seen).to.deep.equal(['a']);
    for (const next of [state('a', 1), state('b'), state('b', 1), state('a')]) source.next(next);
    expect(seen).to.deep.equal(['a', 'b', 'a']);
  });

  it(
    'never, empty, error: follows the source',
    virtually(({ cold, hot, expectObservable, expectSubscriptions }) => {
      expectObservable(stateOf(NEVER, nameOf), '--!').toBe('---');
      expectObservable(stateOf(cold<State>('--|'), nameOf)).toBe('--|');
      expectObservable(stateOf(cold<State>('--#'), nameOf)).toBe('--#');
      const source = hot('-a-b-|', { a: state('x'), b: state('y') });
      expectObservable(stateOf(source, nameOf), '--!').toBe('-x');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it('many: a late subscriber has the current value, and shares nothing with the others', () => {
    const source = new BehaviorSubject(state('a'));
    const name$ = stateOf(source, nameOf);
    const [early, late]: [string[], string[]] = [[], []];
    name$.subscribe((name) => early.push(name));
    source.next(state('b'));
    name$.subscribe((name) => late.push(name));
    expect([early, late]).to.deep.equal([['a', 'b'], ['b']]);
  });

  it('re-entrant: ends with the newest state', () => {
    const source = new BehaviorSubject(state('a'));
    const seen: string[] = [];
    stateOf(source, nameOf).subscribe((name) => {
      seen.push(name);
      if (name === 'b') source.next(state('c'));
    });
    source.next(state('b'));
    expect(seen).to.deep.equal(['a', 'b', 'c']);
  });

  it('leads back to no Subject', () => {
    let shown: object | undefined = stateOf(new BehaviorSubject(state('a')), nameOf);
    for (; shown; shown = (shown as { source?: object }).source) expect(shown).to.not.be.instanceOf(Subject);
  });
});
