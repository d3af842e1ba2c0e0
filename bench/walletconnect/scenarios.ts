import { Worker } from '../processes.js';
import { each, inTurn, type Run } from '../rounds.js';
import { type Reading, reading, timesOfficial } from '../rows.js';
import { dividedBy, type Samples } from '../samples.js';
import { type WalletContestantName, walletContestants } from './contestant.js';
import type { WalletCost, WalletOrder, WalletRelayOrder } from './messages.js';

const patience = 300_000;

/** What it cost one contestant, in a process of its own. */
async function costOf(
  relay: Worker<WalletRelayOrder>,
  name: WalletContestantName,
  work: Pick<WalletOrder, 'do' | 'count'>,
): Promise<WalletCost> {
  const port = await relay.order<number>({ do: 'open' });
  const client = new Worker<WalletOrder>('./walletconnect/client.ts', name, patience);
  try {
    await client.answer('starting');
    return await client.order<WalletCost>({ ...work, port });
  } finally {
    await client.end();
    await relay.order({ do: 'shut', port });
  }
}

type Costs = (of: (cost: WalletCost) => number) => Samples;

async function costs(
  run: Run,
  relay: Worker<WalletRelayOrder>,
  work: Pick<WalletOrder, 'do' | 'count'>,
): Promise<Costs> {
  const names = walletContestants.filter((name) => run.who.includes(name));
  const found = new Map<WalletContestantName, WalletCost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < run.rounds; round += 1)
    for (const name of inTurn(names, round)) found.get(name)?.push(await costOf(relay, name, work));
  return (of) => Object.fromEntries([...found].map(([name, all]) => [name, all.map(of)]));
}

/** The share that the SDK has in what each relayer costs with it: the bare one is the SDK alone. */
function shareOfSdk(samples: Samples): Samples {
  const { bare, ...others } = samples;
  if (bare === undefined) return {};
  const alone = Object.fromEntries(Object.keys(others).map((name) => [name, bare]));
  return dividedBy(alone, others);
}

function readings(title: string, unit: string, samples: Samples): readonly Reading[] {
  return [
    reading(title, unit, samples, [timesOfficial(1)]),
    reading(`${title}: the share of the SDK itself`, '×', shareOfSdk(samples)),
  ];
}

/** A dApp and a wallet by the SDK in one process: over our relayer, over the SDK's own, and over none. */
export async function walletconnect(run: Run): Promise<readonly Reading[]> {
  const relay = new Worker<WalletRelayOrder>('./walletconnect/server.ts');
  try {
    await relay.answer('starting');
    const requests = each(run, 1000);
    const byRequest = await costs(run, relay, { do: 'requests', count: requests });
    const sessions = each(run, 200);
    const bySession = await costs(run, relay, { do: 'sessions', count: sessions });
    const asking = `${requests.toLocaleString('en')} signed requests one after the other`;
    const pairing = `${sessions} sessions in one process`;
    return [
      ...readings(
        `${asking}: wall time of each`,
        'ms',
        byRequest(({ wall }) => wall / 1000),
      ),
      ...readings(
        `${asking}: CPU of each`,
        'ms',
        byRequest(({ cpu }) => cpu / 1000),
      ),
      ...readings(
        `${pairing}: wall time of each`,
        'ms',
        bySession(({ wall }) => wall / 1000),
      ),
      ...readings(
        `${pairing}: CPU of each`,
        'ms',
        bySession(({ cpu }) => cpu / 1000),
      ),
      ...readings(
        `${pairing}: heap of each`,
        'kB',
        bySession(({ heap }) => heap / 1000),
      ),
    ];
  } finally {
    await relay.end();
  }
}
