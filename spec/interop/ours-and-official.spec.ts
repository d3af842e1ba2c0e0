import * as Ably from 'ably';
import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { json, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { plain } from '../support/plain.js';

const bytes = [0, 1, 127, 254, 255];
const text = 'text, ünïcödé 🙂';
const object = { text: 'hello', nested: [1, null, { deep: true }] };

const expected = [text, object, { bytes }];

for (const ours of ['json', 'msgpack'] as const) {
  for (const theirs of ['json', 'msgpack'] as const) {
    describe(`ours in ${ours} and the official client in ${theirs}`, () => {
      let server: ListeningEmulator;
      let client: RealtimeClient;
      let official: Ably.Realtime;

      beforeEach(async () => {
        server = await listen();
        const { key, host: endpoint, port } = server;
        const codec = ours === 'json' ? json : msgpack();
        client = new RealtimeClient({ key, endpoint, port, tls: false, codec, log: () => undefined });
        official = new Ably.Realtime({
          key,
          endpoint,
          port,
          tls: false,
          fallbackHosts: [],
          useBinaryProtocol: theirs === 'msgpack',
          logLevel: 0,
        });
      });
      afterEach(async () => {
        await client.dispose();
        official.close();
        await official.connection.whenState('closed');
        await server.close();
      });

      it('ours publishes, the official client receives', async () => {
        const channel = official.channels.get('interop');
        const received = new Promise<Ably.InboundMessage[]>((resolve) => {
          const messages: Ably.InboundMessage[] = [];
          void channel.subscribe((message) => {
            if (messages.push(message) === expected.length) resolve(messages);
          });
        });
        await channel.attach();
        const { serials } = await client.channel('interop').publish('n', text);
        await client.channel('interop').publish([
          { name: 'n', data: object },
          { name: 'n', data: new Uint8Array(bytes) },
        ]);
        const messages = await received;
        expect(messages.map(({ data }) => plain(data))).to.deep.equal(expected);
        expect(messages.map(({ name }) => name)).to.deep.equal(['n', 'n', 'n']);
        expect(messages[0]?.serial).to.equal(serials[0]);
        expect(messages[0]?.connectionId).to.equal(client.connection.id); // RTL6f
      });

      it('the official client publishes, ours receives', async () => {
        const channel = client.channel('interop');
        const received = firstValueFrom(channel.messages$.pipe(take(expected.length), toArray()));
        await channel.attach();
        await official.channels.get('interop').publish('n', text);
        await official.channels.get('interop').publish([
          { name: 'n', data: object },
          { name: 'n', data: Buffer.from(bytes) },
        ]);
        const messages = await received;
        expect(messages.map(({ data }) => plain(data))).to.deep.equal(expected);
        expect(messages.map(({ encoding }) => encoding)).to.deep.equal([undefined, undefined, undefined]);
        expect(messages.map(({ connectionId }) => connectionId)).to.deep.equal(
          expected.map(() => official.connection.id),
        );
        expect(new Set(messages.map(({ id }) => id)).size).to.equal(3);
      });
    });
  }
}
