/**
 * `npm run bench -- [--quick] [--json] [--only <group>] [--rounds <n>] [--without <contestant>]`: measures the client as
 * built into dist against the official client and a bare loop. A missed target is a line in a table, never an exit code.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { contestants } from './contestants/contestant.js';
import { Processes } from './processes.js';
import type { Row } from './rows.js';
import { scenarios } from './scenarios.js';
import { table } from './table.js';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    without: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string' },
  },
});

const versionOf = (path: string): string =>
  (JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { readonly version: string }).version;
const machine = {
  ours: versionOf('../package.json'),
  official: versionOf('../node_modules/ably/package.json'),
  officialRelay: versionOf('../node_modules/@walletconnect/core/package.json'),
  node: process.version,
  cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
};

const who = contestants.filter((name) => !options.without.includes(name));
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const chosen = scenarios.filter(({ group }) => group.startsWith(options.only));
const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);

const rows: Row[] = [];
const failures: string[] = [];
const began = Date.now();
const processes = new Processes();
try {
  for (const { group, run } of chosen) {
    const from = Date.now();
    try {
      rows.push(...(await run({ processes, who, rounds, scale: options.quick ? 0.2 : 1 })));
    } catch (error) {
      failures.push(`${group}: ${String(error)}`);
    } finally {
      await processes.endLanes();
    }
    process.stderr.write(`${group}: ${((Date.now() - from) / 1000).toFixed(1)} s\n`);
  }
} finally {
  await processes.end();
}
const seconds = (Date.now() - began) / 1000;

if (options.json) {
  console.log(JSON.stringify({ machine, rounds, seconds, rows, failures }));
} else {
  const against = `ably ${machine.official} and @walletconnect/core ${machine.officialRelay}`;
  say(`\nrx-realtime ${machine.ours} against ${against}; Node ${machine.node}, ${machine.cpu}`);
  say(`medians of ${rounds} interleaved rounds, ${seconds.toFixed(0)} s\n`);
  say(table(rows));
  for (const failure of failures) say(`\nnot measured: ${failure}`);
}
