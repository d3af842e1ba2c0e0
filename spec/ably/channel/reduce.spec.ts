import { expect } from 'chai';
import { channelReducer } from '../../../lib/ably/channel/reduce.js';
import type { ChannelEffect, ChannelEvent, ChannelState } from '../../../lib/ably/channel/state.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';

const answer = { in: 10 };
const grace = { in: 20 };
const reduce = channelReducer({
  requestTimeout: answer.in,
  detachGrace: grace.in,
  retry: (n, chance) => n * 100 - chance,
});
const initialized: ChannelState = {
  name: 'initialized',
  wanted: false,
  grace: undefined,
  error: undefined,
};
const after = (...events: readonly ChannelEvent[]): ChannelState =>
  events.reduce<ChannelState>((state, event) => reduce(state, event)[0], initialized);

const error = new ErrorInfo('no', { code: 40160, statusCode: 401 });
const wanted: ChannelEvent = { type: 'wanted', link: 'up' };
const wantedEarly: ChannelEvent = { type: 'wanted', link: 'waiting' };
const released: ChannelEvent = { type: 'released' };
const unwanted: ChannelEvent = { type: 'unwanted', link: 'up' };
const unwantedLate: ChannelEvent = { type: 'unwanted', link: 'waiting' };
const reconfigured: ChannelEvent = { type: 'reconfigured', link: 'up' };
const attached: ChannelEvent = { type: 'attached', resumed: false, hasBacklog: false, error: undefined };
const resumed: ChannelEvent = { ...attached, resumed: true };
const detached: ChannelEvent = { type: 'detached', error, chance: 1 };
const unanswered: ChannelEvent = { type: 'unanswered', error, chance: 1, isHeld: false };
const refused: ChannelEvent = { type: 'refused', error };
const up: ChannelEvent = { type: 'link up' };
const interrupted: ChannelEvent = { type: 'link interrupted' };
const suspended: ChannelEvent = { type: 'link suspended', error };
const failed: ChannelEvent = { type: 'link failed', error };
const renewed: ChannelEvent = { type: 'link renewed' };

type Step = readonly [state: ChannelState, effects: readonly ChannelEffect[]];
type Case = readonly [what: string, events: readonly ChannelEvent[], step: Step];
const wish = { wanted: true, grace: undefined, error: undefined };
const noWish = { ...wish, wanted: false };
const attaching = { ...wish, name: 'attaching', request: answer, failures: 0, continues: false } as const;
const detaching = { ...noWish, name: 'detaching', request: answer } as const;

/** The last event is the step that is looked at, in the state after the others. */
const cases: readonly Case[] = [
  [
    'RTL5i: whoever is unwanted while it attaches waits for the answer',
    [wanted, unwanted],
    [{ ...attaching, wanted: false }, []],
  ],
  [
    'RTL5i, RTL5l: and does not, where nothing has been asked yet',
    [wantedEarly, unwanted],
    [{ ...noWish, name: 'detached' }, []],
  ],
  [
    'RTL5i, RTL5l: nor where there is no connection to answer on',
    [wanted, unwantedLate],
    [{ ...noWish, name: 'detached' }, []],
  ],
  [
    'RTL5i: is left with the answer',
    [wanted, unwanted, attached],
    [{ ...noWish, name: 'attached' }, ['reconsider']],
  ],
  [
    'RTL5i, RTL13b: is detached, and not tried again, where the server refuses what nobody wants any more',
    [wanted, unwanted, detached],
    [{ ...noWish, error, name: 'detached' }, []],
  ],
  [
    'RTL5i, RTL4f: likewise where it does not answer, and it was not attached before',
    [wanted, unwanted, unanswered],
    [{ ...noWish, error, name: 'detached' }, []],
  ],
  [
    'RTL5i, RTL4f: and is detached to be sure, where it was',
    [wanted, attached, up, unwanted, unanswered],
    [{ ...detaching, unsure: true }, ['detach']],
  ],
  [
    'RTL4f, RTB1: is suspended where somebody wants it',
    [wanted, attached, up, unanswered],
    [{ ...wish, error, name: 'suspended', failures: 1, retry: { in: 99 }, continues: true }, []],
  ],
  [
    'RTL3c: what nobody wants is detached, and not suspended with its connection',
    [wanted, unwanted, suspended],
    [{ ...noWish, error, name: 'detached' }, []],
  ],
  [
    'RTL3c: also where it is attached, and other options are asked for',
    [wanted, attached, reconfigured, unwanted, suspended],
    [{ ...noWish, error, name: 'detached' }, []],
  ],
  [
    'RTL14: whoever failed is wanted by nobody',
    [wanted, refused],
    [{ ...noWish, error, name: 'failed' }, []],
  ],
  [
    'RTL14, RTL3a: nor kept for a while',
    [wanted, attached, released, failed],
    [{ ...noWish, error, name: 'failed' }, []],
  ],
  [
    'RTL3a: a connection that fails detaches what is detaching',
    [wanted, attached, unwanted, failed],
    [{ ...noWish, name: 'detached' }, []],
  ],
  [
    'RTL3a, RTL4h: also where somebody has come back, who is not forgotten',
    [wanted, attached, unwanted, wanted, failed],
    [{ ...wish, name: 'detached' }, []],
  ],
  [
    'RTN11d: a connection that starts anew begins anew with what is suspended',
    [wanted, attached, suspended, failed, renewed],
    [{ ...wish, name: 'initialized' }, []],
  ],
  [
    'RTL16a: other options are asked for once the first have been answered; a gap is told',
    [wanted, attached, up, reconfigured, attached],
    [{ ...wish, name: 'attached', request: answer }, ['attach', 'report gap']],
  ],
  [
    'RTL16a: without a gap where there is none',
    [wanted, attached, up, reconfigured, resumed],
    [{ ...wish, name: 'attached', request: answer }, ['attach']],
  ],
  [
    'RTL16a: nor where nothing lies behind it',
    [wanted, reconfigured, attached],
    [{ ...wish, name: 'attached', request: answer }, ['attach']],
  ],
  [
    'RTL16a, RTL5i: nothing is asked for what nobody wants any more',
    [wanted, reconfigured, unwanted, attached],
    [{ ...noWish, name: 'attached' }, ['reconsider']],
  ],
  [
    'RTL16a: options that are changed before anything was asked are part of what is asked',
    [wantedEarly, reconfigured, up, attached],
    [{ ...wish, name: 'attached' }, []],
  ],
  [
    'RTL16a: there is one request at a time',
    [wanted, attached, reconfigured, reconfigured],
    [{ ...wish, name: 'attached', request: answer, again: true }, []],
  ],
  [
    'RTL16a: and the next one when that has been answered',
    [wanted, attached, reconfigured, reconfigured, resumed],
    [{ ...wish, name: 'attached', request: answer }, ['attach']],
  ],
  [
    'RTL16a: or has not been, for too long',
    [wanted, attached, reconfigured, reconfigured, unanswered],
    [{ ...wish, name: 'attached', request: answer }, ['attach']],
  ],
  [
    'RTL16a, RTL5i: but not for what nobody wants any more',
    [wanted, attached, reconfigured, reconfigured, unwanted, resumed],
    [{ ...noWish, name: 'attached' }, ['reconsider']],
  ],
  [
    'RTL16a, RTL5l: whoever is unwanted while other options are asked for waits for the answer, as long as one may come',
    [wanted, attached, reconfigured, unwantedLate],
    [{ ...noWish, name: 'detached' }, []],
  ],
  [
    'RTL3e, RTL16a: a request is given up with its connection',
    [wanted, attached, reconfigured, interrupted],
    [{ ...wish, name: 'attached' }, []],
  ],
  [
    'RTL5l, RTL16a: and so is what nobody wants any more',
    [wanted, attached, reconfigured, unwanted, interrupted],
    [{ ...noWish, name: 'detached' }, []],
  ],
  [
    'RTL5f, RTL12: an update does not bring forward what waits to be detached once more',
    [wanted, attached, unwanted, unanswered, resumed],
    [{ ...noWish, error, grace: { in: 99 }, name: 'attached', unanswered: 1 }, []],
  ],
];

describe('channelReducer', () => {
  for (const [what, events, step] of cases)
    it(what, () => {
      const last = events.at(-1);
      if (!last) return expect.fail('there is no step');
      expect(reduce(after(...events.slice(0, -1)), last)).to.deep.equal(step);
    });

  for (const link of ['waiting', 'down'] as const)
    it(`RTL16a, RTL3d: other options are not asked for while the link is ${link}`, () => {
      const before = after(wanted, attached);
      const [state, effects] = reduce(before, { type: 'reconfigured', link });
      expect([state === before, effects]).to.deep.equal([true, []]);
    });

  it('RTL16a: options that are changed before anything was asked change nothing', () => {
    const before = after(wantedEarly);
    const [state, effects] = reduce(before, reconfigured);
    expect([state === before, effects]).to.deep.equal([true, []]);
  });
});
