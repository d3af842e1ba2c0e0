import { expect } from 'chai';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { createEmulator } from '../../../lib/emulator/index.js';
import { plainFrame, plainText } from '../../../lib/emulator/recording/plain-frame.js';
import { emulatorKey } from '../../support/secrets.js';
import { connectTo } from '../fake-client.js';
import { ask, basic } from '../fake-http.js';

describe('emulator: frames without secrets', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';
  const plain = (frame: object): unknown => plainFrame(frame as ProtocolMessage, ['app.key', 'b.c']);

  it('takes out connection keys, tokens, keys of the server and JSON Web Tokens, and leaves the rest', () => {
    expect(
      plain({
        action: 4,
        connectionId: 'abc',
        connectionDetails: { connectionKey: 'abc!0123456789', clientId: 'ann', serverId: 'x' },
        auth: { accessToken: 'app.0123456789' },
        messages: [
          {
            data: `{"key":"app.key:s3cret","b":"b.c:d","other":"a.b:c","jwt":"${jwt}"}`,
            extras: { url: `/x?k=1` },
          },
        ],
        error: { code: 1, message: `GET https://a.example/auth?key=app.key:s3cret&jwt=${jwt} failed` },
      }),
    ).deep.equal({
      action: 4,
      connectionId: 'abc',
      connectionDetails: { connectionKey: 'abc!…', clientId: 'ann', serverId: 'x' },
      auth: { accessToken: '…' },
      messages: [
        { data: '{"key":"app.key:…","b":"b.c:…","other":"a.b:c","jwt":"eyJ…"}', extras: { url: '/x?k=1' } },
      ],
      error: { code: 1, message: 'GET https://a.example/auth?… failed' },
    });
    expect(plain({ connectionKey: 'no id in it' })).deep.equal({ connectionKey: '!…' });
  });

  it('takes the tokens and connection keys of an emulator out of the data of messages, as keys', () => {
    const emulator = createEmulator({ random: () => 0.5 });
    const client = connectTo(emulator);
    const connectionKey = client.key();
    const token = String(
      ask(emulator, '/keys/app.key/requestToken', {
        body: { keyName: 'app.key' },
        headers: basic(emulatorKey),
      }).json['token'],
    );
    emulator.dispose();
    expect([connectionKey.length > 16, token.length > 20]).deep.equal([true, true]);
    const shown = plain({
      messages: [
        { data: `token=${token}, key=${connectionKey}, "app.key:hush"; wow! yes` },
        { data: { [token]: [connectionKey, token, 'app.key:hush'] } },
      ],
    });
    const text = JSON.stringify(shown);
    expect(text).not.contain(token).not.contain(connectionKey).not.contain('hush');
    expect(text).contain('wow! yes');
  });

  it('takes out tokens also where the server names no key, and leaves other colons alone', () => {
    const shown = plainFrame({ messages: [{ data: `at 10:30, ${jwt}` }] } as unknown as ProtocolMessage, []);
    expect(shown).deep.equal({ messages: [{ data: 'at 10:30, eyJ…' }] });
  });

  it('makes bytes base64, and says so in the encoding of a message', () => {
    const data = new Uint8Array([1, 2, 3]);
    expect(plain({ action: 15, messages: [{ data, encoding: 'utf-8' }], odd: data })).deep.equal({
      action: 15,
      messages: [{ data: 'AQID', encoding: 'utf-8/base64' }],
      odd: 'AQID',
    });
  });

  it('never throws, whatever a client has sent', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 10_000; level += 1) deep = [deep];
    const frame = plain({ messages: 5, presence: [null, 7], big: 12345678901234567890n, deep });
    expect(JSON.stringify(frame))
      .contain('"messages":5')
      .contain('"big":"12345678901234567890"')
      .contain('…');
  });

  it('reads texts of the relay, with all digits of their ids, and keeps those that are no JSON', () => {
    expect(
      plainText('{"id":1234567890123456789,"params":{"attestation":"abc","message":"hi? yes"}}'),
    ).deep.equal({
      id: '1234567890123456789',
      params: { attestation: '…', message: 'hi? yes' },
    });
    expect([plainText('[1]'), plainText(`no ${jwt}`)]).deep.equal([{ text: '[1]' }, { text: 'no eyJ…' }]);
  });
});
