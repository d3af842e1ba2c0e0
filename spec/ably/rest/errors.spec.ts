import { expect } from 'chai';
import { errorBodyOf, fetchErrorCode, unexpectedResponse } from '../../../lib/ably/rest/errors.js';

describe('errorBodyOf', () => {
  it('RSC8: finds the error of a body', () => {
    expect(errorBodyOf('{"error":{"code":40140,"message":"m"}}')).to.deep.equal({
      code: 40140,
      message: 'm',
    });
  });
  it('finds an empty error in a body that has none, as in the page of a proxy', () => {
    for (const text of ['', '<html>', '1', 'null', '[]', '{}', '{"error":null}', '{"error":"text"}'])
      expect(errorBodyOf(text), text).to.deep.equal({});
  });
});

describe('fetchErrorCode', () => {
  const caused = (cause: unknown) => new TypeError('fetch failed for https://x/?key=secret', { cause });
  const table: readonly (readonly [title: string, thrown: unknown, code: string])[] = [
    ['the code of the cause', caused({ code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [
      'the code of the first of several causes',
      caused({ errors: [{ code: 'ECONNREFUSED' }] }),
      'ECONNREFUSED',
    ],
    [
      'the code of the error itself',
      Object.assign(new Error('m'), { code: 'ERR_INVALID_URL' }),
      'ERR_INVALID_URL',
    ],
    ['bad port where fetch refuses to ask there', caused(new Error('bad port')), 'bad port'],
    ['the class of the error where none of several causes has a code', caused({ errors: [] }), 'TypeError'],
    ['the class of the error where its cause has no code', caused({}), 'TypeError'],
    ['the class of the error where its cause has a code of another kind', caused({ code: 7 }), 'TypeError'],
    ['the class of the error where its cause is no object', caused('text'), 'TypeError'],
    ['the class of the error where its cause is null', caused(null), 'TypeError'],
    ['the name of the error', new DOMException('m', 'AbortError'), 'AbortError'],
    ['the type of what is no error', 'secret', 'string'],
    ['the type of nothing', undefined, 'undefined'],
  ];
  for (const [title, thrown, code] of table)
    it(`is ${title}`, () => {
      expect(fetchErrorCode(thrown)).to.equal(code);
    });
});

describe('fetchErrorCode, of a fetch of this runtime', () => {
  it('says that the port is one that fetch does not ask', async () => {
    const thrown: unknown = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error);
    expect(fetchErrorCode(thrown)).to.equal('bad port');
  });
});

describe('unexpectedResponse', () => {
  it('50000: names what was expected', () => {
    expect(unexpectedResponse('time'))
      .to.include({ code: 50000 })
      .and.have.property('message')
      .that.includes('time');
  });
});
