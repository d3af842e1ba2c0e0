import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { codecs, fakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';

const lost = { code: 80003, statusCode: 400, message: 'lost' };

for (const codec of codecs)
  describe(`ProtocolMessage over ${codec.format}`, () => {
    const at0 = (script: Parameters<typeof life>[2], options = {}): (() => void) =>
      life(codec, { until: 10, ...options }, (fake) => {
        fake.at(0, () => {
          script(fake);
        });
      });

    it(
      'TR1, TR4a, TR4b, TR4c, TR4d, TR4k, TR4m, TR4n: MESSAGE has a channel, its serial, messages, and what they share',
      at0(({ client, server }) => {
        const seen: Message[] = [];
        const channel = client.channel('a');
        channel.messages$.subscribe((message) => seen.push(message));
        client.channel('b').messages$.subscribe((message) => seen.push(message));
        server.welcome();
        server.attached('a');
        server.attached('b');
        server.say({
          ...{ action: Action.message, channel: 'a', channelSerial: 's-9', id: 'c:4', connectionId: 'c' },
          ...{ timestamp: 1_700_000_000_000, messages: [{ data: '1' }, { data: '2' }] },
        });
        expect(
          seen.map(({ id, connectionId, timestamp, data }) => [id, connectionId, timestamp, data]),
        ).to.deep.equal([
          ['c:4:0', 'c', 1_700_000_000_000, '1'],
          ['c:4:1', 'c', 1_700_000_000_000, '2'],
        ]);
        expect(channel.properties.channelSerial).to.equal('s-9');
        expect(client.channel('b').properties.channelSerial).to.equal('s-0');
      }),
    );

    it(
      'TR4d, TR4h, TR4o: CONNECTED has a connectionId, details, and an error where something was lost',
      at0(({ client, server, details }) => {
        const reasons: unknown[] = [];
        client.connection.changes$.subscribe(({ reason }) => reasons.push(reason?.code));
        client.connect();
        server.welcome('id-7', {
          connectionDetails: { ...details, clientId: 'me', connectionKey: 'key-7' },
          error: lost,
        });
        const { id, key } = client.connection;
        expect([id, key, client.auth.clientId]).to.deep.equal(['id-7', 'key-7', 'me']);
        expect(reasons).to.deep.equal([undefined, 80003]);
      }),
    );

    it(
      'TR4b, TR4i, TR4q: ATTACH and ATTACHED have flags and params',
      at0(({ client, server }) => {
        const channel = client.channel('a', { modes: ['publish'], params: { rewind: '1' } });
        channel.attach().catch(ignore);
        server.welcome();
        expect(server.heard()).to.deep.equal([
          { action: 'ATTACH', channel: 'a', flags: Flag.publish, params: { rewind: '1' } },
        ]);
        server.attached('a', { flags: Flag.subscribe, params: { rewind: '2' } });
        expect([channel.modes, channel.params]).to.deep.equal([['subscribe'], { rewind: '2' }]);
      }),
    );

    it('TR4g, TR4h, TR4j, TR4s: ACK and NACK have a msgSerial, how many from there on, and results or an error', async () => {
      const ends: Promise<unknown>[] = [];
      at0(({ client, server }) => {
        client.connect();
        server.welcome();
        for (const data of ['0', '1', '2', '3']) ends.push(client.channel('a').publish('n', data));
        expect(server.heard().map(({ msgSerial }) => msgSerial)).to.deep.equal([0, 1, 2, 3]);
        const res = [{ serials: ['s-0'] }, { serials: ['s-1', null] }];
        server.say({ action: Action.ack, msgSerial: 0, count: 2, res });
        server.say({ action: Action.nack, msgSerial: 2, count: 2, error: lost });
      })();
      expect(
        await Promise.all(
          ends.map((end) => end.catch((error: unknown) => error instanceof ErrorInfo && error.code)),
        ),
      ).to.deep.equal([{ serials: ['s-0'] }, { serials: ['s-1', null] }, 80003, 80003]);
    });

    it('TR4p: AUTH has a token in its auth', async () => {
      let issued = 0;
      const { client, server } = fakeAbly(codec, {
        key: undefined,
        authCallback: (_params, done) => {
          issued += 1;
          done(null, `made-up.${issued}`);
        },
      });
      client.connect();
      await new Promise(setImmediate);
      server.welcome();
      server.say({ action: Action.auth });
      await new Promise(setImmediate);
      expect(server.heard().at(-1)).to.deep.equal({
        action: 'AUTH',
        auth: { accessToken: 'made-up.2' },
      });
      await client.dispose();
    });
  });
