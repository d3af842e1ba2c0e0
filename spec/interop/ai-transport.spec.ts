import { createEncoderCore, HEADER_STATUS } from '@ably/ai-transport';
import * as Ably from 'ably';
import { expect } from 'chai';
import { filter, firstValueFrom, lastValueFrom, map, switchMap, take, tap } from 'rxjs';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { json, type Message, type RealtimeChannel, RealtimeClient } from '../../lib/index.js';
import { fold, messageOf } from '../../lib/messages.js';
import { msgpack } from '../../lib/msgpack.js';
import { ended } from '../support/official-ably.js';

const name = 'mutable:answers';
const tokens = Array.from('Once upon a time there was a stream that nobody cut for long.', (each) => each);
const whole = tokens.join('');

/** As docs/messages.md reads it: what the publisher says of its stream. */
const statusOf = ({ extras }: Pick<Message, 'extras'>): string | undefined =>
  (extras as { readonly ai?: { readonly transport?: Readonly<Record<string, string>> } } | undefined)?.ai
    ?.transport?.[HEADER_STATUS];
const isOver = (message: Message): boolean => statusOf(message) !== 'streaming';

for (const format of ['json', 'msgpack'] as const)
  describe(`messageOf and fold beside a publisher by @ably/ai-transport, in ${format}`, () => {
    let server: ListeningEmulator;
    let client: RealtimeClient;
    let official: Ably.Realtime;
    let channel: RealtimeChannel;

    beforeEach(async () => {
      server = await listen();
      const { key, host: endpoint, port } = server;
      const where = { key, endpoint, port, tls: false };
      const codec = format === 'json' ? json : msgpack();
      const quick = { codec, log: () => undefined, disconnectedRetryTimeout: 20 };
      client = new RealtimeClient({ ...where, ...quick, clientId: 'eve' });
      channel = client.channel(name);
      official = new Ably.Realtime({
        ...{ ...where, clientId: 'bot', fallbackHosts: [], logLevel: 0 },
        ...{ useBinaryProtocol: format === 'msgpack', disconnectedRetryTimeout: 20 },
      });
      await official.connection.whenState('connected');
    });
    afterEach(async () => {
      await client.dispose();
      await ended(official);
      await server.close();
    });

    const connectionOf = (clientId: string) =>
      server.emulator.connections.find((connection) => connection.clientId === clientId);
    /** Cuts a connection off, and keeps it away until the function that this answers is called. */
    const cut = (clientId: string, isLost: boolean): (() => void) => {
      const connection = connectionOf(clientId);
      server.emulator.refuse('drop');
      if (isLost) connection?.forget();
      connection?.drop();
      return () => {
        server.emulator.refuse(false);
      };
    };
    const changeTo = (state: string) =>
      firstValueFrom(client.connection.changes$.pipe(filter(({ current }) => current === state)));
    /** A streamed answer of the publisher, of which `say` appends the next tokens. */
    const answer = async () => {
      const published = official.channels.get(name);
      const encoder = createEncoderCore(published);
      await encoder.startStream('answer', { name: 'ai-output', data: '' });
      let said = 0;
      const say = (count: number): void => {
        for (const token of tokens.slice(said, (said += count))) encoder.appendStream('answer', token);
      };
      /** Resolves when the server has taken all that was said. */
      const taken = (): Promise<unknown> => published.publish('mark', '');
      const close = (): Promise<void> => encoder.closeStream('answer', { name: 'ai-output', data: '' });
      return { say, taken, close };
    };
    /** What `messageOf` shows of the first answer that comes. */
    const watch = async (until?: (message: Message) => boolean) => {
      const texts: string[] = [];
      const waiting = new Set<() => void>();
      const data$ = channel.messages('ai-output').pipe(
        filter(({ action }) => action === 'message.create'),
        take(1),
        switchMap((message) => messageOf(channel, message, { until }).data$),
        map(String),
        tap((text) => {
          texts.push(text);
          for (const each of waiting) each();
        }),
      );
      const over = lastValueFrom(data$);
      await channel.attach();
      const reaches = (length: number): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if ((texts.at(-1)?.length ?? 0) >= length) resolve();
          };
          waiting.add(look);
          look();
        });
      return { texts, over, reaches };
    };
    const expectWhole = (texts: readonly string[]): void => {
      expect(texts.filter((text) => !whole.startsWith(text))).deep.equal([]);
      expect(texts.map(({ length }) => length)).deep.equal(
        texts.map(({ length }) => length).sort((a, b) => a - b),
      );
      expect(texts.at(-1)).equal(whole);
    };

    for (const isLost of [false, true])
      it(`RTL32, RTL12: shows an answer whole at each step through ${isLost ? 'a lost session' : 'a cut'} of its reader`, async () => {
        const { texts, over, reaches } = await watch(isOver);
        const { say, taken, close } = await answer();
        say(20);
        await reaches(20);
        const gone = changeTo('disconnected');
        const letIn = cut('eve', isLost);
        await gone;
        say(20);
        await taken();
        const back = changeTo('connected');
        letIn();
        expect((await back).resumed).equal(!isLost);
        say(tokens.length);
        await close();
        expect(await over).equal(whole);
        expectWhole(texts);
        expect(texts.some(({ length }) => length > 20 && length < 40)).equal(!isLost); // a lost one is read at once
      });

    for (const isLost of [false, true])
      it(`RTL32: shows an answer whole at each step through ${isLost ? 'a lost session' : 'a cut'} of its publisher`, async () => {
        const { texts, over, reaches } = await watch(isOver);
        const { say, taken, close } = await answer();
        say(20);
        await taken();
        await reaches(20);
        const gone = official.connection.whenState('disconnected');
        const letIn = cut('bot', isLost);
        await gone;
        say(20);
        letIn();
        await reaches(40);
        say(tokens.length);
        await close();
        expect(await over).equal(whole);
        expectWhole(texts);
      });

    it('RTL32: shows what the publisher corrects once an append was refused', async () => {
      const { texts, reaches } = await watch();
      const { say, taken, close } = await answer();
      say(20);
      await taken();
      connectionOf('bot')?.nack({ code: 50000, statusCode: 500, message: 'not now' });
      say(tokens.length);
      await close();
      await reaches(whole.length);
      const lacking = whole.slice(0, 20) + whole.slice(21); // what the server had until then
      expect([texts.at(-2), texts.at(-1)]).deep.equal([lacking, whole]);
    });

    it('RTL12: fold shows an answer that began before, and its end', async () => {
      const { say, taken, close } = await answer();
      say(30);
      await taken();
      const seen: string[] = [];
      const found = firstValueFrom(
        fold(channel, { history: 10 }).pipe(
          map((messages) => [...messages.values()].find((message) => message.name === 'ai-output')),
          filter((message) => message !== undefined),
          tap(({ data }) => seen.push(String(data))),
          filter(isOver),
        ),
      );
      await channel.attach();
      say(tokens.length);
      await close();
      expect((await found).data).equal(whole);
      expectWhole(seen);
      expect(seen[0]?.length).within(30, whole.length);
    });
  });
