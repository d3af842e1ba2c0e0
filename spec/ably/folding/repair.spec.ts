import { expect } from 'chai';
import {
  defer,
  merge,
  mergeMap,
  NEVER,
  type Observable,
  retry,
  takeUntil,
  throwError,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { fold, type FoldOptions, repairOf } from '../../../lib/ably/folding/fold.js';
import { foldMessages } from '../../../lib/ably/folding/fold-messages.js';
import type { FoldedMessages } from '../../../lib/ably/folding/folding.js';
import { realtimeTesting, type RealtimeTesting } from '../../../lib/testing/index.js';
import { impatient } from '../../support/chaos/impatient.js';
import { codecs } from '../../support/fake-ably.js';
import { channelName, slowFetch, writerOf } from '../../support/fold-life.js';

/** Loses the session after a second, with a message that is written meanwhile, and lives on to the end. */
function missOne(
  rt: RealtimeTesting,
  writer: ReturnType<typeof writerOf>,
  scheduler: VirtualTimeScheduler,
): void {
  scheduler.schedule(() => {
    rt.forget();
    rt.drop();
    writer.create('missed');
  }, 1000);
  scheduler.schedule(() => void rt.close(), 20_000);
  scheduler.flush();
}

for (const codec of codecs)
  describe(`repairOf, ${codec.format}`, () => {
    /**
     * What the last map is of a pipe that is subscribed to until 200 ms, and again from 5000 ms on. A message is published
     * between, and one while the session is lost.
     */
    function shownAfter(
      again: (
        folded$: Observable<FoldedMessages>,
        scheduler: VirtualTimeScheduler,
      ) => Observable<FoldedMessages>,
    ): readonly unknown[] {
      const scheduler = new VirtualTimeScheduler(undefined, 60_000);
      const rt = realtimeTesting({ scheduler, latency: 5 });
      const client = rt.client({
        ...{ ...impatient, codec, detachGrace: 0 },
        fetch: slowFetch(rt.emulator, scheduler, [9]),
      });
      const writer = writerOf(rt.emulator);
      const channel = client.channel(channelName);
      let last: FoldedMessages = new Map();
      const folded$ = channel.messages$.pipe(foldMessages({ repair: repairOf(channel) }));
      again(folded$, scheduler).subscribe((messages) => (last = messages));
      scheduler.schedule(() => {
        writer.create('between');
      }, 1000);
      scheduler.schedule(() => {
        rt.forget();
        rt.drop();
        writer.create('missed');
      }, 7000);
      scheduler.schedule(() => void rt.close(), 20_000);
      scheduler.flush();
      return [...last.values()].map(({ data }) => data);
    }

    it('RTL12: shows nothing after a gap that was there before its beginning', () => {
      const shown = shownAfter((folded$, scheduler) => timer(5000, scheduler).pipe(mergeMap(() => folded$)));
      expect(shown).to.deep.equal(['missed']);
    });

    it('RTL12: shows nothing that was there before its beginning, and looks for the last of it by one request', () => {
      const scheduler = new VirtualTimeScheduler(undefined, 60_000);
      const rt = realtimeTesting({ scheduler, latency: 5 });
      const asked: string[] = [];
      const slow = slowFetch(rt.emulator, scheduler, [9]);
      const fetch: typeof slow = (url, init) => {
        const { searchParams } = new URL(String(url));
        asked.push(`${searchParams.get('limit') ?? ''} ${searchParams.has('fromSerial') ? 'until' : ''}`);
        return slow(url, init);
      };
      const client = rt.client({ ...impatient, codec, fetch });
      const writer = writerOf(rt.emulator);
      for (const data of ['one', 'two', 'three']) writer.create(data);
      const channel = client.channel(channelName);
      let last: FoldedMessages = new Map();
      channel.messages$
        .pipe(foldMessages({ repair: repairOf(channel) }))
        .subscribe((messages) => (last = messages));
      missOne(rt, writer, scheduler);
      expect([...last.values()].map(({ data }) => data)).to.deep.equal(['missed']);
      expect(asked).to.deep.equal(['1 until', '1000 until']);
    });

    /** What a fold shows of three messages, of which the last is deleted, and of one more after a gap; and the sizes of the pages it asks for. */
    function folded(options: FoldOptions): {
      readonly shown: readonly unknown[];
      readonly asked: readonly string[];
    } {
      const scheduler = new VirtualTimeScheduler(undefined, 60_000);
      const rt = realtimeTesting({ scheduler, latency: 5 });
      const asked: string[] = [];
      const slow = slowFetch(rt.emulator, scheduler, [9]);
      const fetch: typeof slow = (url, init) => {
        asked.push(new URL(String(url)).searchParams.get('limit') ?? '');
        return slow(url, init);
      };
      const client = rt.client({ ...impatient, codec, fetch });
      const writer = writerOf(rt.emulator);
      const [, , third = ''] = ['one', 'two', 'three'].map((data) => writer.create(data));
      writer.remove(third);
      const shown: unknown[] = [];
      fold(client.channel(channelName), options).subscribe((messages) =>
        shown.push([...messages.values()].map(({ data }) => data).join()),
      );
      missOne(rt, writer, scheduler);
      return { shown, asked };
    }

    it('RTL10b: shows as much of the past as is asked for, without counting what is deleted', () => {
      expect(folded({ history: 2 }).shown).to.deep.equal(['one,two', 'one,two,missed']);
    });

    it('RTL12: asks for no messages after a gap where none are kept', () => {
      expect(folded({ keep: { count: 0 } })).to.deep.equal({ shown: [''], asked: ['1'] });
    });

    it('RTL12: begins anew with a second subscription', () => {
      const shown = shownAfter((folded$, scheduler) =>
        merge(
          folded$.pipe(takeUntil(timer(200, scheduler))),
          timer(5000, scheduler).pipe(mergeMap(() => folded$)),
        ),
      );
      expect(shown).to.deep.equal(['missed']);
    });

    it('RTL12: begins anew with retry()', () => {
      const shown = shownAfter((folded$, scheduler) => {
        const cuts = [timer(200, scheduler).pipe(mergeMap(() => throwError(() => new Error('cut'))))];
        return defer(() => merge(folded$, cuts.pop() ?? NEVER)).pipe(
          retry({ count: 1, delay: () => timer(4800, scheduler) }),
        );
      });
      expect(shown).to.deep.equal(['missed']);
    });
  });
