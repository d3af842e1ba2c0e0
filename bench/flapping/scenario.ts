import { isBuild } from '../builds.js';
import type { Cost } from '../messages.js';
import { Worker } from '../processes.js';
import { interleaved, type Run } from '../rounds.js';
import { type Reading, reading } from '../rows.js';
import type { FlappingOrder } from './client.js';

/** CPU of a day of flapping. The official client knows no virtual time. */
export async function flapping(run: Run): Promise<readonly Reading[]> {
  const lanes = run.who.filter(isBuild).map((contestant) => ({
    contestant,
    worker: new Worker<FlappingOrder>('./flapping/client.ts', contestant),
  }));
  try {
    for (const { worker } of lanes) await worker.answer('starting');
    const samples = await interleaved(lanes, run.rounds, ({ worker }) =>
      worker.order<Cost>({ do: 'day', share: run.scale }),
    );
    const title = run.scale === 1 ? 'a day' : `${run.scale} of a day`;
    return [
      reading(
        `${title} of flapping, in virtual time: CPU`,
        'ms',
        samples(({ cpu }) => cpu / 1000),
      ),
    ];
  } finally {
    await Promise.all(lanes.map(({ worker }) => worker.end()));
  }
}
