import { expect } from 'chai';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';

describe('ErrorInfo', () => {
  it('TI1: is an Error with a code, a status and a text', () => {
    const error = new ErrorInfo('It broke. Mend it.', { code: 40013, statusCode: 400 });
    expect(error).to.be.instanceOf(Error);
    expect(error).to.deep.include({
      name: 'ErrorInfo',
      message: 'It broke. Mend it.',
      code: 40013,
      statusCode: 400,
    });
    expect(String(error)).to.equal('ErrorInfo 40013: It broke. Mend it.');
    expect('cause' in error).to.equal(false);
    expect('detail' in error, 'TI6').to.equal(false);
    expect('detail' in ErrorInfo.from({ detail: {} }), 'TI6').to.equal(false);
  });

  it('TI1: has the status that its code begins with, and 400 where that is none', () => {
    const statusOf = (code: number): number => new ErrorInfo('It broke.', { code }).statusCode;
    expect([40013, 40142, 50003, 80003, 90001, 101_002].map(statusOf)).to.deep.equal([
      400, 401, 500, 400, 400, 400,
    ]);
    expect(new ErrorInfo('It broke.', { code: 90007, statusCode: 408 }).statusCode).to.equal(408);
    expect(ErrorInfo.from({ code: 80003 }).statusCode, 'TI2').to.equal(400);
    expect(ErrorInfo.of('odd', 80003).statusCode).to.equal(400);
  });

  it('TI2: takes over what a server told, with its causes', () => {
    const cause = { code: 2, statusCode: 3, message: 'deep', href: 'https://example.com/2' };
    const error = ErrorInfo.from({
      code: 40142,
      statusCode: 401,
      message: 'expired',
      cause,
      detail: { a: 'b' },
    });
    expect(error).to.be.instanceOf(ErrorInfo);
    expect(error).to.deep.include({ code: 40142, statusCode: 401, message: 'expired', detail: { a: 'b' } });
    expect(error.cause).to.be.instanceOf(ErrorInfo);
    expect(error.cause).to.deep.include(cause);
  });

  it('TI2: repeats no secret that a server repeats', () => {
    const message = 'no such key: Authorization: Basic aHVzaGVkLWtleQ== at https://a/?key=hushed';
    const error = ErrorInfo.from({ message, detail: { a: message, b: 7 as never }, cause: { message } });
    const redacted = 'no such key: Authorization: Basic … at https://a/?…';
    expect(error).to.deep.include({ message: redacted, detail: { a: redacted, b: '7' } });
    expect(error.cause).to.have.property('message', redacted);
  });

  it('TI2, RTF1: fills in what a server left out', () => {
    expect(ErrorInfo.from({})).to.deep.include({
      code: 50000,
      statusCode: 500,
      message: 'The server gave no reason.',
    });
    expect(ErrorInfo.from({ code: 40400 })).to.deep.include({ code: 40400, statusCode: 404 });
  });

  it('RTF1, TI1: has numbers also where the server sent texts, and its own where these are none', () => {
    const wire = { code: '40142', statusCode: '401', cause: { code: 'odd', statusCode: {} } };
    const error = ErrorInfo.from(wire as never);
    expect(error).to.deep.include({ code: 40142, statusCode: 401 });
    expect(error.cause).to.deep.include({ code: 50000, statusCode: 500 });
  });

  it('RTF1: takes null for absent', () => {
    const nulls = { code: null, statusCode: null, message: null, href: null, cause: null, detail: null };
    const error = ErrorInfo.from(nulls as never);
    expect(error).to.deep.include({ code: 50000, statusCode: 500, message: 'The server gave no reason.' });
    expect(error.href).to.equal('https://help.ably.io/error/50000');
  });

  it('TI4, TI5: has a page that tells more: the one of the server, else the one of the code', () => {
    expect(ErrorInfo.from({ code: 40013 }).href).to.equal('https://help.ably.io/error/40013');
    expect(ErrorInfo.from({ code: 40013, href: 'https://example.com' }).href).to.equal('https://example.com');
  });

  it('wraps what was thrown, once', () => {
    const thrown = new TypeError('odd');
    const error = ErrorInfo.of(thrown, 40000);
    expect(error).to.deep.include({ code: 40000, statusCode: 400, message: 'odd', cause: thrown });
    expect(ErrorInfo.of(error, 1)).to.equal(error);
    expect(ErrorInfo.of('text')).to.deep.include({ code: 50000, message: 'text', cause: 'text' });
  });
});
