import { expect } from 'chai';
import { emulatorKey, secret, secretsIn, secretsInPieces } from './secrets.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const registered = secret('app.id:known-to-this-spec');

describe('secretsIn', () => {
  const found: readonly (readonly [title: string, text: string, kind: string])[] = [
    ['a key', `{ key: '${emulatorKey}' }`, 'a key'],
    ['a key in a URL', new URLSearchParams({ key: emulatorKey }).toString(), 'a key'],
    ['a key in a header', `Authorization: Basic ${base64(emulatorKey)}`, 'an Authorization header'],
    ['a token in a header', `Bearer ${base64('only.here')}`, 'an Authorization header'],
    ['a token in a header as it is', 'Bearer only.here', 'an Authorization header'],
    ['a token in a URL', 'wss://localhost/?v=6&accessToken=only.here', 'an access token'],
    ['a token in an object', "{ accessToken: 'only.here' }", 'an access token'],
    ['a token in JSON', JSON.stringify({ accessToken: 'only.here' }), 'an access token'],
    [
      'a token in JSON in JSON',
      JSON.stringify(JSON.stringify({ accessToken: 'only.here' })),
      'an access token',
    ],
    ['a token of the emulator', 'only.emulated-3f', 'a token of the emulator'],
    ['a JWT', `${base64('{"alg":"HS256"}')}.e30.x`, 'a JWT'],
    ['a JWT that begins with its type', `${base64('{"typ":"JWT"}')}.e30.x`, 'a JWT'],
    ['a connection key', 'resume=ABCDEFGH-_!0123456789abcdef', 'a connection key'],
    ['a connection key in a URL', 'resume=ABCDEFGH-_%210123456789abcdef', 'a connection key'],
    ['what was registered', `<${registered}>`, 'a registered secret'],
    ['what was registered, in a URL', encodeURIComponent(registered), 'a registered secret'],
    ['what was registered, in base64', base64(registered), 'a registered secret'],
    ['the secret part of a key', 'known-to-this-spec', 'a registered secret'],
  ];
  for (const [title, text, kind] of found)
    it(`finds ${title}, wherever it is cut`, () => {
      expect(secretsIn(text)).to.deep.equal([kind]);
      for (let cut = 0; cut <= text.length; cut++) {
        const kindsIn = secretsInPieces();
        const kinds = [
          kindsIn('x'.repeat(1000)),
          kindsIn(text.slice(0, cut)),
          kindsIn(text.slice(cut)),
        ].flat();
        expect(kinds, `cut at ${cut}`).to.include(kind);
        expect(kindsIn('\n'), 'once').to.deep.equal([]);
      }
    });

  it('takes nothing for a secret that only speaks of one', () => {
    const text =
      'the key: secret! A Basic authentication, a Bearer token. accessToken=… accessToken: string, app.id, Basic %%%, ' +
      'emulated-3f, a.emulated- something!something-else, eyJiIjoxfQ==';
    expect(secretsIn(text)).to.deep.equal([]);
  });

  it('gives back what it registers, and refuses what is found by chance', () => {
    expect(registered === 'app.id:known-to-this-spec').to.equal(true);
    expect(() => secret('token')).to.throw(TypeError, 'take more');
  });
});
