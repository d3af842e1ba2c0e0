import { createRequire } from 'node:module';
import { expect } from 'chai';
import { AblyClient } from '../../../lib/ably/client/client.js';
import type { ProtocolMessage } from '../../../lib/ably/wire/frames.js';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';
import { aes } from '../../../lib/crypto/index.js';
import { inMemory } from '../../../lib/emulator/index.js';
import { platform } from '../../../lib/socket/platform.js';
import { virtually } from '../../support/virtual-time.js';

/** The library of Ably's own clients. */
const official = createRequire(import.meta.url)('@ably/msgpack-js') as {
  readonly decode: (bytes: Buffer) => unknown;
  readonly encode: (value: unknown) => Uint8Array<ArrayBuffer>;
};

/** A text that no UTF-8 can carry, of each length that encoders treat in a way of their own. */
const half = '\ud83d';
const texts = ['a', half, `${'x'.repeat(60)}${half}y`, `${half}${'x'.repeat(300)}`, 'é€😀'];
const replaced = texts.map((text) => text.replaceAll(half, '\ufffd').replace('é€\ufffd\ude00', 'é€😀'));

/** What another client receives of a client's life, whose frames the emulator reads with the other library. */
function received(script: (client: AblyClient) => void, codec = msgpack(), cipher = false) {
  const seen: unknown[] = [];
  virtually(({ scheduler, flush }) => {
    const memory = inMemory({ scheduler });
    const frames: unknown[] = [];
    class Translated extends memory.webSocketCtor {
      override send(data: string | ArrayBufferLike | ArrayBufferView | Blob): void {
        if (typeof data === 'string') {
          super.send(data);
          return;
        }
        const { buffer, byteOffset, byteLength } = data as Uint8Array;
        const frame = official.decode(Buffer.from(buffer, byteOffset, byteLength));
        frames.push(frame);
        super.send(official.encode(frame));
      }
    }
    const options = { key: memory.emulator.key, fetch: memory.fetch, scheduler, log: () => undefined };
    const ours = new AblyClient({ ...options, codec, clientId: 'me', webSocketCtor: Translated }, platform);
    const other = new AblyClient({ ...options, codec: json, webSocketCtor: memory.webSocketCtor }, platform);
    const key = new Uint8Array(32);
    const channelOptions = cipher ? { cipher: aes({ key }) } : {};
    const channel = other.channel('a', channelOptions);
    ours.channel('a', channelOptions);
    channel.messages$.subscribe(({ name, data, extras }) => seen.push([name, data, extras]));
    channel.presence.events$.subscribe(({ action, data }) => seen.push([action, data]));
    scheduler.schedule(() => {
      script(ours);
    }, 100);
    scheduler.schedule(() => {
      void ours.dispose();
      void other.dispose();
      memory.emulator.dispose();
    }, 1000);
    flush();
    if (codec.binary) expect(frames.map((frame) => (frame as ProtocolMessage).action)).to.not.deep.equal([]);
  })();
  return seen;
}

describe('MessagePack, read by the library of the official clients', () => {
  it('RSL4: says what was published', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at);
    const payloads = [
      'text',
      'é😀'.repeat(100),
      { a: [1, null, 1.5, -7, 2 ** 40], b: { c: 'ü' } },
      [],
      bytes,
    ];
    const seen = received((client) => {
      for (const data of payloads)
        void client.channel('a').publish({ name: 'n', data, extras: { headers: { h: 1 } } });
    });
    expect(seen).to.deep.equal(payloads.map((data) => ['n', data, { headers: { h: 1 } }]));
  });

  for (const [title, codec, cipher] of [
    ['MessagePack', msgpack(), false],
    ['JSON', json, false],
    ['MessagePack under a cipher', msgpack(), true],
    ['JSON under a cipher', json, true],
  ] as const)
    it(`half of a surrogate pair is replaced, as sockets do, in ${title}`, () => {
      const seen = received(
        (client) => {
          const channel = client.channel('a');
          for (const text of texts) {
            void channel.publish(text, text);
            void channel.publish({ name: text, data: text, extras: { headers: { [text]: text } } });
          }
          void channel.presence.enter(texts[2]);
        },
        codec,
        cipher,
      );
      expect(seen).to.deep.equal([
        ...replaced.flatMap((text) => [
          [text, text, undefined],
          [text, text, { headers: { [text]: text } }],
        ]),
        ['enter', replaced[2]],
      ]);
    });

  it('names of channels, clientIds and members are refused: a server would know them by another name', () => {
    const client = new AblyClient(
      { key: 'app.key:secret', autoConnect: false, log: () => undefined },
      platform,
    );
    expect(() => client.channel(`a${half}`)).to.throw(/cut in the middle of a character/);
    expect(() => new AblyClient({ token: 'token', clientId: half }, platform)).to.throw(
      /"clientId".*within a character/,
    );
    void client.dispose();
  });
});
