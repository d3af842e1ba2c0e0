import { expect } from 'chai';
import { firstValueFrom, map, take, toArray } from 'rxjs';
import { aes, type Cipher, generateRandomKey } from '../../lib/crypto/index.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ErrorInfo, json, Message, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';

interface Stored {
  readonly data: string;
  readonly encoding?: string;
}

for (const codec of [json, msgpack()])
  describe(`encryption on real sockets, ${codec.format}`, () => {
    const clients: RealtimeClient[] = [];
    let server: ListeningEmulator;

    const clientOf = (): RealtimeClient => {
      const { key, host, port } = server;
      const client = new RealtimeClient({
        key,
        endpoint: host,
        port,
        tls: false,
        codec,
        log: () => undefined,
      });
      clients.push(client);
      return client;
    };
    const http = (body?: object): Promise<Response> =>
      fetch(`${server.url}/channels/x/messages?direction=forwards`, {
        method: body ? 'POST' : 'GET',
        headers: {
          authorization: `Basic ${Buffer.from(server.key).toString('base64')}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    /** What the server has of the channel, as JSON. */
    const stored = async (): Promise<readonly Stored[]> => (await (await http()).json()) as readonly Stored[];

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await server.close();
    });

    const payloads = ['text', 'ünïcödé 🙂', { a: [1, null, 'x'] }, [1, 2], new Uint8Array([0, 127, 255]), ''];
    /** What `count` messages bring to a receiver, and what the sender's did on the way. */
    const exchanged = async (sending: Cipher | undefined, receiving: Cipher | undefined) => {
      const [sender, receiver] = [clientOf(), clientOf()];
      const errors: ErrorInfo[] = [];
      receiver.errors$.subscribe((error) => errors.push(error));
      const channel = receiver.channel('x', { cipher: receiving ?? null });
      const received = firstValueFrom(channel.messages$.pipe(take(payloads.length), toArray()));
      await channel.attach();
      for (const data of payloads) await sender.channel('x', { cipher: sending ?? null }).publish('n', data);
      return { messages: await received, errors, server: await stored() };
    };

    for (const bits of [128, 256])
      it(`RSL5a, RSL5b, RTL7d: what one client encrypts the other decrypts, in order, ${bits} bits`, async () => {
        const key = generateRandomKey(bits);
        const { messages, errors, server: kept } = await exchanged(aes({ key }), aes({ key }));
        expect(messages.map(({ data }) => data)).to.deep.equal(payloads);
        expect(messages.map(({ encoding, name }) => [encoding, name])).to.deep.equal(
          payloads.map(() => [undefined, 'n']),
        );
        expect(errors).to.deep.equal([]);
        const steps = kept.map(({ encoding }) => encoding);
        expect(steps.every((encoding) => encoding?.endsWith(`cipher+aes-${bits}-cbc/base64`))).to.equal(true);
      });

    it('RSL6b: without the key, or with another one, the ciphertext arrives with its encoding', async () => {
      // one key in 256 would go unnoticed by chance, so nothing is left to chance here
      const [key, other] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
      const iv = (): Uint8Array => new Uint8Array(16).fill(3);
      for (const cipher of [undefined, aes({ key: other })]) {
        const { messages, errors, server: kept } = await exchanged(aes({ key, iv }), cipher);
        const left = messages.map(({ data, encoding }) => ({ data, encoding }));
        const sent = kept.slice(-payloads.length);
        expect(left).to.deep.equal(
          sent.map(({ data, encoding }) => ({
            data: new Uint8Array(Buffer.from(data, 'base64')),
            encoding: encoding?.replace(/\/base64$/, ''),
          })),
        );
        expect(errors.map(({ code }) => code)).to.deep.equal(payloads.map(() => 40013));
      }
    });

    it('RSL5a: what is not encrypted arrives all the same', async () => {
      const { messages, errors } = await exchanged(undefined, aes({ key: generateRandomKey() }));
      expect(messages.map(({ data }) => data)).to.deep.equal(payloads);
      expect(errors).to.deep.equal([]);
    });

    it('TM3: what came over HTTP is decoded and decrypted as what came over a channel', async () => {
      const cipher = aes({ key: generateRandomKey() });
      const { messages } = await exchanged(cipher, cipher);
      const decoded = Message.fromEncodedArray(await stored(), { cipher });
      expect(decoded.map(({ data, id, serial }) => [data, id, serial])).to.deep.equal(
        messages.map(({ data, id, serial }) => [data, id, serial]),
      );
    });

    const wires: readonly (readonly [wire: Stored, data: unknown])[] = [
      [{ data: 'plain' }, 'plain'],
      [{ data: '{"n":7}' }, '{"n":7}'],
      [{ data: '{"n":7}', encoding: 'json' }, { n: 7 }],
      [{ data: '["n",{"n":7}]', encoding: 'json' }, ['n', { n: 7 }]],
      [{ data: 'AP/K/g==', encoding: 'base64' }, new Uint8Array([0, 255, 202, 254])],
    ];

    it('RSL6a1: what is published raw over HTTP arrives decoded', async () => {
      const channel = clientOf().channel('x');
      const received = firstValueFrom(
        channel.messages$.pipe(
          map(({ data, encoding }) => ({ data, encoding })),
          take(wires.length),
          toArray(),
        ),
      );
      await channel.attach();
      for (const [wire] of wires) expect((await http(wire)).status).to.equal(201);
      expect(await received).to.deep.equal(wires.map(([, data]) => ({ data, encoding: undefined })));
    });

    it('RSL6a1: what is published is stored as others expect it', async () => {
      const channel = clientOf().channel('x');
      for (const [, data] of wires) await channel.publish({ data });
      const kept = (await stored()).map(({ data, encoding }) => ({ data, ...(encoding && { encoding }) }));
      expect(kept).to.deep.equal(wires.map(([wire]) => wire));
    });
  });
