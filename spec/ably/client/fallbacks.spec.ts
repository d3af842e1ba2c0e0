import { expect } from 'chai';
import { firstValueFrom, NEVER } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { ClientContext } from '../../../lib/ably/channel/port.js';
import { type FallbackOptions, fallbacks } from '../../../lib/ably/client/fallbacks.js';
import { codesOf, thrownBy } from '../../support/thrown.js';

/** The feature of a client with that `endpoint`, which is all that it asks for, besides HTTP. */
function featureOf(options?: FallbackOptions, name?: string) {
  const asked: unknown[] = [];
  const fetch = (url: unknown): Promise<Response> => {
    asked.push(url);
    return Promise.resolve(new Response('yes'));
  };
  const client = {
    endpoint: { name },
    requestTimeout: 10,
    scheduler: new TestScheduler(() => undefined),
    use: () => ({ fetch }),
  } as unknown as ClientContext;
  const feature = fallbacks(options)(client);
  return {
    hosts: feature.fallbackHosts,
    asked,
    check: () => firstValueFrom(feature.checkConnectivity?.() ?? NEVER),
  };
}

describe('fallbacks()', () => {
  it('REC2c1, REC2c4: has the hosts that the endpoint implies', () => {
    expect(featureOf().hosts).to.deep.equal(
      ['a', 'b', 'c', 'd', 'e'].map((letter) => `main.${letter}.fallback.ably-realtime.com`),
    );
    expect(featureOf(undefined, 'acme').hosts?.[0]).to.equal('acme.a.fallback.ably-realtime.com');
    expect(featureOf({}, 'localhost').hosts).to.deep.equal([]);
  });

  it('REC2a2: has those that are given in their place, also none', () => {
    expect(featureOf({ fallbackHosts: ['a.example', '[::1]'] }).hosts).to.deep.equal(['a.example', '::1']);
    expect(featureOf({ fallbackHosts: [] }).hosts).to.deep.equal([]);
  });

  it('REC3a, REC3b: knows where to ask whether there is a network', async () => {
    const [implied, given] = [featureOf(), featureOf({ connectivityCheckUrl: 'http://a' })];
    await Promise.all([implied.check(), given.check()]);
    expect([implied.asked, given.asked]).to.deep.equal([
      ['https://internet-up.ably-realtime.com/is-the-internet-up.txt'],
      ['http://a'],
    ]);
  });

  it('40000: names the option that is wrong, before there is a client', () => {
    for (const [name, values] of [
      ['fallbackHosts', ['a.example.com', [7], [''], 7, {}]],
      ['connectivityCheckUrl', ['', 7, {}]],
    ] as const)
      for (const value of values) {
        const error = thrownBy(() => fallbacks({ [name]: value } as never));
        expect(codesOf(error), String(value)).to.deep.equal({ code: 40000, statusCode: 400 });
        expect(String(error)).to.contain(`"${name}"`);
      }
  });
});
