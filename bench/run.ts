/**
 * `npm run bench -- [--quick] [--json] [--write] [--only <group>] [--rounds <n>] [--sittings <n>] [--contestants <a,b>]
 * [--without <contestant>]`: measures the client as built into dist against the official client, a bare loop, and the
 * build in the folder that `BENCH_BASELINE` names. A missed target is a line in a table, never an exit code.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { folderOf, versionOf } from './builds.js';
import { type Options, optionsOf } from './options.js';
import { writeNumbers } from './numbers.js';
import { Processes, WorkerError } from './processes.js';
import { joinReadings, type Reading, type Row, rowOf } from './rows.js';
import { type Scenario, scenarios } from './scenarios.js';
import { table } from './table.js';

function options(): Options {
  try {
    return optionsOf(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(1);
  }
}
const { json, write, only, who, rounds, isExact, sittings, scale } = options();

const packageVersion = (path: string): string =>
  (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { readonly version: string }).version;
const machine = {
  ours: versionOf('ours'),
  ...(who.includes('before') && { before: `${versionOf('before')} in ${folderOf('before')}` }),
  official: packageVersion('../node_modules/ably/package.json'),
  officialRelay: packageVersion('../node_modules/@walletconnect/core/package.json'),
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
};
const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n`);

let processes = new Processes();

/** Takes the readings of one group in several sittings, each with processes of its own. */
async function take({ run }: Scenario, chosen: Options['who']): Promise<readonly Reading[]> {
  const readings: (readonly Reading[])[] = [];
  for (let sitting = 0; sitting < sittings; sitting += 1) {
    readings.push(await run({ processes, who: chosen, rounds, isExact, scale }));
    await processes.endLanes();
  }
  return joinReadings(readings);
}

/** Rows of one group; without the build of before where that cannot do what they need. */
async function rowsOf(scenario: Scenario): Promise<readonly Row[]> {
  try {
    return (await take(scenario, who)).map(rowOf);
  } catch (error) {
    await processes.end(); // what is under way would answer the wrong order
    processes = new Processes();
    if (!(error instanceof WorkerError && error.contestant === 'before') || who.length === 1) throw error;
    const others = who.filter((name) => name !== 'before');
    const unpaired = error.why.replace(/\n[^]*|^Error: /g, '');
    return (await take(scenario, others)).map((reading) => ({ ...rowOf(reading), unpaired }));
  }
}

const chosen = scenarios.filter(({ group }) => group.startsWith(only));
if (chosen.length === 0) {
  console.error(`There is no row "${only}". Choose from ${scenarios.map(({ group }) => group).join(', ')}.`);
  process.exit(1);
}
const rows: Row[] = [];
const groups: Record<string, readonly Row[]> = {};
const failures: string[] = [];
const began = Date.now();
try {
  for (const scenario of chosen) {
    const from = Date.now();
    try {
      const found = await rowsOf(scenario);
      groups[scenario.group] = found;
      rows.push(...found);
    } catch (error) {
      failures.push(`${scenario.group}: ${String(error)}`);
    }
    process.stderr.write(`${scenario.group}: ${((Date.now() - from) / 1000).toFixed(1)} s\n`);
  }
} finally {
  await processes.end();
}
const seconds = (Date.now() - began) / 1000;
if (write) {
  const measured = Object.entries(groups).map(
    ([group, found]) => [group, { rounds: rounds * sittings, node: process.version, rows: found }] as const,
  );
  await writeNumbers(
    Object.fromEntries(measured),
    scenarios.map(({ group }) => group),
  );
}

if (json) {
  console.log(JSON.stringify({ machine, rounds, sittings, seconds, rows, failures }));
} else {
  const against = `ably ${machine.official} and @walletconnect/core ${machine.officialRelay}`;
  say(`\nrx-realtime ${machine.ours} against ${against}; Node ${machine.node}, ${machine.cpu}`);
  if (machine.before !== undefined) say(`before: ${machine.before}`);
  const share = scale === 1 ? '' : `, a look at ${scale} of the load, by ${who.join(', ')}`;
  say(
    `medians of ${scale === 1 ? '' : 'at most '}${rounds * sittings} interleaved rounds${share}; ${seconds.toFixed(0)} s\n`,
  );
  say(table(rows));
  for (const failure of failures) say(`\nnot measured: ${failure}`);
}
