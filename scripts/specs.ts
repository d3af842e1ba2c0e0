/**
 * `npm run test:unit`, `test:slow`, `test:e2e`: runs the specs of one or more tiers, `-- --grep RTN14e` and the like go on
 * to mocha. Each tier is dealt out to as many processes of mocha as make it quicker. They are processes of their own, and
 * not those of `mocha --parallel`, because that ends its workers by force: a timer or a socket that a spec left open, and
 * a secret that it printed, would go unnoticed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dealt, specFiles, type Tier, tierOf, tiers } from './tiers.js';

const processes: Readonly<Record<Tier, number>> = { unit: 1, slow: 2, e2e: 2 };

const words = process.argv.slice(2);
const isTier = (word: string): word is Tier => tiers.some((tier) => tier === word);
const first = words.findIndex((word) => !isTier(word));
const [asked, passedOn] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];

/** Runs mocha over `files`, and shows what it prints when it is done, unless it is `alone`. */
async function run(files: readonly string[], alone: boolean): Promise<boolean> {
  const mocha = spawn(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', ...(process.stdout.isTTY ? ['--color'] : []), ...passedOn, ...files],
    { stdio: ['inherit', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'] },
  );
  const printed: Uint8Array[] = [];
  for (const stream of [mocha.stdout, mocha.stderr])
    stream?.on('data', (bytes: Uint8Array) => printed.push(bytes));
  const [code] = (await once(mocha, 'close')) as [number | null];
  process.stdout.write(Buffer.concat(printed));
  return code === 0;
}

if (asked.length === 0) throw new Error(`Name the tiers to run: ${tiers.join(', ')}.`);
for (const tier of asked.filter(isTier)) {
  const files = specFiles().filter((file) => tierOf(file) === tier);
  const hands = dealt(files, processes[tier]);
  console.log(`\n${tier}: ${files.length} files`);
  const passed = await Promise.all(hands.map((hand) => run(hand, hands.length === 1)));
  if (passed.includes(false)) process.exitCode = 1;
}
