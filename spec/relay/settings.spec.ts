import { expect } from 'chai';
import type { RelayOptions } from '../../lib/relay/index.js';
import { settingsOf } from '../../lib/relay/settings.js';
import { platform } from '../../lib/socket/platform.js';

describe('settingsOf', () => {
  it('has the defaults that RelayOptions documents', () => {
    const { relayUrl, ...settings } = settingsOf({}, platform);
    expect(relayUrl).to.equal('wss://relay.walletconnect.org/');
    expect(settings).to.deep.include({
      ...{ projectId: undefined, seed: undefined, storage: undefined },
      ...{ tokenTtl: 86_400, bearerToken: false, autoConnect: 'onDemand', detachGrace: 2500 },
      ...{ publishTimeout: 3000, publishRetries: 3, publishDeadline: 15_000, publishRetryDelay: 400 },
      ...{ failFast: false, requestTimeout: 10_000, reconnectDelay: 1000, reconnectDelayMax: 10_000 },
      ...{ probeAfter: 8000, probeTimeout: 5000, idFormat: 'string' },
      dedupe: { ttl: 86_400, count: 10_000 },
      queue: { maxMessages: 100_000, maxBytes: 64 * 1024 * 1024 },
    });
  });

  it('relayUrl: is taken apart without the URL class of the platform', () => {
    const made = (relayUrl: string): string => settingsOf({ relayUrl }, platform).relayUrl;
    expect(made('WSS://Relay.Example')).to.equal('wss://relay.example/');
    expect(made('ws://[::1]:5555?x=A#y')).to.equal('ws://[::1]:5555/?x=A');
    expect(made('wss://relay/Path/?x')).to.equal('wss://relay/Path/?x');
    for (const wrong of [
      'wss://',
      'wss:relay',
      'wss:///a',
      'wss://a b',
      'wss://a/b c',
      ' wss://a',
      'http://a',
    ])
      expect(() => made(wrong), wrong).to.throw('"relayUrl"');
  });

  it('takes given values, false and 0 too, and undefined for none', () => {
    const given: RelayOptions = {
      ...{ tokenTtl: 60, bearerToken: true, ua: 'wc-2/mine', autoConnect: false, detachGrace: false },
      ...{ publishTimeout: 1, publishRetries: 0, publishDeadline: 2, publishRetryDelay: 0, failFast: true },
      ...{ requestTimeout: 3, reconnectDelay: 0, reconnectDelayMax: 0, probeAfter: 4, probeTimeout: 5 },
      idFormat: 'number',
    };
    const settings = settingsOf({ ...given, dedupe: { count: 1 }, queue: { maxBytes: 0 } }, platform);
    expect(settings).to.deep.include({
      ...given,
      dedupe: { ttl: 86_400, count: 1 },
      queue: { maxMessages: 100_000, maxBytes: 0 },
    });
    expect(settingsOf({ detachGrace: undefined }, platform).detachGrace).to.equal(2500);
  });
});
