import { expect } from 'chai';
import {
  type Credentials,
  authorization,
  authParams,
  keyCredentials,
  parseKey,
} from '../../../lib/ably/auth/credentials.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { secret } from '../../support/secrets.js';

const key = { type: 'key', name: 'app.id', secret: 'se:cret' } as const;
const token = { type: 'token', token: 'tökén' } as const;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('credentials', () => {
  it('reads a key: the secret is all that follows the first colon', () => {
    expect(parseKey(secret('app.id:se:cret'))).to.deep.equal({ name: 'app.id', secret: 'se:cret' });
  });

  it('refuses a key of another shape with 40005, and does not repeat it', () => {
    for (const bad of ['app.id', 'app.id:', ':hush', 'app:hush', 'hush', 'hush.hush', '', ':', 'a.b']) {
      let thrown: unknown;
      try {
        parseKey(bad);
      } catch (error) {
        thrown = error;
      }
      expect(thrown, bad).to.deep.include({ code: 40005, statusCode: 400 });
      expect(String(thrown) + JSON.stringify(thrown))
        .to.contain('"key')
        .and.to.not.contain('hush');
    }
  });

  it('RSA11, RSA3b: becomes a header', () => {
    expect(authorization(key)).to.equal(`Basic ${base64('app.id:se:cret')}`);
    expect(authorization(token)).to.equal(`Bearer ${base64('tökén')}`);
  });

  it('RTN2e: becomes a parameter', () => {
    expect(authParams(key)).to.deep.equal({ key: 'app.id:se:cret' });
    expect(authParams(token)).to.deep.equal({ accessToken: 'tökén' });
  });
});

describe('keyCredentials', () => {
  it('RSA2: presents the key each time, whatever becomes of it', () => {
    const source = keyCredentials(secret('app.id:se:cret'));
    const seen: (Credentials | string)[] = [];
    const look = () =>
      source.credentials$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('|') });
    look();
    source.presented('app.token');
    const error = new ErrorInfo('No.', { code: 40101 });
    expect([source.rejected(error), source.rejected(error, 'app.token')]).to.deep.equal([error, error]);
    look();
    expect(seen).to.deep.equal([key, '|', key, '|']);
    const { usesTokens, token: none } = source;
    expect({ usesTokens, none }).to.deep.equal({ usesTokens: false, none: null });
  });

  it('refuses what is no key when it is made', () => {
    expect(() => keyCredentials('app.id')).to.throw('appId.keyId:secret');
  });
});
