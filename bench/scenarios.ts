import { setTimeout as sleep } from 'node:timers/promises';
import { coldStart } from './cold-start.js';
import type { ContestantName } from './contestants/contestant.js';
import { clients } from './clients/scenario.js';
import { emulator } from './emulator/scenario.js';
import { flapping } from './flapping/scenario.js';
import { fold } from './fold/scenario.js';
import { enter, history, named, release, walk } from './lists/scenarios.js';
import type { Cost, Format, HeapUse } from './messages.js';
import { objects } from './objects/scenario.js';
import { presence } from './presence.js';
import { relayPublish, relayReceive } from './relay/scenarios.js';
import type { Lane } from './processes.js';
import { each, interleaved, lanesOf, roundsOf, type Run } from './rounds.js';
import {
  type Limit,
  oursAtMost,
  type Reading,
  reading,
  timesBare,
  timesFaster,
  timesMended,
  timesOfficial,
} from './rows.js';
import { rest } from './rest.js';
import { dividedBy, type Samples } from './samples.js';
import { ciphers, deltas, endToEnd, past, payloads, renewals } from './traffic/scenarios.js';
import { walletconnect } from './walletconnect/scenarios.js';

interface Load {
  readonly messages: number;
  readonly perFrame: number;
  readonly channels: number;
  readonly plain: boolean;
}
async function receiving(lane: Lane, load: Load): Promise<void> {
  await lane.order({ do: 'subscribe', channels: load.channels });
  await lane.prepareBy({ do: 'prepare', port: lane.port, ...load });
}
const blast = (lane: Lane, messages: number): Promise<Cost> =>
  lane.orderThenServer({ do: 'receive', messages }, { do: 'blast', port: lane.port });

interface Receiving {
  readonly format: Format;
  readonly perFrame: number;
  /** Without what messages bear since protocol 6. */
  readonly plain?: boolean;
  readonly count: number;
  readonly limits: readonly Limit[];
}
const receive =
  ({ format, perFrame, plain = false, count, limits }: Receiving) =>
  async (run: Run): Promise<readonly Reading[]> => {
    const messages = each(run, count);
    const lanes = await lanesOf(run, format);
    for (const lane of lanes) await receiving(lane, { messages, perFrame, channels: 1, plain });
    const values = await interleaved(lanes, run.rounds, (lane) => blast(lane, messages));
    const name = `receive, ${perFrame} a frame, ${format}${plain ? ' without serials' : ''}`;
    const cpuPerMessage = values(({ cpu }) => cpu / messages);
    const throughput = values(({ wall }) => (messages / wall) * 1e6);
    return [
      reading(`${name}: CPU per message`, 'µs', cpuPerMessage, limits),
      reading(`${name}: throughput`, '1/s', throughput),
    ];
  };

/** CPU per message, by the number of channels that are attached. */
async function channels(run: Run): Promise<readonly Reading[]> {
  const messages = each(run, 40_000);
  const counts = [1, 1_000, 10_000];
  const byCount = new Map<number, readonly Lane[]>();
  for (const count of counts) {
    const lanes = await lanesOf(run, 'json');
    for (const lane of lanes) await receiving(lane, { messages, perFrame: 1, channels: count, plain: false });
    byCount.set(count, lanes);
  }
  const values = await interleaved([...byCount.values()].flat(), run.rounds, (lane) => blast(lane, messages));
  const costs = counts.map((count) => values(({ cpu }) => cpu / messages, byCount.get(count)));
  const growth = dividedBy(costs.at(-1) ?? {}, costs[0] ?? {});
  return [
    ...counts.map((count, index) =>
      reading(`receive, ${count} channels attached: CPU per message`, 'µs', costs[index] ?? {}),
    ),
    reading('receive, 10,000 channels against 1', '×', growth, [oursAtMost(1.25)]),
  ];
}

async function attach(run: Run): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const channels of [1_000, 10_000]) {
    const count = each(run, channels);
    const values = await interleaved(await lanesOf(run, 'json'), run.rounds, (lane) =>
      lane.order<Cost>({ do: 'attach', channels: count }),
    );
    const cpu = values((cost) => cost.cpu / 1000);
    const wall = values((cost) => cost.wall / 1000);
    readings.push(
      reading(
        `attach ${count} channels at once: CPU`,
        'ms',
        cpu,
        channels === 10_000 ? [timesOfficial(0.45)] : [],
      ),
      reading(`attach ${count} channels at once: time`, 'ms', wall),
    );
  }
  return readings;
}

/** Each round in processes of their own, because a heap that was used before is not as it was. */
async function heap(run: Run): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const channels of [1_000, 10_000]) {
    const count = each(run, channels);
    const used = new Map<ContestantName, HeapUse[]>(run.who.map((name) => [name, []]));
    for (let round = 0; round < roundsOf(run, 1); round += 1) {
      for (const lane of await lanesOf(run, 'json'))
        used.get(lane.contestant)?.push(await lane.order<HeapUse>({ do: 'heap', channels: count }));
      await run.processes.endLanes();
    }
    const samples = (of: (use: HeapUse) => number): Samples =>
      Object.fromEntries([...used].map(([name, uses]) => [name, uses.map(of).map(Math.round)]));
    const perChannel = samples(({ channel }) => channel);
    const perSubscriber = samples(({ subscriber }) => subscriber);
    readings.push(
      reading(`heap per attached channel with one subscriber, of ${count}`, 'B', perChannel, [
        oursAtMost(2_000),
      ]),
      reading(`heap per further subscriber, of ${count}`, 'B', perSubscriber, [oursAtMost(750)]),
    );
  }
  return readings;
}

const publish =
  (format: Format, limits: readonly Limit[]) =>
  async (run: Run): Promise<readonly Reading[]> => {
    const messages = each(run, 50_000);
    const rounds = roundsOf(run, Math.min(run.rounds, 3));
    const lanes = await lanesOf(run, format);
    for (const lane of lanes) await lane.order({ do: 'publish', messages: 1_000, inFlight: 100 });
    const values = await interleaved(lanes, rounds, (lane) =>
      lane.order<Cost>({ do: 'publish', messages, inFlight: messages }),
    );
    const name = `${messages} pipelined publishes with ACK, ${format}: CPU per publish`;
    return [
      reading(
        name,
        'µs',
        values(({ cpu }) => cpu / messages),
        limits,
      ),
    ];
  };

/** CPU per publish, by how many are in flight or queued. */
async function flatness(run: Run): Promise<readonly Reading[]> {
  const lanes = await lanesOf(run, 'json');
  const top = each(run, 100_000);
  const depths = [1, 100, 10_000, top].filter((depth) => depth <= top);
  const rounds = roundsOf(run, Math.min(run.rounds, 3));
  const costs: Samples[] = [];
  for (const depth of depths) {
    const messages = depth === 1 ? each(run, 5_000) : Math.max(depth, each(run, 20_000));
    const values = await interleaved(lanes, rounds, (lane) =>
      lane.order<Cost>({ do: 'publish', messages, inFlight: depth }),
    );
    costs.push(values(({ cpu }) => cpu / messages));
  }
  const growth = dividedBy(costs.at(-1) ?? {}, costs[1] ?? {});
  return [
    ...depths.map((depth, index) =>
      reading(`publish, ${depth} in flight: CPU per publish`, 'µs', costs[index] ?? {}),
    ),
    reading(`publish, ${top} in flight against 100`, '×', growth, [oursAtMost(1.15)]),
  ];
}

/** Milliseconds that a connection has to hold before a client, ours or the official one, dials again at once. */
const holdsAfter = 1_200;

async function reconnect(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 1_000);
  const lanes = await lanesOf(run, 'json');
  for (const lane of lanes) await lane.order({ do: 'subscribe', channels: count });
  const back = new Map<Lane, number>();
  const drop = async (lane: Lane): Promise<Cost> => {
    await sleep((back.get(lane) ?? Date.now()) + holdsAfter - Date.now());
    const order = { do: 'drop', port: lane.port, channels: count } as const;
    const cost = await lane.orderThenServer<Cost>({ do: 'reattach' }, order);
    back.set(lane, Date.now());
    return cost;
  };
  await interleaved(lanes, 2, drop); // warm, says the target
  const values = await interleaved(lanes, roundsOf(run, run.rounds + 2), drop);
  return [
    reading(
      `${count} channels attached again after a drop: CPU`,
      'ms',
      values(({ cpu }) => cpu / 1000),
      [timesOfficial(0.7)],
    ),
    reading(
      `${count} channels attached again after a drop: time`,
      'ms',
      values(({ wall }) => wall / 1000),
    ),
  ];
}

export interface Scenario {
  /** What `--only` is compared with. */
  readonly group: string;
  readonly run: (run: Run) => Promise<readonly Reading[]>;
}

const receivings = (
  [
    ['json', { format: 'json', perFrame: 1, count: 100_000, limits: [timesBare(1), timesMended(2.2)] }],
    ['json-10', { format: 'json', perFrame: 10, count: 200_000, limits: [timesBare(1.1)] }],
    ['plain-json', { format: 'json', perFrame: 1, plain: true, count: 100_000, limits: [] }],
    [
      'msgpack',
      { format: 'msgpack', perFrame: 1, count: 50_000, limits: [timesBare(1.4), timesMended(2.5)] },
    ],
    ['msgpack-10', { format: 'msgpack', perFrame: 10, count: 100_000, limits: [timesBare(1.8)] }],
    [
      'plain-msgpack',
      {
        format: 'msgpack',
        perFrame: 1,
        plain: true,
        count: 50_000,
        limits: [timesBare(1.2), timesMended(3), timesFaster(5.5)],
      },
    ],
  ] as const satisfies readonly (readonly [string, Receiving])[]
).map(([name, receiving]): Scenario => ({ group: `receive-${name}`, run: receive(receiving) }));

export const scenarios: readonly Scenario[] = [
  ...receivings,
  { group: 'payloads-json', run: payloads('json') },
  { group: 'payloads-msgpack', run: payloads('msgpack') },
  { group: 'deltas', run: deltas },
  { group: 'ciphers', run: ciphers },
  { group: 'renewals', run: renewals },
  { group: 'past', run: past },
  { group: 'end-to-end', run: endToEnd },
  { group: 'clients', run: clients },
  { group: 'channels', run: channels },
  { group: 'channels-attach', run: attach },
  { group: 'channels-heap', run: heap },
  { group: 'lists-release', run: release },
  { group: 'lists-enter', run: enter },
  { group: 'lists-named', run: named },
  { group: 'lists-walk', run: walk },
  { group: 'lists-history', run: history },
  { group: 'publish-json', run: publish('json', [timesFaster(3)]) },
  { group: 'publish-msgpack', run: publish('msgpack', [timesFaster(4)]) },
  { group: 'publish-flatness', run: flatness },
  { group: 'reconnect', run: reconnect },
  { group: 'cold-start', run: coldStart },
  { group: 'rest', run: rest },
  { group: 'presence', run: presence },
  { group: 'objects', run: objects },
  { group: 'emulator', run: emulator },
  { group: 'fold', run: fold },
  { group: 'flapping', run: flapping },
  { group: 'relay-publish', run: relayPublish },
  { group: 'relay-receive', run: relayReceive },
  { group: 'walletconnect', run: walletconnect },
];
