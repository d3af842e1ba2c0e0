import { expect } from 'chai';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { json } from '../../../lib/codec/json.js';
import { fakeAbly } from '../../support/fake-ably.js';

describe('the stored messages of a channel', () => {
  it('RTL31, RSL14a1: a message without a serial is an error of the stream, and throws nowhere else', () => {
    const { client } = fakeAbly(json);
    const codes: unknown[] = [];
    const versions = client.channel('a').getMessageVersions({});
    versions.subscribe({ error: (error: unknown) => codes.push((error as ErrorInfo).code) });
    expect(codes).to.deep.equal([40003]);
    void client.dispose();
  });
});
