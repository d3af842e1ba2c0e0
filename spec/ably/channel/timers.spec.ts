import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { ChannelRecord, ChannelTransition } from '../../../lib/ably/channel/port.js';
import { type ChannelState, initialized, type Wish } from '../../../lib/ably/channel/state.js';
import { timersOf } from '../../../lib/ably/channel/timers.js';
import { recordIn } from '../../support/channel-record.js';
import { virtually } from '../../support/virtual-time.js';

const common = { wish: 'held', grace: undefined, error: undefined } as const;
const request = { in: 10 };
const attaching: ChannelState = { ...common, name: 'attaching', request, failures: 0, continues: false };
const attached: ChannelState = { ...common, name: 'attached' };
const asking: ChannelState = { ...attached, reconfiguring: { request, again: false } };
const detachingAs = (wish: Wish): ChannelState => ({
  ...{ ...common, wish, name: 'detaching', request, from: 'attached' },
});
const suspended: ChannelState = {
  ...{ ...common, name: 'suspended', retry: { in: 30 }, failures: 1, continues: false },
};

type Seen = readonly [ms: number, type: string, text?: string];
/** What comes of a channel that is in each state from a millisecond on. */
function seenOf(...states: readonly (readonly [ms: number, state: ChannelState])[]): readonly Seen[] {
  const seen: Seen[] = [];
  virtually(({ scheduler, flush }) => {
    const transitions = new Subject<ChannelTransition>();
    const record: ChannelRecord = recordIn();
    const timed$ = transitions.pipe(timersOf({ scheduler, random: () => 0.75 }));
    const running = timed$.subscribe(([machine, event]) => {
      expect(machine).to.equal(record);
      if (event.type !== 'unanswered') seen.push([scheduler.now(), event.type]);
      else {
        const { chance, error } = event;
        expect([chance, error.code, error.statusCode]).to.deep.equal([0.75, 90007, 408]);
        seen.push([scheduler.now(), event.type, error.message]);
      }
    });
    for (const [ms, state] of states)
      scheduler.schedule(() => {
        const before = record.state;
        record.state = state;
        transitions.next({ machine: record, event: { type: 'wanted' }, before, state, effects: [] });
      }, ms);
    flush();
    running.unsubscribe();
  })();
  return seen;
}

describe('timersOf', () => {
  it('RTL4f: an ATTACH is unanswered after the request timeout', () => {
    expect(seenOf([0, attaching])).to.deep.equal([
      [10, 'unanswered', 'The server did not attach channel "a" in time. It is tried again by itself.'],
    ]);
  });

  it('RTL5i: the error of an unanswered ATTACH that is no longer wanted does not promise a retry', () => {
    expect(seenOf([0, { ...attaching, wish: 'parted' }])).to.deep.equal([
      [10, 'unanswered', 'The server did not attach channel "a" in time. It is wanted no longer.'],
    ]);
  });

  it('RTL5j, RTL5l: a DETACH that is owed is unanswered after its time, before the next ATTACH too', () => {
    const leftover = { request: { in: 20 }, unanswered: 0 };
    const detached: ChannelState = { ...common, name: 'detached', leftover };
    const waiting: ChannelState = { ...attaching, request: undefined, leftover };
    const text = 'The server did not attach channel "a" in time. It is tried again by itself.';
    expect(seenOf([0, detached], [5, waiting])).to.deep.equal([[20, 'unanswered', text]]);
    const owing = { request: undefined, unanswered: 0 };
    expect(seenOf([0, { ...detached, leftover: owing }])).to.deep.equal([]);
    const later: ChannelState = { ...detached, leftover: { ...owing, retry: { in: 30 } } };
    expect(seenOf([0, later])).to.deep.equal([[30, 'due']]); // before the next try
  });

  it('RTL14: the wait of a failed channel after a refusal ends in its time, whether the channel is wanted meanwhile or not', () => {
    const retry = { in: 30 };
    const failed: ChannelState = { ...common, name: 'failed', retry };
    expect(seenOf([0, failed])).to.deep.equal([[30, 'due']]);
    expect(seenOf([0, failed], [5, { ...attaching, request: undefined, retry }])).to.deep.equal([
      [30, 'due'],
    ]);
    expect(seenOf([0, failed], [5, { ...failed, retry: undefined }])).to.deep.equal([]);
  });

  it('the probation of an attached channel ends in its time, and starts anew after a request for other options', () => {
    const onProbation: ChannelState = { ...attached, strikes: 1, probation: { in: 30 } };
    expect(seenOf([0, onProbation])).to.deep.equal([[30, 'due']]);
    const asked = { ...onProbation, reconfiguring: { request, again: false } } as const;
    expect(seenOf([0, onProbation], [5, asked], [10, onProbation])).to.deep.equal([[40, 'due']]);
  });

  it('RTL16a: a request for other options is unanswered after the request timeout', () => {
    expect(seenOf([0, asking])).to.deep.equal([
      [10, 'unanswered', 'The server did not grant the new options of channel "a" in time. Set them again.'],
    ]);
  });

  for (const [wish, what] of [
    ['held', 'Detach it again.'],
    ['dismissed', 'Detach it again.'],
    ['idle', 'It is tried again by itself.'],
    ['none', 'It is tried again by itself.'],
    ['parted', 'It is tried again by itself.'],
  ] as const)
    it(`RTL5f: a DETACH likewise; says what comes next where it is ${wish}`, () => {
      expect(seenOf([0, detachingAs(wish)])).to.deep.equal([
        [10, 'unanswered', `The server did not confirm in time that channel "a" is detached. ${what}`],
      ]);
    });

  it('RTL13b: a retry is due', () => {
    expect(seenOf([0, suspended])).to.deep.equal([[30, 'due']]);
  });

  it('RTL13c: and not without one', () => {
    expect(seenOf([0, suspended], [10, { ...suspended, retry: undefined }])).to.deep.equal([]);
  });

  it('a request that is settled is not unanswered', () => {
    expect(seenOf([0, attaching], [9, attached])).to.deep.equal([]);
    expect(seenOf([0, asking], [9, attached])).to.deep.equal([]);
  });

  it('another request has the whole time', () => {
    const other: ChannelState = { ...attaching, request: { in: 10 } };
    expect(seenOf([0, attaching], [5, other]).map(([ms]) => ms)).to.deep.equal([15]);
  });

  it('a request goes on where only the wish changes', () => {
    expect(seenOf([0, attaching], [5, { ...attaching, wish: 'none' }]).map(([ms]) => ms)).to.deep.equal([10]);
  });

  it('the grace is over in any state, besides a request', () => {
    const grace = { in: 20 };
    const graceful: readonly ChannelState[] = [initialized, attached, suspended, detachingAs('idle')];
    for (const state of graceful)
      expect(
        seenOf([0, { ...state, grace }]).filter(([, type]) => type === 'grace over'),
        state.name,
      ).to.deep.equal([[20, 'grace over']]);
    expect(seenOf([0, { ...attaching, grace }]).map(([ms, type]) => [ms, type])).to.deep.equal([
      [10, 'unanswered'],
      [20, 'grace over'],
    ]);
    expect(seenOf([0, { ...attached, grace }], [19, attached])).to.deep.equal([]);
  });

  it('no other state waits for anything', () => {
    for (const state of [
      initialized,
      attached,
      { ...common, name: 'detached' },
      { ...common, name: 'failed' },
    ])
      expect(seenOf([0, state as ChannelState])).to.deep.equal([]);
  });
});
