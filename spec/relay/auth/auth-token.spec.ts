import { expect } from 'chai';
import { createPublicKey, verify } from 'node:crypto';
import { authToken, clientIdOf } from '../../../lib/relay/auth/auth-token.js';
import { secret } from '../../support/secrets.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** The published vector: WalletConnect's specification of client authentication. */
const seed = bytes('58e0254c211b858ef7896b00e3f36beeb13d568d47c6031c4218b87718061295');
const terms = {
  seed,
  audience: 'wss://relay.walletconnect.com',
  nonce: 'c479fe5dc464e771e78b193d239a65b58d278cad1c34bfb0b5716e5bb514928e',
  issuedAt: 1_656_910_097,
  ttl: 86_400,
};
const published = secret(
  'eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkaWQ6a2V5Ono2TWtvZEhad25lVlJTaHRhTGY4SktZa3hwREdwMXZHWm5wR21kQnBYOE0yZXh4SCIsInN1YiI6ImM0NzlmZTVkYzQ2NGU3NzFlNzhiMTkzZDIzOWE2NWI1OGQyNzhjYWQxYzM0YmZiMGI1NzE2ZTViYjUxNDkyOGUiLCJhdWQiOiJ3c3M6Ly9yZWxheS53YWxsZXRjb25uZWN0LmNvbSIsImlhdCI6MTY1NjkxMDA5NywiZXhwIjoxNjU2OTk2NDk3fQ.bAKl1swvwqqV_FgwvD4Bx3Yp987B9gTpZctyBviA-EkAuWc8iI8SyokOjkv9GJESgid4U8Tf2foCgrQp2qrxBA',
);

describe('authToken', () => {
  it('is the published one for the published key', () => {
    expect(authToken(terms) === published).to.equal(true);
  });

  it('names the key as a did:key', () => {
    expect(clientIdOf(seed)).to.equal('did:key:z6MkodHZwneVRShtaLf8JKYkxpDGp1vGZnpGmdBpX8M2exxH');
  });

  it('is signed by the key that it names, as others verify it', () => {
    const [header = '', claims = '', signature = ''] = authToken({ ...terms, ttl: 1 }).split('.');
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'OKP',
        crv: 'Ed25519',
        x: Buffer.from('884ab67f787b69e534bfdba8d5beb4e719700e90ac06317ed177d49e5a33be5a', 'hex').toString(
          'base64url',
        ),
      },
    });
    const isSigned = verify(
      null,
      Buffer.from(`${header}.${claims}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    expect(isSigned).to.equal(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).to.include({ exp: 1_656_910_098 });
  });
});
