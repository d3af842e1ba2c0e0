import { expect } from 'chai';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { sign } from '../../../lib/ably/auth/sign.js';
import type { SignableParams } from '../../../lib/ably/auth/token.js';
import { exposedOf } from '../../support/exposed.js';
import { runs } from '../../support/runs.js';

const key = { name: 'app.id', secret: 'hushhush' };
const timestamp = 1_476_277_312_000;
const nonce = 'nonce-of-16-chars';
const once = { timestamp, nonce };

describe('signed', () => {
  it('RSA9a, RSA9g: signs all that is asked for', () => {
    const capability = { chat: ['publish', 'subscribe'] };
    expect(sign(key, { ...once, ttl: 3_600_000, capability, clientId: 'bob' })).to.deep.equal({
      keyName: 'app.id',
      ttl: 3_600_000,
      capability: '{"chat":["publish","subscribe"]}',
      clientId: 'bob',
      timestamp,
      nonce,
      mac: 'kh2qxSDrTKyMdbUd8xdEcD6Xuv0QlD5K5p70sxrhWrw=', // as openssl dgst -sha256 -hmac has it
    });
  });

  it('RSA5, RSA6, RSA9e, RSA9f: leaves out what is not asked for, and signs an empty line for it', () => {
    const bare = {
      keyName: 'app.id',
      timestamp,
      nonce,
      mac: 'QSXIKyNOFtZNwUs0rzqHiKGOtHDcp+p2ExJNzb5sYi8=', // as openssl has it
    };
    expect(sign(key, once)).to.deep.equal(bare);
    expect(sign(key, { ...once, ttl: null, capability: null, clientId: null })).to.deep.equal(bare);
    expect(sign(key, { ...once, ttl: undefined, capability: undefined, clientId: undefined })).to.deep.equal(
      bare,
    );
  });

  it('RSA9g: has the HMAC that node:crypto has, of any combination of params', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const params = fc.record(
      {
        ttl: fc.nat(),
        capability: fc.oneof(fc.dictionary(text, fc.array(text)), fc.constant('{ "*": ["*"] }')),
        clientId: text,
        timestamp: fc.nat(),
        nonce: text,
      },
      { requiredKeys: ['timestamp', 'nonce'] },
    );
    fc.assert(
      fc.property(params, text, text, (asked: SignableParams, name, password) => {
        const { ttl = '', capability = '', clientId = '' } = asked;
        const capabilities = typeof capability === 'string' ? capability : JSON.stringify(capability);
        const signature = createHmac('sha256', password)
          .update(`${name}\n${ttl}\n${capabilities}\n${clientId}\n${asked.timestamp}\n${asked.nonce}\n`)
          .digest('base64');
        expect(sign({ name, secret: password }, asked)).to.deep.equal({
          ...asked,
          ...('capability' in asked && { capability: capabilities }),
          keyName: name,
          mac: signature,
        });
      }),
      runs(200, 1),
    );
  });

  it('RSA5, RSA9e: a ttl of nothing is one that was asked for', () => {
    const mac = createHmac('sha256', key.secret)
      .update(`app.id\n0\n\n\n${timestamp}\n${nonce}\n`)
      .digest('base64');
    expect(sign(key, { ...once, ttl: 0 })).to.deep.equal({ keyName: 'app.id', ttl: 0, ...once, mac });
  });

  it('RSA9f: takes the text of a capability as it is, and signs that', () => {
    const capability = '{ "b": ["*"], "a": [] }';
    const lines = `app.id\n\n${capability}\n\n${timestamp}\n${nonce}\n`;
    const mac = createHmac('sha256', key.secret).update(lines).digest('base64');
    expect(sign(key, { ...once, capability })).to.deep.equal({
      keyName: 'app.id',
      capability,
      ...once,
      mac,
    });
  });

  it("RSA9a, RSA9g: does not contain the key's secret", () => {
    expect(exposedOf(sign(key, once))).to.not.contain('hushhush');
  });
});
