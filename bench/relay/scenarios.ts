import { isBuild } from '../builds.js';
import { Worker, WorkerError } from '../processes.js';
import { each, inRounds, inTurn, roundsOf, type Run } from '../rounds.js';
import { oursAtMost, type Reading, reading, timesFaster } from '../rows.js';
import { dividedBy, median, type Samples } from '../samples.js';
import { type RelayContestantName, relayContestants } from './contestant.js';
import { markEvery, type Marks, type Published, type RelayClientOrder, type RelayOrder } from './messages.js';

/** The official client takes a minute and more for a burst. */
const patience = 300_000;

/** A relay, and a process for each client, which makes a new one of them for each order. */
class Stand {
  readonly #server = new Worker<RelayOrder>('./relay/server.ts');
  readonly #clients = new Map<RelayContestantName, Worker<RelayClientOrder>>();

  async publish(name: RelayContestantName, messages: number): Promise<Published> {
    const client = await this.#client(name);
    return this.#onPort((port) => client.order<Published>({ do: 'publish', port, messages }));
  }

  async receive(name: RelayContestantName, messages: number, atMost: number): Promise<Marks> {
    const client = await this.#client(name);
    return this.#onPort((port) =>
      client.orderThen<Marks>({ do: 'receive', port, messages, atMost }, () =>
        this.#server.order({ do: 'push', port, from: 0, to: messages }),
      ),
    );
  }

  /** What the heap of one client is after so many messages, and after more. */
  async heaps(name: RelayContestantName, counts: readonly number[]): Promise<readonly number[]> {
    const client = await this.#client(name);
    return this.#onPort(async (port) => {
      const found: number[] = [];
      let from = 0;
      for (const to of counts) {
        const push = { do: 'push', port, from, to } as const;
        const order = { do: 'heap', port, messages: to } as const;
        found.push(await client.orderThen<number>(order, () => this.#server.order(push)));
        from = to;
      }
      return found;
    });
  }

  async end(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.end()));
    await this.#server.end();
  }

  async #client(name: RelayContestantName): Promise<Worker<RelayClientOrder>> {
    const known = this.#clients.get(name);
    if (known) return known;
    const client = new Worker<RelayClientOrder>('./relay/client.ts', name, patience);
    this.#clients.set(name, client);
    await client.answer('starting');
    return client;
  }

  async #onPort<T>(work: (port: number) => Promise<T>): Promise<T> {
    const port = await this.#server.order<number>({ do: 'open' });
    const result = await work(port);
    await this.#server.order({ do: 'shut', port });
    return result;
  }
}

async function onStand<T>(work: (stand: Stand) => Promise<T>): Promise<T> {
  const stand = new Stand();
  try {
    return await work(stand);
  } finally {
    await stand.end();
  }
}

const among = ({ who }: Run): readonly RelayContestantName[] =>
  relayContestants.filter((name) => who.includes(name));

type Collected = Map<RelayContestantName, number[]>;
const collected = (names: readonly RelayContestantName[]): Collected =>
  new Map(names.map((name) => [name, []]));

/**
 * Measures how long a burst takes. Each cold one needs a process of its own. The official client has one round, because
 * that takes it seconds, up to minutes.
 */
export async function relayPublish(run: Run): Promise<readonly Reading[]> {
  const messages = each(run, 3000);
  const [cold, warm] = [collected(among(run)), collected(among(run))];
  const burst = async (stand: Stand, name: RelayContestantName): Promise<number> => {
    const { wall, failed } = await stand.publish(name, messages);
    if (failed > 0) throw new WorkerError('relay publish', `${failed} of ${messages} failed`, name);
    return wall / 1000;
  };
  for (let round = 0; round < roundsOf(run, 1); round += 1)
    await onStand(async (stand) => {
      const names = inTurn(among(run), round);
      const builds = names.filter(isBuild);
      for (const name of round === 0 ? names : builds) {
        const wall = await burst(stand, name);
        cold.get(name)?.push(wall);
        if (!isBuild(name)) warm.get(name)?.push(wall);
      }
      await inRounds(builds, run.isExact ? 1 : 3, async (name) =>
        warm.get(name)?.push(await burst(stand, name)),
      );
    });
  const title = `relay, ${messages} publishes at once`;
  return [
    reading(`${title} (warm; official: the first): wall time`, 'ms', Object.fromEntries(warm), [
      timesFaster(20),
    ]),
    reading(`${title}, the first of a process: wall time`, 'ms', Object.fromEntries(cold)),
  ];
}

/** CPU per message of a window, whose middle is `at`; undefined where it was not reached. */
function around(marks: Marks, at: number, width: number): number | undefined {
  const [from, to] = [marks[(at - width / 2) / markEvery], marks[(at + width / 2) / markEvery]];
  return from === undefined || to === undefined ? undefined : (to - from) / width;
}

interface Window {
  readonly width: number;
  /** How many windows on either side are taken as well, where there are any. */
  readonly neighbours: number;
  /** Their middles. */
  readonly early: number;
  readonly late: number;
}

/**
 * The first compares with the beginning of a client, which is dear; the second with what is flat already; the third is so
 * wide that the rare, long collections of garbage fall into both.
 */
const windows: readonly Window[] = [
  { width: 1000, neighbours: 1, early: 1000, late: 100_000 },
  { width: 5000, neighbours: 2, early: 20_000, late: 100_000 },
  { width: 40_000, neighbours: 0, early: 25_000, late: 100_000 },
];
const received = 120_000;

/** Each round is a new client, in a process that is warm; of the official one as much as it can do in 20 s, once. */
async function flatness(run: Run, stand: Stand): Promise<readonly Reading[]> {
  const marks = new Map<RelayContestantName, Marks[]>(among(run).map((name) => [name, []]));
  const seconds = Math.max(3, 20 * run.scale);
  const work = (name: RelayContestantName): Promise<Marks> =>
    stand.receive(name, received, isBuild(name) ? 20_000 : seconds * 1000);
  const builds = among(run).filter(isBuild);
  await inRounds(builds, 1, work); // warm-up
  await inRounds(builds, roundsOf(run, run.rounds + 2), async (name) =>
    marks.get(name)?.push(await work(name)),
  );
  for (const name of among(run)) if (!isBuild(name)) marks.get(name)?.push(await work(name));
  const samples = (of: (marks: Marks) => number): Samples =>
    Object.fromEntries([...marks].map(([name, all]) => [name, all.map(of)]));
  const at = (middle: number, { width, neighbours }: Window): Samples => {
    const middles = Array.from(
      { length: 2 * neighbours + 1 },
      (_, index) => middle + (index - neighbours) * width,
    );
    return samples((of) =>
      median(middles.map((there) => around(of, there, width)).filter((cost) => cost !== undefined)),
    );
  };
  return [
    reading(
      `relay, received within ${seconds} s${seconds < 20 ? ' (ours: 20 s)' : ''}, of 120,000`,
      'messages',
      samples(({ length }) => (length - 1) * markEvery),
    ),
    ...windows.flatMap((window) => growth(at, window)),
  ];
}

function growth(at: (middle: number, window: Window) => Samples, window: Window): readonly Reading[] {
  const { width, early, late } = window;
  const [before, after] = [at(early, window), at(late, window)];
  const [first, last] = [early, late].map((index) => `${index.toLocaleString('en')}th`);
  const per = `relay receive, windows of ${width}`;
  return [
    reading(`${per}: CPU per message around the ${first}`, 'µs', before),
    reading(`${per}: CPU per message around the ${last}`, 'µs', after),
    reading(`${per}: the ${last} against the ${first}`, '×', dividedBy(after, before), [oursAtMost(1.15)]),
  ];
}

/** Measures builds only: so many messages are too many for the official client. Each round needs processes of its own. */
async function heap(run: Run): Promise<readonly Reading[]> {
  const builds = among(run).filter(isBuild);
  const [few, many] = [collected(builds), collected(builds)];
  for (let round = 0; round < roundsOf(run, 1); round += 1)
    await onStand(async (stand) => {
      for (const name of inTurn(builds, round)) {
        const [early = NaN, late = NaN] = await stand.heaps(name, [20_000, 200_000]);
        few.get(name)?.push(early / 1000);
        many.get(name)?.push(late / 1000);
      }
    });
  const early: Samples = Object.fromEntries(few);
  const late: Samples = Object.fromEntries(many);
  return [
    reading('relay, heap after 20,000 messages', 'kB', early),
    reading('relay, heap after 200,000 messages', 'kB', late),
    reading('relay, heap after 200,000 against 20,000', '×', dividedBy(late, early), [oursAtMost(1.1)]),
  ];
}

export const relayReceive = async (run: Run): Promise<readonly Reading[]> => [
  ...(await onStand((stand) => flatness(run, stand))),
  ...(await heap(run)),
];
