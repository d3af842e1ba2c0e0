import { expect } from 'chai';
import {
  capabilityText,
  maxTokenSize,
  TokenDetails,
  tokenAnswerOf,
  TokenRequest,
} from '../../../lib/ably/auth/token.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { exposedOf } from '../../support/exposed.js';
import { secret } from '../../support/secrets.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const token = secret('app.hushed-token');
const details = {
  token,
  expires: 1_476_280_912_000,
  issued: 1_476_277_312_000,
  capability: '{"*":["*"]}',
  clientId: 'bob',
  keyName: 'app.id',
};
const request = {
  keyName: 'app.id',
  ttl: 3_600_000,
  capability: '{"*":["*"]}',
  clientId: 'bob',
  timestamp: 1_476_277_312_000,
  nonce: 'nonce-of-16-chars',
  mac: secret('aHVzaGh1c2ggaHVzaGh1c2g='),
};
/** The code and the text of what is said of an answer; fails where it is accepted. */
function refusalOf(answer: unknown): unknown {
  const error = thrownBy(() => tokenAnswerOf(answer));
  return error instanceof ErrorInfo ? [error.code, error.statusCode, error.message] : error;
}
const refusal = (problem: string): unknown => [
  40170,
  401,
  `The token response ${problem}. It has to be a token string, TokenDetails or a TokenRequest.`,
];
const size = 128 * 1024;
const tooLong = refusal('was longer than 131072 bytes');
/** As it is, or grown until its JSON text has so many bytes. */
const grown = <T extends object>(answer: T, bytes: number): T => {
  const padding = (length: number): T => ({ ...answer, clientId: 'x'.repeat(length) });
  return padding(bytes - JSON.stringify(padding(0)).length);
};

describe('tokenAnswerOf', () => {
  it('RSA4f, AO2b: a string is a token', () => {
    expect(tokenAnswerOf(token)).to.deep.equal({ token });
  });

  it('RSA4f, AO2b: an object with a token is TokenDetails', () => {
    expect([details, { token }].map(tokenAnswerOf)).to.deep.equal([details, { token }]);
  });

  it('RSA4f, AO2b: an object without one is a TokenRequest', () => {
    expect(tokenAnswerOf(request)).to.deep.equal(request);
  });

  it('RSA4f: what is neither a string nor an object is refused', () => {
    const answers = [undefined, 7, true, 10n, Symbol(token), () => token];
    const types = ['undefined', 'number', 'boolean', 'bigint', 'symbol', 'function'];
    expect(answers.map(refusalOf)).to.deep.equal(types.map((type) => refusal(`was of type ${type}`)));
  });

  it('RSA4f: null is refused', () => {
    expect(refusalOf(null)).to.deep.equal(refusal('was null'));
  });

  it('RSA4f: an array is refused', () => {
    expect([[], [token]].map(refusalOf)).to.deep.equal([
      refusal('was of type object'),
      refusal('was of type object'),
    ]);
  });

  it('RSA4f: an empty string is refused', () => {
    expect(refusalOf('')).to.deep.equal(refusal('was empty'));
  });

  it('RSA4f: a "token" that is no string is refused', () => {
    expect([7, '', null, undefined, { token }].map((wrong) => refusalOf({ token: wrong }))).to.deep.equal(
      Array(5).fill(refusal('has a "token" that is no string')),
    );
  });

  it('RSA4f: an object that is neither TokenDetails nor a TokenRequest is refused', () => {
    const answers = [
      {},
      { keyName: 'app.id' },
      { mac: request.mac },
      { ...request, mac: 7 },
      new Error(token),
    ];
    expect(answers.map(refusalOf)).to.deep.equal(
      Array(5).fill(refusal('has neither a "token" nor the "keyName" and "mac" of a TokenRequest')),
    );
  });

  it('RSA4f: what has no JSON is refused', () => {
    const circle: { token: string; self?: unknown } = { token };
    circle.self = circle;
    expect([circle, { token, expires: 10n }].map(refusalOf)).to.deep.equal(
      Array(2).fill(refusal('was of type object')),
    );
  });

  it('RSA4f: a token of 128 KiB is accepted, and one byte more is not', () => {
    const longest = 'x'.repeat(size);
    expect(maxTokenSize).to.equal(size);
    expect((tokenAnswerOf(longest) as TokenDetails).token === longest).to.equal(true);
    expect(refusalOf(`${longest}x`)).to.deep.equal(tooLong);
  });

  it('RSA4f: bytes are counted, and not characters', () => {
    const longest = 'ö'.repeat(size / 2);
    expect((tokenAnswerOf(longest) as TokenDetails).token === longest).to.equal(true);
    expect(refusalOf(`${longest}x`)).to.deep.equal(tooLong);
  });

  it('RSA4f: TokenDetails of 128 KiB of JSON are accepted, and one byte more are not', () => {
    const longest = grown(details, size);
    expect(tokenAnswerOf(longest) === longest).to.equal(true);
    expect(refusalOf(grown(details, size + 1))).to.deep.equal(tooLong);
  });

  it('RSA4f: a TokenRequest of 128 KiB of JSON is accepted, and one byte more is not', () => {
    const longest = grown(request, size);
    expect(tokenAnswerOf(longest) === longest).to.equal(true);
    expect(refusalOf(grown(request, size + 1))).to.deep.equal(tooLong);
  });

  it('repeats nothing of what it refuses', () => {
    const answers = [
      [token],
      { token: [token] },
      { token: 7, a: token },
      Symbol(token),
      token.repeat(size),
      { a: token },
    ];
    for (const answer of answers) {
      const error = thrownBy(() => tokenAnswerOf(answer));
      expect(exposedOf(error)).to.not.contain('hushed');
    }
  });
});

const wrongJson: readonly (string | object)[] = [
  '',
  '{',
  'null',
  '7',
  '[]',
  '{}',
  [],
  {},
  { a: 1 },
  { token: 7 },
];

describe('TokenDetails.fromJson', () => {
  it('TD1, TD2, TD3, TD4, TD5, TD6, TD7: reads all that the server says of a token, from text', () => {
    expect(TokenDetails.fromJson(JSON.stringify(details))).to.deep.equal(details);
  });

  it('TD7: reads an object', () => {
    expect(TokenDetails.fromJson(details)).to.deep.equal(details);
  });

  it('TD1, TD2: a token is all that there has to be', () => {
    expect(TokenDetails.fromJson(`{"token":"${token}"}`)).to.deep.equal({ token });
  });

  it('TD6: keeps apart a clientId that is null, one that is left out, and any', () => {
    const texts = ['{"token":"t","clientId":null}', '{"token":"t"}', '{"token":"t","clientId":"*"}'];
    expect(texts.map((text) => TokenDetails.fromJson(text))).to.deep.equal([
      { token: 't', clientId: null },
      { token: 't' },
      { token: 't', clientId: '*' },
    ]);
  });

  it('TD7: refuses a TokenRequest', () => {
    expect(codesOf(thrownBy(() => TokenDetails.fromJson(request)))).to.deep.equal({
      code: 40003,
      statusCode: 400,
    });
  });

  it('TD7: refuses anything else with an ErrorInfo', () => {
    for (const json of wrongJson)
      expect(thrownBy(() => TokenDetails.fromJson(json))).to.be.instanceOf(ErrorInfo);
  });

  it('TD7: says what is wrong with broken JSON, and does not repeat it', () => {
    for (const json of [`{"token":${token}`, `${token}`, `{"token":"${token}"`]) {
      const error = thrownBy(() => TokenDetails.fromJson(json));
      expect(codesOf(error)).to.deep.equal({ code: 40003, statusCode: 400 });
      expect(exposedOf(error))
        .to.contain('JSON')
        .and.to.not.match(/hushed|app\./);
    }
  });
});

describe('TokenRequest.fromJson', () => {
  it('TE1, TE2, TE3, TE4, TE5, TE6: reads all of a request, from text', () => {
    expect(TokenRequest.fromJson(JSON.stringify(request))).to.deep.equal(request);
  });

  it('TE6: reads an object', () => {
    expect(TokenRequest.fromJson(request)).to.deep.equal(request);
  });

  it('TE2, TE3, TE4: what was not asked for may be left out', () => {
    const { ttl: _, capability: __, clientId: ___, ...bare } = request;
    expect(TokenRequest.fromJson(JSON.stringify(bare))).to.deep.equal(bare);
  });

  it('TE6: refuses TokenDetails', () => {
    expect(codesOf(thrownBy(() => TokenRequest.fromJson(details)))).to.deep.equal({
      code: 40003,
      statusCode: 400,
    });
  });

  it('TE6: refuses anything else with an ErrorInfo', () => {
    for (const json of wrongJson)
      expect(thrownBy(() => TokenRequest.fromJson(json))).to.be.instanceOf(ErrorInfo);
  });

  it('TE6: says what is wrong with broken JSON, and does not repeat it', () => {
    const error = thrownBy(() => TokenRequest.fromJson(`{"mac":${request.mac}`));
    expect(codesOf(error)).to.deep.equal({ code: 40003, statusCode: 400 });
    expect(exposedOf(error)).to.contain('JSON').and.to.not.contain(request.mac.slice(0, 6));
  });
});

describe('capabilityText', () => {
  it('RSA6: is the JSON text of an object', () => {
    expect(capabilityText({ capability: { 'a:*': ['publish'], b: [] } })).to.equal(
      '{"a:*":["publish"],"b":[]}',
    );
  });

  it('RSA9f: is a text as it is', () => {
    expect(capabilityText({ capability: '{ "*": ["*"] }' })).to.equal('{ "*": ["*"] }');
  });

  it('RSA6: is nothing where nothing is asked for', () => {
    expect([capabilityText({}), capabilityText({ capability: null })]).to.deep.equal([undefined, undefined]);
  });
});
