import { expect } from 'chai';
import { filter, firstValueFrom, of, Subject, throwError, type Observable as Stream } from 'rxjs';
import { realtimeTesting, type RealtimeTesting, runMarbles } from '../../lib/testing/index.js';
import { ErrorInfo, type Message, type RealtimeChannel, type RealtimeClient } from '../../lib/index.js';
import { removeModules } from './as-module.js';
import { recipe, titles } from './recipes.js';

describe('docs/recipes.md', () => {
  let rt: RealtimeTesting;
  beforeEach(() => void (rt = realtimeTesting()));
  afterEach(() => rt.close());
  after(removeModules);

  /** A channel of a new client, attached. */
  const attached = async (
    name = 'chat',
    options: { readonly clientId?: string } = {},
  ): Promise<RealtimeChannel> => {
    const channel = rt.client(options).channel(name);
    await channel.attach();
    return channel;
  };
  const first = <T>(stream$: Stream<T>, isIt: (value: T) => boolean): Promise<T> =>
    firstValueFrom(stream$.pipe(filter(isIt)));

  it('has twenty recipes at least', () => {
    expect(titles).to.have.length.of.at.least(20);
  });

  it('1: counts down while the client is offline', async () => {
    const { banner$ } = (await recipe(1)) as { banner$: (client: RealtimeClient) => Stream<string> };
    const said: string[] = [];
    runMarbles(
      ({ rt, scheduler }) => {
        const client = rt.client({ disconnectedRetryTimeout: 3000, random: () => 0 });
        banner$(client).subscribe((text) => said.push(text));
        client.channel('chat').messages$.subscribe({ error: () => undefined });
        scheduler.schedule(() => rt.refuse('drop'), 1000);
        scheduler.schedule(() => rt.drop(), 1000);
        scheduler.schedule(() => rt.refuse(false), 2000);
      },
      { until: 10_000 },
    );
    expect(said).to.deep.equal([
      '',
      'Offline. Trying again in 3 s.',
      'Offline. Trying again in 2 s.',
      'Offline. Trying again in 1 s.',
      '',
      'Closed.',
    ]);
  });

  it('2: shows a line before the server has it, and once', async () => {
    type Lines = readonly { readonly text: string; readonly standing: string }[];
    const { optimisticChat } = (await recipe(2)) as {
      optimisticChat: (channel: RealtimeChannel) => {
        lines$: Stream<Lines>;
        send: (text: string) => Promise<void>;
      };
    };
    const channel = await attached();
    const { lines$, send } = optimisticChat(channel);
    const shown: string[] = [];
    const subscription = lines$.subscribe((lines) =>
      shown.push(lines.map(({ text, standing }) => `${text} ${standing}`).join()),
    );
    const echo = firstValueFrom(channel.messages$);
    await Promise.all([send('hello'), echo]);
    rt.nack();
    await send('bad');
    subscription.unsubscribe();
    expect([shown[0], shown.at(-1)]).to.deep.equal(['hello sending', 'hello sent,bad failed']);
  });

  it('3: tells who types', async () => {
    const { typing, typists$ } = (await recipe(3)) as {
      typing: (channel: RealtimeChannel, keys$: Stream<unknown>) => Stream<string>;
      typists$: (channel: RealtimeChannel, own: string) => Stream<readonly string[]>;
    };
    const heard: string[] = [];
    runMarbles(
      ({ rt, scheduler }) => {
        const [ann, bob] = ['ann', 'bob'].map((clientId) => rt.client({ clientId }).channel('chat'));
        const keys$ = new Subject<void>();
        typing(ann!, keys$).subscribe({ error: (error: unknown) => heard.push(String(error)) });
        typists$(bob!, 'bob').subscribe((names) =>
          heard.push(`${scheduler.now() < 2000 ? 'early' : 'late'}: ${names.join()}`),
        );
        for (const at of [1000, 1500]) scheduler.schedule(() => keys$.next(), at);
      },
      { until: 10_000 },
    );
    expect(heard.filter((line, index) => line !== heard[index - 1])).to.deep.equal([
      'early: ',
      'early: ann',
      'late: ',
    ]);
  });

  it('4: publishes the latest reading', async () => {
    const { feed } = (await recipe(4)) as {
      feed: (channel: RealtimeChannel, readings$: Stream<number>) => Stream<unknown>;
    };
    const readings$ = new Subject<number>();
    const listener = await attached();
    const publishing = feed(await attached(), readings$).subscribe();
    const readings: unknown[] = [];
    for (const burst of [[1, 2, 3], [4]]) {
      const received = firstValueFrom(listener.messages$);
      burst.forEach((reading) => readings$.next(reading));
      readings.push((await received).data);
    }
    publishing.unsubscribe();
    expect(readings).to.deep.equal([{ celsius: 3 }, { celsius: 4 }]);
  });

  it('5: shows a window of the members', async () => {
    type Shown = { readonly total: number; readonly rows: readonly { readonly clientId: string }[] };
    const { rows$ } = (await recipe(5)) as {
      rows$: (channel: RealtimeChannel, range$: Stream<object>) => Stream<Shown>;
    };
    for (let number = 0; number < 100; number += 1)
      rt.presence('chat').enter(`m${String(number).padStart(2, '0')}`);
    const shown = await first(rows$(await attached(), of({ from: 10, size: 2 })), ({ total }) => total > 0);
    expect([shown.total, ...shown.rows.map(({ clientId }) => clientId)]).to.deep.equal([100, 'm10', 'm11']);
  });

  it('6: asks the HttpClient for tokens', async () => {
    const { tokenFrom } = (await recipe(6)) as {
      tokenFrom: (http: object, url: string) => () => Stream<string>;
    };
    const urls: string[] = [];
    const http = {
      post: (url: string) => {
        urls.push(url);
        return of(rt.emulator.issueToken({ clientId: 'ann' }).token);
      },
    };
    const client = rt.client({ key: undefined, authCallback: tokenFrom(http, '/token') });
    await client.channel('chat').attach();
    expect([urls, client.auth.clientId]).to.deep.equal([['/token'], 'ann']);
  });

  it('7: gives up after its limit, and at once where no retry helps', async () => {
    const { stubborn$ } = (await recipe(7)) as {
      stubborn$: (channel: object, count?: number) => Stream<Message>;
    };
    const tried = (code: number): readonly unknown[] => {
      let attempts = 0;
      const messages$ = throwError(() => {
        attempts += 1;
        return new ErrorInfo('refused', { code });
      });
      let end = '';
      runMarbles(() => {
        stubborn$({ messages$ }, 2).subscribe({
          error: (error: unknown) => (end = (error as Error).message),
        });
      });
      return [attempts, end];
    };
    expect([tried(40160), tried(90009)]).to.deep.equal([
      [3, 'refused'],
      [1, 'refused'],
    ]);
  });

  it('8: holds that nothing is missed through a reconnect', async () => {
    const { testReconnect } = (await recipe(8)) as { testReconnect: () => void };
    testReconnect();
  });

  it('9: works on each message, until it is told to stop', async () => {
    const { pipeline } = (await recipe(9)) as {
      pipeline: (
        from: RealtimeChannel,
        to: RealtimeChannel,
        work: (data: unknown) => Promise<unknown>,
        signal: AbortSignal,
      ) => Promise<void>;
    };
    const [from, to] = [await attached('in'), await attached('out')];
    const results = firstValueFrom(to.messages$);
    const stop = new AbortController();
    const running = pipeline(from, to, async (data) => `${String(data)}!`, stop.signal);
    rt.channel('in').emit('text', 'hello');
    expect((await results).data).to.equal('hello!');
    stop.abort();
    await running;
  });

  it('10: opens one socket for all parts of a page', async () => {
    const { theClient } = (await recipe(10)) as { theClient: (options: object) => RealtimeClient };
    const parts = [1, 2, 3].map(() => theClient(rt.options));
    const listening = parts.map((client) =>
      client.channel('chat').messages$.subscribe({ error: () => undefined }),
    );
    await parts[0]!.channel('chat').attach();
    expect([
      rt.emulator.connections.length,
      rt.sent.filter((frame) => frame.startsWith('ATTACH')),
    ]).to.deep.equal([1, ['ATTACH chat']]);
    listening.forEach((subscription) => subscription.unsubscribe());
    await parts[0]!.dispose();
  });
});
