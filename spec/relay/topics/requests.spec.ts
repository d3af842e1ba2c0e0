import { expect } from 'chai';
import type { FailureReason } from '../../../lib/relay/calls/state.js';
import { RelayError } from '../../../lib/relay/relay-error.js';
import type { BatchResult } from '../../../lib/relay/topics/batches.js';
import { subscriptionIn, isUnsubscribed } from '../../../lib/relay/topics/requests.js';

const failed = (reason: FailureReason, cause?: Error): BatchResult => ({
  failure: { reason, cause, attempts: 1, elapsed: 1, uncertain: false },
});
const [invalid, internal, handler, busy] = [-32600, -32603, -32000, 3001].map(
  (code) => new RelayError('no', { code }),
);

describe('subscriptionIn', () => {
  const kindOf = (told: BatchResult): unknown => {
    const { type, ...more } = subscriptionIn(told);
    return 'final' in more ? [type, more.final] : [type];
  };

  it('is confirmed by an id of the relay', () => {
    expect(subscriptionIn({ result: 'ab' })).to.deep.equal({ type: 'confirmed', id: 'ab' });
  });
  it('is unanswered by anything else', () => {
    for (const result of ['', true, null, undefined, 7, [], {}])
      expect(kindOf({ result }), String(result)).to.deep.equal(['unanswered']);
  });
  it('is refused as a whole or as one of a batch, finally when a retry would be refused', () => {
    expect(subscriptionIn(failed('rejected', handler))).to.deep.equal({
      type: 'refused',
      error: handler,
      final: false,
    });
    expect(kindOf(failed('rejected', invalid))).to.deep.equal(['refused', true]);
    for (const [code, final] of [
      [-32000, false],
      [-32600, true],
    ])
      expect(kindOf({ result: { error: { code, message: 'no' } } })).to.deep.equal(['refused', final]);
    for (const error of ['no', null])
      expect(kindOf({ result: { error } }), 'of any other form').to.deep.equal(['refused', false]);
  });
  it('is unanswered by a busy relay', () => {
    expect(subscriptionIn(failed('rejected', busy))).to.deep.equal({ type: 'unanswered', error: busy });
    expect(kindOf({ result: { error: { code: 3001 } } })).to.deep.equal(['unanswered']);
  });
  it('has an error to report when the relay was silent, and none when the connection was lost', () => {
    expect(subscriptionIn(failed('timeout')))
      .to.have.property('error')
      .instanceOf(RelayError);
    expect(subscriptionIn(failed('offline'))).to.deep.equal({ type: 'unanswered', error: undefined });
  });
});

describe('isUnsubscribed', () => {
  it('is true when the relay has confirmed it, and when it knew no such subscription', () => {
    const told = [{ result: true }, failed('rejected', invalid)];
    expect(told.map(isUnsubscribed)).to.deep.equal([true, true]);
  });
  it('is false when the subscription may be left', () => {
    const told = [
      failed('rejected', busy),
      failed('rejected', internal),
      failed('rejected', handler),
      failed('timeout'),
      failed('offline', handler),
    ];
    expect(told.map(isUnsubscribed)).to.deep.equal([false, false, false, false, false]);
  });
});
