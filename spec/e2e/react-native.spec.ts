import { expect } from 'chai';
import { lastValueFrom, take, toArray } from 'rxjs';
import type * as Crypto from '../../lib/crypto/index.js';
import type { RealtimeClient } from '../../lib/index.js';
import { inMemory, inMemoryRelay } from '../../lib/emulator/index.js';
import type { RelayClient, RelayMessage } from '../../lib/relay/index.js';
import { exportsOf, scriptOf } from '../support/as-built.js';
import { URL, URLSearchParams } from '../support/react-native-url.js';

/** What React Native has, with its own URL; its `crypto` comes from a polyfill. */
const native = {
  ...{ URL, URLSearchParams, TextEncoder, TextDecoder, Headers, AbortController, atob, btoa, console },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval, performance },
};
type Options = ConstructorParameters<typeof RealtimeClient>[0] & object;
const log = (): void => undefined;

describe('on React Native, whose URL neither copies nor resolves', () => {
  it('RTL10, TG4: a history has all its pages', async () => {
    const { RealtimeClient: Client } = exportsOf(await scriptOf('index'), native) as {
      readonly RealtimeClient: new (options: Options) => RealtimeClient;
    };
    const { emulator, webSocketCtor, fetch } = inMemory();
    const client = new Client({ key: emulator.key, webSocketCtor, fetch, log });
    const channel = client.channel('a?b/c');
    for (const data of ['1', '2', '3', '4', '5']) await channel.publish('n', data);
    const history$ = channel.history({ limit: 2, direction: 'forwards' });
    const texts = (await lastValueFrom(history$.pipe(toArray()))).map(({ data }) => data);
    const second = await (await history$.page()).next();
    const first = await second?.first();
    await client.dispose();
    emulator.dispose();
    expect(texts).to.deep.equal(['1', '2', '3', '4', '5']);
    expect([second, first].map((page) => page?.items.map(({ data }) => data))).to.deep.equal([
      ['3', '4'],
      ['1', '2'],
    ]);
  }).timeout(60_000);

  it('RSA8c: an authUrl keeps its own query', async () => {
    const { RealtimeClient: Client } = exportsOf(await scriptOf('index'), native) as {
      readonly RealtimeClient: new (options: Options) => RealtimeClient;
    };
    const asked: string[] = [];
    const fetch = ((url: string) => {
      asked.push(url);
      return Promise.resolve(new Response('token', { headers: { 'content-type': 'text/plain' } }));
    }) as typeof globalThis.fetch;
    const authUrl = 'https://auth.example/t?a=1&flag&b=%zz';
    const client = new Client({ authUrl, authParams: { a: '2', c: 'd e' }, fetch, log });
    expect(await client.auth.requestToken()).to.deep.equal({ token: 'token' });
    expect(asked).to.deep.equal(['https://auth.example/t?flag&b=%zz&a=2&c=d+e']);
    await client.dispose();
  }).timeout(60_000);

  it('the relay connects, with its query, and delivers', async () => {
    const { RelayClient: Client } = exportsOf(await scriptOf('relay'), { ...native, crypto }) as {
      readonly RelayClient: typeof RelayClient;
    };
    const topic = 'ab'.repeat(32);
    const { relay, webSocketCtor } = inMemoryRelay();
    const client = new Client({ relayUrl: 'WSS://Relay.Example?x=1', webSocketCtor, log });
    const received: RelayMessage[] = [];
    const done = lastValueFrom(client.channel(topic).messages$.pipe(take(1)));
    void done.then((message) => received.push(message));
    await client.subscribe(topic);
    const other = new Client({ relayUrl: 'ws://relay', webSocketCtor, log });
    await other.publish(topic, 'hello', { ttl: 60, tag: 1 });
    await done;
    const [{ params }] = relay.connections as [(typeof relay.connections)[0]];
    expect([params.get('x'), params.get('useOnCloseEvent'), received[0]?.message]).to.deep.equal([
      '1',
      'true',
      'hello',
    ]);
    await Promise.all([client.dispose(), other.dispose()]);
    relay.dispose();
  }).timeout(60_000);

  it('the relay, and a cipher, name the polyfill that is missing at construction', async () => {
    const { RelayClient: Client } = exportsOf(await scriptOf('relay'), native) as {
      readonly RelayClient: typeof RelayClient;
    };
    const { aes, generateRandomKey } = exportsOf(await scriptOf('crypto'), native) as unknown as Pick<
      typeof Crypto,
      'aes' | 'generateRandomKey'
    >;
    const text = /no crypto\.getRandomValues.*"react-native-get-random-values"/;
    expect(() => new Client({ log })).to.throw(text);
    expect(() => aes({ key: new Uint8Array(32) })).to.throw(text);
    expect(() => generateRandomKey()).to.throw(text);
    const iv = (): Uint8Array => new Uint8Array(16);
    expect(() => aes({ key: new Uint8Array(32), iv })).to.not.throw();
  }).timeout(60_000);
});
