import { expect } from 'chai';
import { isPermanent, RelayError } from '../../lib/relay/relay-error.js';

describe('isPermanent', () => {
  for (const [what, code, data, permanent] of [
    ['a request that is wrong', -32600, 'InvalidTopic', true],
    ['a client that is not let in', 3000, 'ProjectNotFound', true],
    ['a ttl that is too short', -32000, 'TtlTooShort', true],
    ['a ttl that is too long', -32000, 'TtlTooLong', true],
    ['too many requests', 3001, 'TooManyRequests', false],
    ['a frame that was too large', 1009, undefined, true],
    ['a mailbox that is full', -32000, 'MailboxLimitExceeded', false],
    ['what nobody gave a code', undefined, undefined, false],
  ] as const)
    it(`${what} is ${permanent ? 'permanent' : 'not permanent'}`, () => {
      expect(isPermanent(new RelayError('no', { code, data }))).to.equal(permanent);
    });
});

describe('RelayError', () => {
  it('reads an error of a relay that is whole, partial, or malformed', () => {
    const told = [
      { code: -32000, message: 'Mailbox is full', data: 'MailboxLimitExceeded' },
      { code: '-32600', message: 7, data: {} },
      { code: null, message: null, data: null },
      {},
      'Mailbox is full',
      null,
    ].map((wire) => RelayError.from(wire));
    expect(told.map(({ code, message, data }) => [code, message, data])).to.deep.equal([
      [-32000, 'Mailbox is full', 'MailboxLimitExceeded'],
      [-32600, 'The relay gave no reason.', undefined],
      [undefined, 'The relay gave no reason.', undefined],
      [undefined, 'The relay gave no reason.', undefined],
      [undefined, 'Mailbox is full', undefined],
      [undefined, 'The relay gave no reason.', undefined],
    ]);
  });
});
