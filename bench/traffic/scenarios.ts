import type { Cost, Format, Latency, Load, Speciality } from '../messages.js';
import { type Lane, Worker } from '../processes.js';
import { each, interleaved, lanesOf, type Run } from '../rounds.js';
import { type Limit, type Reading, reading, timesFaster } from '../rows.js';
import { median } from '../samples.js';
import type { EmulatorOrder } from '../emulator/server.js';
import type { Payload } from './payloads.js';

/** Lanes of the clients: a bare loop decodes nothing, and has neither a past nor tokens. */
const clientLanes = (run: Run, format: Format, speciality?: Speciality): Promise<readonly Lane[]> =>
  lanesOf({ ...run, who: run.who.filter((name) => name !== 'bare') }, format, speciality);

/** CPU per message of what the server sends, on lanes that are subscribed. */
async function received(run: Run, lanes: readonly Lane[], load: Load) {
  const { messages, payload } = load;
  const size = payload?.kind === 'json' ? undefined : payload?.size;
  for (const lane of lanes) await lane.prepareBy({ do: 'prepare', port: lane.port, ...load });
  const values = await interleaved(lanes, run.rounds, (lane) =>
    lane.orderThenServer<Cost>({ do: 'receive', messages, size }, { do: 'blast', port: lane.port }),
  );
  return values(({ cpu }) => cpu / messages);
}
const subscribe = async (lanes: readonly Lane[]): Promise<void> => {
  for (const lane of lanes) await lane.order({ do: 'subscribe', channels: 1 });
};

interface Kind {
  readonly name: string;
  readonly count: number;
  readonly payload?: Payload;
  readonly names?: number;
  readonly limits?: readonly Limit[];
}
const kindsOf = (format: Format): readonly Kind[] => [
  { name: '1 kB of text', count: 20_000, payload: { kind: 'text', size: 1_000 } },
  { name: '20 kB of text', count: 3_000, payload: { kind: 'text', size: 20_000 } },
  {
    name: '1 kB of bytes',
    count: 20_000,
    payload: { kind: 'binary', size: 1_000 },
    limits: format === 'json' ? [timesFaster(3)] : [],
  },
  { name: '1 kB of JSON', count: 20_000, payload: { kind: 'json', size: 1_000 } },
  { name: '100 B under 1,000 names', count: 50_000, names: 1_000 },
];

/** Receiving, 1 a frame, by what is received; 100 B of text under one name are in the rows `receive-…`. */
export const payloads =
  (format: Format) =>
  async (run: Run): Promise<readonly Reading[]> => {
    const lanes = await clientLanes(run, format);
    await subscribe(lanes);
    const readings: Reading[] = [];
    for (const { name, count, limits, ...kind } of kindsOf(format)) {
      const load = { messages: each(run, count), perFrame: 1, channels: 1, ...kind };
      const costs = await received(run, lanes, load);
      readings.push(reading(`receive, ${name}, ${format}: CPU per message`, 'µs', costs, limits));
    }
    return readings;
  };

/** What each message of 1 kB takes to be made whole from its delta. */
export async function deltas(run: Run): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const format of ['json', 'msgpack'] as const) {
    const lanes = await clientLanes(run, format, 'deltas');
    await subscribe(lanes);
    const payload = { kind: 'delta', size: 1_000 } as const;
    const load = { messages: each(run, 20_000), perFrame: 1, channels: 1, payload };
    const costs = await received(run, lanes, load);
    readings.push(reading(`receive, deltas of 1 kB, ${format}: CPU per message`, 'µs', costs));
    await run.processes.endLanes();
  }
  return readings;
}

/** Decrypting what comes, and encrypting what is published, 1 kB each. */
export async function ciphers(run: Run): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  const messages = each(run, 5_000);
  for (const format of ['json', 'msgpack'] as const) {
    const lanes = await clientLanes(run, format, 'cipher');
    await subscribe(lanes);
    const payload = { kind: 'cipher', size: 1_000 } as const;
    const costs = await received(run, lanes, { messages, perFrame: 1, channels: 1, payload });
    const published = await interleaved(lanes, run.rounds, (lane) =>
      lane.order<Cost>({ do: 'publish', messages, inFlight: 100, size: 1_000 }),
    );
    readings.push(
      reading(`receive, 1 kB in aes-256-cbc, ${format}: CPU per message`, 'µs', costs),
      reading(
        `publish, 1 kB in aes-256-cbc, ${format}: CPU per publish`,
        'µs',
        published(({ cpu }) => cpu / messages),
      ),
    );
    await run.processes.endLanes();
  }
  return readings;
}

/** Receiving while the server asks for another token again and again (RTN22). */
export async function renewals(run: Run): Promise<readonly Reading[]> {
  const renewed = each(run, 200);
  const messages = (renewed + 1) * 100;
  const lanes = await clientLanes(run, 'json', 'token');
  await subscribe(lanes);
  const values = await interleaved(lanes, run.rounds, (lane) =>
    lane.orderThenServer<Cost>(
      { do: 'reattach' },
      { do: 'renew', port: lane.port, renewals: renewed, messages },
    ),
  );
  const name = 'a token renewed among 100 messages: CPU for all of them';
  return [
    reading(
      name,
      'µs',
      values(({ cpu }) => cpu / renewed),
    ),
  ];
}

/** Messages in a page of the past, the most that the service has in one. */
const pageSize = 1_000;

/** A new subscriber of the past and of what comes while that is read. */
export async function past(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 10_000, pageSize);
  const live = each(run, 1_000);
  const lanes = await clientLanes(run, 'json');
  for (const lane of lanes) {
    const { port } = lane;
    await lane.prepareBy({ do: 'history', port, pages: count / pageSize });
    await lane.prepareBy({ do: 'prepare', port, messages: live, perFrame: 1, channels: 1 });
  }
  const values = await interleaved(lanes, run.rounds, (lane) =>
    lane.orderThenServer<Cost>({ do: 'past', past: count, live }, { do: 'blast', port: lane.port }),
  );
  const name = `${count} of the past joined to ${live} live: CPU per message`;
  return [
    reading(
      name,
      'µs',
      values(({ cpu }) => cpu / (count + live)),
    ),
  ];
}

/** Microseconds from a publish to its own client by the emulator, at half of what the official client can do there. */
export async function endToEnd(run: Run): Promise<readonly Reading[]> {
  const emulator = new Worker<EmulatorOrder>('./emulator/server.ts');
  try {
    await emulator.answer('starting');
    const port = await emulator.order<number>({ do: 'open' });
    const clients = { ...run, who: run.who.filter((name) => name !== 'bare') };
    const lanes = await lanesOf(clients, 'json', undefined, port);
    await subscribe(lanes);
    const measured = lanes.find(({ contestant }) => contestant === 'official') ?? lanes[0];
    const capacities: number[] = [];
    for (let round = 0; round < 3 && measured; round += 1) {
      const all = { do: 'pace', messages: each(run, 10_000), perSecond: 0 } as const;
      capacities.push((await measured.order<Latency>(all)).perSecond);
    }
    const perSecond = Math.round(median(capacities) / 2);
    const values = await interleaved(lanes, run.rounds, (lane) =>
      lane.order<Latency>({ do: 'pace', messages: Math.round(perSecond * 2 * run.scale), perSecond }),
    );
    const name = 'end to end by the emulator, at half of what the official client can do';
    return [
      reading(
        `${name}: p50`,
        'µs',
        values(({ p50 }) => p50),
      ),
      reading(
        `${name}: p99`,
        'µs',
        values(({ p99 }) => p99),
      ),
    ];
  } finally {
    await run.processes.endLanes();
    await emulator.end();
  }
}
