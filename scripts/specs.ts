/**
 * `npm run test:unit`, `test:slow`, `test:e2e`: runs the specs of one or more tiers, `-- --grep RTN14e` and the like go on
 * to mocha. Each tier is dealt out to as many processes of mocha as make it quicker. They are processes of their own, and
 * not those of `mocha --parallel`, because that ends its workers by force: a timer or a socket that a spec left open, and
 * a secret that it printed, would go unnoticed.
 */
import { runMocha, seedLine } from './mocha.js';
import { specFiles, type Tier, tierOf, tiers } from './tiers.js';

const processes: Readonly<Record<Tier, number>> = { unit: 1, slow: 2, e2e: 2 };

const words = process.argv.slice(2);
const isTier = (word: string): word is Tier => tiers.some((tier) => tier === word);
const first = words.findIndex((word) => !isTier(word));
const [asked, args] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];

if (asked.length === 0) throw new Error(`Name the tiers to run: ${tiers.join(', ')}.`);
for (const tier of asked.filter(isTier)) {
  const files = specFiles().filter((file) => tierOf(file) === tier);
  console.log(`\n${tier}: ${files.length} files; ${seedLine}`);
  if (!(await runMocha(files, { processes: processes[tier], args }))) process.exitCode = 1;
}
