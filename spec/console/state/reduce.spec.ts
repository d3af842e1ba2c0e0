import { expect } from 'chai';
import { type ConsoleEvent, reduce } from '../../../console/state/reduce.js';
import { type ConsoleState, initial } from '../../../console/state/state.js';
import { connectionOf, frameOf, stateOf } from '../../support/admin.js';

const after = (...events: readonly ConsoleEvent[]): ConsoleState => events.reduce(reduce, initial);
const opened = { type: 'opened' } as const;
const asked = (command: Extract<ConsoleEvent, { type: 'asked' }>['command']) =>
  ({ type: 'asked', id: 1, command }) as const;
const answer = (error?: string) => ({ type: 'answer', id: 1, error }) as const;

describe('the state of the console', () => {
  it('tells what was done when the answer comes', () => {
    const drop = { do: 'drop', connection: 'one' } as const;
    const state = after(opened, asked(drop));
    expect([...state.pending]).to.deep.equal([[1, drop]]);
    const done = reduce(state, answer());
    expect([done.notice, done.pending.size]).to.deep.equal([{ text: 'Dropped one.', isError: false }, 0]);
    expect(reduce(state, answer('There is no such connection.')).notice).to.deep.equal({
      text: 'There is no such connection.',
      isError: true,
    });
  });

  it('ignores an answer to nothing that it asked', () => {
    const state = after(opened);
    expect(reduce(state, answer('No.'))).to.equal(state);
  });

  it('says at once that a request is lost without a connection, and forgets those without an answer with it', () => {
    expect(after(asked({ do: 'storm' })).notice?.text).to.match(/^There is no connection/);
    const lost = after(opened, asked({ do: 'storm' }), { type: 'lost' });
    expect([lost.link, lost.pending.size]).to.deep.equal(['lost', 0]);
    expect(reduce(lost, { type: 'lost' })).to.equal(lost);
  });

  it('needs no words for watching', () => {
    const state = after(opened, asked({ do: 'watch', connections: 'all' }), answer());
    expect(state.notice).to.equal(undefined);
  });

  it('follows a storm from the request on, unless it is refused', () => {
    const before = [opened, stateOf(0, [connectionOf('one')]), asked({ do: 'storm' })];
    const dropped = after(...before, answer(), stateOf(500), stateOf(1500, [connectionOf('one')]));
    expect([dropped.storm?.before, dropped.storm?.back]).to.deep.equal([1, 1000]);
    expect(reduce(dropped, { type: 'calmed' }).storm).to.equal(undefined);
    expect(after(...before, answer('No.')).storm).to.equal(undefined);
  });

  it('shows the frames of the chosen connection, also those from before', () => {
    const frames = [frameOf(1), frameOf(2, { connection: 'two' })];
    const chosen = after(
      { type: 'frames', frames, leftOut: 0 },
      { type: 'chose', chosen: { connection: 'two' } },
      { type: 'chose', chosen: { tab: 'channels' } },
    );
    expect(chosen.log.shown.map(({ frame }) => frame.number)).to.deep.equal([2]);
    const all = reduce(chosen, { type: 'chose', chosen: { connection: undefined } });
    expect(all.log.shown.length).to.equal(2);
    expect(all.chosen.tab).to.equal('channels');
  });

  it('begins its rates anew with a connection, because another server may run', () => {
    const state = after(
      opened,
      stateOf(0, [connectionOf('one', { framesIn: 900 })]),
      { type: 'lost' },
      opened,
    );
    const again = reduce(state, stateOf(1000, [connectionOf('one', { framesIn: 5 })]));
    expect([...again.rates.perSecond]).to.deep.equal([]);
  });
});
