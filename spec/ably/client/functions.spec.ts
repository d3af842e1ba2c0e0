import { expect } from 'chai';
import { firstValueFrom, from, map, type Observable, take, toArray } from 'rxjs';
import type { CoreChannel } from '../../../lib/ably/channel/channel.js';
import {
  createClient,
  createRecoveryKey,
  edit,
  filterMessages,
  getMessage,
  getMessageVersions,
  historyOf,
  ping,
  publish,
  publishAll,
  publishTo,
  setOptions,
  streamOf,
  time,
  withHistory,
} from '../../../lib/core.js';
import { inMemory } from '../../../lib/emulator/index.js';
import { type Message, type RealtimeChannel, RealtimeClient } from '../../../lib/index.js';
import { codecs } from '../../support/fake-ably.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

const name = 'mutable:chat';
const all = <T>(values$: Observable<T>): Promise<readonly T[]> => firstValueFrom(values$.pipe(toArray()));
/** The next messages, in short. */
const next = (messages$: Observable<Message>, count = 1): Promise<readonly unknown[]> =>
  all(
    messages$.pipe(
      take(count),
      map(({ name: event, data, action }) => [action, event, data]),
    ),
  );

for (const codec of codecs)
  describe(`functions of a channel and of a client, ${codec.format}`, () => {
    /** A client of parts and a whole one, on a server of their own. */
    const build = () => {
      const { emulator, webSocketCtor, fetch, key } = inMemory();
      const options = {
        ...{ key, endpoint: 'localhost', tls: false, codec, webSocketCtor, fetch, clientId: 'me' },
        log: () => undefined,
      };
      return { emulator, light: createClient(options), whole: new RealtimeClient(options) };
    };
    type World = ReturnType<typeof build> & { readonly channel: CoreChannel; readonly same: RealtimeChannel };
    /** The channel of both clients. */
    const inWorld =
      (body: (world: World) => Promise<void>): (() => Promise<void>) =>
      async () => {
        const world = build();
        const { emulator, light, whole } = world;
        await body({ ...world, channel: light.channel(name), same: whole.channel(name) });
        await Promise.all([light.dispose(), whole.dispose()]);
        emulator.dispose();
      };
    /** A message that has been published, as it is received. */
    const published = async ({ channel, same }: World, data = 'first'): Promise<Message> => {
      await channel.attach();
      const received = firstValueFrom(channel.messages$);
      await same.publish('n', data);
      return received;
    };

    it(
      'RTL6: `publish` takes a name and a payload, one message, or several in one frame',
      inWorld(async ({ channel, same }) => {
        await same.attach();
        const received = next(same.messages$, 6);
        const results = [
          await publish(channel, 'n', { a: 1 }),
          await publish(channel, null, 'x'),
          await publish(channel, { name: 'one' }),
          await publish(channel, [{ name: 'two' }, { name: 'three' }], { params: { p: 1 } }),
        ];
        expect(results.map(({ serials }) => serials.length)).to.deep.equal([1, 1, 1, 2]);
        await same.publish('n', { a: 1 });
        expect(await received).to.deep.equal([
          ['message.create', 'n', { a: 1 }],
          ['message.create', undefined, 'x'],
          ['message.create', 'one', undefined],
          ['message.create', 'two', undefined],
          ['message.create', 'three', undefined],
          ['message.create', 'n', { a: 1 }],
        ]);
        expect(codesOf(await rejectionOf(publish(channel, 'n', 1)))).to.deep.equal(
          codesOf(await rejectionOf(same.publish('n', 1))),
        );
      }),
    );

    it(
      'RTL10: `historyOf` gives the history',
      inWorld(async ({ channel, same }) => {
        for (const data of ['1', '2', '3']) await publish(channel, 'n', data);
        const found = await all(historyOf(channel));
        expect(found.map(({ data }) => data)).to.deep.equal(['3', '2', '1']);
        expect(found).to.deep.equal(await all(same.history()));
        const params = { direction: 'forwards', limit: 2 } as const;
        const page = await historyOf(channel, params).page();
        expect(page.items).to.have.length(2);
        expect(page.items).to.deep.equal((await same.history(params).page()).items);
        const untilAttach = { untilAttach: true };
        expect(codesOf(await rejectionOf(all(historyOf(channel, untilAttach))))).to.deep.equal({
          code: 90000,
          statusCode: 400,
        });
        await channel.attach();
        expect(await all(historyOf(channel, untilAttach))).to.deep.equal(found);
      }),
    );

    for (const change of ['update', 'delete', 'append'] as const)
      it(
        `RTL32, RTL28, RTL31: \`edit\` does "${change}"; \`getMessage\` and \`getMessageVersions\` show it`,
        inWorld(async (world) => {
          const { channel, same } = world;
          const [mine, theirs] = [await published(world), await published(world)];
          const received = next(channel.messages$, 2);
          const changed = { data: 'second' };
          const operation = { description: 'why' };
          const { versionSerial } = await edit(
            channel,
            change,
            { ...changed, serial: mine.serial },
            { operation },
          );
          await same[`${change}Message`]({ ...changed, serial: theirs.serial }, operation);
          expect(versionSerial).to.be.a('string');
          const [first, second] = await received;
          expect(first).to.deep.equal(second);
          const now = await getMessage(channel, mine);
          expect(now.version).to.deep.include({ serial: versionSerial, description: 'why' });
          expect(now).to.deep.equal(await same.getMessage(mine.serial ?? ''));
          const versions = await all(getMessageVersions(channel, mine));
          expect(versions).to.have.length(2);
          expect(versions).to.deep.equal(await all(same.getMessageVersions(mine)));
          expect(await all(getMessageVersions(channel, mine, { direction: 'backwards' }))).to.deep.equal(
            await all(same.getMessageVersions(mine, { direction: 'backwards' })),
          );
        }),
      );

    it(
      'RTL32, RTL28: `edit` and `getMessage` reject a message without a serial',
      inWorld(async ({ channel, same }) => {
        for (const [mine, theirs] of [
          [edit(channel, 'update', {}), same.updateMessage({})],
          [getMessage(channel, {}), same.getMessage({})],
        ])
          expect(codesOf(await rejectionOf(mine!)))
            .to.deep.equal({ code: 40003, statusCode: 400 })
            .and.to.deep.equal(codesOf(await rejectionOf(theirs!)));
      }),
    );

    it(
      'RTL16, RTL16a: `setOptions` resolves when the server has granted them',
      inWorld(async ({ channel, same }) => {
        const modes = ['subscribe'] as const;
        for (const [attaching, set] of [
          [channel.attach(), () => setOptions(channel, { modes, params: { rewind: 1 } })],
          [same.attach(), () => same.setOptions({ modes, params: { rewind: 1 } })],
        ] as const) {
          await attaching;
          await set();
        }
        expect([channel.modes, channel.params]).to.deep.equal([['subscribe'], { rewind: '1' }]);
        expect([channel.modes, channel.params]).to.deep.equal([same.modes, same.params]);
        expect(codesOf(await rejectionOf(setOptions(channel, { modes: 'x' as never })))).to.deep.equal({
          code: 40000,
          statusCode: 400,
        });
      }),
    );

    it(
      '`streamOf` gives the messages for `for await`, and a lease while it does',
      inWorld(async ({ channel, same }) => {
        const heard: unknown[] = [];
        void (async () => {
          await firstValueFrom(channel.whenState('attached'));
          for (const data of ['1', '2', '3']) await same.publish('n', data);
        })();
        for await (const { data } of streamOf(channel)) {
          heard.push(data);
          if (heard.length === 2) break;
        }
        expect(heard).to.deep.equal(['1', '2']);
        const signal = AbortSignal.abort(new Error('enough'));
        const reading = streamOf(channel, { signal })[Symbol.asyncIterator]();
        expect(await rejectionOf(reading.next())).to.have.property('message', 'enough');
      }),
    );

    it(
      'RTL22: `filterMessages` gives those that meet a filter',
      inWorld(async ({ channel, same }) => {
        await channel.attach();
        const wanted = { name: 'n', clientId: 'me', isRef: true };
        const received = next(filterMessages(channel, wanted));
        const theirs = next(same.messages(wanted));
        await same.attach();
        const extras = { ref: { type: 't', timeserial: 's' } };
        await publish(channel, { name: 'n', data: 'no reference' });
        await publish(channel, { name: 'other', data: 'another name', extras });
        await publish(channel, { name: 'n', data: 'this one', extras });
        expect(await received).to.deep.equal([['message.create', 'n', 'this one']]);
        expect(await theirs).to.deep.equal(await received);
      }),
    );

    it(
      '`withHistory` joins the past and what is live, of all names or of some',
      inWorld(async ({ channel, same }) => {
        for (const event of ['n', 'other', 'n', 'last']) await publish(channel, event, 'past');
        const some = next(withHistory(channel, 1, 'n'), 2);
        const both = next(withHistory(channel, 'untilAttach', ['n', 'last']), 4);
        const every = next(withHistory(channel, 'untilAttach'), 5);
        const theirs = next(same.messages('n', { history: 1 }), 2);
        await Promise.all([channel.attach(), same.attach()]);
        await publish(channel, 'n', 'live');
        const events = ['n', 'other', 'n', 'last'].map((event) => ['message.create', event, 'past']);
        const live = ['message.create', 'n', 'live'];
        expect(await every).to.deep.equal([...events, live]);
        expect(await both).to.deep.equal([...events.filter(([, event]) => event !== 'other'), live]);
        expect(await some).to.deep.equal([['message.create', 'n', 'past'], live]);
        expect(await theirs).to.deep.equal(await some);
      }),
    );

    it(
      '`publishTo` and `publishAll` publish a stream, with its results',
      inWorld(async ({ channel, same }) => {
        await same.attach();
        const received = next(same.messages$, 4);
        const results = [
          ...(await all(from(['1', '2']).pipe(publishTo(channel, 'n')))),
          ...(await all(publishAll(channel, (data: string) => ({ data }), { values: ['3', '4'] }))),
        ];
        expect(results.map(({ serials }) => serials.length)).to.deep.equal([1, 1, 1, 1]);
        expect(await received).to.deep.equal([
          ...['1', '2'].map((data) => ['message.create', 'n', data]),
          ...['3', '4'].map((data) => ['message.create', undefined, data]),
        ]);
      }),
    );

    it(
      'RTN13: `ping` measures the way to the server and back; rejects where there is no connection',
      inWorld(async ({ light, whole }) => {
        expect(codesOf(await rejectionOf(ping(light))))
          .to.deep.equal({ code: 80000, statusCode: 400 })
          .and.to.deep.equal(codesOf(await rejectionOf(whole.ping())));
        light.connect();
        expect(await ping(light)).to.be.within(0, 1000);
        await light.dispose();
        expect(codesOf(await rejectionOf(ping(light)))).to.deep.equal({ code: 80017, statusCode: 400 });
      }),
    );

    it(
      'RSC16: `time` asks the server; rejects where the client is disposed of',
      inWorld(async ({ light }) => {
        const before = Date.now();
        expect(await time(light)).to.be.within(before - 1000, before + 60_000);
        await light.dispose();
        expect(codesOf(await rejectionOf(time(light)))).to.deep.equal({ code: 80017, statusCode: 400 });
      }),
    );

    it(
      'RTN16g: `createRecoveryKey` says where connection, publishes and channels stand',
      inWorld(async ({ light, whole, channel, same }) => {
        expect([createRecoveryKey(light), whole.connection.createRecoveryKey()]).to.deep.equal([null, null]);
        for (const each of [channel, same]) await each.attach();
        await publish(channel, 'n', 'd');
        await same.publish('n', 'd');
        const key = JSON.parse(createRecoveryKey(light) ?? '') as Record<string, unknown>;
        const theirs = JSON.parse(whole.connection.createRecoveryKey() ?? '') as Record<string, unknown>;
        expect(key).to.deep.include({
          connectionKey: light.connection.key,
          msgSerial: 1,
          channelSerials: { [name]: channel.properties.channelSerial },
        });
        expect({ ...key, connectionKey: whole.connection.key }).to.deep.equal(theirs);
      }),
    );
  });
