import { expect } from 'chai';
import { attachFrame, detachFrame, eventOf } from '../../../lib/ably/channel/frames.js';
import type { ChannelRecord } from '../../../lib/ably/channel/port.js';
import type { ChannelState } from '../../../lib/ably/channel/state.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { recordIn, settingsWith } from '../../support/channel-record.js';

const first: Partial<ChannelState> = { name: 'attaching', continues: false };
const again: Partial<ChannelState> = { name: 'attaching', continues: true };
/** The same, somewhere in its history. */
const standing = (record: ChannelRecord): ChannelRecord => Object.assign(record, { channelSerial: 's' });
const wire = { code: 40160, statusCode: 401, message: 'no' };

describe('attachFrame', () => {
  const cases: readonly (readonly [string, ChannelRecord, object])[] = [
    ['RTL4c: asks for a channel by its name', recordIn(first), {}],
    [
      'RTL4k: and its params',
      recordIn(first, { settings: settingsWith({ params: { rewind: '1' } }) }),
      { params: { rewind: '1' } },
    ],
    [
      'RTL4l: and its modes, as flags',
      recordIn(first, { settings: settingsWith({ modes: ['publish', 'subscribe'] }) }),
      { flags: Flag.publish | Flag.subscribe },
    ],
    ['RTL4l: no modes are no flags', recordIn(first, { settings: settingsWith({ modes: [] }) }), {}],
    [
      'ATTACH_RESUME: tells that it is not the first attach',
      standing(recordIn(again)),
      { channelSerial: 's', flags: Flag.attachResume },
    ],
    [
      'ATTACH_RESUME: also while it is attached',
      standing(recordIn({ name: 'attached' })),
      { channelSerial: 's', flags: Flag.attachResume },
    ],
    [
      'ATTACH_RESUME: besides the modes',
      standing(recordIn(again, { settings: settingsWith({ modes: ['presence'] }) })),
      { channelSerial: 's', flags: Flag.presence | Flag.attachResume },
    ],
    ['RTN11d, ATTACH_RESUME: but not where it begins anew', recordIn(again), {}],
  ];
  for (const [title, record, more] of cases)
    it(title, () => {
      expect(attachFrame(record)).to.deep.equal({ action: Action.attach, channel: 'a', ...more });
    });

  it('RTL4c1: says where the channel stands, where that is known', () => {
    for (const channelSerial of ['s', '']) {
      const frame = { action: Action.attach, channel: 'a', channelSerial };
      const { name, state, settings } = recordIn(first);
      expect(attachFrame({ name, state, settings, channelSerial })).to.deep.equal(frame);
    }
  });
});

describe('detachFrame', () => {
  it('RTL5d: names the channel', () => {
    expect(detachFrame({ name: 'a' })).to.deep.equal({ action: Action.detach, channel: 'a' });
  });
});

describe('eventOf', () => {
  const eventIn = (frame: object, action: Action) => eventOf({ action, channel: 'a', ...frame }, () => 0.25);

  it('RTL4c: ATTACHED is told with its frame', () => {
    const frame = { action: Action.attached, channel: 'a', flags: 4 };
    expect(eventOf(frame, () => 0)).to.deep.equal({ type: 'attached', frame });
  });

  it('RTL13: DETACHED is told with its error and a chance', () => {
    expect(eventIn({}, Action.detached)).to.deep.equal({ type: 'detached', error: undefined, chance: 0.25 });
    const event = eventIn({ error: wire }, Action.detached);
    expect(event).to.deep.equal({ type: 'detached', error: ErrorInfo.from(wire), chance: 0.25 });
    expect(event).to.have.property('error').which.is.instanceOf(ErrorInfo);
  });

  it('RTL14: ERROR is told with its error, also where it has none, and a chance', () => {
    const event = { type: 'refused', error: ErrorInfo.from(wire), chance: 0.25 };
    expect(eventIn({ error: wire }, Action.error)).to.deep.equal(event);
    expect(eventIn({}, Action.error)).to.have.property('error').which.is.instanceOf(ErrorInfo);
  });

  it('RTF1: any other frame means nothing, and draws no chance', () => {
    for (const action of Object.values(Action)) {
      if (action === Action.attached || action === Action.detached || action === Action.error) continue;
      const event = eventOf({ action, channel: 'a' }, () => expect.fail('a chance was drawn'));
      expect(event, String(action)).to.equal(undefined);
    }
  });
});
