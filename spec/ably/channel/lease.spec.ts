import { expect } from 'chai';
import { Subject } from 'rxjs';
import type { ChannelStateChange } from '../../../lib/ably/channel/changes.js';
import type { ChannelRecord } from '../../../lib/ably/channel/port.js';
import type { ChannelStateName } from '../../../lib/ably/channel/state.js';
import { attachEnds, detachEnds, waitForState, whenStateReached } from '../../../lib/ably/channel/lease.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { recordIn } from '../../support/channel-record.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

const reason = new ErrorInfo('no', { code: 40160, statusCode: 401 });
const change = (
  previous: ChannelStateName,
  current: ChannelStateName,
  more: Partial<ChannelStateChange> = {},
): ChannelStateChange => ({
  ...{ previous, current, event: current, reason: undefined, resumed: false, hasBacklog: false },
  ...more,
});

const told = (error: unknown): unknown => error instanceof ErrorInfo && [error.code, error.message];

/** A channel that is `attaching`, its changes, and what a wait for `attached` emits. */
function build(settles: (change: ChannelStateChange) => boolean = () => true) {
  const changes = new Subject<ChannelStateChange>();
  const record: ChannelRecord = recordIn({ name: 'attaching' }, { host: { changesOf: () => changes } });
  const seen: unknown[] = [];
  const listen = () =>
    waitForState(record, 'attached', settles).subscribe({
      next: (state) => seen.push(state),
      error: (error: unknown) => seen.push(told(error)),
      complete: () => seen.push('|'),
    });
  return { changes, record, seen, listen };
}

describe('waitForState', () => {
  it('emits at once, and completes, where the channel is there', () => {
    const { changes, record, seen, listen } = build();
    record.state = { ...record.state, name: 'attached' } as ChannelRecord['state'];
    listen();
    expect([seen, changes.observed]).to.deep.equal([['attached', '|'], false]);
  });

  it('emits, and completes, with the change that brings it there; and looks no further', () => {
    const { changes, seen, listen } = build();
    listen();
    expect([seen, changes.observed]).to.deep.equal([[], true]);
    changes.next(change('attaching', 'attached'));
    changes.next(change('attached', 'failed'));
    expect([seen, changes.observed]).to.deep.equal([['attached', '|'], false]);
  });

  it('passes over changes that settle nothing', () => {
    const { changes, seen, listen } = build(({ previous }) => previous !== 'detaching');
    listen();
    changes.next(change('detaching', 'attached'));
    changes.next(change('detaching', 'detached'));
    expect([seen, changes.observed]).to.deep.equal([[], true]);
  });

  it('errors with the reason of another state, or says what it found', () => {
    for (const [more, error] of [
      [{ reason }, [40160, 'no']],
      [{}, [90000, 'Channel "a" is failed instead of attached.']],
    ] as const) {
      const { changes, seen, listen } = build();
      listen();
      changes.next(change('attaching', 'failed', more));
      expect([seen, changes.observed]).to.deep.equal([[error], false]);
    }
  });

  it('errors where the client is disposed of', () => {
    const { changes, seen, listen } = build();
    listen();
    changes.complete();
    expect(seen).to.deep.equal([[90000, 'Channel "a" is disposed of instead of attached.']]);
  });

  it('is over when it is unsubscribed from', () => {
    const { changes, listen } = build();
    listen().unsubscribe();
    expect(changes.observed).to.equal(false);
  });
});

describe('whenStateReached', () => {
  it('resolves or rejects as the stream ends', async () => {
    const { changes, record } = build();
    const reached = whenStateReached(record, 'attached', () => true);
    const missed = whenStateReached(record, 'detached', () => true);
    changes.next(change('attaching', 'attached', { reason }));
    await reached;
    expect(codesOf(await rejectionOf(missed))).to.deep.equal({ code: 40160, statusCode: 401 });
  });
});

describe('attachEnds', () => {
  const ends = (previous: ChannelStateName, current: ChannelStateName, isHopeless = false): boolean =>
    attachEnds(recordIn({}, { host: { whyNotAttachable: () => (isHopeless ? reason : undefined) } }))(
      change(previous, current),
    );

  it('RTL4d: with attached, suspended, failed and detached', () => {
    for (const current of ['attached', 'suspended', 'failed', 'detached'] as const)
      expect(ends('attaching', current), current).to.equal(true);
    for (const current of ['initialized', 'attaching', 'detaching'] as const)
      expect(ends('detached', current), current).to.equal(false);
  });

  it('RTL4h: a detach that was under way comes first, unless nothing can follow it', () => {
    expect([ends('detaching', 'detached'), ends('detaching', 'detached', true)]).to.deep.equal([false, true]);
  });
});

describe('detachEnds', () => {
  it('RTL5e: with detached and failed, and with whatever follows detaching', () => {
    const ends = (previous: ChannelStateName, current: ChannelStateName): boolean =>
      detachEnds(change(previous, current));
    expect([ends('attaching', 'detached'), ends('attached', 'failed')]).to.deep.equal([true, true]);
    expect([ends('detaching', 'attached'), ends('detaching', 'attaching')]).to.deep.equal([true, true]); // RTL5f
    expect([ends('attached', 'detaching'), ends('attaching', 'attached')]).to.deep.equal([false, false]);
  });
});
