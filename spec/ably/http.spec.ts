import { expect } from 'chai';
import { createClient, type ErrorInfo } from '../../lib/core.js';
import { publish } from '../../lib/rest.js';
import { codecs, fakeServer } from '../support/fake-ably.js';
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
});
