import { expect } from 'chai';
import { BehaviorSubject } from 'rxjs';
import { unsubscribed } from '../../lib/relay/subscriptions.js';
import type { Cell } from '../../lib/relay/topics/cell.js';
import type { TopicState } from '../../lib/relay/topics/state.js';
import type { Topics } from '../../lib/relay/topics/topics.js';
import { fateOf } from '../support/relay-world.js';

const inactive: TopicState = { name: 'inactive' };
const asking = { asking: true, refusals: 0, retry: undefined };
const leaving: TopicState = { name: 'leaving', wanted: false, id: 'a', ...asking };
const pending: TopicState = {
  ...{ name: 'pending', wanted: true, grace: undefined, asked: true, id: undefined, ...asking },
};

/** Whether it has resolved in each of these states, the first of which it is called in. */
async function doneIn(...states: readonly [TopicState, ...TopicState[]]): Promise<readonly boolean[]> {
  const state$ = new BehaviorSubject<TopicState>(states[0]);
  const topics = { letGo: () => undefined, stateOf: () => state$ } as unknown as Topics;
  const fate = fateOf(unsubscribed({} as Cell, topics, undefined));
  const done: boolean[] = [];
  for (const state of states) {
    state$.next(state);
    await new Promise((resolve) => setImmediate(resolve));
    done.push('value' in fate);
  }
  return done;
}

describe('unsubscribed', () => {
  it('waits until the relay has confirmed it', async () => {
    expect(await doneIn(leaving, inactive)).to.deep.equal([false, true]);
    expect(await doneIn({ ...pending, wanted: false }, leaving, inactive)).to.deep.equal([
      false,
      false,
      true,
    ]);
  });
  it('does not wait for a connection', async () => {
    expect(await doneIn({ ...leaving, asking: false })).to.deep.equal([true]);
    expect(await doneIn({ ...pending, wanted: false, asking: false })).to.deep.equal([true]);
    expect(await doneIn(leaving, { ...leaving, asking: false })).to.deep.equal([false, true]);
  });
  it('does not wait where others hold the topic, or hold it again', async () => {
    expect(await doneIn({ name: 'active', wanted: true, grace: undefined, id: 'a' })).to.deep.equal([true]);
    expect(await doneIn(pending)).to.deep.equal([true]);
    expect(await doneIn(leaving, { ...leaving, wanted: true })).to.deep.equal([false, true]);
  });
});
