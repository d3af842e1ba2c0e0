import type { ContestantName } from '../contestants/contestant.js';
import { Worker } from '../processes.js';
import { each, interleaved, type Run } from '../rounds.js';
import { oursAtMost, type Reading, reading, timesOfficial } from '../rows.js';
import type { ClientsOrder, Life } from './client.js';

/** The mended one is constructed and connects as the official one does. */
const isMade = (contestant: ContestantName): boolean => contestant !== 'mended';

/** What one client of many takes in a process: its construction, its connection, and what is left of it. */
export async function clients(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 500);
  const port = await run.processes.listen('json');
  const lanes = run.who.filter(isMade).map((contestant) => ({
    contestant,
    worker: new Worker<ClientsOrder>('./clients/client.ts', contestant),
  }));
  try {
    for (const { worker } of lanes) await worker.answer('starting');
    const lives = await interleaved(lanes, run.rounds, ({ worker }) =>
      worker.order<Life>({ do: 'live', port, clients: count }),
    );
    const bytesOf = (stage: 'made' | 'connected' | 'left') => lives((life) => Math.round(life[stage]));
    return [
      reading(`a client of ${count}: heap before it connects`, 'B', bytesOf('made'), [oursAtMost(40_000)]),
      reading('the same: connected', 'B', bytesOf('connected'), [oursAtMost(70_000)]),
      reading('the same: left once it is disposed of', 'B', bytesOf('left'), [oursAtMost(2_000)]),
      reading(
        `a client of ${count}: CPU to construct`,
        'µs',
        lives(({ construct }) => construct),
        [timesOfficial(2)],
      ),
      reading(
        'the same: to connect',
        'µs',
        lives(({ connect }) => connect),
        [timesOfficial(2)],
      ),
    ];
  } finally {
    await Promise.all(lanes.map(({ worker }) => worker.end()));
    await run.processes.shut(port);
  }
}
