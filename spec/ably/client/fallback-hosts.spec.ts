import { expect } from 'chai';
import { NEVER } from 'rxjs';
import { fallbacks } from '../../../lib/ably/client/fallbacks.js';
import type { ClientContext } from '../../../lib/ably/channel/port.js';

const hostsWith = (name: string | undefined, fallbackHosts: readonly string[] | undefined) =>
  fallbacks({ fallbackHosts })({ endpoint: { name }, lifecycle$: NEVER } as unknown as ClientContext)
    .fallbackHosts;

describe('fallbacks', () => {
  it('REC2a2: takes the fallbacks that are given, also none, whatever the endpoint', () => {
    for (const endpoint of [undefined, 'acme', 'example.com', 'nonprod:x'])
      for (const given of [[], ['a.example.com', 'b.example.com']])
        expect(hostsWith(endpoint, given)).to.deep.equal(given);
  });

  it('REC2c1: takes those that the endpoint implies where none are given', () => {
    expect(hostsWith('acme', undefined)?.[0]).to.equal('acme.a.fallback.ably-realtime.com');
    expect(hostsWith('example.com', undefined)).to.deep.equal([]);
  });
});
