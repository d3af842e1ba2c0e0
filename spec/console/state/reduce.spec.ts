import { expect } from 'chai';
import { unheardIn } from '../../../console/state/log.js';
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

  it('says that a request without an answer may have been done, and nothing of one that watches', () => {
    const lost = after(opened, asked({ do: 'storm' }), { type: 'lost' });
    expect(lost.notice?.isError).to.equal(true);
    expect(lost.notice?.text).to.match(/^The emulator went away before it answered/);
    const watching = after(opened, asked({ do: 'watch', connections: 'all' }), { type: 'lost' });
    expect([watching.notice, watching.pending.size]).to.deep.equal([undefined, 0]);
  });

  it('says whether data were taken as JSON or as text', () => {
    const said = (command: Parameters<typeof asked>[0]) =>
      after(opened, asked(command), answer()).notice?.text;
    const publish = { do: 'publish', channel: 'lobby' } as const;
    expect(said({ ...publish, data: { a: 1 } })).to.equal('Published JSON to lobby.');
    expect(said({ ...publish, data: '{"a":1,}' })).to.equal('Published text to lobby.');
    const enter = { do: 'enter', channel: 'lobby', clientId: 'ada' } as const;
    expect(said(enter)).to.equal('ada entered lobby.');
    expect(said({ ...enter, data: [1] })).to.equal('ada entered lobby with JSON.');
    expect(said({ ...enter, data: '[1' })).to.equal('ada entered lobby with text.');
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

  describe('frames that the server was not asked for', () => {
    const at = (time: number): ConsoleEvent => stateOf(time);
    const choose = (connection: string | undefined): ConsoleEvent => ({
      type: 'chose',
      chosen: { connection },
    });
    const missing = (...events: readonly ConsoleEvent[]) => unheardIn(after(opened, ...events).log);

    it('are none while all are watched', () => {
      expect(missing(at(1), at(2), choose(undefined), at(3))).to.deep.equal([]);
    });

    it('are those of the others from the choice of one connection until all are watched again', () => {
      const events = [at(1000), choose('one'), at(2000)];
      expect(missing(...events)).to.deep.equal([]);
      expect(missing(...events, choose(undefined))).to.deep.equal([{ since: 1000, until: 2000 }]);
    });

    it('are those of each connection while another one was chosen, and a time without a break is one', () => {
      const events = [at(1), choose('one'), at(2), choose('two'), at(3)];
      expect(missing(...events)).to.deep.equal([{ since: 1, until: 2 }]);
      expect(missing(...events, choose('one'))).to.deep.equal([{ since: 2, until: 3 }]);
      expect(missing(...events, choose(undefined))).to.deep.equal([{ since: 1, until: 3 }]);
    });

    it('are all while there is no connection to the emulator', () => {
      const lost = [at(1), { type: 'lost' } as const, { type: 'lost' } as const, opened, choose(undefined)];
      expect(missing(...lost)).to.deep.equal([{ since: 1, until: undefined }]);
      expect(missing(...lost, at(5), at(6))).to.deep.equal([{ since: 1, until: 5 }]);
      expect(missing({ type: 'lost' }, opened, at(5))).to.deep.equal([]);
    });

    it('are forgotten with the lines, but for those that still are not told', () => {
      const events = [at(1), choose('one'), at(2), choose('two'), at(3), { type: 'cleared' } as const, at(4)];
      expect(missing(...events, choose(undefined))).to.deep.equal([{ since: 2, until: 4 }]);
    });
  });
});
