import { expect } from 'chai';
import { retryAfterOf } from '../../lib/base/retry-after.js';

describe('retryAfterOf', () => {
  const date = 'Fri, 31 Dec 1999 23:59:59 GMT';
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, number | undefined])[] = [
    ['reads seconds', { 'retry-after': '120' }, 120_000],
    [
      'reads a date, by the clock of the server',
      { 'retry-after': 'Sat, 01 Jan 2000 00:00:09 GMT', date },
      10_000,
    ],
    ['needs the date of the answer for that', { 'retry-after': 'Sat, 01 Jan 2000 00:00:09 GMT' }, undefined],
    ['is nothing where it is over', { 'retry-after': date, date }, undefined],
    ['is nothing where it asks for none', { 'retry-after': '0' }, undefined],
    ['is nothing where there is none', {}, undefined],
    ['is nothing where it is neither', { 'retry-after': '-5 or so' }, undefined],
  ];
  for (const [title, headers, ms] of cases)
    it(title, () => {
      expect(retryAfterOf((name) => headers[name])).to.equal(ms);
    });
});
