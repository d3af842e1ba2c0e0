import { Worker } from '../processes.js';
import { each, median, type Run } from '../rounds.js';
import { type Limit, type Row, row, timesFaster, type Values } from '../rows.js';
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
    const client = new Worker<RelayClientOrder>('./relay/client.ts', [name], patience);
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

async function repeated<T>(rounds: number, work: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round += 1) results.push(await work());
  return results;
}

const oursAtMost = (atMost: number): Limit => ({ ratio: 'ours', of: ({ ours }) => ours, atMost });

/** How long a burst takes. One round for the official client, to which it is a matter of many seconds, up to minutes. */
export const relayPublish = (run: Run): Promise<readonly Row[]> =>
  onStand(async (stand) => {
    const messages = each(run, 3000);
    const cold: Partial<Record<RelayContestantName, number>> = {};
    const warm: Partial<Record<RelayContestantName, number>> = {};
    const burst = async (name: RelayContestantName): Promise<number> => {
      const { wall, failed } = await stand.publish(name, messages);
      if (failed > 0) throw new Error(`${name} failed to publish ${failed} of ${messages}.`);
      return wall / 1000;
    };
    for (const name of among(run)) {
      const first = await burst(name);
      cold[name] = first;
      warm[name] = name === 'ours' ? median(await repeated(3, () => burst(name))) : first;
    }
    const title = `relay, ${messages} publishes at once`;
    return [
      row(`${title} (ours 3 rounds, warm; official 1): wall time`, 'ms', warm, [timesFaster(20)]),
      row(`${title}, the first of a process: wall time`, 'ms', cold),
    ];
  });

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
async function flatness(run: Run, stand: Stand): Promise<readonly Row[]> {
  const marks = new Map<RelayContestantName, readonly Marks[]>();
  for (const name of among(run)) {
    const work = (): Promise<Marks> => stand.receive(name, received, 20_000);
    if (name === 'ours') await work();
    marks.set(name, await repeated(name === 'ours' ? run.rounds + 2 : 1, work));
  }
  const at = (middle: number, { width, neighbours }: Window): Values => {
    const middles = Array.from(
      { length: 2 * neighbours + 1 },
      (_, index) => middle + (index - neighbours) * width,
    );
    const costsIn = (of: Marks): number[] =>
      middles.map((there) => around(of, there, width)).filter((cost) => cost !== undefined);
    return Object.fromEntries([...marks].map(([name, all]) => [name, median(all.flatMap(costsIn))]));
  };
  const reached = Object.fromEntries(
    [...marks].map(([name, all]) => [name, median(all.map(({ length }) => (length - 1) * markEvery))]),
  );
  return [
    row('relay, received within 20 s, of 120,000', 'messages', reached),
    ...windows.flatMap((window) => growth(at, window)),
  ];
}

function growth(at: (middle: number, window: Window) => Values, window: Window): readonly Row[] {
  const { width, early, late } = window;
  const [before, after] = [at(early, window), at(late, window)];
  const ratio: Values = Object.fromEntries(
    relayContestants.map((name) => [name, (after[name] ?? NaN) / (before[name] ?? NaN)]),
  );
  const [first, last] = [early, late].map((index) => `${index.toLocaleString('en')}th`);
  const per = `relay receive, windows of ${width}`;
  return [
    row(`${per}: CPU per message around the ${first}`, 'µs', before),
    row(`${per}: CPU per message around the ${last}`, 'µs', after),
    row(`${per}: the ${last} against the ${first}`, '×', ratio, [oursAtMost(1.15)]),
  ];
}

/** Ours only: so many messages are too many for the official client. */
async function heap(run: Run, stand: Stand): Promise<readonly Row[]> {
  if (!run.who.includes('ours')) return [];
  const counts = [20_000, 200_000];
  const [few = NaN, many = NaN] = await stand.heaps('ours', counts);
  return [
    row('relay, heap after 20,000 messages', 'kB', { ours: few / 1000 }),
    row('relay, heap after 200,000 messages', 'kB', { ours: many / 1000 }),
    row('relay, heap after 200,000 against 20,000', '×', { ours: many / few }, [oursAtMost(1.1)]),
  ];
}

export const relayReceive = async (run: Run): Promise<readonly Row[]> => [
  ...(await onStand((stand) => flatness(run, stand))),
  ...(await onStand((stand) => heap(run, stand))),
];
