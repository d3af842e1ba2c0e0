import type { ContestantName } from '../contestants/contestant.js';
import type { Cost } from '../messages.js';
import type { Lane } from '../processes.js';
import { each, interleaved, lanesOf, roundsOf, type Run } from '../rounds.js';
import { oursAtMost, type Reading, reading, timesOfficial } from '../rows.js';
import { dividedBy } from '../samples.js';

/** Those that know objects. */
const knowing: readonly ContestantName[] = ['ours', 'before', 'official'];

async function lanesWith(run: Run, objects: number): Promise<readonly Lane[]> {
  const who = run.who.filter((name) => knowing.includes(name));
  const lanes = await lanesOf({ ...run, who }, 'json', 'objects');
  for (const lane of lanes) await lane.prepareBy({ do: 'objects', port: lane.port, objects });
  return lanes;
}

/** Attaching a channel until all its objects are known, and what they weigh then. */
async function sync(run: Run): Promise<readonly Reading[]> {
  const objects = each(run, 10_000);
  const lanes = await lanesWith(run, objects);
  const work = (lane: Lane): Promise<Cost> => lane.order<Cost>({ do: 'sync-objects', objects });
  const costs = await interleaved(lanes, roundsOf(run, run.rounds + 4), work);
  const weights = await interleaved(lanes, roundsOf(run, 2), (lane) =>
    lane.order<number>({ do: 'object-heap', objects }),
  );
  return [
    reading(
      `sync of ${objects} objects: CPU`,
      'ms',
      costs(({ cpu }) => cpu / 1000),
      [timesOfficial(0.4)],
    ),
    reading(
      'heap per object',
      'B',
      weights((bytes) => bytes),
      [timesOfficial(0.8)],
    ),
  ];
}

/** CPU per operation on counters and maps, by how many objects there are. */
async function operations(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 100_000);
  const [few, many] = [100, each(run, 10_000)];
  const lanesOfFew = await lanesWith(run, few);
  const lanesOfMany = await lanesWith(run, many);
  const both = [...lanesOfFew, ...lanesOfMany];
  const workOf =
    (isCompact: boolean) =>
    async (lane: Lane): Promise<Cost> => {
      const objects = lanesOfFew.includes(lane) ? few : many;
      const all = isCompact ? count / 10 : count;
      await lane.prepareBy({ do: 'operations', port: lane.port, objects, operations: all });
      return lane.orderThenServer({ do: 'apply', isCompact }, { do: 'blast', port: lane.port });
    };
  for (const lane of both)
    await lane.order({ do: 'sync-objects', objects: lanesOfFew.includes(lane) ? few : many });
  const costs = await interleaved(both, run.rounds, workOf(false));
  const per = ({ cpu }: Cost): number => cpu / count;
  const [atFew, atMany] = [costs(per, lanesOfFew), costs(per, lanesOfMany)];
  const isOurs = ({ contestant }: Lane): boolean => contestant === 'ours';
  const compacts = await interleaved(both.filter(isOurs), run.rounds, workOf(true));
  const perCompact = ({ cpu }: Cost): number => (cpu / count) * 10;
  const [compactFew, compactMany] = [lanesOfFew, lanesOfMany].map((lanes) =>
    compacts(perCompact, lanes.filter(isOurs)),
  ) as [ReturnType<typeof compacts>, ReturnType<typeof compacts>];
  return [
    reading(`${few} objects: CPU per operation`, 'µs', atFew, [timesOfficial(0.3)]),
    reading(`${many} objects: CPU per operation`, 'µs', atMany, [timesOfficial(0.3)]),
    reading(`CPU per operation, ${many} objects against ${few}`, '×', dividedBy(atMany, atFew), [
      oursAtMost(1.2),
    ]),
    reading(`compact$ of ${few} keys: CPU per change of one`, 'µs', compactFew),
    reading(`compact$ of ${many} keys: CPU per change of one`, 'µs', compactMany),
    reading(`compact$, ${many} keys against ${few}`, '×', dividedBy(compactMany, compactFew), [
      oursAtMost(2),
    ]),
  ];
}

export const objects = async (run: Run): Promise<readonly Reading[]> => {
  const readings = await sync(run);
  await run.processes.endLanes();
  return [...readings, ...(await operations(run))];
};
