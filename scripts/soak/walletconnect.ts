/**
 * Sessions of WalletConnect through faults, a part of `npm run soak`: the same random lives with `relayerOf` and with the
 * SDK's own relayer. `--lives 10` lives fewer than 500, `--by ours` with one of them, `--write` puts the table into
 * docs/walletconnect.md. Ends with code 1 where `relayerOf` loses something.
 */
import fc from 'fast-check';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { quantile } from '../../bench/samples.js';
import { runs } from '../../spec/support/runs.js';
import type { RelayerName } from '../../spec/support/sign-client.js';
import { type Life, lives } from '../../spec/support/wallet/life.js';
import { storm, sumOf, type Tally } from '../../spec/support/wallet/tally.js';

const { values } = parseArgs({
  options: {
    lives: { type: 'string', default: '500' },
    by: { type: 'string', default: 'ours,the SDK' },
    write: { type: 'boolean', default: false },
  },
});
const parameters = runs<Life>(1, 18);
const chosen = fc.sample(lives, { ...parameters, numRuns: Number(values.lives) });

type Told = (tally: Tally) => number | string;
const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
const rows: readonly (readonly [what: string, of: Told])[] = [
  ['**lives given up after 1,000 sockets**, and not counted below', ({ storms }) => storms],
  ['requests', ({ requests }) => requests],
  ['answered', ({ answered }) => answered],
  ['answered within: half of them', ({ waits }) => seconds(quantile(waits, 0.5))],
  ['answered within: 99 % of them', ({ waits }) => seconds(quantile(waits, 0.99))],
  ['rejected before the relay had confirmed them', ({ refused }) => refused],
  ['taken by the relay, and forgotten at its restart', ({ forgotten }) => forgotten],
  ['**reported sent, and lost**', ({ lost }) => lost],
  ['**answers reported sent, and lost**', ({ lostAnswers }) => lostAnswers],
  ['**asked twice**', ({ askedTwice }) => askedTwice],
  ['**promises that never settle**', ({ unsettled }) => unsettled],
  ['**errors that nobody can catch**, each of which ends a process of Node', ({ unhandled }) => unhandled],
];

const lost = ({ storms, lost, lostAnswers, askedTwice, unsettled, unhandled }: Tally): number =>
  storms + lost + lostAnswers + askedTwice + unsettled + unhandled;

/** Lives all of them with relayers of that kind, in one process after the other: one ends with a life that was given up. */
async function livedBy(name: RelayerName): Promise<Tally> {
  const all: Tally[] = [];
  while (all.length < chosen.length) {
    const first = all.length;
    const args = [name, JSON.stringify(parameters), String(chosen.length), String(first)];
    const child = fork(new URL('wallet-lives.ts', import.meta.url), args, { execArgv: process.execArgv });
    const count = (tally: Tally): void => {
      if (name === 'ours' && lost(tally) > 0) tellLoss(all.length, tally);
      all.push(tally);
    };
    child.on('message', (tally) => {
      count(tally as Tally);
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 3) count(storm);
    if (all.length === first) throw new Error(`Life ${first} has ended its process. See above.`);
  }
  return sumOf(all);
}

function tellLoss(number: number, tally: Tally): void {
  console.log(`life ${number} of seed ${parameters.seed}: ${JSON.stringify({ ...tally, waits: [] })}`);
  console.log(fc.stringify(chosen[number]));
  process.exitCode = 1;
}

const names = (['ours', 'the SDK'] as const).filter((name) => values.by.split(',').includes(name));
const tallies: Partial<Record<RelayerName, Tally>> = {};
for (const name of names) tallies[name] = await livedBy(name);

const titles: Readonly<Record<RelayerName, string>> = { ours: '`relayerOf`', 'the SDK': 'own relayer' };
const cells = [
  ['', ...names.map((name) => titles[name])],
  ['---', ...names.map(() => '---')],
  ...rows.map(([what, of]) => [what, ...names.map((name) => String(of(tallies[name] as Tally)))]),
];
const table = cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
console.log(`${chosen.length} lives of seed ${parameters.seed}\n\n${table}`);

if (values.write) {
  const page = 'docs/walletconnect.md';
  const marks = /(<!-- npm run soak:walletconnect -- --write -->)[^]*(<!-- end -->)/;
  const told = `${chosen.length} sessions, seed ${parameters.seed}, Node ${process.version}:`;
  const text = readFileSync(page, 'utf8').replace(marks, `$1\n\n${told}\n\n${table}\n\n$2`);
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
}
