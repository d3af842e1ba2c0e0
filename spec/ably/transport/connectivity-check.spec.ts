import { expect } from 'chai';
import { checkConnectivity } from '../../../lib/ably/transport/connectivity-check.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { type Answer, fakeFetch } from '../../support/fake-fetch.js';
import { virtually } from '../../support/virtual-time.js';

/** Result of a check, with its time, the URLs it asked and whether its request was aborted in the end. */
function outcome(answer: Answer, until = 1000) {
  const seen: unknown[] = [];
  const urls: string[] = [];
  const signals: AbortSignal[] = [];
  virtually(({ scheduler, act, flush }) => {
    const fetch = fakeFetch((url, { signal }) => {
      urls.push(url);
      if (signal) signals.push(signal);
      return answer;
    });
    const running = checkConnectivity({
      fetch,
      connectivityCheckUrl: 'https://up.test/yes.txt',
      realtimeRequestTimeout: 400,
      scheduler,
    }).subscribe({
      next: () => seen.push('there'),
      error: (error: unknown) =>
        seen.push(error instanceof ErrorInfo ? [scheduler.now(), error.code] : error),
      complete: () => seen.push('|'),
    });
    act(`${until}ms u`, { u: () => running.unsubscribe() });
    flush();
  })();
  return { seen, urls, aborted: signals.map(({ aborted }) => aborted) };
}

describe('checkConnectivity', () => {
  it('RTN17j: emits and completes where the answer contains "yes"', () => {
    expect(outcome({ text: 'yes\n' })).to.deep.include({
      seen: ['there', '|'],
      urls: ['https://up.test/yes.txt'],
    });
  });

  it('RTN17j: errors with 80003 on another answer, on a bad status, and where nothing can be reached', () => {
    for (const answer of [{ text: 'no' }, { text: 'yes', status: 500 }] as const)
      expect(outcome(answer).seen).to.deep.equal([[0, 80003]]);
    const unreachable = new TypeError('fetch failed');
    expect(outcome(unreachable).seen).to.deep.equal([unreachable]);
  });

  it('RTN17j: errors after half the time of an attempt, and aborts the request', () => {
    expect(outcome('nothing')).to.deep.include({ seen: [[200, 80003]], aborted: [true] });
  });

  it('unsubscribing aborts the request', () => {
    expect(outcome('nothing', 100)).to.deep.include({ seen: [], aborted: [true] });
  });

  it('the error names the URL', () => {
    let message = '';
    virtually(({ scheduler }) => {
      checkConnectivity({
        fetch: fakeFetch(() => ({ text: 'no' })),
        connectivityCheckUrl: 'https://up.test/yes.txt',
        realtimeRequestTimeout: 400,
        scheduler,
      }).subscribe({
        error: (error: unknown) => (message = String(error)),
      });
    })();
    expect(message).to.include('https://up.test/yes.txt');
  });
});
