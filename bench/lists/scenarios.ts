import type { Cost, HistoryCost, JoinCost } from '../messages.js';
import type { Lane } from '../processes.js';
import { each, interleaved, lanesOf, roundsOf, type Run } from '../rounds.js';
import { oursAtMost, type Reading, reading, timesOfficial } from '../rows.js';
import { dividedBy } from '../samples.js';

/** Lanes of those who have lists, which a bare loop has not. */
const listLanes = (run: Run): Promise<readonly Lane[]> =>
  lanesOf({ ...run, who: run.who.filter((name) => name !== 'bare') }, 'json');

/** Detaching, and releasing with and without a look-up, at a thousand and at ten thousand. */
export async function release(run: Run): Promise<readonly Reading[]> {
  const lanes = await listLanes(run);
  const readings: Reading[] = [];
  for (const [order, name] of [
    ['detach', 'detach'],
    ['release', 'release'],
    ['find', 'look up and release'],
  ] as const) {
    const [few, many] = await Promise.all([1_000, 10_000].map((channels) => each(run, channels)));
    const costs = [];
    for (const count of [few ?? 0, many ?? 0]) {
      const values = await interleaved(lanes, run.rounds, (lane) => lane.order<Cost>({ do: order, count }));
      costs.push(values(({ cpu }) => cpu / count));
    }
    readings.push(
      ...costs.map((cost, index) =>
        reading(
          `${name} ${[few, many][index]} channels at once: CPU each`,
          'µs',
          cost,
          index === 1 ? [timesOfficial(0.9)] : [],
        ),
      ),
      reading(`${name}, ${many} channels against ${few}`, '×', dividedBy(costs[1] ?? {}, costs[0] ?? {}), [
        oursAtMost(1.2),
      ]),
    );
  }
  return readings;
}

export async function enter(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 10_000);
  const values = await interleaved(await listLanes(run), run.rounds, (lane) =>
    lane.order<Cost>({ do: 'enter', count }),
  );
  const name = `enterClient of ${count} with ACK: CPU each`;
  return [
    reading(
      name,
      'µs',
      values(({ cpu }) => cpu / count),
      [timesOfficial(0.6)],
    ),
  ];
}

export async function named(run: Run): Promise<readonly Reading[]> {
  const count = each(run, 10_000);
  const values = await interleaved(await listLanes(run), run.rounds, (lane) =>
    lane.order<JoinCost>({ do: 'join', count }),
  );
  const name = `${count} subscribers to a name of their own: CPU each`;
  const limits = [timesOfficial(1.2)];
  return [
    reading(
      `${name} to join`,
      'µs',
      values(({ join }) => join.cpu / count),
      limits,
    ),
    reading(
      `${name} to leave`,
      'µs',
      values(({ leave }) => leave.cpu / count),
      limits,
    ),
  ];
}

/** CPU per event of one member for an observer that walks through all of them each time. */
export async function walk(run: Run): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const [members, atMost] of [
    [1_000, 0.3],
    [10_000, 0.15],
  ] as const) {
    const updates = each(run, 500);
    const lanes = await listLanes(run);
    for (const lane of lanes) {
      await lane.prepareBy({ do: 'members', port: lane.port, members });
      await lane.order({ do: 'walk' });
    }
    const values = await interleaved(lanes, run.rounds, async (lane) => {
      await lane.prepareBy({ do: 'updates', port: lane.port, members, updates });
      const blast = { do: 'blast', port: lane.port } as const;
      return lane.orderThenServer<Cost>({ do: 'follow', events: updates }, blast);
    });
    const name = `${members} members walked through at each update of one: CPU`;
    readings.push(
      reading(
        name,
        'µs',
        values(({ cpu }) => cpu / updates),
        [timesOfficial(atMost)],
      ),
    );
    await run.processes.endLanes();
  }
  return readings;
}

export async function history(run: Run): Promise<readonly Reading[]> {
  const count = run.scale === 1 ? 10_000 : 300; // a request is slow, for a quick look
  const lanes = await listLanes(run);
  for (const lane of lanes) await lane.prepareBy({ do: 'history', port: lane.port, pages: count });
  const rounds = roundsOf(run, 1); // a million items each
  const values = await interleaved(lanes, rounds, (lane) =>
    lane.order<HistoryCost>({ do: 'history', count }),
  );
  const [first, last] = [values((cost) => cost.first), values((cost) => cost.last)];
  const name = `history of ${count} pages of 100`;
  return [
    reading(`${name}: CPU per page, first tenth`, 'µs', first),
    reading(`${name}: CPU per page, last tenth`, 'µs', last),
    reading(`${name}, last tenth against first`, '×', dividedBy(last, first), [oursAtMost(1.1)]),
    reading(
      `${name}: heap kept since the first tenth`,
      'B',
      values(({ heap }) => heap),
    ),
  ];
}
