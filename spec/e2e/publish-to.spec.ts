import { expect } from 'chai';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { firstValueFrom, lastValueFrom, Subject, toArray } from 'rxjs';
import { Action } from '../../lib/ably/wire/actions.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { json, publishAll, publishTo, type PublishToOptions, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';

const million = 1_000_000;
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Bytes in use after all garbage is gone. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

for (const codec of [json, msgpack()]) {
  describe(`publishTo on real sockets, ${codec.format}`, () => {
    let server: ListeningEmulator;
    let client: RealtimeClient;
    const socket = () => server.emulator.connections[0]!;

    beforeEach(async () => {
      server = await listen();
      const { key, host, port } = server;
      client = new RealtimeClient({ key, endpoint: host, port, tls: false, codec, log: () => undefined });
      client.connect();
      await client.ping();
    });
    afterEach(async () => {
      await client.dispose();
      await server.close();
    });

    /** Values, so many a turn, while the server is stalled; then it goes on. */
    const flood = async (count: number, options: PublishToOptions<unknown>, goOn: () => void) => {
      const values = new Subject<unknown>();
      let dropped = 0;
      const result$ = values.pipe(
        publishTo(client.channel('flood'), 'n', { ...options, onDrop: () => (dropped += 1) }),
      );
      const results = firstValueFrom(result$.pipe(toArray()));
      const before = heap();
      for (let n = 0; n < count; n += 1) {
        values.next({ n, text: `value ${n}`.padEnd(100) });
        if (n % 50_000 === 0) await turn();
      }
      const grown = heap() - before;
      values.complete();
      goOn();
      return { grown, dropped, published: (await results).length };
    };

    it('a server without ACKs: a million values need no more memory than the buffer, and the newest remain', async () => {
      let heard = 0;
      socket().received$.subscribe(({ action }) => (heard += action === Action.message ? 1 : 0));
      socket().holdAcks(true);
      const { grown, dropped, published } = await flood(million, { overflow: 'dropOldest' }, () => {
        socket().holdAcks(false);
      });
      expect([published, dropped, heard]).to.deep.equal([1016, million - 1016, 1016]);
      expect(grown).to.be.below(20e6);
    }).timeout(60_000);

    it('a server that does not even read: the bytes on the socket hold it back, and all that was published arrives', async () => {
      socket().silence();
      const options = { concurrency: Infinity, maxBufferedAmount: 65_536, overflow: 'dropNewest' } as const;
      const { grown, dropped, published } = await flood(million / 5, options, () => {
        socket().silence(false);
      });
      expect(published + dropped).to.equal(million / 5);
      expect(published).to.be.above(1000);
      expect(grown).to.be.below(60e6);
    }).timeout(60_000);

    it('publishAll: an asynchronous iterable, in order, as fast as it is acknowledged', async () => {
      const lines = async function* (): AsyncGenerator<string> {
        for (let n = 0; n < 500; n += 1) yield `line ${n}`;
      };
      const channel = client.channel('lines');
      const received: unknown[] = [];
      channel.messages$.subscribe(({ data }) => received.push(data));
      await channel.attach();
      const results = await lastValueFrom(publishAll(channel, 'n', { values: lines() }).pipe(toArray()));
      expect(new Set(results.flatMap(({ serials }) => serials)).size).to.equal(500);
      await client.ping();
      expect(received).to.deep.equal(Array.from({ length: 500 }, (_, n) => `line ${n}`));
    });
  });
}
