import { expect } from 'chai';
import { PublishError } from '../../lib/relay/publish/publish-error.js';
import { RelayError } from '../../lib/relay/relay-error.js';
import { ErrorInfo } from '../../lib/ably/wire/error-info.js';
import { secret } from '../support/secrets.js';

const asJson = (error: Error): unknown => JSON.parse(JSON.stringify(error));

describe('errorJson', () => {
  it('TI1: tells what an ErrorInfo says, with the errors that caused it, and no stack', () => {
    const socket = Object.assign(new Error('The socket broke.'), { code: 'ECONNRESET' });
    const cause = new ErrorInfo('The connection was lost.', { code: 80003, cause: socket });
    const facts = { code: 50003, cause, detail: { a: 'b' }, uncertain: true, retryAfter: 5 };
    expect(asJson(new ErrorInfo('No answer came.', facts))).to.deep.equal({
      name: 'ErrorInfo',
      message: 'No answer came.',
      ...{ code: 50003, statusCode: 500, href: 'https://help.ably.io/error/50003' },
      ...{ detail: { a: 'b' }, retryAfter: 5, uncertain: true },
      cause: {
        name: 'ErrorInfo',
        message: 'The connection was lost.',
        ...{ code: 80003, statusCode: 400, href: 'https://help.ably.io/error/80003' },
        cause: { name: 'Error', message: 'The socket broke.' },
      },
    });
  });

  it('tells what the errors of the relay say', () => {
    const cause = new RelayError('The ttl is too short.', { code: -32600, data: 'TtlTooShort' });
    const failure = { attempts: 1, elapsed: 5, reason: 'rejected', uncertain: false, cause } as const;
    const error = new PublishError({ topic: 'a', tag: 1 }, failure);
    expect(asJson(error)).to.deep.equal({
      name: 'PublishError',
      method: 'irn_publish',
      message: error.message,
      ...{ code: -32600, data: 'TtlTooShort', tag: 1, attempts: 1, elapsed: 5, reason: 'rejected' },
      uncertain: false,
      cause: {
        ...{ name: 'RelayError', message: 'The ttl is too short.', code: -32600, data: 'TtlTooShort' },
      },
    });
  });

  it('leaves out a cause that is no error, and what a stranger put into one: either may be a secret', () => {
    const token = secret('app.hushed-token');
    const thrown = Object.assign(new Error('no'), { request: { token } });
    for (const cause of [{ token }, thrown])
      expect(JSON.stringify(new ErrorInfo('It failed.', { code: 40170, cause }))).not.to.include(token);
  });
});
