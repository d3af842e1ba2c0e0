import { expect } from 'chai';
import { StopRetrying } from '../../../lib/ably/auth/auth-options.js';
import {
  authenticationFailed,
  failedToObtain,
  incompatible,
  isFinal,
  isTokenError,
  unrenewable,
} from '../../../lib/ably/auth/errors.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';

const errorOf = (code: number, statusCode: number): ErrorInfo =>
  new ErrorInfo('said so', { code, statusCode });
const seen = ({ code, statusCode, message, cause }: ErrorInfo): unknown => ({
  code,
  statusCode,
  message,
  cause,
});

describe('isTokenError', () => {
  it('RSA4b, RSA4a2: is one from 40140 up to 40149', () => {
    const codes = [40100, 40139, 40140, 40142, 40149, 40150, 40171, 80019];
    expect(codes.filter((code) => isTokenError(errorOf(code, 401)))).to.deep.equal([40140, 40142, 40149]);
  });

  it('RSA4b, RSA4a2: is one only with the status 401', () => {
    expect([400, 401, 403, 500].filter((status) => isTokenError(errorOf(40142, status)))).to.deep.equal([
      401,
    ]);
  });
});

describe('unrenewable', () => {
  it('RSA4a2: says what the server had against the token, and is caused by it', () => {
    const cause = errorOf(40142, 401);
    expect(seen(unrenewable(cause))).to.deep.equal({
      code: 40171,
      statusCode: 401,
      message:
        'The client has no means to get another token than the one that was rejected (40142). Set "key", "authUrl" or "authCallback", or pass a token to auth.authorize().',
      cause,
    });
  });

  it('RSA4a1: names a page that tells more', () => {
    expect(unrenewable().href).to.equal('https://help.ably.io/error/40171');
  });
});

describe('failedToObtain', () => {
  it('RSA4e: an ErrorInfo is passed on as it is', () => {
    const error = errorOf(40300, 403);
    expect(failedToObtain(error)).to.equal(error);
  });

  it('RSA4e: an error of the network is 40170, and the cause, also where a request of this client met it', () => {
    const unreachable = new ErrorInfo('The request to a failed: ENOTFOUND.', {
      code: 80000,
      statusCode: 503,
    });
    const { code, statusCode, cause } = failedToObtain(unreachable);
    expect([code, statusCode, cause]).to.deep.equal([40170, 401, unreachable]);
  });

  it('RSA4e: any other error is 40170, with what it says, and is the cause', () => {
    const cause = new Error('down');
    expect(seen(failedToObtain(cause))).to.deep.equal({
      code: 40170,
      statusCode: 401,
      message: 'No token could be obtained: down',
      cause,
    });
  });

  it('RSA4e: a thrown value that is not an Error is 40170, with its text, and is the cause', () => {
    expect(['down', 7, null].map((thrown) => seen(failedToObtain(thrown)))).to.deep.equal(
      ['down', 7, null].map((cause) => ({
        code: 40170,
        statusCode: 401,
        message: `No token could be obtained: ${cause}`,
        cause,
      })),
    );
  });

  it("RSA4e: an error that looks like another library's ErrorInfo keeps its code", () => {
    const cause = Object.assign(new Error('not you'), { code: 40160, statusCode: 403 });
    expect(seen(failedToObtain(cause))).to.deep.equal({
      code: 40160,
      statusCode: 403,
      message: 'not you',
      cause,
    });
  });

  it('RSA4e: an error of HTTP keeps its status, and its code if that is a number', () => {
    const cause = { statusCode: 403, code: 'E_FORBIDDEN' };
    expect(seen(failedToObtain(cause))).to.deep.equal({
      code: 40170,
      statusCode: 403,
      message: 'The answer was 403.',
      cause,
    });
    const none = new Error('no status');
    expect(seen(failedToObtain(Object.assign(none, { statusCode: '403' })))).to.deep.include({
      code: 40170,
      statusCode: 401,
    });
  });
});

describe('authenticationFailed', () => {
  const outcome = (thrown: unknown): unknown => {
    const error = authenticationFailed(thrown);
    return [error.code, error.statusCode, isFinal(error)];
  };

  it('means another attempt, by default', () => {
    expect([new Error('down'), errorOf(50000, 500), errorOf(40142, 401)].map(outcome)).to.deep.equal(
      Array(3).fill([80019, 401, false]),
    );
  });

  it('means no other attempt after 403, and after StopRetrying', () => {
    expect([errorOf(40300, 403), { statusCode: 403 }, new StopRetrying()].map(outcome)).to.deep.equal(
      Array(3).fill([80019, 403, true]),
    );
  });

  it("passes on that there is no way to a token, or that it is somebody else's, for good", () => {
    for (const error of [unrenewable(), incompatible('me', 'you')]) {
      expect(authenticationFailed(error)).to.equal(error);
      expect(isFinal(error)).to.equal(true);
    }
  });

  it('is caused by what the token could not be had for', () => {
    const cause = errorOf(40300, 403);
    expect(seen(authenticationFailed(cause))).to.deep.equal({
      code: 80019,
      statusCode: 403,
      message: 'The client could not authenticate. said so',
      cause,
    });
  });
});
