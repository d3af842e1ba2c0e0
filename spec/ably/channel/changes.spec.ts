import { expect } from 'chai';
import { changeOf, updateOf } from '../../../lib/ably/channel/changes.js';
import { type ChannelEvent, type ChannelState, initialized } from '../../../lib/ably/channel/state.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';

const error = new ErrorInfo('no', { code: 40160, statusCode: 401 });
const attached: ChannelState = { wish: 'held', grace: undefined, error, name: 'attached' };
const attachedWith = (flags: number): ChannelEvent => ({
  type: 'attached',
  frame: { action: Action.attached, channel: 'a', flags },
});
const step = { previous: 'initialized', current: 'attached', event: 'attached', reason: error };
const update = { previous: 'attached', current: 'attached', event: 'update', reason: error };

describe('changeOf', () => {
  it('TH1, TH2, TH3, TH5: says where it comes from, where it goes, and why', () => {
    expect(changeOf(initialized, attached, { type: 'wanted' })).to.deep.equal({
      ...step,
      resumed: false,
      hasBacklog: false,
    });
  });

  for (const [flags, resumed, hasBacklog] of [
    [0, false, false],
    [Flag.resumed, true, false],
    [Flag.hasBacklog, false, true],
    [Flag.resumed | Flag.hasBacklog | Flag.hasPresence, true, true],
  ] as const)
    it(`RTL2f, RTL2i: reads the flags of an ATTACHED, ${flags}`, () => {
      expect(changeOf(initialized, attached, attachedWith(flags))).to.deep.equal({
        ...step,
        resumed,
        hasBacklog,
      });
    });

  it('RTL2f, RTL2i: an ATTACHED to a channel that is left again (RTL5k) says of neither', () => {
    const event = attachedWith(Flag.resumed | Flag.hasBacklog);
    const detaching = { ...attached, name: 'detaching', request: undefined, from: 'attached' } as const;
    const leaving = { ...step, current: 'detaching', event: 'detaching', resumed: false, hasBacklog: false };
    expect(changeOf(initialized, detaching, event)).to.deep.equal(leaving);
  });
});

describe('updateOf', () => {
  it('RTL12, RTL2g: stays where it is, and is never resumed', () => {
    for (const event of [undefined, attachedWith(Flag.resumed)])
      expect(updateOf(attached, event)).to.deep.equal({ ...update, resumed: false, hasBacklog: false });
  });

  it('RTL2i: says whether messages from before follow', () => {
    expect(updateOf(attached, attachedWith(Flag.hasBacklog))).to.deep.equal({
      ...update,
      resumed: false,
      hasBacklog: true,
    });
  });
});
