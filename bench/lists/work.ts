import type { Contestant } from '../contestants/contestant.js';
import { channelName, type Cost, type HistoryCost, type JoinCost, type ListOrder } from '../messages.js';
import { cpuUsed, heapUsed, meter } from '../meter.js';

/** Does what is asked of many of a kind with a client of its own, which it closes. */
export async function workOnLists(order: ListOrder, fresh: Contestant): Promise<unknown> {
  const { lists } = fresh;
  if (!lists) throw new Error('This contestant has no lists.');
  const names = Array.from({ length: order.count }, (_, index) => channelName(index));
  const [channel = ''] = names;
  try {
    switch (order.do) {
      case 'detach':
      case 'release': {
        await Promise.all(names.map((name) => fresh.attach(name)));
        return await costOf(names, order.do === 'detach' ? fresh.detach : lists.release);
      }
      case 'find': {
        await Promise.all(names.map((name) => fresh.attach(name)));
        return await costOf(names, async (name) => {
          if (!lists.find(name)) throw new Error(`Channel ${name} is not found.`);
          await lists.release(name);
        });
      }
      case 'enter':
        await fresh.attach(channel);
        return await costOf(names, (name) => lists.enter(channel, name));
      case 'join': {
        await fresh.attach(channel);
        const stop = meter();
        const leave = names.map((name) => lists.join(channel, name));
        const join = stop();
        const stopLeaving = meter();
        for (const end of leave) end();
        return { join, leave: stopLeaving() } satisfies JoinCost;
      }
      case 'history':
        return await historyCost(order.count, (heard) => lists.history(channel, heard));
    }
  } finally {
    await fresh.close();
  }
}

async function costOf(names: readonly string[], work: (name: string) => Promise<unknown>): Promise<Cost> {
  const stop = meter();
  await Promise.all(names.map(work));
  return stop();
}

/** Items in a page of a history. */
const perPage = 100;

async function historyCost(
  pages: number,
  read: (heard: () => void) => Promise<unknown>,
): Promise<HistoryCost> {
  const tenth = Math.floor(pages / 10) * perPage;
  const marks: { readonly cpu: number; readonly heap: number }[] = [];
  let heard = 0;
  const mark = (): void => void marks.push({ heap: heapUsed(), cpu: cpuUsed() });
  await read(() => {
    if (heard % tenth === 0) mark();
    heard += 1;
  });
  mark();
  if (heard !== pages * perPage) throw new Error(`${heard} items came of ${pages * perPage}.`);
  const cost = (from: number): number =>
    ((marks[from + 1]?.cpu ?? NaN) - (marks[from]?.cpu ?? NaN)) / (pages / 10);
  return {
    first: cost(0),
    last: cost(marks.length - 2),
    heap: (marks.at(-1)?.heap ?? NaN) - (marks[1]?.heap ?? NaN),
  };
}
