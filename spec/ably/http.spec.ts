import { expect } from 'chai';
import { createClient, type ErrorInfo } from '../../lib/core.js';
import { publish, request, requestToken } from '../../lib/rest.js';
import { firstValueFrom, NEVER } from 'rxjs';
import { codecs, fakeServer, life } from '../support/fake-ably.js';
import { fakeFetch } from '../support/fake-fetch.js';
import { emulatorKey } from '../support/secrets.js';
import { rejectionOf } from '../support/thrown.js';

describe('HTTP for a client of parts', () => {
  for (const name of [
    'httpRequestTimeout',
    'httpMaxRetryCount',
    'httpMaxRetryDuration',
    'fallbackRetryTimeout',
  ])
    it(`40000: names the option "${name}" on first use where it is wrong, and asks no server`, async () => {
      const asked: unknown[] = [];
      const { net } = fakeServer(codecs[0]!);
      const client = createClient({
        ...{ key: emulatorKey, endpoint: 'localhost', tls: false, webSocketCtor: net.ctor },
        ...{ log: () => undefined, [name]: 'soon' },
        fetch: (input) => {
          asked.push(input);
          return Promise.resolve(Response.json({ serials: ['s'] }));
        },
      });
      const error = (await rejectionOf(publish(client.channel('a'), 'n', 'x'))) as ErrorInfo;
      expect([error.code, error.message.includes(`"${name}"`)]).to.deep.equal([40000, true]);
      expect(asked).to.deep.equal([]);
      await client.dispose();
    });

  for (const [name, options] of [
    ['a key', {}],
    ['a token that has not come', { key: undefined, authCallback: () => NEVER }],
  ] as const)
    it(`ends what is asked with ${name} when the client is disposed of, and leaves no timer`, async () => {
      const ends: Promise<unknown>[] = [];
      life(codecs[0]!, { until: 10, fetch: fakeFetch(() => 'nothing'), ...options }, ({ client, at }) => {
        at(0, () => {
          const channel = client.channel('a');
          ends.push(
            ...[channel.history().page(), channel.presence.history().page(), channel.getMessage('s')],
            ...[channel.getMessageVersions('s').page(), channel.annotations.get('s').page()],
            ...[firstValueFrom(channel.history()), client.time(), request(client, 'GET', '/stats')],
            ...[requestToken(client), publish(channel, 'n', 'x')],
            ...(name === 'a key' ? [client.auth.revokeTokens({ type: 'clientId', value: 'bob' })] : []),
          );
        });
      })();
      const errors = (await Promise.all(ends.map(rejectionOf))) as ErrorInfo[];
      expect(errors.map(({ code }) => code)).to.deep.equal(ends.map(() => 80017));
      expect(errors.map(({ uncertain }) => uncertain === true)).to.deep.equal(
        ends.map((_, index) => name === 'a key' && index >= ends.length - 2), // these changes had been sent
      );
    });
});
