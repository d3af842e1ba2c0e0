import { expect } from 'chai';
import { reducerOf } from '../../lib/base/table.js';

type State = { readonly name: 'off' } | { readonly name: 'on'; readonly level: number };
type Event = { readonly type: 'press' } | { readonly type: 'dim'; readonly by: number };
const reduce = reducerOf<State, Event, string>({
  off: { press: () => [{ name: 'on', level: 3 }, ['click']] },
  on: {
    press: () => [{ name: 'off' }, ['click', 'dark']],
    dim: ({ level }, { by }) => [{ name: 'on', level: level - by }, []],
  },
});
const off: State = { name: 'off' };

describe('reducerOf', () => {
  it('answers with the cell of the state and the event', () => {
    expect(reduce(off, { type: 'press' })).to.deep.equal([{ name: 'on', level: 3 }, ['click']]);
    expect(reduce({ name: 'on', level: 3 }, { type: 'dim', by: 2 })).to.deep.equal([
      { name: 'on', level: 1 },
      [],
    ]);
    expect(reduce({ name: 'on', level: 3 }, { type: 'press' })).to.deep.equal([off, ['click', 'dark']]);
  });

  it('answers with the very same state and no effect where there is no cell', () => {
    const [state, effects] = reduce(off, { type: 'dim', by: 1 });
    expect(state).to.equal(off);
    expect(effects).to.deep.equal([]);
  });

  it('ignores an event or a state that it has never heard of', () => {
    const odd = { name: 'broken' } as unknown as State;
    expect(reduce(odd, { type: 'press' })[0]).to.equal(odd);
    expect(reduce(off, { type: 'kick' } as unknown as Event)[0]).to.equal(off);
  });

  it('leaves the state it is given untouched', () => {
    const on: State = Object.freeze({ name: 'on', level: 3 });
    reduce(on, { type: 'dim', by: 2 });
    expect(on).to.deep.equal({ name: 'on', level: 3 });
  });
});
