/**
 * Lives sessions of WalletConnect in a process of their own, and sends the tally of each: with relayers of a kind, those that
 * fast-check draws by these parameters, so many, from the first one on. Ends with code 3 where one was given up, since that goes on.
 */
import fc from 'fast-check';
import type { RelayerName } from '../../spec/support/sign-client.js';
import { type Life, lived, lives } from '../../spec/support/wallet/life.js';

const gaveUp = 3;
const [name = '', parameters = '', count = '', first = ''] = process.argv.slice(2);
process.removeAllListeners('warning'); // of emitters of the SDK, by the thousand
const drawn = JSON.parse(parameters) as fc.Parameters<Life>;
for (const life of fc.sample(lives, { ...drawn, numRuns: Number(count) }).slice(Number(first))) {
  const tally = await lived(life, name as RelayerName);
  if (tally.storms > 0) process.exit(gaveUp); // at once: its sockets leave no time to send anything
  await new Promise((resolve) => process.send?.(tally, resolve));
}
process.exit();
