import { expect } from 'chai';
import {
  EMPTY,
  filter,
  firstValueFrom,
  of,
  Subject,
  toArray,
  type Observable as Stream,
  type Subscription,
} from 'rxjs';
import { realtimeTesting, type RealtimeTesting, runMarbles } from '../../lib/testing/index.js';
import { ErrorInfo, type Message, type RealtimeChannel } from '../../lib/index.js';
import { removeModules } from './as-module.js';
import { recipe } from './recipes.js';

describe('docs/recipes.md, from the eleventh', () => {
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

  it('11: awaits what is on its way, then leaves', async () => {
    const { shutDown } = (await recipe(11)) as {
      shutDown: (client: object, pending: readonly Promise<unknown>[]) => Promise<void>;
    };
    const client = rt.client();
    const publishes = [1, 2].map((number) => client.channel('chat').publish('text', String(number)));
    await shutDown(client, publishes);
    const results = await Promise.allSettled(publishes);
    expect([client.connection.state, ...results.map(({ status }) => status)]).to.deep.equal([
      'closed',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('12: begins with the latest price', async () => {
    const { price$ } = (await recipe(12)) as { price$: (client: object, share: string) => Stream<number> };
    const client = rt.client();
    await client.channel('prices:ACME').publish('price', { price: 1 });
    await client.channel('prices:ACME').publish('price', { price: 2 });
    expect(await firstValueFrom(price$(client, 'ACME'))).to.equal(2);
  });

  it('13: counts what is unread', async () => {
    const { unread$ } = (await recipe(13)) as {
      unread$: (channel: object, read$: Stream<unknown>) => Stream<number>;
    };
    const [messages$, read$] = [new Subject<object>(), new Subject<void>()];
    const counts = firstValueFrom(unread$({ messages$ }, read$).pipe(toArray()));
    for (const subject of [messages$, messages$, read$, messages$] as readonly Subject<unknown>[])
      subject.next({});
    messages$.complete();
    read$.complete();
    expect(await counts).to.deep.equal([0, 1, 2, 0, 1]);
  });

  it('14: gets the answer to its own question', async () => {
    const { ask, answering } = (await recipe(14)) as {
      ask: (channel: RealtimeChannel, value: unknown) => Promise<unknown>;
      answering: (channel: RealtimeChannel, work: (value: unknown) => unknown) => Subscription;
    };
    const [asker, server] = [await attached(), await attached()];
    const listening = answering(server, (value) => `${String(value)}?`);
    expect(await Promise.all([ask(asker, 'one'), ask(asker, 'two')])).to.deep.equal(['one?', 'two?']);
    listening.unsubscribe();
  });

  it('15: loads anew after a gap, and keeps what came meanwhile', async () => {
    const { state$ } = (await recipe(15)) as {
      state$: (
        channel: object,
        load: () => Promise<string>,
        change: (state: string, data: unknown) => string,
      ) => Stream<string>;
    };
    const [messages$, discontinuities$] = [new Subject<object>(), new Subject<object>()];
    const loads: ((state: string) => void)[] = [];
    const states: string[] = [];
    const load = (): Promise<string> => new Promise((resolve) => loads.push(resolve));
    state$({ messages$, discontinuities$ }, load, (state, data) => state + String(data)).subscribe((state) =>
      states.push(state),
    );
    messages$.next({ data: 'a' });
    loads[0]!('1');
    await Promise.resolve();
    await Promise.resolve();
    messages$.next({ data: 'b' });
    discontinuities$.next({});
    messages$.next({ data: 'c' });
    loads[1]!('2');
    await Promise.resolve();
    await Promise.resolve();
    expect(states).to.deep.equal(['1a', '1ab', '2c']);
  });

  it('16: follows the room, past one that is refused', async () => {
    const { shown$ } = (await recipe(16)) as {
      shown$: (client: object, room$: Stream<string>) => Stream<string>;
    };
    const client = rt.client();
    const room$ = new Subject<string>();
    const lines: string[] = [];
    const refused = first(shown$(client, room$), (line) => {
      lines.push(line);
      return line === 'b: hello';
    });
    room$.next('a');
    await firstValueFrom(client.channel('a').whenState('attached'));
    rt.channel('a').fail({ code: 40160, statusCode: 401, message: 'not for you' });
    await firstValueFrom(client.channel('a').whenState('failed'));
    room$.next('b');
    await firstValueFrom(client.channel('b').whenState('attached'));
    rt.channel('b').emit('text', 'hello');
    await refused;
    expect(lines).to.deep.equal(['a: not for you', 'b: hello']);
  });

  it('17: replaces what is updated, and removes what is deleted', async () => {
    const { edited$ } = (await recipe(17)) as {
      edited$: (channel: RealtimeChannel) => Stream<readonly unknown[]>;
    };
    const channel = await attached('mutable:chat');
    const seen: string[] = [];
    const listening = edited$(channel).subscribe((lines) => seen.push(lines.join()));
    const { serials } = await channel.publish('text', 'one');
    await channel.publish('text', 'two');
    await channel.updateMessage({ serial: serials[0]!, data: 'ONE' });
    await channel.deleteMessage({ serial: serials[0]! });
    await channel.publish('text', 'last');
    await first(channel.history(), ({ data }) => data === 'last');
    listening.unsubscribe();
    expect(seen).to.include.members(['one', 'one,two', 'ONE,two', 'two']);
  });

  it('18: hears a reaction', async () => {
    const { roomWithReactions, react, reactions$ } = (await recipe(18)) as {
      roomWithReactions: (client: object, name: string) => RealtimeChannel;
      react: (channel: RealtimeChannel, message: Message, emoji: string) => Promise<void>;
      reactions$: (channel: RealtimeChannel) => Stream<{ readonly name: string }>;
    };
    const room = roomWithReactions(rt.client({ clientId: 'ann' }), 'mutable:room');
    await room.attach();
    const message = firstValueFrom(room.messages$);
    await room.publish('text', 'hello');
    const reaction = firstValueFrom(reactions$(room));
    await react(room, await message, '👍');
    expect((await reaction).name).to.equal('👍');
  });

  it('19: reports errors together', async () => {
    const { reports$ } = (await recipe(19)) as { reports$: (client: object) => Stream<object> };
    const reports: object[] = [];
    runMarbles(({ hot }) => {
      const error = new ErrorInfo('refused', { code: 40160 });
      reports$({ errors$: hot('1s (ee) 11s e 15s |', { e: error }) }).subscribe((report) =>
        reports.push(report),
      );
    });
    expect(reports).to.deep.equal([
      { count: 2, codes: [40160] },
      { count: 1, codes: [40160] },
    ]);
  });

  it('20: listens while the page is visible', async () => {
    const { whileVisible$ } = (await recipe(20)) as {
      whileVisible$: (channel: object, visible$: Stream<boolean>) => Stream<unknown>;
    };
    const asked: unknown[] = [];
    const channel = { messages: (...args: readonly unknown[]) => (asked.push(args), EMPTY) };
    whileVisible$(channel, of(true, false, true)).subscribe();
    expect(asked).to.deep.equal([
      ['text', { history: 20 }],
      ['text', { history: 20 }],
    ]);
  });

  it('21: publishes again under one id, only where that is uncertain', async () => {
    const { publishOnce } = (await recipe(21)) as {
      publishOnce: (channel: object, data: string) => Promise<unknown>;
    };
    const ids: unknown[] = [];
    const publishing = (uncertain: boolean, failures: number) => ({
      publish: async ({ id }: { readonly id: string }) => {
        ids.push(id);
        if (ids.length <= failures) throw new ErrorInfo('lost', { code: 80003, uncertain });
        return 'done';
      },
    });
    expect(await publishOnce(publishing(true, 2), 'order')).to.equal('done');
    expect([ids.length, new Set(ids).size]).to.deep.equal([3, 1]);
    ids.length = 0;
    const refused = await publishOnce(publishing(false, 2), 'order').catch(
      (error: unknown) => (error as Error).message,
    );
    expect([refused, ids.length]).to.deep.equal(['lost', 1]);
  });
});
