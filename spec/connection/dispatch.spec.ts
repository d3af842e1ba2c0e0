import { expect } from 'chai';
import { type Activity, dispatcherOf } from '../../lib/connection/dispatch.js';
import type { SocketEvent } from '../../lib/socket/socket.js';
import { type Ended, toy } from '../support/toy-protocol.js';
import { virtually } from '../support/virtual-time.js';

/** A dispatcher of the toy protocol, and everything that it handed on. */
function build(now: () => number, frame: (frame: string) => void = () => undefined) {
  const frames: string[] = [];
  const errors: unknown[] = [];
  const activity: Activity = { lastAt: 0 };
  const opened = { type: 'ended' } as const;
  const dispatch = dispatcherOf(
    { ...toy(), opened },
    {
      frame: (received) => {
        frames.push(received);
        frame(received);
      },
      undecoded: (error) => errors.push(error),
    },
    activity,
    { now, schedule: () => expect.fail('a timer') },
  );
  return { dispatch, frames, errors, activity, opened };
}

describe('dispatcherOf', () => {
  it('returns what the opening of the socket means to the protocol', () => {
    const { dispatch, opened } = build(() => 0);
    expect(dispatch({ type: 'opened' })).to.equal(opened);
  });

  it('returns what the end of the socket means to the protocol', () => {
    const { dispatch } = build(() => 0);
    const outcome = dispatch({ type: 'closed', code: 1006, reason: 'gone' });
    expect(outcome).to.deep.include({ type: 'dropped', next: 'other host' });
    expect((outcome as unknown as { error: Ended }).error.end).to.deep.equal({
      type: 'closed',
      code: 1006,
      reason: 'gone',
    });
  });

  it('returns the outcome of a message, and hands on no frame', () => {
    const { dispatch, frames, errors } = build(() => 0);
    expect(dispatch({ data: 'BYE' })).to.deep.equal({ type: 'ended' });
    expect([frames, errors]).to.deep.equal([[], []]);
  });

  it('hands a frame on, and returns nothing', () => {
    const { dispatch, frames, errors } = build(() => 0);
    expect(dispatch({ data: 'MSG' })).to.equal(undefined);
    expect([frames, errors]).to.deep.equal([['MSG'], []]);
  });

  it('reports a message that cannot be decoded, and returns nothing', () => {
    const { dispatch, frames, errors } = build(() => 0);
    expect(dispatch({ data: 'BAD' })).to.equal(undefined);
    expect(frames).to.deep.equal([]);
    expect(errors.map(String)).to.deep.equal(['SyntaxError: cannot be decoded']);
  });

  it('reports the error of a frame that its taker cannot make sense of, and goes on', () => {
    const odd = new TypeError('odd');
    const { dispatch, frames, errors } = build(
      () => 0,
      (frame) => {
        if (frame === 'ODD') throw odd;
      },
    );
    for (const data of ['ODD', 'MSG']) expect(dispatch({ data })).to.equal(undefined);
    expect(frames).to.deep.equal(['ODD', 'MSG']);
    expect(errors).to.deep.equal([odd]);
  });

  it('names binaryType where the socket delivered neither text nor bytes', () => {
    const errors: unknown[] = [];
    const dispatch = dispatcherOf(
      { ...toy(), read: (data) => expect.fail(`not decodable: ${typeof data}`) },
      { frame: () => undefined, undecoded: (error) => errors.push(error) },
      { lastAt: 0 },
      { now: () => 0, schedule: () => expect.fail('a timer') },
    );
    dispatch({ data: new Blob(['a']) } as unknown as SocketEvent);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.be.instanceOf(TypeError).with.property('message').that.includes('binaryType');
  });

  it(
    'RTN23a: notes the time of every event, also of one that cannot be decoded',
    virtually(({ scheduler, act, flush }) => {
      const { dispatch, activity } = build(() => scheduler.now());
      const seen: number[] = [];
      const at = (event: SocketEvent) => () => {
        dispatch(event);
        seen.push(activity.lastAt);
      };
      act('-o--m---b----c', {
        o: at({ type: 'opened' }),
        m: at({ data: 'MSG' }),
        b: at({ data: 'BAD' }),
        c: at({ type: 'closed', code: 1000, reason: '' }),
      });
      flush();
      expect(seen).to.deep.equal([1, 4, 8, 13]);
    }),
  );
});
