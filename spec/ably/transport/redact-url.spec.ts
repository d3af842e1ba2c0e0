import { expect } from 'chai';
import type { End } from '../../../lib/connection/state.js';
import { redactEnd } from '../../../lib/ably/transport/redact-url.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';

const url = `wss://main/?${new URLSearchParams({ key: 'app.id:se/cret', format: 'json' }).toString()}`;
const closed = (reason: string): End => ({ type: 'closed', code: 1006, reason });

describe('redactEnd', () => {
  it('replaces values of the query in the reason of a close, plain and encoded', () => {
    expect(redactEnd(closed('cannot open app.id:se/cret or app.id%3Ase%2Fcret'), url)).to.deep.equal(
      closed('cannot open … or …'),
    );
  });

  it('replaces every occurrence', () => {
    expect(redactEnd(closed('app.id:se/cret app.id:se/cret'), url)).to.deep.equal(closed('… …'));
  });

  it('leaves values of less than eight characters: they are ordinary words', () => {
    expect(redactEnd(closed('bad json'), url)).to.deep.equal(closed('bad json'));
    const seven = 'wss://main/?a=1234567&b=12345678';
    expect(redactEnd(closed('1234567 12345678'), seven)).to.deep.equal(closed('1234567 …'));
  });

  it('replaces them in the error of a failed dial, which becomes another error', () => {
    const cause = new SyntaxError('Invalid URL: app.id:se/cret');
    const end = redactEnd({ type: 'dial failed', cause }, url);
    expect(end).to.have.nested.property('cause.message', 'Invalid URL: …');
    expect((end as { cause: Error }).cause.stack).to.not.include('se/cret');
  });

  it('leaves an ErrorInfo, and what is no Error, as they are', () => {
    for (const cause of [new ErrorInfo('app.id:se/cret', { code: 1 }), 'text', undefined]) {
      const end: End = { type: 'dial failed', cause };
      expect(redactEnd(end, url)).to.equal(end);
    }
  });

  it('leaves ends without a text, and all where nothing was dialled yet', () => {
    for (const end of [
      { type: 'timed out', after: 1 },
      { type: 'idle', after: 1 },
      { type: 'offline' },
    ] as const)
      expect(redactEnd(end, url)).to.equal(end);
    const end = closed('app.id:se/cret');
    expect(redactEnd(end, undefined)).to.equal(end);
  });
});
