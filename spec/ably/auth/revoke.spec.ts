import { expect } from 'chai';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { type Asked, httpClient, jsonAnswer } from '../../support/http-client.js';
import { secret } from '../../support/secrets.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

const key = secret('app.id:hushhush:more');
const token = secret('app.hushed-token');
const target = { type: 'clientId', value: 'bob' };
const success = { target: 'clientId:bob', issuedBefore: 1000, appliesAt: 1030 };
const done = { successCount: 1, failureCount: 0, results: [success] };
const answering = (answer: unknown = done, status = 200) => {
  const made = httpClient({ key }, () => jsonAnswer(answer, status));
  return { ...made, bodies: () => made.requests.map(({ body }: Asked) => JSON.parse(body) as unknown) };
};

describe('auth.revokeTokens', () => {
  it('RSA17, RSA17g: posts a target under the name of the key, and shows the key', async () => {
    const { auth, requests } = answering();
    await auth.revokeTokens(target);
    const [{ method, url, headers, body }, ...others] = requests as [Asked, ...Asked[]];
    expect({
      method,
      path: new URL(url).pathname,
      authorization: headers['authorization'],
      body,
      others,
    }).to.deep.equal({
      method: 'POST',
      path: '/keys/app.id/revokeTokens',
      authorization: `Basic ${Buffer.from(key).toString('base64')}`,
      body: '{"targets":["clientId:bob"]}',
      others: [],
    });
  });

  it('RSA17g, RSA17b, TRT1, TRT2a, TRT2b: posts many targets as type and value, joined by a colon', async () => {
    const { auth, bodies } = answering();
    await auth.revokeTokens([
      target,
      { type: 'revocationKey', value: 'a:b' },
      { type: 'channel', value: 'c' },
    ]);
    expect(bodies()).to.deep.equal([{ targets: ['clientId:bob', 'revocationKey:a:b', 'channel:c'] }]);
  });

  it('RSA17c, BAR1, BAR2a, BAR2b, BAR2c, TRS1, TRS2a, TRS2b, TRS2c: resolves with what became of the targets', async () => {
    expect(await answering().auth.revokeTokens(target)).to.deep.equal(done);
  });

  it('RSA17c, TRF1, TRF2a, TRF2b: resolves with an ErrorInfo for each target that failed', async () => {
    const error = { code: 40009, statusCode: 400, message: 'no such type' };
    const { auth } = answering({
      successCount: 1,
      failureCount: 1,
      results: [success, { target: 'x:y', error }],
    });
    const { results, ...counts } = await auth.revokeTokens([target, { type: 'x', value: 'y' }]);
    expect(counts).to.deep.equal({ successCount: 1, failureCount: 1 });
    expect(
      results.map((result) =>
        'error' in result ? { ...result, error: [codesOf(result.error), result.error.message] } : result,
      ),
    ).to.deep.equal([success, { target: 'x:y', error: [{ code: 40009, statusCode: 400 }, 'no such type'] }]);
    expect(results.map((result) => 'error' in result && result.error instanceof ErrorInfo)).to.deep.equal([
      false,
      true,
    ]);
  });

  it('RSA17d: rejects with 40162 where tokens are used, and asks nobody', async () => {
    for (const options of [
      { token },
      { key, token },
      { key, useTokenAuth: true },
      { key, authCallback: () => token },
    ]) {
      const { auth, requests } = httpClient(options, () => jsonAnswer(done));
      expect(codesOf(await rejectionOf(auth.revokeTokens(target)))).to.deep.equal({
        code: 40162,
        statusCode: 401,
      });
      expect(requests).to.deep.equal([]);
    }
  });

  it('RSA17e: posts issuedBefore as milliseconds, be it a number or a Date', async () => {
    const { auth, bodies } = answering();
    await auth.revokeTokens(target, { issuedBefore: 1000 });
    await auth.revokeTokens(target, { issuedBefore: new Date(2000) });
    await auth.revokeTokens(target, { issuedBefore: 0 });
    expect(bodies()).to.deep.equal(
      [1000, 2000, 0].map((issuedBefore) => ({ targets: ['clientId:bob'], issuedBefore })),
    );
  });

  it('RSA17f: posts allowReauthMargin, where it is given', async () => {
    const { auth, bodies } = answering();
    await auth.revokeTokens(target, { allowReauthMargin: true });
    await auth.revokeTokens(target, { allowReauthMargin: false });
    expect(bodies()).to.deep.equal(
      [true, false].map((allowReauthMargin) => ({ targets: ['clientId:bob'], allowReauthMargin })),
    );
  });

  it("rejects with the server's error", async () => {
    const { auth } = answering({ error: { code: 40160, statusCode: 401, message: 'not yours' } }, 401);
    expect(codesOf(await rejectionOf(auth.revokeTokens(target)))).to.deep.equal({
      code: 40160,
      statusCode: 401,
    });
  });

  it('rejects where the server does not say what became of the tokens', async () => {
    for (const answer of [
      null,
      [],
      7,
      {},
      { successCount: 1 },
      { ...done, results: 7 },
      { ...done, results: [null] },
    ]) {
      const error = await rejectionOf(answering(answer).auth.revokeTokens(target));
      const { code, statusCode, uncertain, message } = error as ErrorInfo;
      expect({ code, statusCode, uncertain, message }, JSON.stringify(answer)).to.deep.equal({
        code: 50000,
        statusCode: 500,
        message: 'The server did not answer with a result of a revocation.',
        uncertain: true,
      });
    }
  });

  it('RSA17e: refuses what would revoke more than was meant, and asks nobody', async () => {
    const { auth, requests } = answering();
    const wrong: readonly (readonly [unknown, unknown?])[] = [
      [undefined],
      [[]],
      [[null]],
      [{ type: 'clientId' }],
      [target, null],
      [target, { issuedBefore: NaN }],
      [target, { issuedBefore: new Date('nonsense') }],
      [target, { allowReauthMargin: 'yes' }],
    ];
    for (const [targets, options] of wrong)
      expect(codesOf(await rejectionOf(auth.revokeTokens(targets as never, options as never)))).to.deep.equal(
        {
          code: 40000,
          statusCode: 400,
        },
      );
    expect(requests).to.deep.equal([]);
  });

  it('RSA17d: asks nobody where tokens are used', async () => {
    const { auth, requests } = httpClient({ key, token }, () => jsonAnswer(done));
    expect(codesOf(await rejectionOf(auth.revokeTokens(target)))).to.deep.equal({
      code: 40162,
      statusCode: 401,
    });
    expect(requests).to.deep.equal([]);
  });
});
