import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { build } from 'esbuild';
import { Window } from 'happy-dom';
import { createRequire } from 'node:module';
import { exportsOf, scriptOf } from '../../support/as-built.js';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import type { inMemory as InMemory } from '../../../lib/emulator/index.js';
import type { msgpack as Msgpack } from '../../../lib/msgpack.js';
import type { realtimeTesting as RealtimeTesting } from '../../../lib/testing/index.js';

interface Emulators {
  readonly inMemory: typeof InMemory;
}

const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  readonly JSDOM: new () => { readonly window: object };
};

/** What a script may find beside the classes of events: the same of Node in each environment. */
const {
  setInterval,
  clearInterval,
  setTimeout,
  URL,
  TextEncoder,
  TextDecoder,
  Uint8Array,
  ArrayBuffer,
  Date,
} = globalThis;
const shared = {
  ...{ setInterval, clearInterval, setTimeout, URL, TextEncoder, TextDecoder, Uint8Array, ArrayBuffer, Date },
  ...{ Symbol, Error, TypeError, Math, JSON, performance, DOMException, btoa, atob },
};
const eventsOf = (window: object): object => {
  const { EventTarget, Event, MessageEvent, Blob } = window as typeof globalThis;
  return { EventTarget, Event, MessageEvent, Blob };
};
const environments: Readonly<Record<string, () => object>> = {
  Node: () => eventsOf(globalThis),
  'happy-dom': () => eventsOf(new Window()),
  jsdom: () => eventsOf(new JSDOM().window),
};

describe('emulator: test environments', () => {
  let script = '';
  before(async () => {
    script = await scriptOf('emulator');
  });

  for (const [name, events] of Object.entries(environments))
    for (const format of ['json', 'msgpack'])
      it(`delivers each frame once, to the property and to a listener, in ${name} (${format})`, async () => {
        const { inMemory } = exportsOf(script, { ...shared, ...events() }) as unknown as Emulators;
        using memory = inMemory({ maxIdleInterval: 0 });
        const seen: string[] = [];
        const socket = new memory.webSocketCtor(`ws://x/?format=${format}&key=${memory.key}`);
        socket.binaryType = 'arraybuffer';
        for (const type of ['open', 'message', 'close'] as const) {
          socket[`on${type}`] = () => seen.push(`on${type}`);
          socket.addEventListener(type, () => seen.push(type));
        }
        await new Promise((resolve) => socket.addEventListener('message', resolve));
        memory.close();
        await new Promise((resolve) => socket.addEventListener('close', resolve));
        expect([...seen].sort()).deep.equal([
          ...['close', 'message', 'onclose', 'onmessage', 'onopen', 'open'],
        ]);
      });

  for (const format of ['json', 'msgpack'])
    it(`carries long texts where there is neither TextEncoder nor TextDecoder nor Request, as in Jest with jsdom (${format})`, async () => {
      const globals = {
        ...{ ...shared, ...eventsOf(new JSDOM().window), TextEncoder: undefined, TextDecoder: undefined },
        ...{ clearTimeout, URLSearchParams, Headers, AbortController },
      };
      const { realtimeTesting } = exportsOf(await scriptOf('testing'), globals) as unknown as {
        readonly realtimeTesting: typeof RealtimeTesting;
      };
      const { msgpack } = exportsOf(await scriptOf('msgpack'), globals) as {
        readonly msgpack: typeof Msgpack;
      };
      await using rt = realtimeTesting();
      const channel = rt.client(format === 'msgpack' ? { codec: msgpack() } : {}).channel('chat');
      const received = firstValueFrom(channel.messages$.pipe(take(2), toArray()));
      const texts = ['é😀'.repeat(200), 'short'];
      for (const text of texts) await channel.publish('text', text);
      expect((await received).map(({ data }) => data)).deep.equal(texts);
      const history = await lastValueFrom(channel.history({ direction: 'forwards' }).pipe(toArray()));
      expect(history.map(({ data }) => data)).deep.equal(texts);
    });

  it('delivers where an environment is registered after the import', async () => {
    const globals = { ...shared, ...eventsOf(globalThis) };
    const code = `${script};Object.assign(globalThis, later);`;
    const { inMemory } = exportsOf(code, {
      ...globals,
      later: eventsOf(new Window()),
    }) as unknown as Emulators;
    using memory = inMemory();
    const socket = new memory.webSocketCtor(`ws://x/?key=${memory.key}`);
    const { data } = await new Promise<MessageEvent>((resolve) => (socket.onmessage = resolve));
    expect(JSON.parse(data as string)).property('action', 4);
  });

  it('says what to do where `ws` is its stub for browsers, as in Jest with jsdom', async () => {
    const stub = { contents: 'module.exports = function () { throw new Error("ws does not work"); };' };
    const { outputFiles } = await build({
      entryPoints: ['lib/emulator/index.ts'],
      ...{ bundle: true, write: false, format: 'cjs', platform: 'node', logLevel: 'silent' },
      plugins: [
        {
          name: 'stub',
          setup: ({ onResolve, onLoad }) => {
            onResolve({ filter: /^ws$/ }, () => ({ path: 'ws', namespace: 'stub' }));
            onLoad({ filter: /.*/, namespace: 'stub' }, () => stub);
          },
        },
      ],
    });
    const { listen, listenRelay } = exportsOf(outputFiles[0]?.text ?? '', {
      ...shared,
      require: createRequire(import.meta.url),
    }) as unknown as Readonly<Record<string, () => Promise<unknown>>>;
    for (const start of [listen, listenRelay]) {
      const error: unknown = await start?.().catch((thrown: unknown) => thrown);
      expect(error)
        .property('message')
        .that.match(/Use inMemory\(\).*@jest-environment node/);
    }
  });

  it('does not keep a process alive for a connection that was lost, and could be resumed for two minutes', () => {
    const program = `
      import { inMemory } from './lib/emulator/index.ts';
      const { webSocketCtor, key, emulator } = inMemory();
      const socket = new webSocketCtor('ws://x/?key=' + key);
      socket.onmessage = () => emulator.connections[0].drop();
      socket.onclose = () => console.log('closed');`;
    const args = ['--import', 'tsx/esm', '--input-type=module', '--eval', program];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })).equal('closed\n');
  });
}).timeout(60_000);
