import { expect } from 'chai';
import { publisherSettingsOf } from '../../../lib/ably/outbox/options.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

const defaults = {
  queueMessages: true, // TO3g
  maxMessageSize: 65_536, // TO3l8
  queue: { maxMessages: 100_000, maxBytes: 64 * 1024 * 1024 },
};

describe('publisherSettingsOf', () => {
  it('TO3g, TO3l8: has the defaults of the specification', () => {
    expect(publisherSettingsOf({})).to.deep.equal(defaults);
  });

  it('TO3: takes over what is given, also what is falsy', () => {
    const given = { queueMessages: false, maxMessageSize: 0, queue: { maxMessages: 0, maxBytes: 0 } };
    expect(publisherSettingsOf(given)).to.deep.equal(given);
  });

  it('completes a part of `queue`', () => {
    expect(publisherSettingsOf({ queue: { maxMessages: 7 } }).queue).to.deep.equal({
      ...defaults.queue,
      maxMessages: 7,
    });
    expect(publisherSettingsOf({ queue: { maxBytes: 7 } }).queue).to.deep.equal({
      ...defaults.queue,
      maxBytes: 7,
    });
  });

  it('40000: names the option that is wrong', () => {
    const wrong = [
      ['queueMessages', { queueMessages: 'yes' }],
      ['maxMessageSize', { maxMessageSize: -1 }],
      ['queue', { queue: 7 }],
      ['queue.maxMessages', { queue: { maxMessages: -1 } }],
      ['queue.maxBytes', { queue: { maxBytes: '1' } }],
    ] as const;
    for (const [name, options] of wrong) {
      const error = thrownBy(() => publisherSettingsOf(options as never));
      expect([codesOf(error), String(error)].join(), name).to.contain(`"${name}"`);
      expect(codesOf(error), name).to.deep.equal({ code: 40000, statusCode: 400 });
    }
  });
});
