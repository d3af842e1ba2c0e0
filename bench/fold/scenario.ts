import type { ContestantName } from '../contestants/contestant.js';
import type { Cost } from '../messages.js';
import { Worker } from '../processes.js';
import { each, interleaved, type Run } from '../rounds.js';
import { oursAtMost, type Reading, reading, timesBare } from '../rows.js';
import { dividedBy } from '../samples.js';
import type { FoldOrder } from './work.js';

/** A contestant that folds, at one size of the work. */
interface Lane {
  readonly contestant: ContestantName;
  readonly size: number;
}
const isBuild = (name: ContestantName): boolean => name === 'ours' || name === 'before';

/** Messages that are folded by this library, by a scan that a user would write, and a text by a bare `+=`. */
export async function fold(run: Run): Promise<readonly Reading[]> {
  const who = run.who.filter((name) => isBuild(name) || name === 'bare');
  const workers = new Map(who.map((name) => [name, new Worker<FoldOrder>('./fold/work.ts', name)] as const));
  try {
    for (const worker of workers.values()) await worker.answer('starting');
    const order = (contestant: ContestantName, what: FoldOrder): Promise<Cost> =>
      workers.get(contestant)?.order<Cost>(what) ?? Promise.reject(new Error('not started'));
    return [
      ...(await appends(run, who, order)),
      ...(await texts(run, who, order)),
      ...(await chat(run, who, order)),
    ];
  } finally {
    for (const worker of workers.values()) await worker.end();
  }
}

type Order = (contestant: ContestantName, what: FoldOrder) => Promise<Cost>;

/** CPU of an append, by how many messages there are. */
async function appends(run: Run, who: Run['who'], order: Order): Promise<readonly Reading[]> {
  const count = each(run, 20_000);
  const [few, many] = [100, 10_000];
  const lanes = who
    .filter(isBuild)
    .flatMap((contestant) => [few, many].map((size): Lane => ({ contestant, size })));
  const readings: Reading[] = [];
  for (const inTurn of [false, true]) {
    const values = await interleaved(lanes, run.rounds, ({ contestant, size }) =>
      order(contestant, { do: 'append', messages: size, appends: count, inTurn }),
    );
    const [atFew, atMany] = [few, many].map((size) =>
      values(
        ({ cpu }) => cpu / count,
        lanes.filter((lane) => lane.size === size),
      ),
    ) as [ReturnType<typeof values>, ReturnType<typeof values>];
    const to = inTurn ? 'to all in turn' : 'to the newest';
    readings.push(
      reading(`fold, append ${to} of ${few}: CPU`, 'µs', atFew),
      reading(`fold, append ${to} of ${many}: CPU`, 'µs', atMany),
      reading(
        `fold, append ${to}, ${many} messages against ${few}`,
        '×',
        dividedBy(atMany, atFew),
        inTurn ? [] : [oursAtMost(1.2)],
      ),
    );
  }
  return readings;
}

/** CPU of an append to a text of 60 kB, and to one of a tenth of it. */
async function texts(run: Run, who: Run['who'], order: Order): Promise<readonly Reading[]> {
  const [short, long] = [1_000, 10_000];
  const texts = Math.max(1, Math.round(5 * run.scale));
  const lanes = who.flatMap((contestant) => [short, long].map((size): Lane => ({ contestant, size })));
  const values = await interleaved(lanes, run.rounds, ({ contestant, size }) =>
    order(contestant, { do: 'text', appends: size, texts: (texts * long) / size }),
  );
  const [atShort, atLong] = [short, long].map((size) =>
    values(
      ({ cpu }) => cpu / (texts * long),
      lanes.filter((lane) => lane.size === size),
    ),
  ) as [ReturnType<typeof values>, ReturnType<typeof values>];
  const { bare: _, ...ours } = dividedBy(atLong, atShort);
  return [
    reading('fold, a text of 60 kB from 10,000 appends: CPU per append', 'µs', atLong),
    reading('fold, an append to a text of 60 kB against one of 6 kB', '×', ours, [oursAtMost(1.2)]),
  ];
}

/** CPU per message of a chat, of which as many are kept as a page shows, and as many as are kept by default. */
async function chat(run: Run, who: Run['who'], order: Order): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const kept of [100, 1_000]) {
    const messages = each(run, 5_000);
    const lanes = who.map((contestant) => ({ contestant }));
    const values = await interleaved(lanes, run.rounds, ({ contestant }) =>
      order(contestant, { do: 'chat', messages, kept }),
    );
    readings.push(
      reading(
        `fold, ${kept} messages kept: CPU per message against a scan by hand`,
        'µs',
        values(({ cpu }) => cpu / messages),
        [timesBare(1)],
      ),
    );
  }
  return readings;
}
