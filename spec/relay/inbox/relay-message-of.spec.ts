import { expect } from 'chai';
import { relayMessageOf } from '../../../lib/relay/inbox/inbox.js';

const now = 1_795_299_120_092;
const wire = {
  type: 'message' as const,
  ...{ idToken: '1', id: 'id', topic: 't', message: 'm', tag: 7 },
  ...{ publishedAt: now - 1, attestation: undefined },
};
const found = { id: 'id', topic: 't', message: 'm', tag: 7, publishedAt: now - 1, receivedAt: now };

describe('relayMessageOf', () => {
  it('has the fields of the wire', () => {
    expect(relayMessageOf(wire, now)).to.deep.equal(found);
    expect(relayMessageOf({ ...wire, attestation: 'who says so' }, now)).to.deep.equal({
      ...found,
      attestation: 'who says so',
    });
  });
  it('takes seconds for seconds when the clock has been set', () => {
    expect(relayMessageOf({ ...wire, publishedAt: 1_795_299_119 }, now)).to.deep.equal({
      ...found,
      publishedAt: 1_795_299_119_000,
    });
    expect(relayMessageOf({ ...wire, publishedAt: 5 }, 9)).to.include({
      publishedAt: 5,
      receivedAt: 9,
    });
  });
  it('takes the present time when the relay sends no publishedAt', () => {
    expect(relayMessageOf({ ...wire, publishedAt: undefined }, now)).to.deep.equal({
      ...found,
      publishedAt: now,
    });
  });
});
