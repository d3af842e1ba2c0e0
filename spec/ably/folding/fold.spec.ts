import { expect } from 'chai';
import {
  BehaviorSubject,
  EMPTY,
  NEVER,
  type Observable,
  of,
  Subject,
  throwError,
  VirtualTimeScheduler,
} from 'rxjs';
import { fold } from '../../../lib/ably/folding/fold.js';
import { foldMessages } from '../../../lib/ably/folding/fold-messages.js';
import type { FoldedMessage, FoldedMessages } from '../../../lib/ably/folding/folding.js';
import { messageOf } from '../../../lib/ably/folding/message-of.js';
import type { Repair } from '../../../lib/ably/folding/repair.js';
import type { Message } from '../../../lib/ably/wire/message.js';
import { realtimeTesting } from '../../../lib/testing/index.js';
import { impatient } from '../../support/chaos/impatient.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs } from '../../support/fake-ably.js';
import { channelName, slowFetch, writerOf } from '../../support/fold-life.js';
import { ignore } from '../../support/ignore.js';

const message = (serial: string, more: Partial<Message> = {}): Message => ({
  ...{ id: `id-${serial}`, name: 'n', data: serial, encoding: undefined, clientId: undefined },
  ...{ connectionId: undefined, timestamp: 1, extras: undefined, action: 'message.create', serial },
  ...{ version: { serial }, annotations: { summary: {} } },
  ...more,
});
const append = (serial: string, version: string, data: string): Message =>
  message(serial, { action: 'message.append', data, version: { serial: version } });
const texts = (messages: FoldedMessages): readonly unknown[] =>
  [...messages.values()].map(({ data }) => data);

/** A source, what is shown of it, and the reads that it asks for, each of which is answered by hand. */
function bench(keep: { readonly count?: number; readonly age?: number } = {}) {
  const [source, gap$] = [new Subject<Message>(), new Subject<void>()];
  const asked: (string | undefined)[] = [];
  const answers: Subject<Message>[] = [];
  const ask = (serial?: string): Observable<Message> => {
    const answer = new Subject<Message>();
    asked.push(serial);
    answers.push(answer);
    return answer;
  };
  const repair: Repair = { past$: ask('past'), gap$, missed: ask, get: ask };
  const shown: FoldedMessages[] = [];
  source.pipe(foldMessages({ repair: () => repair, keep })).subscribe((messages) => shown.push(messages));
  const answer = (...newestFirst: readonly Message[]): void => {
    const last = answers.at(-1);
    for (const each of newestFirst) last?.next(each);
    last?.complete();
  };
  const next = (...messages: readonly Message[]): void => {
    for (const each of messages) source.next(each);
  };
  return { next, gap: () => gap$.next(), answer, asked, shown };
}

describe('foldMessages', () => {
  it('shows the past first, and what came meanwhile with it, as one map', () => {
    const { next, answer, shown } = bench();
    next(append('b', 'b1', '+'));
    expect(shown).to.deep.equal([]);
    answer(message('b'), message('a'));
    expect(shown.map(texts)).to.deep.equal([['a', 'b+']]);
  });

  it('folds a list, which ends at once', () => {
    const shown: unknown[] = [];
    of(message('a'), message('b'), append('b', 'b1', '+'))
      .pipe(foldMessages())
      .subscribe({ next: (messages) => shown.push(texts(messages)), complete: () => shown.push('over') });
    expect(shown).to.deep.equal([['a', 'b+'], 'over']);
  });

  it('is another map after each change, in which unchanged messages are the same objects', () => {
    const { next, answer, shown } = bench();
    answer(message('b'), message('a'));
    next(append('b', 'b1', '+'), append('b', 'b1', '+'));
    expect(shown.map(texts)).to.deep.equal([
      ['a', 'b'],
      ['a', 'b+'],
    ]);
    expect(shown[1]?.get('a')).to.equal(shown[0]?.get('a'));
  });

  it('RTL12: reads what was missed before it goes on, and shows nothing between', () => {
    const { next, gap, answer, asked, shown } = bench();
    answer(message('a', { data: 'Once upon a time' }));
    gap();
    next(append('a', 'a3', ' was'));
    expect([asked.at(-1), shown.length]).to.deep.equal(['a', 1]);
    answer(
      message('a', { action: 'message.update', data: 'Once upon a time there', version: { serial: 'a2' } }),
    );
    expect(shown.map(texts)).to.deep.equal([['Once upon a time'], ['Once upon a time there was']]);
  });

  it('RTL12: reads anew on a gap while something is read', () => {
    const { gap, answer, asked, shown } = bench();
    gap();
    answer(message('a'));
    gap();
    gap();
    answer(message('b'), message('a'));
    expect([asked, shown.map(texts)]).to.deep.equal([
      ['past', 'a', 'a'],
      [['a'], ['a', 'b']],
    ]);
  });

  it('RSL11: asks for the beginning of a message that is appended to, once', () => {
    const { next, answer, asked, shown } = bench();
    answer();
    next(append('a', 'a2', ' two'));
    answer(message('a', { data: 'one two', version: { serial: 'a2' } }));
    next(append('a', 'a3', ' three'), append('b', 'b2', 'lost'));
    answer();
    next(append('b', 'b3', 'lost'));
    expect(asked.slice(1)).to.deep.equal(['a', 'b']);
    expect(shown.map(texts)).to.deep.equal([[], ['one two'], ['one two three']]);
  });

  it('TM2s1: an older version brings no deleted message back, a newer one does', () => {
    const { next, answer, shown } = bench();
    answer(message('a'));
    const edit = (version: string, action: Message['action']): Message =>
      message('a', { action, data: version, version: { serial: version } });
    next(edit('a5', 'message.delete'), edit('a4', 'message.update'), edit('a6', 'message.update'));
    expect(shown.map(texts)).to.deep.equal([['a'], [], ['a6']]);
  });

  it('keeps the order in which late ones were put when it drops the oldest', () => {
    const { next, answer, shown } = bench({ count: 3 });
    answer();
    for (const serial of ['a', 'c', 'b', 'd', 'e', 'f']) next(message(serial));
    expect(shown.slice(3).map(texts)).to.deep.equal([
      ['a', 'b', 'c'],
      ['b', 'c', 'd'],
      ['c', 'd', 'e'],
      ['d', 'e', 'f'],
    ]);
  });

  it('keeps none where `count` is 0, and goes on', () => {
    const { next, answer, shown } = bench({ count: 0 });
    answer(message('a'));
    next(message('b'));
    expect(shown.map(texts)).to.deep.equal([[]]);
  });

  it('errors where a read does: of the past, of a gap, or of the beginning of a message', () => {
    const failure = new Error('No.');
    const read$ = throwError(() => failure);
    const gap$ = new Subject<void>();
    const whole: Repair = { past$: EMPTY, gap$, missed: () => EMPTY, get: () => of(message('a')) };
    for (const part of [{ past$: read$ }, { missed: () => read$ }, { get: () => read$ }]) {
      const ends: unknown[] = [];
      new BehaviorSubject(append('a', 'a2', '+'))
        .pipe(foldMessages({ repair: () => ({ ...whole, ...part }) }))
        .subscribe({ error: (error: unknown) => ends.push(error) });
      gap$.next();
      expect(ends).to.deep.equal([failure]);
    }
  });

  it('ends a read when another takes its place, and with its subscriber', () => {
    const [past$, missed$, gap$] = [new Subject<Message>(), new Subject<Message>(), new Subject<void>()];
    const repair = { past$, gap$, missed: () => missed$, get: () => EMPTY };
    const subscription = new Subject<Message>().pipe(foldMessages({ repair: () => repair })).subscribe();
    past$.complete();
    gap$.next();
    gap$.next();
    expect(missed$.observed).to.equal(true);
    subscription.unsubscribe();
    expect([missed$.observed, gap$.observed]).to.deep.equal([false, false]);
  });

  it('completes with its source while something is read, and shows no more', () => {
    const [source, read$] = [new Subject<Message>(), new Subject<Message>()];
    const repair = { past$: read$, gap$: NEVER, missed: () => EMPTY, get: () => EMPTY };
    const shown: unknown[] = [];
    source.pipe(foldMessages({ repair: () => repair })).subscribe({
      next: (messages) => shown.push(texts(messages)),
      complete: () => shown.push('over'),
    });
    source.next(message('a'));
    source.complete();
    expect([shown, read$.observed]).to.deep.equal([['over'], false]);
  });

  it('takes what comes while it emits', () => {
    const { next, answer, shown } = bench();
    answer();
    const source = new Subject<Message>();
    const seen: unknown[] = [];
    source.pipe(foldMessages()).subscribe((messages) => {
      if (messages.size === 1) source.next(message('b'));
      seen.push(texts(messages));
    });
    source.next(message('a'));
    expect(seen).to.deep.equal([[], ['a', 'b'], ['a']]); // each subscriber hears of the later one first, as with any Subject
    next(message('a'));
    expect(shown.map(texts)).to.deep.equal([[], ['a']]);
  });

  it('keeps the newest, by count and by age, and puts late ones at their place', () => {
    const { next, answer, shown } = bench({ count: 2, age: 10 });
    answer();
    next(message('b'), message('d'), message('c'), message('a'), message('e', { timestamp: 12 }));
    expect(shown.map(texts)).to.deep.equal([[], ['b'], ['b', 'd'], ['c', 'd'], ['e']]);
  });
});

for (const codec of codecs)
  describe(`fold and messageOf, ${codec.format}`, () => {
    /** A server and its client, for as long as the script has something to do. */
    const live = (script: (world: ReturnType<typeof worldOf>) => void): void => {
      const world = worldOf();
      script(world);
      world.at(30_000, () => void world.rt.close());
      world.scheduler.flush();
    };
    const worldOf = () => {
      const scheduler = new VirtualTimeScheduler(undefined, 60_000);
      const rt = realtimeTesting({ scheduler, latency: 5 });
      const client = rt.client({ ...impatient, codec, fetch: slowFetch(rt.emulator, scheduler, [9]) });
      const at = (ms: number, deed: () => void): void => void scheduler.schedule(deed, ms);
      return {
        scheduler,
        rt,
        at,
        client,
        channel: client.channel(channelName),
        writer: writerOf(rt.emulator),
      };
    };
    const states = (messages: FoldedMessages): readonly unknown[] =>
      [...messages.values()].map(({ data, sending }: FoldedMessage) => [data, sending?.state]);

    it('RSL1k2: with `own`, a message shows at once, last, and its echo before the ACK is the same entry', () => {
      const shown: unknown[] = [];
      const ids = new Set<unknown>();
      live(({ at, rt, channel, writer }) => {
        fold(channel, { own: true }).subscribe((messages) => {
          shown.push(states(messages));
          for (const { id, data } of messages.values()) if (data === 'mine') ids.add(id);
        });
        at(100, () => {
          rt.holdAcks();
          void channel.publish('n', 'mine');
          writer.create('theirs');
        });
        at(200, () => {
          rt.holdAcks(false);
        });
      });
      expect(shown).to.deep.equal([
        [],
        [['mine', 'pending']],
        [
          ['theirs', undefined],
          ['mine', 'pending'],
        ],
        [
          ['theirs', undefined],
          ['mine', undefined],
        ],
      ]);
      expect(ids.size).to.equal(1);
    });

    it('shows a message of this client with its echo, and not before, unless `own` is true', () => {
      for (const options of [undefined, {}, { own: false }]) {
        const shown: unknown[] = [];
        live(({ at, rt, channel }) => {
          fold(channel, options).subscribe((messages) => shown.push(states(messages)));
          at(100, () => {
            rt.holdAcks();
            void channel.publish('n', 'mine');
          });
          at(200, () => {
            rt.holdAcks(false);
          });
        });
        expect(shown).to.deep.equal([[], [['mine', undefined]]]);
      }
    });

    /** What is shown of own messages while promises settle. */
    const ownLife = async (
      script: (
        rt: ReturnType<typeof realtimeTesting>,
        latest: () => FoldedMessages,
      ) => readonly (() => void)[],
    ): Promise<readonly unknown[]> => {
      const clock = new VirtualClock();
      const rt = realtimeTesting({ scheduler: clock, latency: 5 });
      const channel = rt.client({ ...impatient, codec, echoMessages: false }).channel(channelName);
      const shown: unknown[] = [];
      let latest: FoldedMessages = new Map();
      fold(channel, { own: true }).subscribe((messages) => shown.push(states((latest = messages))));
      await clock.runTo(100);
      const publish = (): void => void channel.publish('n', 'mine').catch(ignore);
      let time = 100;
      for (const deed of [...script(rt, () => latest), ignore]) {
        deed();
        if (time === 100) publish();
        await clock.runTo((time += 100));
      }
      void rt.close();
      await clock.runTo(time + 1000);
      return shown;
    };

    it('RSL1k2: with `own` and without echo, a message is sent with its ACK', async () => {
      expect(await ownLife(() => [ignore])).to.deep.equal([[], [['mine', 'pending']], [['mine', 'sent']]]);
    });

    it('RTL6, RSL1k2: with `own`, a refused message has failed, and can be retried', async () => {
      const retry = (messages: FoldedMessages): void => {
        for (const { sending } of messages.values())
          if (sending?.state === 'failed') {
            expect(sending.error.code).to.equal(40000);
            void sending.retry();
          }
      };
      const shown = await ownLife((rt, latest) => [
        () => {
          rt.nack();
        },
        () => {
          retry(latest());
        },
      ]);
      const mine = ['pending', 'failed', 'pending', 'sent'].map((state) => [['mine', state]]);
      expect(shown).to.deep.equal([[], ...mine]);
    });

    it('with `own`, a failed message can be dismissed', async () => {
      const shown = await ownLife((rt, latest) => [
        () => {
          rt.nack();
        },
        () => {
          for (const { sending } of latest().values()) if (sending?.state === 'failed') sending.dismiss();
        },
      ]);
      expect(shown).to.deep.equal([[], [['mine', 'pending']], [['mine', 'failed']], []]);
    });

    it('RSL11: messageOf gives a message whole, at once where it is known, through a lost session, until it is over', () => {
      const data: unknown[] = [];
      live(({ at, rt, channel, writer }) => {
        const serial = writer.create('one');
        const until = ({ data: text }: { readonly data: unknown }): boolean => String(text).endsWith('.');
        const known = message(serial, { data: 'on' });
        messageOf(channel, known, { until }).data$.subscribe({
          next: (text) => data.push(text),
          complete: () => data.push('over'),
        });
        at(100, () => {
          writer.append(serial, ' two');
          rt.forget();
          rt.drop();
          writer.append(serial, ' three');
        });
        at(9000, () => {
          writer.append(serial, ' four.');
          writer.append(serial, ' five');
        });
      });
      expect(data).to.deep.equal(['on', 'one', 'one two', 'one two three', 'one two three four.', 'over']);
    });

    for (const [action, first] of [
      ['message.update', ['a part']],
      ['message.append', []],
      ['message.delete', []],
    ] as const)
      it(`RSL11: messageOf emits at once what a ${action} has brought, if that is the whole message: ${first.length > 0 ? 'it is' : 'it is not'}`, () => {
        const data: unknown[] = [];
        live(({ channel, writer }) => {
          const known = message(writer.create('one'), { data: 'a part', action });
          messageOf(channel, known).data$.subscribe((text) => data.push(text));
        });
        expect(data).to.deep.equal([...first, 'one']);
      });
  });
