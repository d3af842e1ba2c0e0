/**
 * Runs the packed tarball where its users do: runtimes, frameworks, test runners, bundlers, compilers and versions of rxjs,
 * each installed in a temporary folder. Needs a package registry, and a build. `--only NAME` runs those whose
 * kind or name contains it; `--write` puts their results into `docs/environments.md`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlers } from './environments/bundlers.js';
import { type Outcome, outcomeOf } from './environments/cell.js';
import { frameworks } from './environments/frameworks.js';
import { ranges } from './environments/ranges.js';
import { reactNative } from './environments/react-native.js';
import { runners } from './environments/runners.js';
import { runtimes } from './environments/runtimes.js';
import { testBeds } from './environments/test-beds.js';
import { withTable } from './environments/table.js';

const { only = '', write } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: false } },
}).values;
const root = resolve(import.meta.dirname, '..');
const all = [...runtimes, ...frameworks, ...reactNative, ...runners, ...testBeds, ...bundlers, ...ranges];
const cells = all.filter(({ kind, name }) => `${kind} ${name}`.toLowerCase().includes(only.toLowerCase()));
if (cells.length === 0)
  throw new Error(`There is no environment "${only}". Give a part of a name that the table has.`);

const file = join(root, 'docs/environments.md');
const outcomes: Outcome[] = [];
const temporary = mkdtempSync(join(tmpdir(), 'rx-realtime-packed-'));
try {
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', temporary];
  const tarball = join(temporary, execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim());
  for (const cell of cells) {
    const outcome = await outcomeOf(cell, tarball);
    outcomes.push(outcome);
    if (write) writeFileSync(file, withTable(readFileSync(file, 'utf8'), [outcome], all)); // a run that is cut short keeps what ran
    const { error, seconds } = outcome;
    console.log(`${error === undefined ? 'ok  ' : 'FAIL'}  ${cell.kind}: ${cell.name} (${seconds} s)`);
    if (error !== undefined) console.error(error.slice(0, 4000));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (outcomes.some(({ error }) => error !== undefined)) process.exitCode = 1;
