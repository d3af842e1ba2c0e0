import { expect } from 'chai';
import { request } from '../../../lib/ably/rest/request.js';
import { settingsOf } from '../../../lib/ably/client/settings.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { platform } from '../../../lib/socket/platform.js';
import { type Answer, fakeFetch } from '../../support/fake-fetch.js';
import { virtually } from '../../support/virtual-time.js';

const hosts = ['a', 'b', 'c'];
const aborted = (signals: readonly AbortSignal[]): boolean[] => signals.map((signal) => signal.aborted);

/** Result of a request in virtual time, with the hosts that it asked. */
function outcome(
  answers: readonly Answer[],
  { until = 60_000, ...options }: { until?: number; httpMaxRetryDuration?: number; clientId?: string } = {},
) {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const seen: unknown[] = [];
  const headers: unknown[] = [];
  const redirects: unknown[] = [];
  virtually(({ scheduler, flush }) => {
    const fetch = fakeFetch((url, init) => {
      const { host, pathname } = new URL(url);
      asked.push(`${host}${pathname}`);
      headers.push(init.headers);
      redirects.push(init.redirect);
      if (init.signal) signals.push(init.signal);
      return answers[asked.length - 1] ?? 'nothing';
    });
    const settings = {
      ...settingsOf({ scheduler, ...options }, platform),
      ...{ fetch, httpRequestTimeout: 1000, httpMaxRetryDuration: options.httpMaxRetryDuration ?? 15_000 },
    };
    const asking = request(
      { method: 'GET', path: '/p' },
      { order: () => hosts, heard: () => undefined },
      settings,
    ).subscribe({
      next: ({ content }) => seen.push(content),
      error: (error: unknown) =>
        seen.push(
          error instanceof ErrorInfo
            ? [error.code, error.statusCode, ...(error.retryAfter === undefined ? [] : [error.retryAfter])]
            : error,
        ),
    });
    scheduler.schedule(() => {
      asking.unsubscribe();
    }, until);
    flush();
  })();
  return { asked, seen, headers, redirects, stillGoing: aborted(signals).filter((is) => !is).length };
}
const ok: Answer = { text: '[1]' };
const failing = (status: number, text = ''): Answer => ({ status, text });

describe('request', () => {
  it('RSC7e, RSC7d2: asks the first host, with agent and version, and without credentials', () => {
    const { asked, seen, headers } = outcome([ok]);
    expect([asked, seen]).to.deep.equal([['a/p'], [[1]]]);
    expect(headers[0]).to.include({ 'X-Ably-Version': '6' }).and.to.not.have.property('Authorization');
    expect((headers[0] as Record<string, string>)['Ably-Agent']).to.match(/^rx-realtime\/\d/);
  });
  it('RSA7e2: names the clientId of the options, as base64, and none where they have none', () => {
    expect(outcome([ok], { clientId: 'mé' }).headers[0]).to.include({ 'X-Ably-ClientId': 'bcOp' });
    expect(outcome([ok]).headers[0]).to.not.have.property('X-Ably-ClientId');
  });
  it('sends nothing on where the server redirects, and asks no other host', () => {
    const opaque = { ...(failing(0) as object), kind: 'opaqueredirect' } as Answer;
    for (const first of [failing(300), failing(302), failing(307), failing(399), opaque]) {
      const { asked, seen, redirects } = outcome([first, ok]);
      expect([asked, seen, redirects]).to.deep.equal([['a/p'], [[50000, 500]], ['manual']]);
    }
  });
  it('RSC15a, RSC15l1, RSC15l3, RSC15l4: asks the next host where it may do better', () => {
    for (const first of [
      new TypeError('unreachable'),
      failing(500),
      failing(504, '<html>'),
      { ...(failing(403) as object), server: 'CloudFront' } as Answer,
    ])
      expect(outcome([first, ok])).to.deep.include({ asked: ['a/p', 'b/p'], seen: [[1]], stillGoing: 0 });
  });
  it('RSC13, RSC15l2: asks the next host when one does not answer in time, and aborts that request', () => {
    expect(outcome(['nothing', ok])).to.deep.include({ asked: ['a/p', 'b/p'], seen: [[1]], stillGoing: 0 });
  });
  it('RSC15l: errors at once where another host would answer alike', () => {
    const error = JSON.stringify({ error: { code: 40101, statusCode: 401, message: 'wrong key' } });
    expect(outcome([failing(401, error)])).to.deep.include({ asked: ['a/p'], seen: [[40101, 401]] });
    expect(outcome([failing(404)])).to.deep.include({ asked: ['a/p'], seen: [[40400, 404]] });
  });
  it('RSC15l, RSC8e2: asks no other host where one has answered, be the answer malformed', () => {
    for (const type of ['', 'application/json', 'text/html'])
      expect(outcome([{ text: 'no JSON', type }, ok])).to.deep.include({
        asked: ['a/p'],
        seen: [[40013, 400]],
      });
  });
  it('says for how long the server asks to be left alone', () => {
    const busy: Answer = { status: 429, text: '', retryAfter: '30' };
    expect(outcome([busy])).to.deep.include({ asked: ['a/p'], seen: [[42900, 429, 30_000]] });
  });
  it('RSC15a, TO3l6: errors when all hosts have been asked, or httpMaxRetryDuration is over', () => {
    expect(outcome([failing(503), failing(500), failing(502)])).to.deep.include({
      asked: ['a/p', 'b/p', 'c/p'],
      seen: [[50200, 502]],
    });
    expect(outcome(['nothing', ok], { httpMaxRetryDuration: 1000 })).to.deep.include({
      asked: ['a/p'],
      seen: [[80000, 503]],
    });
  });
  it('aborts the request when unsubscribed', () => {
    expect(outcome(['nothing'], { until: 10 })).to.deep.include({ seen: [], stillGoing: 0 });
  });
});
