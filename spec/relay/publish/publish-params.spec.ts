import { expect } from 'chai';
import { paramsOf } from '../../../lib/relay/publish/publish-params.js';
import { thrownBy } from '../../support/thrown.js';

const topic = 'a'.repeat(64);

describe('paramsOf', () => {
  it('fills in the tag, and leaves out what was not given', () => {
    expect(paramsOf(topic, 'm', { ttl: 60 })).to.deep.equal({ topic, message: 'm', ttl: 60, tag: 0 });
  });

  it('keeps all that was given, but for the signal', () => {
    const given = { ttl: 1, tag: 2 ** 32 - 1, prompt: false, attestation: 'a', tvf: { chainId: 'eip155:1' } };
    const { signal } = new AbortController();
    expect(paramsOf(topic, '', { ...given, signal })).to.deep.equal({ topic, message: '', ...given });
  });

  const wrong: readonly (readonly [field: string, message: unknown, options: unknown])[] = [
    ['message', 7, { ttl: 1 }],
    ['message', 'a\ud83d', { ttl: 1 }],
    ['"ttl"', 'm', undefined],
    ...[0, -1, 1.5, 2 ** 32, '60'].map((ttl) => ['"ttl"', 'm', { ttl }] as const),
    ...[-1, 0.5, 2 ** 32, '1'].map((tag) => ['"tag"', 'm', { ttl: 1, tag }] as const),
    ['"prompt"', 'm', { ttl: 1, prompt: 'yes' }],
    ['"attestation"', 'm', { ttl: 1, attestation: 7 }],
    ['"attestation"', 'm', { ttl: 1, attestation: '\ud83d' }],
    ['"tvf"', 'm', { ttl: 1, tvf: [] }],
    ['tvf.id', 'm', { ttl: 1, tvf: { id: 1n } }],
  ];
  for (const [field, message, options] of wrong)
    it(`refuses ${typeof message} with ${
      typeof options === 'object'
        ? Object.entries(options as object)
            .map(String)
            .join(' ')
        : 'no options'
    }, and names ${field}`, () => {
      const error = thrownBy(() => paramsOf(topic, message as never, options as never));
      expect(String(error)).to.include(field);
    });
});
