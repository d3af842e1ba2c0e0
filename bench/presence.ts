import type { Cost } from './messages.js';
import type { Lane } from './processes.js';
import { each, interleaved, lanesOf, roundsOf, type Run } from './rounds.js';
import { oursAtMost, type Reading, reading, timesOfficial } from './rows.js';
import { dividedBy } from './samples.js';

/** A channel with so many members, watched: by its events, and with ours by `members$` besides. */
async function watched(run: Run, members: number, moves: boolean): Promise<readonly Lane[]> {
  const lanes = await lanesOf(run, 'json');
  for (const lane of lanes) {
    await lane.prepareBy({ do: 'members', port: lane.port, members });
    await lane.order({ do: 'watch', moves });
  }
  return lanes;
}

/** Attaching a channel until all its members are known, and what they weigh then. */
async function sync(run: Run): Promise<readonly Reading[]> {
  const members = each(run, 10_000);
  const lanes = await watched(run, members, false);
  const work = (lane: Lane): Promise<Cost> => lane.order<Cost>({ do: 'sync', members });
  await interleaved(lanes, roundsOf(run, 4), work); // warm, says the target
  const costs = await interleaved(lanes, roundsOf(run, run.rounds + 4), work);
  const weights = await interleaved(lanes, roundsOf(run, 2), (lane) =>
    lane.order<number>({ do: 'member-heap', members }),
  );
  return [
    reading(
      `presence sync of ${members} members: CPU`,
      'ms',
      costs(({ cpu }) => cpu / 1000),
      [timesOfficial(0.4)],
    ),
    reading(
      'heap per member',
      'B',
      weights((bytes) => bytes),
    ),
  ];
}

/** CPU per update of one member, by how many there are; ours tells each by `members$` and `changes$` besides. */
async function updates(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 20_000);
  const [few, many] = [100, each(run, 10_000)];
  const lanesOfFew = await watched(run, few, true);
  const lanesOfMany = await watched(run, many, true);
  const work = async (lane: Lane): Promise<Cost> => {
    const members = lanesOfFew.includes(lane) ? few : many;
    await lane.prepareBy({ do: 'updates', port: lane.port, members, updates: count });
    return lane.orderThenServer({ do: 'follow', events: count }, { do: 'blast', port: lane.port });
  };
  const costs = await interleaved([...lanesOfFew, ...lanesOfMany], run.rounds, work);
  const perUpdate = ({ cpu }: Cost): number => cpu / count;
  const [atFew, atMany] = [costs(perUpdate, lanesOfFew), costs(perUpdate, lanesOfMany)];
  const growth = dividedBy(atMany, atFew);
  return [
    reading(`presence, ${few} members: CPU per update of one`, 'µs', atFew),
    reading(`presence, ${many} members: CPU per update of one`, 'µs', atMany),
    reading(`CPU per update, ${many} members against ${few}`, '×', growth, [oursAtMost(1.3)]),
  ];
}

export const presence = async (run: Run): Promise<readonly Reading[]> => {
  const readings = await sync(run);
  await run.processes.endLanes();
  return [...readings, ...(await updates(run))];
};
