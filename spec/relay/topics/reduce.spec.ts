import { expect } from 'chai';
import type { Link } from '../../../lib/relay/link.js';
import { RelayError } from '../../../lib/relay/relay-error.js';
import { reduceTopic } from '../../../lib/relay/topics/reduce.js';
import {
  nameOf,
  type TopicContext,
  type TopicEvent,
  type TopicState,
} from '../../../lib/relay/topics/state.js';

/** An event, and the circumstances at that moment. */
type Moment = readonly [event: TopicEvent, context: TopicContext];

const error = new RelayError('no');
const up: Link = { name: 'up' };
const down: Link = { name: 'down', error };
const rules = { detachGrace: 2500, retries: 2, retry: (n: number, chance: number) => n * 100 + chance };
const online: TopicContext = { rules, link: up, isDisconnected: false };
const offline: TopicContext = { rules, link: down, isDisconnected: false };
const left: TopicContext = { rules, link: { name: 'closed', error }, isDisconnected: true };

const on = (event: TopicEvent, context = online): Moment => [event, context];
const wanted = on({ type: 'wanted' });
const wantedOffline = on({ type: 'wanted' }, offline);
const released = on({ type: 'released' });
const releasedDisconnected = on({ type: 'released' }, left);
const disconnected = on({ type: 'disconnected' }, left);
const unwanted = on({ type: 'unwanted' });
const unwantedOffline = on({ type: 'unwanted' }, offline);
const unsubscribedBy = (id: string) => on({ type: 'unwanted', id });
const linkUp = on({ type: 'link up' });
const linkDown = on({ type: 'link down' }, offline);
const confirmed = on({ type: 'confirmed', id: 'a' });
const refused = on({ type: 'refused', error, final: false, chance: 0 });
const refusedForGood = on({ type: 'refused', error, final: true, chance: 0 });
const unanswered = on({ type: 'unanswered', chance: 0 });
const unsubscribed = on({ type: 'unsubscribed' });
const due = on({ type: 'due' });

const inactive: TopicState = { name: 'inactive' };
const pending = {
  ...({ name: 'pending', wish: 'wanted', request: 'sent', leftover: 'none' } as const),
  ...{ attempts: 0, refusals: 0, failures: 0 },
};
const active = { name: 'active', wish: 'wanted', id: 'a' } as const;
const leaving = { name: 'leaving', wish: 'unwanted', request: 'sent', attempts: 0, id: 'a' } as const;
const failed = { name: 'failed', error, failures: 1, request: { in: 100 }, leftover: 'none' } as const;
const resting = { name: 'backingOff', attempts: 0, refusals: 0, failures: 0, request: { in: 100 } } as const;
const grace = { in: 2500 };

const after = (...moments: readonly Moment[]): TopicState =>
  moments.reduce<TopicState>((state, [event, context]) => reduceTopic(state, event, context)[0], inactive);
const step = (...moments: readonly Moment[]) =>
  reduceTopic(after(...moments.slice(0, -1)), ...moments.at(-1)!);
/** The name that users see, and the effects. */
const shown = (...moments: readonly Moment[]) => {
  const [state, effects] = step(...moments);
  return [nameOf(state), ...effects.map(({ type }) => type)];
};
const repeated = (count: number, ...moments: readonly Moment[]): readonly Moment[] =>
  Array.from({ length: count }, () => moments).flat();

/** Each row: the moments, the last state, and the effects of the last moment. */
type Row = readonly [moments: readonly Moment[], state: TopicState, ...effects: readonly string[]];
const holds = (title: string, ...rows: readonly Row[]): void => {
  it(title, () => {
    for (const [moments, state, ...effects] of rows) {
      const [reached, performed] = step(...moments);
      const path = moments.map(([{ type }]) => type).join(', ');
      expect([reached, ...performed.map(({ type }) => type)], path).to.deep.equal([state, ...effects]);
    }
  });
};

describe('reduceTopic', () => {
  holds(
    'subscribes when it is wanted, at once or as soon as there is a connection',
    [[wanted], pending, 'subscribe'],
    [[wantedOffline], { ...pending, request: 'unsent' }],
    [[wantedOffline, linkUp], pending, 'subscribe'],
    [[wanted, wanted], pending],
  );
  holds(
    'subscribes once when it learns of the connection after it was wanted there',
    [[wanted, linkUp], pending],
    [[wanted, confirmed, unwanted, linkUp], leaving],
  );
  holds(
    'is active once the relay has confirmed it, with the id that the relay gave',
    [[wanted, confirmed], active],
    [[wanted, confirmed, wanted], active],
    [[wanted, confirmed, confirmed], active],
  );
  holds(
    'is pending without a connection, and subscribes anew on the next one',
    [[wanted, confirmed, linkDown], { ...pending, request: 'unsent', leftover: { id: 'a' } }],
    [[wanted, confirmed, linkDown, linkUp], { ...pending, leftover: { id: 'a' } }, 'subscribe'],
    [[wanted, linkDown], { ...pending, request: 'unsent', leftover: 'possible' }],
    [[wanted, linkDown, linkUp], { ...pending, leftover: 'possible' }, 'subscribe'],
  );
  holds(
    'retries after a refusal, later from time to time, and fails in the end: the subscribe lease and the subscribers end',
    [[wanted, refused], { ...pending, request: { in: 100 }, attempts: 1, refusals: 1 }],
    [[wanted, refused, due], { ...pending, attempts: 1, refusals: 1 }, 'subscribe'],
    [[wanted, refused, due, refused], { ...pending, request: { in: 200 }, attempts: 2, refusals: 2 }],
    [[wanted, refused, due, refused, due, refused], failed, 'drop subscribe lease', 'error subscribers'],
    [[wanted, refused, linkUp], { ...pending, attempts: 1, refusals: 1 }, 'subscribe'],
  );
  it('gives the subscribers the error of the relay', () => {
    expect(step(wanted, refusedForGood)[1]).to.deep.equal([
      { type: 'drop subscribe lease' },
      { type: 'error subscribers', error },
    ]);
  });
  it('draws each delay from the chance of its event', () => {
    const chancy = on({ type: 'refused', error, final: false, chance: 7 });
    const final = on({ type: 'refused', error, final: true, chance: 7 });
    expect(after(wanted, chancy)).to.deep.include({ request: { in: 107 } });
    expect(after(wanted, final)).to.deep.include({ request: { in: 107 } });
    expect(after(wanted, on({ type: 'unanswered', chance: 7 }))).to.deep.include({ request: { in: 107 } });
  });
  it('counts only refusals as refusals; the delay grows whatever the reason', () => {
    const often = repeated(5, unanswered, due);
    expect(after(wanted, ...often, refused)).to.deep.equal({
      ...pending,
      ...{ request: { in: 600 }, attempts: 6, refusals: 1, leftover: 'possible' },
    });
    expect(shown(wanted, refused, due, ...often, refused, due, refused)[0]).to.equal('failed');
  });
  holds(
    'fails at once when the relay would refuse again',
    [[wanted, refusedForGood], failed, 'drop subscribe lease', 'error subscribers'],
    [[wanted, unanswered, due, refusedForGood], failed, 'drop subscribe lease', 'error subscribers'],
    [[wanted, refusedForGood, unwanted], { ...resting, failures: 1 }],
    [[wanted, refusedForGood, due, unwanted], inactive],
    [[wanted, refusedForGood, released], failed],
  );
  holds(
    'failed: subscribes for a new lease after the delay, which goes on when the lease comes early',
    [[wanted, refusedForGood, due], { ...failed, request: 'unsent' }],
    [[wanted, refusedForGood, due, due], { ...failed, request: 'unsent' }],
    [[wanted, refusedForGood, due, wanted], { ...pending, failures: 1 }, 'subscribe'],
    [[wanted, refusedForGood, wanted], { ...pending, request: { in: 100 }, failures: 1 }],
    [[wanted, refusedForGood, wanted, due], { ...pending, failures: 1 }, 'subscribe'],
    [[wanted, refusedForGood, wanted, unwanted], { ...resting, failures: 1 }],
  );
  it('failed: keeps the very delay for a lease that comes early', () => {
    const [state] = step(wanted, refusedForGood);
    const [waiting] = reduceTopic(state, ...wanted);
    expect(waiting).to.have.property('request', (state as { request?: unknown }).request);
  });
  holds(
    'failed: unsubscribes, when given up, from what the relay may still have of an earlier connection',
    [
      [wanted, confirmed, linkDown, linkUp, refusedForGood],
      { ...failed, leftover: { id: 'a' } },
      ...['drop subscribe lease', 'error subscribers'],
    ],
    [[wanted, confirmed, linkDown, linkUp, refusedForGood, unwanted], leaving, 'unsubscribe'],
    [
      [wanted, confirmed, linkDown, linkUp, refusedForGood, unsubscribedBy('b')],
      { ...leaving, id: 'b' },
      'unsubscribe',
    ],
    [
      [wanted, confirmed, linkDown, linkUp, refusedForGood, wanted],
      { ...pending, request: { in: 100 }, failures: 1, leftover: { id: 'a' } },
    ],
  );
  holds(
    'given up while pending: unsubscribes from the id that is known',
    [[wanted, unanswered, unsubscribedBy('b')], { ...leaving, id: 'b' }, 'unsubscribe'],
    [[wanted, confirmed, linkDown, linkUp, unwanted, refused], leaving, 'unsubscribe'],
    [[wanted, unsubscribedBy('b')], { ...pending, wish: 'unwanted' }],
  );
  it('failed again: the delay grows until the relay has confirmed the topic', () => {
    const twice = [wanted, refusedForGood, wanted, due, refusedForGood];
    expect(after(...twice)).to.deep.equal({ ...failed, failures: 2, request: { in: 200 } });
    expect(after(...twice, wanted, due, confirmed, linkDown, linkUp, refusedForGood)).to.deep.include({
      failures: 1,
      request: { in: 100 },
    });
    const retried = [wanted, due, refused, due, refused];
    expect(after(wanted, refusedForGood, ...retried)).to.deep.include({
      name: 'pending',
      request: { in: 200 },
    });
  });
  holds(
    'failed: has no delay without a connection, and subscribes at once on the next one',
    [[wanted, refusedForGood, linkDown], { ...failed, request: 'unsent' }],
    [[wanted, refusedForGood, linkDown, wantedOffline], { ...pending, request: 'unsent', failures: 1 }],
    [[wanted, refusedForGood, linkDown, wantedOffline, linkUp], { ...pending, failures: 1 }, 'subscribe'],
    [[wanted, refusedForGood, linkDown, linkUp, wanted], { ...pending, failures: 1 }, 'subscribe'],
  );
  it('retries for ever when it is not answered', () => {
    expect(shown(wanted, ...repeated(20, unanswered, due))).to.deep.equal(['pending', 'subscribe']);
  });
  holds(
    'ignores the end of a request that was sent on a connection that is gone',
    [[wanted, linkDown, unanswered], { ...pending, request: 'unsent', leftover: 'possible' }],
    [[wanted, linkDown, refused], { ...pending, request: 'unsent', leftover: 'possible' }],
  );
  holds(
    'stays subscribed for the grace, and unsubscribes after it; a new lease in time finds it as it was',
    [[wanted, confirmed, released], { ...active, wish: grace }],
    [[wanted, confirmed, released, unwanted], leaving, 'unsubscribe'],
    [[wanted, confirmed, released, wanted], active],
    [[wanted, released, wanted], pending],
  );
  holds(
    'grants no grace while the user has disconnected, and ends that which there is',
    [[wanted, confirmed, linkDown, releasedDisconnected], { ...leaving, request: 'unsent' }],
    [[wanted, confirmed, linkDown, releasedDisconnected, linkUp], leaving, 'unsubscribe'],
    [[wantedOffline, releasedDisconnected], inactive],
    [[wanted, confirmed, linkDown, released, disconnected], { ...leaving, request: 'unsent' }],
    [[wanted, confirmed, released, on({ type: 'disconnected' })], leaving, 'unsubscribe'],
    [[wanted, confirmed, linkDown, disconnected], after(wanted, confirmed, linkDown)],
    [[wanted, confirmed, disconnected], active],
  );
  holds(
    'goes on with its grace when it is confirmed, and when the connection is lost',
    [[wanted, released, confirmed], { ...active, wish: grace }],
    [
      [wanted, confirmed, released, linkDown],
      { ...pending, wish: grace, request: 'unsent', leftover: { id: 'a' } },
    ],
  );
  it('stays subscribed for good without a grace', () => {
    const forGood = { ...online, rules: { ...rules, detachGrace: false } as const };
    for (const [event] of [released, disconnected])
      expect(reduceTopic(active, event, { ...forGood, isDisconnected: true })).to.deep.equal([active, []]);
    expect(reduceTopic(active, { type: 'released' }, forGood)).to.deep.equal([active, []]);
  });
  holds(
    'is inactive when the relay has confirmed the end, and retries until then',
    [[wanted, confirmed, unwanted, unsubscribed], inactive],
    [[wanted, confirmed, unwanted, unanswered], { ...leaving, request: { in: 100 }, attempts: 1 }],
    [[wanted, confirmed, unwanted, unanswered, due], { ...leaving, attempts: 1 }, 'unsubscribe'],
  );
  holds(
    'has no retry delay without a connection',
    [[wanted, refused, linkDown], { ...pending, request: 'unsent', attempts: 1, refusals: 1 }],
    [[wanted, confirmed, unwanted, unanswered, linkDown], { ...leaving, request: 'unsent', attempts: 1 }],
  );
  holds(
    'unsubscribes on the next connection from what was given up without one',
    [[wanted, confirmed, linkDown, unwantedOffline], { ...leaving, request: 'unsent' }],
    [[wanted, confirmed, linkDown, unwantedOffline, linkUp], leaving, 'unsubscribe'],
    [[wanted, confirmed, unwanted, linkDown, linkUp], leaving, 'unsubscribe'],
    [[wanted, on({ type: 'confirmed', id: 'a' }, offline)], active],
  );
  it('subscribes once more when the relay may have subscribed us, so that there is an id to unsubscribe with', () => {
    const uncertain = [wanted, linkDown, unwantedOffline];
    expect(shown(...uncertain)).to.deep.equal(['inactive']);
    expect(shown(...uncertain, linkUp)).to.deep.equal(['inactive', 'subscribe']);
    expect(shown(...uncertain, linkUp, confirmed)).to.deep.equal(['inactive', 'unsubscribe']);
    for (const earlier of [
      [unanswered, linkDown],
      [linkDown, linkDown],
    ])
      expect(shown(wanted, ...earlier, unwantedOffline, linkUp)).to.deep.equal(['inactive', 'subscribe']);
  });
  holds(
    'is inactive at once when the relay was never asked',
    [[wantedOffline, unwantedOffline], inactive],
    [[wantedOffline, unwantedOffline, linkUp], inactive],
    [[unwanted], inactive],
  );
  it('unsubscribes as soon as it is confirmed, when it was given up meanwhile', () => {
    expect(shown(wanted, unwanted)).to.deep.equal(['inactive']);
    expect(shown(wanted, unwanted, confirmed)).to.deep.equal(['inactive', 'unsubscribe']);
    expect(shown(wanted, unwanted, wanted, confirmed)).to.deep.equal(['active']);
    expect(shown(wanted, unanswered, unwanted, due)).to.deep.equal(['inactive', 'subscribe']);
    expect(shown(wanted, unanswered, unwanted, due, confirmed)).to.deep.equal(['inactive', 'unsubscribe']);
  });
  it('given up after no answer: retries until the relay has confirmed or refused it', () => {
    const tried = [wanted, unanswered, due, unwanted];
    expect(shown(wanted, refused, unwanted)).to.deep.equal(['inactive']);
    expect(after(wanted, refused, due, unanswered, unwanted)).to.deep.include({ leftover: 'possible' });
    expect(after(wanted, unanswered, due, refused, unwanted)).to.deep.include({
      name: 'pending',
      wish: 'unwanted',
    });
    expect(after(...tried, refused)).to.deep.include({ name: 'pending', wish: 'unwanted', refusals: 1 });
    expect(shown(...tried, refused, due, refused, due, refused)).to.deep.equal(['inactive']);
    expect(after(...tried, refusedForGood)).to.have.property('name', 'backingOff');
    expect(after(wanted, unwanted, refused)).to.have.property('name', 'backingOff');
  });
  holds(
    'given up during the delay after a refusal: whoever comes back waits for the rest of it',
    [[wanted, refused, unwanted], { ...resting, attempts: 1, refusals: 1 }],
    [[wanted, refused, unwanted, wanted], { ...pending, request: { in: 100 }, attempts: 1, refusals: 1 }],
    [[wanted, unwanted, refused], { ...resting, attempts: 1, refusals: 1 }],
    [[wanted, unwanted, refused, unwanted], { ...resting, attempts: 1, refusals: 1 }],
    [[wanted, refused, unwanted, due], inactive],
    [[wanted, refused, unwanted, linkDown], inactive],
    [[wanted, refused, unwanted, unsubscribedBy('b')], { ...leaving, id: 'b' }, 'unsubscribe'],
    [[wanted, refusedForGood, unwanted, wanted], { ...pending, request: { in: 100 }, failures: 1 }],
  );
  holds(
    'wanted again while it leaves: subscribes when it has left, one request at a time',
    [[wanted, confirmed, unwanted, wanted], { ...leaving, wish: 'wanted' }],
    [[wanted, confirmed, unwanted, wanted, unsubscribed], { ...pending, leftover: { id: 'a' } }, 'subscribe'],
    [[wanted, confirmed, unwanted, wanted, unanswered], { ...pending, leftover: { id: 'a' } }, 'subscribe'],
    [
      [wanted, confirmed, unwanted, wanted, linkDown],
      { ...pending, request: 'unsent', leftover: { id: 'a' } },
    ],
    [
      [wanted, confirmed, unwanted, wanted, linkDown, linkUp],
      { ...pending, leftover: { id: 'a' } },
      'subscribe',
    ],
    [[wanted, confirmed, unwanted, unanswered, wanted], { ...pending, leftover: { id: 'a' } }, 'subscribe'],
    [
      [wanted, confirmed, linkDown, unwantedOffline, wantedOffline],
      { ...pending, request: 'unsent', leftover: { id: 'a' } },
    ],
  );
  it('wanted again while it leaves: shows inactive until it has left', () => {
    expect(shown(wanted, confirmed, unwanted, wanted)).to.deep.equal(['inactive']);
  });
  holds('wanted again while it leaves, and refused then: unsubscribes from what the relay may still have', [
    [wanted, confirmed, unwanted, wanted, unanswered, refusedForGood, unwanted],
    leaving,
    'unsubscribe',
  ]);
  holds(
    'wanted again while it leaves, and given up again: leaves',
    [[wanted, confirmed, unwanted, wanted, released], leaving],
    [[wanted, confirmed, unwanted, wanted, released, unsubscribed], inactive],
    [[wanted, confirmed, unwanted, wanted, unwanted, unsubscribed], inactive],
  );
  holds(
    'unsubscribes from a subscription of an earlier process',
    [[unsubscribedBy('old')], { ...leaving, id: 'old' }, 'unsubscribe'],
    [[on({ type: 'unwanted', id: 'old' }, offline)], { ...leaving, request: 'unsent', id: 'old' }],
  );
});
