import { expect } from 'chai';
import { Observable } from 'rxjs';
import { type EffectTargets, perform } from '../../../lib/ably/channel/effects.js';
import type { ChannelFeature, ChannelRecord } from '../../../lib/ably/channel/port.js';
import {
  type ChannelEffect,
  type ChannelEvent,
  type ChannelState,
  initialized,
  type LinkState,
} from '../../../lib/ably/channel/state.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { KeyedSubject } from '../../../lib/rx/keyed-subject.js';
import { recordIn } from '../../support/channel-record.js';

const error = new ErrorInfo('no', { code: 40160, statusCode: 401 });
const common = { wish: 'held', grace: undefined, error: undefined } as const;
const isAttached: ChannelState = { ...common, name: 'attached' };
const hasFailed: ChannelState = { ...common, name: 'failed', error };
const wanted: ChannelEvent = { type: 'wanted' };
const attached: ChannelEvent = {
  type: 'attached',
  frame: { action: Action.attached, channel: 'a', channelSerial: 's', flags: Flag.hasBacklog },
};

interface World {
  readonly record?: ChannelRecord;
  readonly event?: ChannelEvent;
  readonly link?: LinkState;
  readonly features?: readonly ChannelFeature[];
  /** Whether anybody subscribes to changes, gaps and confirmations. */
  readonly isWatched?: boolean;
}

/** Everything that an effect does, by the target it does it to. */
function done(
  effect: ChannelEffect,
  { record = recordIn(isAttached), event = wanted, link = 'up', features = [], isWatched = true }: World = {},
): readonly unknown[] {
  const seen: unknown[] = [];
  const watched = <T>(target: string): KeyedSubject<ChannelRecord, T> => {
    const subject = new KeyedSubject<ChannelRecord, T>();
    if (isWatched) subject.of(record).subscribe((value) => seen.push([target, value]));
    return subject;
  };
  const targets: EffectTargets = {
    link: () => link,
    send: (frame) => seen.push(['send', frame]),
    raise: (_, raised) => seen.push(['raise', raised.type]),
    features,
    changes: watched('changes'),
    gaps: watched('gaps'),
    confirmations: watched('confirmations'),
    checkModes: ({ name }) => seen.push(['check modes', name]),
    end: (_, reason) => seen.push(['end', reason]),
  };
  perform(
    effect,
    { machine: record, before: initialized, state: record.state, event, effects: [effect] },
    targets,
  );
  return seen;
}

describe('perform', () => {
  it('RTL4c: "send attach" sends ATTACH', () => {
    const record = recordIn({ name: 'attaching' });
    expect(done('send attach', { record })).to.deep.equal([
      ['send', { action: Action.attach, channel: 'a' }],
    ]);
  });

  it('"send attach" sends nothing on a connection that is being closed', () => {
    for (const link of ['waiting', 'down'] as const)
      expect(done('send attach', { link }), link).to.deep.equal([]);
  });

  it('RTL5d: "send detach" sends DETACH', () => {
    expect(done('send detach')).to.deep.equal([['send', { action: Action.detach, channel: 'a' }]]);
  });

  it('RTL15b, RTL4m: "note attached" takes over what an ATTACHED says, and nothing else', () => {
    const record = recordIn(isAttached);
    expect(done('note attached', { record })).to.deep.equal([]);
    expect([record.channelSerial, record.flags]).to.deep.equal([undefined, 0]);
    expect(done('note attached', { record, event: attached })).to.deep.equal([]);
    expect([record.channelSerial, record.flags]).to.deep.equal(['s', Flag.hasBacklog]);
  });

  it('"reconsider" compares wish and state in a step of its own', () => {
    expect(done('reconsider')).to.deep.equal([['raise', 'reconsidered']]);
  });

  it('"tell features" tells each of them, in order, where it wants to know', () => {
    const told: unknown[] = [];
    const feature = (name: string): ChannelFeature => ({
      changed: ({ machine, event }) => told.push([name, machine.name, event.type]),
    });
    done('tell features', { features: [feature('first'), {}, feature('second')], event: attached });
    expect(told).to.deep.equal([
      ['first', 'a', 'attached'],
      ['second', 'a', 'attached'],
    ]);
  });

  it('RTL2a: "report change" tells of the step', () => {
    const change = {
      ...{ previous: 'initialized', current: 'attached', event: 'attached', reason: undefined },
      ...{ resumed: false, hasBacklog: true },
    };
    expect(done('report change', { event: attached })).to.deep.equal([['changes', change]]);
    expect(done('report change', { event: attached, isWatched: false })).to.deep.equal([]);
  });

  it('RTL12: "report update" tells of new conditions', () => {
    const change = {
      ...{ previous: 'attached', current: 'attached', event: 'update', reason: undefined },
      ...{ resumed: false, hasBacklog: true },
    };
    expect(done('report update', { event: attached })).to.deep.equal([['changes', change]]);
  });

  it('RTL2f: "report gap" tells the reason', () => {
    expect(done('report gap', { record: recordIn(hasFailed) })).to.deep.equal([
      ['gaps', { channel: 'a', reason: error }],
    ]);
  });

  it('"report gap to listeners" tells of it where messages, or what a feature brings, are subscribed to', () => {
    const heard = recordIn(isAttached);
    new Observable<Message>((subscriber) => {
      heard.join(subscriber);
    }).subscribe();
    const named = recordIn(isAttached);
    new Observable<Message>((subscriber) => {
      named.joinNamed(subscriber, 'n');
    }).subscribe();
    const gap = ['gaps', { channel: 'a', reason: undefined }];
    const withFeature = (isHeard: boolean): World => ({ features: [{}, { isHeard: () => isHeard }] });
    expect(done('report gap to listeners')).to.deep.equal([]);
    expect(done('report gap to listeners', { record: heard })).to.deep.equal([gap]);
    expect(done('report gap to listeners', { record: named })).to.deep.equal([gap]);
    expect(done('report gap to listeners', withFeature(false))).to.deep.equal([]);
    expect(done('report gap to listeners', withFeature(true))).to.deep.equal([gap]);
  });

  it('RTL15b2: "forget serial" makes the next attach a fresh start', () => {
    const record = recordIn(isAttached);
    record.channelSerial = 's';
    expect([done('forget serial', { record }), record.channelSerial]).to.deep.equal([[], undefined]);
  });

  it('RTL7i: "check modes" looks whether what is subscribed to can come', () => {
    expect(done('check modes')).to.deep.equal([['check modes', 'a']]);
  });

  it('RTL16a: "confirm later" makes a step of it where anybody waits for that', () => {
    expect(done('confirm later')).to.deep.equal([['raise', 'confirmed']]);
    expect(done('confirm later', { isWatched: false })).to.deep.equal([]);
  });

  it('RTL16a: "confirm" tells that an ATTACHED has been taken note of', () => {
    expect(done('confirm')).to.deep.equal([['confirmations', undefined]]);
  });

  it('RTL16a: "reject options" tells why they are not granted', () => {
    const event: ChannelEvent = { type: 'unanswered', error, chance: 0 };
    expect(done('reject options', { event })).to.deep.equal([['confirmations', error]]);
    expect(done('reject options')).to.deep.equal([]);
  });

  it('"drop attach lease" gives back the lease of `attach()`, where there is one', () => {
    const record = recordIn(hasFailed);
    record.leases = 3;
    record.attachLease = true;
    for (const leases of [2, 2]) {
      expect(done('drop attach lease', { record })).to.deep.equal([]);
      expect([record.leases, record.attachLease]).to.deep.equal([leases, false]);
    }
  });

  it('RTL14: "end listeners" ends them with the error', () => {
    expect(done('end listeners', { record: recordIn(hasFailed) })).to.deep.equal([['end', error]]);
  });
});
