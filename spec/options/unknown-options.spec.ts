import { expect } from 'chai';
import { warnUnknownOptions } from '../../lib/options/unknown-options.js';
import { AblyClient } from '../../lib/ably/client/client.js';
import type { LogEvent, LogLevel } from '../../lib/log.js';
import { platform } from '../../lib/socket/platform.js';
import { codecs, fakeAbly } from '../support/fake-ably.js';
import { emulatorKey } from '../support/secrets.js';

/** What is logged of a client with these options, and of a channel with those. */
const logged = (options: object, channel: object = {}): readonly unknown[] => {
  const seen: unknown[] = [];
  const log = (level: LogLevel, { message }: LogEvent): void => {
    if (message.includes('option')) seen.push([level, message]);
  };
  const { client } = fakeAbly(codecs[0]!, { ...options, log });
  client.channel('a', channel);
  void client.dispose();
  return seen;
};

describe('options that there are not', () => {
  for (const [name, meant] of [
    ['autoConect', 'autoConnect'],
    ['clientID', 'clientId'],
    ['fallbackhosts', 'fallbackHosts'],
    ['queueMesages', 'queueMessages'],
    ['token_details', 'tokenDetails'],
  ] as const)
    it(`of a client: "${name}" is a warning that names it, and "${meant}"`, () => {
      expect(logged({ [name]: 1 })).to.deep.equal([
        ['warn', `There is no option "${name}": write "${meant}".`],
      ]);
    });

  it('of a client: what is like none is to be left out, and its value is not told', () => {
    expect(logged({ secretThing: 'classified', useBinaryProtocol: true })).to.deep.equal([
      ['warn', 'There is no option "secretThing": leave it out.'],
      ['warn', 'There is no option "useBinaryProtocol": leave it out.'],
    ]);
  });

  it('of a channel: are warnings as well', () => {
    expect(logged({}, { parms: { rewind: 1 }, modes: ['subscribe'], ciphr: null })).to.deep.equal([
      ['warn', 'There is no option "parms": write "params".'],
      ['warn', 'There is no option "ciphr": write "cipher".'],
    ]);
  });

  it('every option that there is goes without a word, whatever the others are', () => {
    const all = {
      ...{ token: 'app.token', tokenDetails: undefined, authCallback: undefined, authUrl: undefined },
      ...{ authMethod: undefined, authHeaders: undefined, authParams: undefined, queryTime: undefined },
      ...{ useTokenAuth: undefined, clientId: undefined, defaultTokenParams: undefined },
      ...{ fallbackHosts: undefined, port: 80, tlsPort: 443, echoMessages: true, queueMessages: true },
      ...{ strictMode: false, connectivityCheckUrl: undefined, recover: undefined, transportParams: {} },
      ...{ disconnectedRetryTimeout: 1, suspendedRetryTimeout: 1, channelRetryTimeout: 1 },
      ...{ realtimeRequestTimeout: 1, httpRequestTimeout: 1, httpMaxRetryCount: 1 },
      ...{ httpMaxRetryDuration: 1, maxMessageSize: 1, autoConnect: false, detachGrace: false },
      ...{ queue: {}, vcdiff: undefined, fetch: undefined, lifecycle$: undefined, jitter: 'full' },
      ...{ scheduler: undefined, random: undefined },
    };
    const channel = { params: {}, modes: [], cipher: null, attachOnSubscribe: true, schemas: {} };
    expect(logged(all, channel)).to.deep.equal([]);
    expect(logged({ tls: false }, {})).to.deep.equal([]);
  });

  it('the options themselves are read as they are', async () => {
    class Options {
      get key(): string {
        return emulatorKey;
      }
      get clientId(): string {
        return 'me';
      }
    }
    const seen: unknown[] = [];
    const client = new AblyClient(new Options(), platform);
    warnUnknownOptions(new Options(), [], (_, event) => seen.push(event));
    expect([client.clientId, seen]).to.deep.equal(['me', []]);
    await client.dispose();
  });
});
