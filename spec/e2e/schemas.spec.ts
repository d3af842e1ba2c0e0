import type { StandardSchemaV1 } from '@standard-schema/spec';
import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ErrorInfo, json, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';

/** Takes texts that say a number, and makes it one. */
const reading: StandardSchemaV1<string, number> = {
  '~standard': {
    version: 1,
    vendor: 'spec',
    validate: (value) =>
      Number.isNaN(Number(value)) ? { issues: [{ message: 'not a number' }] } : { value: Number(value) },
  },
};

for (const codec of [json, msgpack()]) {
  describe(`schemas on real sockets, ${codec.format}`, () => {
    let server: ListeningEmulator;
    let client: RealtimeClient;

    beforeEach(async () => {
      server = await listen();
      const { key, host, port } = server;
      client = new RealtimeClient({ key, endpoint: host, port, tls: false, codec, log: () => undefined });
    });
    afterEach(async () => {
      await client.dispose();
      await server.close();
    });

    it('see to what was published before as well: history, past and live in one, a message by its serial', async () => {
      const loose = client.channel('readings');
      await loose.publish('reading', '1');
      const { serials } = await loose.publish('reading', 'broken');
      await loose.publish('reading', '2');
      const errors: ErrorInfo[] = [];
      client.errors$.subscribe((error) => errors.push(error));
      const channel = client.channel('readings', { schemas: { reading } });
      const past = await firstValueFrom(channel.history().pipe(toArray()));
      expect(past.map(({ data }) => data)).to.deep.equal([2, 1]);
      const joined = firstValueFrom(
        channel.messages('reading', { history: 'untilAttach' }).pipe(take(3), toArray()),
      );
      await channel.attach();
      await channel.publish('reading', '3');
      expect((await joined).map(({ data }) => data)).to.deep.equal([1, 2, 3]);
      const refused = await channel
        .getMessage(serials[0] ?? '')
        .catch((error: unknown) => error as ErrorInfo);
      expect((refused as ErrorInfo).code).to.equal(50000);
      expect(errors.map(({ code }) => code)).to.deep.equal([40013, 40013, 40013]);
      expect(errors[0]?.message).to.include(serials[0]);
    });
  });
}
