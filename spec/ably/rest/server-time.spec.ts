import { expect } from 'chai';
import { of } from 'rxjs';
import { serverTime } from '../../../lib/ably/rest/server-time.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { answered } from '../../support/answered.js';

describe('serverTime', () => {
  const timeOf = (content: unknown) => {
    const seen: unknown[] = [];
    const asked: unknown[] = [];
    const time$ = serverTime((request) => {
      asked.push(request);
      return of(answered(content));
    });
    expect(asked).to.deep.equal([]);
    time$.subscribe({
      next: (time) => seen.push(time),
      error: (error: unknown) => seen.push((error as ErrorInfo).code),
    });
    expect(asked).to.deep.equal([{ method: 'GET', path: '/time' }]);
    return seen;
  };
  it('RSC16: is the number that the server answers with', () => {
    expect(timeOf([1234])).to.deep.equal([1234]);
  });
  it('50000: errors on another answer', () => {
    for (const odd of [[], ['1234'], 1234, null, {}]) expect(timeOf(odd)).to.deep.equal([50000]);
  });
});
