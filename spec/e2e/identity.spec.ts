import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ClientOptions, ErrorInfo, json, type Message, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { rejectionOf } from '../support/thrown.js';

const codecs: readonly Codec[] = [json, msgpack()];

for (const codec of codecs)
  describe(`the publisher of a message, on real sockets, ${codec.format}`, () => {
    const clients: RealtimeClient[] = [];
    let server: ListeningEmulator;

    const clientOf = (options: Partial<ClientOptions> = {}): RealtimeClient => {
      const { key, host: endpoint, port } = server;
      const means = options.authCallback ? {} : { key };
      const client = new RealtimeClient({
        ...{ ...means, endpoint, port, tls: false, codec, log: () => undefined },
        ...options,
      });
      clients.push(client);
      return client;
    };
    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await server.close();
    });

    /** What somebody else receives of what is published. */
    const receivedOf = async (publish: () => Promise<unknown>): Promise<Message> => {
      const channel = clientOf().channel('a');
      const next = firstValueFrom(channel.messages$);
      await channel.attach();
      await publish();
      return next;
    };
    const tokenFor = (clientId: string): Partial<ClientOptions> => ({
      authCallback: (_params, done) => {
        done(null, server.emulator.issueToken({ clientId }));
      },
    });

    it('RTL6e, RTL6e1, RSL1m3: a client with a wildcard publishes under the clientId of the message', async () => {
      const { clientId } = await receivedOf(() =>
        clientOf().channel('a').publish({ name: 'n', clientId: 'ann' }),
      );
      expect(clientId).to.equal('ann');
    });

    it('RTL6g1, RTL6g1b, RSL1m1: a message without a clientId has that of its publisher', async () => {
      for (const options of [{ clientId: 'ann' }, tokenFor('ann')]) {
        const { clientId } = await receivedOf(() => clientOf(options).channel('a').publish('n', 'd'));
        expect(clientId).to.equal('ann');
      }
    });

    it('RTL6g2, RSL1m2: a message may name its publisher', async () => {
      for (const options of [{ clientId: 'ann' }, tokenFor('ann')]) {
        const { clientId } = await receivedOf(() =>
          clientOf(options).channel('a').publish({ name: 'n', clientId: 'ann' }),
        );
        expect(clientId).to.equal('ann');
      }
    });

    it('RTL6g4: a client that publishes before its clientId is known may set it in the message', async () => {
      const { clientId } = await receivedOf(() => {
        const client = clientOf(tokenFor('ann'));
        expect(client.auth.clientId).to.equal(null);
        return client.channel('a').publish({ name: 'n', clientId: 'ann' });
      });
      expect(clientId).to.equal('ann');
    });

    it('RTL6g4, RSL1m4: the server refuses a message with a wrong clientId, and the connection goes on', async () => {
      const client = clientOf(tokenFor('ann'));
      const channel = client.channel('a');
      const error = await rejectionOf(channel.publish({ name: 'n', clientId: 'bob' }));
      expect(error).to.be.instanceOf(ErrorInfo);
      expect(error).to.deep.include({ code: 40012 });
      await channel.attach();
      const next = firstValueFrom(channel.messages$);
      await channel.publish('n', 'on');
      expect([(await next).data, channel.state, client.connection.state]).to.deep.equal([
        'on',
        'attached',
        'connected',
      ]);
    });

    it('RTL6f: a message has the connectionId of its publisher', async () => {
      const client = clientOf();
      const { connectionId } = await receivedOf(() => client.channel('a').publish('n', 'd'));
      expect(connectionId).to.be.a('string').and.to.equal(client.connection.id);
    });

    it('RTL6b, RTL6j: each of many publishes on a few connections ends, with the serial of its message', async () => {
      const [publishers, each] = [5, 200];
      const channel = clientOf().channel('a');
      const received = firstValueFrom(channel.messages$.pipe(take(publishers * each), toArray()));
      await channel.attach();
      const results = await Promise.all(
        Array.from({ length: publishers }, () => clientOf().channel('a')).flatMap((from) =>
          Array.from({ length: each }, (_, n) => from.publish('n', String(n))),
        ),
      );
      const serials = results.map((result) => result.serials);
      expect(serials.filter(({ length }) => length !== 1)).to.deep.equal([]);
      expect(serials.flat().sort()).to.deep.equal((await received).map(({ serial }) => serial).sort());
    });

    it('RSL6a2, TM2i: extras arrive as they were published', async () => {
      const extras = { push: [{ title: 'Testing' }], headers: { a: 'b' } };
      const message = await receivedOf(() => clientOf().channel('a').publish({ name: 'n', extras }));
      expect(message.extras).to.deep.equal(extras);
    });
  });
