import { isBuild } from '../builds.js';
import type { ContestantName } from '../contestants/contestant.js';
import { settled } from '../meter.js';
import { Worker } from '../processes.js';
import { each, interleaved, type Run } from '../rounds.js';
import { oursAtMost, type Reading, reading } from '../rows.js';
import { dividedBy } from '../samples.js';
import type { CrowdOrder } from './crowd.js';
import type { EmulatorOrder } from './server.js';

const subscribers = 10;
/** No console at all; one that was opened and closed, so that its code is there; and one that watches all connections. */
const kinds = ['without', 'unwatched', 'watched'] as const;
type Kind = (typeof kinds)[number];

interface EmulatorLane {
  readonly contestant: ContestantName;
  readonly kind: Kind;
  readonly server: Worker<EmulatorOrder>;
  readonly crowd: Worker<CrowdOrder>;
}

async function start({ kind, server, crowd }: EmulatorLane): Promise<void> {
  await Promise.all([server.answer('starting'), crowd.answer('starting')]);
  const port = await server.order<number>({ do: 'open', console: kind !== 'without' });
  await crowd.order({ do: 'connect', port, subscribers });
  if (kind !== 'without') await crowd.order({ do: 'console', port, stays: kind === 'watched' });
}

/** CPU of the emulator for what it takes and sends, without a console, with one that nobody watches, and with one that is watched. */
export async function emulator(run: Run): Promise<readonly Reading[]> {
  const messages = each(run, 5_000);
  const lanes = run.who.filter(isBuild).flatMap((contestant) =>
    kinds.map((kind): EmulatorLane => ({
      ...{ contestant, kind },
      server: new Worker<EmulatorOrder>('./emulator/server.ts', contestant),
      crowd: new Worker<CrowdOrder>('./emulator/crowd.ts'),
    })),
  );
  try {
    for (const lane of lanes) await start(lane);
    const costs = await interleaved(lanes, run.rounds, async ({ server, crowd }) => {
      const before = await server.order<number>({ do: 'cpu' });
      await crowd.order({ do: 'publish', messages });
      await settled();
      return (await server.order<number>({ do: 'cpu' })) - before;
    });
    const of = (wanted: Kind) =>
      costs(
        (cpu) => cpu / messages,
        lanes.filter(({ kind }) => kind === wanted),
      );
    const without = of('without');
    const title = `the emulator, a message to ${subscribers} subscribers`;
    return [
      reading(`${title}, without a console: CPU`, 'µs', without),
      reading(
        'the same to that, with a console that nobody watches',
        '×',
        dividedBy(of('unwatched'), without),
        [oursAtMost(1.05)],
      ),
      reading('the same to that, with a console that watches all', '×', dividedBy(of('watched'), without)),
    ];
  } finally {
    await Promise.all(lanes.flatMap(({ server, crowd }) => [server.end(), crowd.end()]));
  }
}
