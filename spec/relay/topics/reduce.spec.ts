import { expect } from 'chai';
import { topicReducer } from '../../../lib/relay/topics/reduce.js';
import { nameOf, type TopicEvent, type TopicState } from '../../../lib/relay/topics/state.js';
import { RelayError } from '../../../lib/relay/relay-error.js';

const rules = { detachGrace: 2500, retries: 2, retry: (n: number, chance: number) => n * 100 + chance };
const reduce = topicReducer(rules);
const error = new RelayError('no');
const wanted: TopicEvent = { type: 'wanted', up: true };
const wantedLater: TopicEvent = { type: 'wanted', up: false };
const released: TopicEvent = { type: 'released', up: true, disconnected: false };
const releasedLater: TopicEvent = { type: 'released', up: false, disconnected: true };
const disconnected: TopicEvent = { type: 'disconnected', up: false };
const unwanted: TopicEvent = { type: 'unwanted', up: true };
const unwantedLater: TopicEvent = { type: 'unwanted', up: false };
const linkUp: TopicEvent = { type: 'link up' };
const linkDown: TopicEvent = { type: 'link down' };
const confirmed = (id = 'a'): TopicEvent => ({ type: 'confirmed', id });
const refused: TopicEvent = { type: 'refused', error, final: false, chance: 0 };
const refusedForGood: TopicEvent = { type: 'refused', error, final: true, chance: 0 };
const unanswered: TopicEvent = { type: 'unanswered', chance: 0 };
const unsubscribed: TopicEvent = { type: 'unsubscribed' };
const due: TopicEvent = { type: 'due' };

const inactive: TopicState = { name: 'inactive' };
const after = (...events: TopicEvent[]): TopicState =>
  events.reduce<TopicState>((state, event) => reduce(state, event)[0], inactive);
const step = (...events: TopicEvent[]) => reduce(after(...events.slice(0, -1)), events.at(-1)!);
/** What it tells users, and what it asks of the relay. */
const told = (...events: TopicEvent[]) => {
  const [state, effects] = step(...events);
  return [nameOf(state), ...effects];
};

describe('topicReducer', () => {
  it('asks when it is wanted, at once or as soon as there is a connection', () => {
    expect(told(wanted)).to.deep.equal(['pending', 'subscribe']);
    expect(told(wantedLater)).to.deep.equal(['pending']);
    expect(told(wantedLater, linkUp)).to.deep.equal(['pending', 'subscribe']);
  });
  it('is active once the relay has confirmed it, with the id that the relay gave', () => {
    expect(step(wanted, confirmed())).to.deep.equal([
      { name: 'active', wanted: true, grace: undefined, id: 'a' },
      [],
    ]);
  });
  it('is pending without a connection, and asked for anew on the next one', () => {
    expect(told(wanted, confirmed(), linkDown)).to.deep.equal(['pending']);
    expect(told(wanted, confirmed(), linkDown, linkUp)).to.deep.equal(['pending', 'subscribe']);
    expect(told(wanted, linkDown, linkUp)).to.deep.equal(['pending', 'subscribe']);
  });
  it('asks again after a refusal, later from time to time, and fails in the end', () => {
    expect(step(wanted, refused)[0]).to.deep.include({ asking: false, retry: { in: 100 } });
    expect(told(wanted, refused, due)).to.deep.equal(['pending', 'subscribe']);
    expect(step(wanted, refused, due, refused)[0]).to.deep.include({ retry: { in: 200 } });
    expect(step(wanted, refused, due, refused, due, refused)).to.deep.equal([
      { name: 'failed', error, failures: 1, retry: { in: 100 }, id: undefined },
      [],
    ]);
  });
  it('only refusals count; the waits grow whatever the reason', () => {
    const often = Array.from({ length: 5 }, () => [unanswered, due]).flat();
    expect(step(wanted, ...often, refused)[0]).to.deep.include({ name: 'pending', retry: { in: 600 } });
    expect(told(wanted, refused, due, ...often, refused, due, refused)).to.deep.equal(['failed']);
  });
  it('fails at once where the relay never will', () => {
    expect(step(wanted, refusedForGood)).to.deep.equal([
      { name: 'failed', error, failures: 1, retry: { in: 100 }, id: undefined },
      [],
    ]);
    expect(told(wanted, refusedForGood, unwanted)).to.deep.equal(['inactive']);
  });
  it('has failed: is asked for again after a wait, which goes on where somebody wants it meanwhile', () => {
    expect(told(wanted, refusedForGood, due)).to.deep.equal(['failed']);
    expect(told(wanted, refusedForGood, due, wanted)).to.deep.equal(['pending', 'subscribe']);
    expect(told(wanted, refusedForGood, wanted)).to.deep.equal(['pending']);
    expect(told(wanted, refusedForGood, wanted, due)).to.deep.equal(['pending', 'subscribe']);
    const [failed] = step(wanted, refusedForGood);
    const [waiting] = reduce(failed, wanted);
    expect(waiting).to.have.property('retry', (failed as { retry?: unknown }).retry); // the same wait
    expect(told(wanted, refusedForGood, wanted, unwanted)).to.deep.equal(['inactive']);
  });
  it('has failed: what the relay may still have of an earlier connection is unsubscribed from when it is given up', () => {
    const failed = [wanted, confirmed(), linkDown, linkUp, refusedForGood];
    expect(after(...failed)).to.deep.include({ name: 'failed', id: 'a' });
    expect(step(...failed, unwanted)[1]).to.deep.equal(['unsubscribe']);
    expect(after(...failed, unwanted)).to.deep.include({ name: 'leaving', id: 'a' });
    expect(after(...failed, { ...unwanted, id: 'b' })).to.deep.include({ name: 'leaving', id: 'b' });
    expect(after(...failed, wanted)).to.deep.include({ name: 'pending', id: 'a' });
    expect(after(wanted, unanswered, { ...unwanted, id: 'b' })).to.deep.include({ name: 'leaving', id: 'b' });
    expect(after(wanted, confirmed(), linkDown, linkUp, unwanted, refused)).to.deep.include({
      name: 'leaving',
      id: 'a',
    });
  });
  it('has failed again: that wait grows, until the relay has confirmed it', () => {
    const twice = [wanted, refusedForGood, wanted, due, refusedForGood];
    expect(after(...twice)).to.deep.include({ failures: 2, retry: { in: 200 } });
    expect(after(...twice, wanted, due, confirmed(), linkDown, linkUp, refusedForGood)).to.deep.include({
      failures: 1,
      retry: { in: 100 },
    });
    const retried = [wanted, due, refused, due, refused];
    expect(after(wanted, refusedForGood, ...retried)).to.deep.include({
      name: 'pending',
      retry: { in: 200 },
    });
  });
  it('has failed: nothing waits without a connection, and on the next one it is asked for at once', () => {
    expect(after(wanted, refusedForGood, linkDown)).to.deep.include({ name: 'failed', retry: undefined });
    expect(told(wanted, refusedForGood, linkDown, wantedLater)).to.deep.equal(['pending']);
    expect(told(wanted, refusedForGood, linkDown, wantedLater, linkUp)).to.deep.equal([
      'pending',
      'subscribe',
    ]);
    expect(told(wanted, refusedForGood, linkDown, linkUp, wanted)).to.deep.equal(['pending', 'subscribe']);
  });
  it('asks for ever where it is not answered; not for what was asked on a connection that is gone', () => {
    const often = Array.from({ length: 20 }, () => [unanswered, due]).flat();
    expect(told(wanted, ...often)).to.deep.equal(['pending', 'subscribe']);
    expect(after(wanted, linkDown, unanswered)).to.include({ retry: undefined });
    expect(after(wanted, linkDown, refused)).to.include({ refusals: 0, vain: 0, retry: undefined });
  });
  it('stays for the grace, and leaves after it; whoever comes back in time finds it as it was', () => {
    expect(step(wanted, confirmed(), released)[0]).to.deep.include({ name: 'active', grace: { in: 2500 } });
    expect(told(wanted, confirmed(), released, unwanted)).to.deep.equal(['inactive', 'unsubscribe']);
    expect(step(wanted, confirmed(), released, wanted)).to.deep.equal([after(wanted, confirmed()), []]);
  });
  it('waits for nobody while the user has disconnected', () => {
    expect(step(wanted, confirmed(), linkDown, releasedLater)[0]).to.deep.include({
      name: 'leaving',
      id: 'a',
    });
    expect(told(wanted, confirmed(), linkDown, releasedLater, linkUp)).to.deep.equal([
      'inactive',
      'unsubscribe',
    ]);
    expect(after(wantedLater, releasedLater)).to.deep.equal(inactive);
    expect(after(wanted, confirmed(), linkDown, released, disconnected)).to.deep.include({ name: 'leaving' });
    expect(step(wanted, confirmed(), linkDown, disconnected)).to.deep.equal([
      after(wanted, confirmed(), linkDown),
      [],
    ]);
  });
  it('goes on with its grace when it is confirmed, and when the connection is lost', () => {
    const grace = { in: 2500 };
    expect(after(wanted, released, confirmed())).to.deep.include({ name: 'active', grace });
    expect(after(wanted, confirmed(), released, linkDown)).to.deep.include({ name: 'pending', grace });
  });
  it('stays for good where there is no grace', () => {
    const forGood = topicReducer({ ...rules, detachGrace: false });
    const active = after(wanted, confirmed());
    for (const event of [released, releasedLater, disconnected])
      expect(forGood(active, event)).to.deep.equal([active, []]);
  });
  it('is inactive again when the relay has confirmed that', () => {
    expect(step(wanted, confirmed(), unwanted, unsubscribed)).to.deep.equal([inactive, []]);
    expect(told(wanted, confirmed(), unwanted, unanswered, due)).to.deep.equal(['inactive', 'unsubscribe']);
  });
  it('does not ask again while there is no connection', () => {
    expect(after(wanted, refused, linkDown)).to.include({ asking: false, retry: undefined });
    expect(after(wanted, confirmed(), unwanted, unanswered, linkDown)).to.include({
      asking: false,
      retry: undefined,
    });
  });
  it('unsubscribes later what was given up without a connection', () => {
    expect(told(wanted, confirmed(), linkDown, unwantedLater)).to.deep.equal(['inactive']);
    expect(told(wanted, confirmed(), linkDown, unwantedLater, linkUp)).to.deep.equal([
      'inactive',
      'unsubscribe',
    ]);
    expect(told(wanted, confirmed(), unwanted, linkDown, linkUp)).to.deep.equal(['inactive', 'unsubscribe']);
  });
  it('is asked for once more where the relay may have heard it, so that there is an id to unsubscribe with', () => {
    const uncertain = [wanted, linkDown, unwantedLater];
    expect(told(...uncertain)).to.deep.equal(['inactive']);
    expect(told(...uncertain, linkUp)).to.deep.equal(['inactive', 'subscribe']);
    expect(told(...uncertain, linkUp, confirmed())).to.deep.equal(['inactive', 'unsubscribe']);
    for (const earlier of [
      [unanswered, linkDown],
      [linkDown, linkDown],
    ])
      expect(told(wanted, ...earlier, unwantedLater, linkUp)).to.deep.equal(['inactive', 'subscribe']);
  });
  it('is inactive at once where the relay never heard of it', () => {
    expect(after(wantedLater, unwantedLater)).to.equal(after(wantedLater, unwantedLater, linkUp));
  });
  it('is unsubscribed from as soon as it is confirmed, where nobody wants it any more', () => {
    expect(told(wanted, unwanted)).to.deep.equal(['inactive']);
    expect(told(wanted, unwanted, confirmed())).to.deep.equal(['inactive', 'unsubscribe']);
    expect(told(wanted, unwanted, wanted, confirmed())).to.deep.equal(['active']);
    expect(told(wanted, unanswered, unwanted, due)).to.deep.equal(['inactive', 'subscribe']);
    expect(told(wanted, unanswered, unwanted, due, confirmed())).to.deep.equal(['inactive', 'unsubscribe']);
    expect(step(wanted, refused, unwanted)).to.deep.equal([inactive, []]);
    expect(step(wanted, refused, due, unanswered, unwanted)[0]).to.deep.include({ unsure: true });
    expect(step(wanted, unanswered, due, refused, unwanted)[0]).to.deep.include({
      name: 'pending',
      unsure: true,
    });
    const tried = [wanted, unanswered, due, unwanted];
    expect(after(...tried, refused)).to.deep.include({ name: 'pending', wanted: false, refusals: 1 });
    expect(step(...tried, refused, due, refused, due, refused)).to.deep.equal([inactive, []]);
    expect(step(...tried, refusedForGood)).to.deep.equal([inactive, []]);
    expect(step(wanted, unwanted, refused)).to.deep.equal([inactive, []]);
  });
  it('wanted again while it leaves: is subscribed to when it has left; one request at a time', () => {
    expect(told(wanted, confirmed(), unwanted, wanted)).to.deep.equal(['inactive']);
    expect(told(wanted, confirmed(), unwanted, wanted, unsubscribed)).to.deep.equal(['pending', 'subscribe']);
    expect(told(wanted, confirmed(), unwanted, wanted, unanswered)).to.deep.equal(['pending', 'subscribe']);
    expect(told(wanted, confirmed(), unwanted, wanted, linkDown, linkUp)).to.deep.equal([
      'pending',
      'subscribe',
    ]);
    expect(told(wanted, confirmed(), linkDown, unwantedLater, wantedLater)).to.deep.equal(['pending']);
  });
  it('wanted again while it leaves, and refused then: what the relay may still have is unsubscribed from', () => {
    const back = [wanted, confirmed(), unwanted, wanted, unanswered];
    expect(after(...back)).to.deep.include({ name: 'pending', id: 'a' });
    expect(step(...back, refusedForGood, unwanted)).to.deep.equal([
      { name: 'leaving', wanted: false, asking: true, vain: 0, retry: undefined, id: 'a' },
      ['unsubscribe'],
    ]);
  });
  it('wanted again while it leaves, and given up again: leaves', () => {
    for (const again of [released, unwanted])
      expect(step(wanted, confirmed(), unwanted, wanted, again, unsubscribed)).to.deep.equal([inactive, []]);
  });
  it('gives up a subscription of an earlier process', () => {
    expect(step({ type: 'unwanted', up: true, id: 'old' })).to.deep.equal([
      { name: 'leaving', wanted: false, asking: true, vain: 0, retry: undefined, id: 'old' },
      ['unsubscribe'],
    ]);
  });
});
