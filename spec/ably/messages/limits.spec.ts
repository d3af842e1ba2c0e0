import { expect } from 'chai';
import { boundsOf } from '../../../lib/ably/messages/limits.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

describe('the limits of a stream of messages', () => {
  it('make error 80030 with status 429 of a full buffer, which says what it is full of', () => {
    const error = boundsOf({ buffer: 3 }, 'messages wait').full();
    expect(codesOf(error)).to.deep.equal({ code: 80030, statusCode: 429 });
    expect(error.message).to.match(/^3 messages wait already \(option buffer\)/);
  });
  it('are refused with 40000 where they are none', () => {
    expect(codesOf(thrownBy(() => boundsOf({ buffer: -1 }, 'messages wait')))).to.deep.equal({
      code: 40000,
      statusCode: 400,
    });
  });
});
