/**
 * `npm run soak`: lives the random lives of the chaos and property specs a hundred times as often as `npm test` does, from
 * a fresh seed; `CHAOS_RUNS` and `CHAOS_SEED` choose others, `-- FILE` one of the files. Then it
 * loads the emulator, keeps each of the demos open in a browser, for ten minutes each, and lives sessions of WalletConnect,
 * unless files were asked for.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runMocha, seedLine } from '../mocha.js';
import { soaked, specFiles } from '../tiers.js';

const times = process.env['CHAOS_RUNS'] ?? '100';
const asked = process.argv.slice(2);
const files = specFiles().filter(
  (file) => soaked.some((pattern) => pattern.test(file)) && (asked.length === 0 || asked.includes(file)),
);
console.log(`\nsoak: ${files.length} files, ${times} times; ${seedLine}`);
const args = ['--reporter', 'spec']; // tells from time to time that it goes on
if (!(await runMocha(files, { processes: Math.min(2, files.length), args, env: { CHAOS_RUNS: times } })))
  process.exitCode = 1;

if (asked.length === 0) {
  for (const [part = '', ...flags] of [
    ['soak:emulator', '--minutes', '10'],
    ['bench:pages', '--minutes', '10'],
    ['soak:walletconnect'],
  ]) {
    const running = spawn('npm', ['run', part, '--', ...flags], { stdio: 'inherit' });
    const [code] = (await once(running, 'close')) as [number | null];
    if (code !== 0) process.exitCode = 1;
  }
}
