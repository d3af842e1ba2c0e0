import { expect } from 'chai';
import { fold, type FoldOptions } from '../../../lib/ably/folding/fold.js';
import type { FoldedMessage, FoldedMessages, Sending } from '../../../lib/ably/folding/folding.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { PublishResult, WireMessage } from '../../../lib/ably/wire/frames.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs, fakeAbly } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { settling } from '../../support/settling.js';

const hour = 3_600_000;
const start = 1_700_000_000_000;

for (const codec of codecs)
  describe(`own messages, ${codec.format}`, () => {
    /** A client whose clock is off by `skew`, a channel that is attached, and what a fold shows of it. */
    function attached(options: FoldOptions = {}, skew = 0) {
      const clock = new VirtualClock();
      let drawn = 0;
      const random = (): number => ((drawn += 1) % 1000) / 1000; // so that ids differ
      const fake = fakeAbly(codec, { random, scheduler: { ...clock.lend(), now: () => start + skew } });
      const { client, server, net } = fake;
      const channel = client.channel('a');
      const shown: FoldedMessages[] = [];
      const watch = (list = shown, more = options) =>
        fold(channel, { own: true, ...more }).subscribe((messages) => list.push(messages));
      const watching = watch();
      server.welcome();
      server.attached('a');
      const sent = (): readonly WireMessage[] =>
        server.heard().flatMap(({ action, messages = [] }) => (action === 'MESSAGE' ? messages : []));
      return {
        ...{ client, net, channel, shown, watch, watching, sent },
        /** The server sends a message, so many milliseconds after the start. */
        says: (serial: string, data: string, later = 0, id = `id-${serial}`) => {
          const message = { id, serial, data, action: 0 };
          server.say({ action: Action.message, channel: 'a', timestamp: start + later, messages: [message] });
        },
        edit: (serial: string, data: string) => {
          const messages = [{ id: 'edit', serial, data, action: 1, version: { serial: `${serial}-2` } }];
          server.say({ action: Action.message, channel: 'a', timestamp: start, messages });
        },
        ack: (msgSerial: number, ...serials: readonly string[]) => {
          server.say({ action: Action.ack, msgSerial, count: 1, res: [{ serials: [...serials] }] });
        },
        nack: (msgSerial: number) => {
          const error = { code: 40000, statusCode: 400, message: 'no' };
          server.say({ action: Action.nack, msgSerial, count: 1, error });
        },
        publish: (...data: readonly string[]): void => {
          channel.publish(data.map((each) => ({ data: each }))).catch(ignore);
        },
      };
    }
    type World = ReturnType<typeof attached>;

    const texts = (messages: FoldedMessages | undefined): string =>
      [...(messages?.values() ?? [])]
        .map(({ data, sending }: FoldedMessage) => `${String(data)}${sending ? ` ${sending.state}` : ''}`)
        .join(', ');
    const failure = (messages: FoldedMessages | undefined): Sending & { readonly state: 'failed' } => {
      for (const { sending } of messages?.values() ?? []) if (sending?.state === 'failed') return sending;
      throw new Error('Nothing has failed.');
    };
    const lives = async (world: World, script: () => Promise<void>): Promise<void> => {
      await script();
      await world.client.dispose();
    };

    for (const [name, skew] of [
      ['ahead', hour],
      ['behind', -hour],
    ] as const) {
      const byAge = (): World => attached({ keep: { age: 600_000 } }, skew);

      it(`with a clock an hour ${name}, the ACK before the echo drops nothing, nor does it hide the message`, async () => {
        const world = byAge();
        await lives(world, async () => {
          world.says('s1', 'one');
          world.publish('mine');
          world.ack(0, 's2');
          await settling();
          expect(world.shown.map(texts)).to.deep.equal(['', 'one', 'one, mine pending', 'one, mine sent']);
          world.says('s2', 'mine', 1000, world.sent()[0]?.id);
          world.says('s3', 'two', 2000);
          expect(texts(world.shown.at(-1))).to.equal('one, mine, two');
        });
      });

      it(`with a clock an hour ${name}, the echo before the ACK drops nothing`, async () => {
        const world = byAge();
        await lives(world, async () => {
          world.says('s1', 'one');
          world.publish('mine');
          world.says('s2', 'mine', 1000, world.sent()[0]?.id);
          world.ack(0, 's2');
          await settling();
          world.says('s3', 'two', 2000);
          expect(world.shown.map(texts)).to.deep.equal([
            ...['', 'one', 'one, mine pending', 'one, mine', 'one, mine, two'],
          ]);
        });
      });

      it(`with a clock an hour ${name}, the time of an echo counts, and not that of the entry before`, async () => {
        const world = byAge();
        await lives(world, async () => {
          world.says('s1', 'one');
          world.publish('mine');
          world.ack(0, 's2');
          await settling();
          world.says('s2', 'mine', 600_001, world.sent()[0]?.id);
          expect(texts(world.shown.at(-1))).to.equal('mine');
        });
      });

      it(`with a clock an hour ${name} and without an echo, a message is as old as the next of the server's`, async () => {
        const world = byAge();
        await lives(world, async () => {
          world.publish('mine');
          world.ack(0, 's1');
          await settling();
          world.says('s2', 'one', 0);
          world.says('s3', 'two', 1000);
          world.says('s4', 'three', 600_000);
          expect(texts(world.shown.at(-1))).to.equal('mine sent, one, two, three');
          world.says('s5', 'four', 600_500);
          expect(texts(world.shown.at(-1))).to.equal('two, three, four');
        });
      });
    }

    it('RTL6: messages that a subscriber publishes are sent, and shown, after those that it is shown', async () => {
      const world = attached();
      await lives(world, async () => {
        const others: FoldedMessages[] = [];
        const isFirst = (): boolean => texts(world.shown.at(-1)) === 'a1 pending, a2 pending';
        fold(world.channel, { own: true }).subscribe(() => {
          if (isFirst()) world.publish('b');
        });
        world.watch(others);
        world.publish('a1', 'a2');
        await settling();
        expect(world.sent().map(({ data }) => data)).to.deep.equal(['a1', 'a2', 'b']);
        const all = 'a1 pending, a2 pending, b pending';
        expect([texts(world.shown.at(-1)), texts(others.at(-1))]).to.deep.equal([all, all]);
        expect(world.shown.map(texts)).to.deep.equal(['', 'a1 pending, a2 pending', all]);
      });
    });

    it("RTL32: without an echo, an entry is the server's message once that is edited", async () => {
      const world = attached();
      await lives(world, async () => {
        world.publish('mine');
        world.ack(0, 's1');
        await settling();
        const [[serial, entry] = []] = world.shown.at(-1) ?? [];
        expect([serial, entry?.serial, entry?.sending?.state]).to.deep.equal(['s1', 's1', 'sent']);
        world.edit('s1', 'edited');
        expect(world.shown.map(texts)).to.deep.equal(['', 'mine pending', 'mine sent', 'edited']);
      });
    });

    it('RTL32: a message of before that comes late leaves one that has no echo yet in its place', async () => {
      const world = attached();
      await lives(world, async () => {
        world.publish('mine');
        world.ack(0, 's3');
        await settling();
        for (const serial of ['s5', 's1']) world.says(serial, serial);
        expect(texts(world.shown.at(-1))).to.equal('s1, mine sent, s5');
      });
    });

    it('an echo that comes while its message is being sent is shown once', async () => {
      const world = attached();
      await lives(world, async () => {
        const socket = world.net.last();
        const send = socket.send.bind(socket);
        socket.send = (data): void => {
          send(data);
          world.says('s1', 'mine', 0, world.sent()[0]?.id);
        };
        world.publish('mine');
        socket.send = send;
        await settling();
        expect(world.shown.map(texts)).to.deep.equal(['', 'mine']);
      });
    });

    /** Publishes messages that the server refuses. */
    const failed = async (world: World, ...data: readonly string[]): Promise<void> => {
      world.publish(...data);
      world.nack(0);
      await settling();
    };

    it('a message whose echo has come, and gone again, does not come back where its publish is refused', async () => {
      const world = attached({ keep: { count: 1 } });
      await lives(world, async () => {
        world.publish('mine');
        world.says('s1', 'mine', 0, world.sent()[0]?.id);
        world.says('s2', 'theirs');
        world.nack(0);
        await settling();
        expect(world.shown.map(texts)).to.deep.equal(['', 'mine pending', 'mine', 'theirs']);
      });
    });

    it('RSL1k2: retrying what the server has sent back sends nothing, and resolves with its serial', async () => {
      const world = attached();
      await lives(world, async () => {
        await failed(world, 'mine');
        const { retry } = failure(world.shown.at(-1));
        world.says('s1', 'mine', 0, world.sent()[0]?.id);
        const before = world.shown.length;
        expect(await retry()).to.deep.equal({ serials: ['s1'] });
        expect([world.sent().length, world.shown.length]).to.deep.equal([1, before]);
      });
    });

    it('RSL1k2: retrying twice sends once, and once more nothing', async () => {
      const world = attached();
      await lives(world, async () => {
        await failed(world, 'mine');
        const { retry } = failure(world.shown.at(-1));
        const results: Promise<PublishResult>[] = [retry(), retry()];
        world.ack(1, 's1');
        const serials = [...(await Promise.all(results)), await retry()];
        expect(serials).to.deep.equal([{ serials: ['s1'] }, { serials: ['s1'] }, { serials: ['s1'] }]);
        expect(world.sent().map(({ data }) => data)).to.deep.equal(['mine', 'mine']);
        expect(world.shown.map(texts)).to.deep.equal([
          ...['', 'mine pending', 'mine failed', 'mine pending', 'mine sent'],
        ]);
      });
    });

    it('RSL1k2: retrying what a later fold has from the server sends nothing', async () => {
      const world = attached();
      await lives(world, async () => {
        await failed(world, 'mine');
        const { retry } = failure(world.shown.at(-1));
        world.watching.unsubscribe();
        const later: FoldedMessages[] = [];
        world.watch(later);
        world.says('s1', 'mine', 0, world.sent()[0]?.id);
        expect(await retry()).to.deep.equal({ serials: ['s1'] });
        expect([world.sent().length, later.map(texts)]).to.deep.equal([1, ['', 'mine']]);
      });
    });

    it('RSL1k2: retrying messages of which one has come back shows that one once', async () => {
      const world = attached();
      await lives(world, async () => {
        await failed(world, 'a1', 'a2');
        const { retry } = failure(world.shown.at(-1));
        world.says('s1', 'a1', 0, world.sent()[0]?.id);
        const result = retry();
        expect(texts(world.shown.at(-1))).to.equal('a1, a2 pending');
        world.ack(1, 's1', 's2');
        expect(await result).to.deep.equal({ serials: ['s1', 's2'] });
        expect(texts(world.shown.at(-1))).to.equal('a1, a2 sent');
      });
    });
  });
