import { expect } from 'chai';
import type { Outcome, Request } from '../../../lib/relay/calls/call.js';
import { once } from '../../../lib/relay/calls/policy.js';
import type { FailureReason } from '../../../lib/relay/calls/state.js';
import { RelayError } from '../../../lib/relay/relay-error.js';
import { Batches, type BatchResult } from '../../../lib/relay/topics/batches.js';

const failed = (reason: FailureReason, cause?: Error): Outcome => ({
  type: 'failed',
  failure: { reason, cause, attempts: 1, elapsed: 1, uncertain: false },
});
const refused = failed('rejected', new RelayError('no', { code: -32600 }));
const busy = failed('rejected', new RelayError('Too many requests', { code: 3001 }));
const answered = (result: unknown): Outcome => ({ type: 'answered', result });

/** Batches of letters, the requests that were sent, and the results. */
function lettersIn({ batchSize = 2, concurrency = 1, isDue = (_: string): boolean => true } = {}) {
  const sent: string[] = [];
  const settles: ((outcome: Outcome) => void)[] = [];
  const requests: Request[] = [];
  const results: (readonly [string, BatchResult])[] = [];
  const late: unknown[] = [];
  const batches = new Batches<string>({
    ...{ batchSize, concurrency, isDue },
    requestFor: (batch) => ({ method: batch.join(''), params: {}, policy: once(1) }),
    call: (request, settle) => {
      sent.push(request.method);
      requests.push(request);
      settles.push(settle);
    },
    onResult: (item, result) => results.push([item, result]),
    onLateResult: (...result) => late.push(result),
  });
  const add = (letters: string): void => {
    for (const letter of letters) batches.add(letter);
  };
  return {
    batches,
    add,
    sent,
    results,
    late,
    requests,
    settle: (outcome: Outcome) => settles.shift()?.(outcome),
  };
}

describe('Batches', () => {
  it('sends the first item at once, and puts those that come meanwhile into the next requests', () => {
    const { add, sent, settle } = lettersIn();
    add('abcd');
    expect(sent).to.deep.equal(['a']);
    settle(answered('A'));
    settle(answered(['B', 'C']));
    expect(sent).to.deep.equal(['a', 'bc', 'd']);
  });
  it('that end the connection by their size: are half as large from then on', () => {
    const { batches, add, sent, settle } = lettersIn({ batchSize: 4 });
    const tooLarge = failed('rejected', new RelayError('too large', { code: 1009 }));
    batches.collect(() => add('abcd'));
    settle(tooLarge);
    batches.clear();
    add('abcd');
    settle(answered(['A', 'B']));
    settle(answered(['A', 'B']));
    expect(sent).to.deep.equal(['abcd', 'ab', 'ab', 'cd']);
  });
  it('has at most `concurrency` requests in flight', () => {
    const { add, sent, settle } = lettersIn({ concurrency: 2 });
    add('abcd');
    expect(sent).to.deep.equal(['a', 'b']);
    settle(answered('A'));
    expect(sent).to.deep.equal(['a', 'b', 'cd']);
  });
  it('collects what is added meanwhile into common requests', () => {
    const { batches, add, sent } = lettersIn({ concurrency: 2 });
    batches.collect(() => {
      add('abc');
    });
    expect(sent).to.deep.equal(['ab', 'c']);
  });
  it('gives each item its own result, and none when several are answered with one value', () => {
    for (const [result, ...each] of [
      [['A', 'B'], 'A', 'B'],
      [['A'], 'A', undefined],
      ['A', undefined, undefined],
    ]) {
      const { batches, add, settle, results } = lettersIn();
      batches.collect(() => {
        add('ab');
      });
      settle(answered(result));
      expect(results).to.deep.equal([
        ['a', { result: each[0] }],
        ['b', { result: each[1] }],
      ]);
    }
  });
  it('splits a batch that is refused, before it sends those that wait', () => {
    const { batches, add, sent, settle, results } = lettersIn({ batchSize: 4 });
    batches.collect(() => {
      add('abc');
    });
    add('d');
    for (const outcome of [refused, answered(['A', 'B']), refused]) settle(outcome);
    expect(sent).to.deep.equal(['abc', 'ab', 'c', 'd']);
    expect(results.map(([item, result]) => [item, 'failure' in result])).to.deep.equal([
      ...[
        ['a', false],
        ['b', false],
        ['c', true],
      ],
    ]);
  });
  it('splits no batch when the relay is silent or busy: that is about all of its items', () => {
    for (const outcome of [failed('timeout'), busy]) {
      const { batches, add, sent, settle, results } = lettersIn();
      batches.collect(() => {
        add('ab');
      });
      settle(outcome);
      expect(sent).to.deep.equal(['ab']);
      expect(results.map(([item]) => item)).to.deep.equal(['a', 'b']);
    }
  });
  it('skips items that are due no more, halves included', () => {
    const gone = new Set<string>();
    const { batches, add, sent, settle } = lettersIn({ batchSize: 4, isDue: (item) => !gone.has(item) });
    batches.collect(() => {
      add('abcd');
    });
    add('ef');
    for (const item of 'abe') gone.add(item);
    settle(refused);
    settle(answered(['C', 'D']));
    expect(sent).to.deep.equal(['abcd', 'cd', 'f']);
  });
  it('drops the items and halves that wait', () => {
    const { batches, add, sent, settle } = lettersIn();
    batches.collect(() => {
      add('ab');
    });
    add('cd');
    batches.clear();
    settle(answered(['A', 'B']));
    expect(sent).to.deep.equal(['ab']);
  });
  it('has no result for a withdrawn request, and sends the next', () => {
    const { add, sent, settle, results } = lettersIn();
    add('ab');
    settle({ type: 'withdrawn' });
    expect([sent, results]).to.deep.equal([['a', 'b'], []]);
  });
  it('gives each item its own late result', () => {
    const { batches, add, requests, late } = lettersIn();
    batches.collect(() => {
      add('ab');
    });
    requests[0]?.onLateAnswer?.(['A', 'B']);
    expect(late).to.deep.equal([
      ['a', 'A'],
      ['b', 'B'],
    ]);
  });
});
