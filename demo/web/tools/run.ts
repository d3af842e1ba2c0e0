/** `npm run demo:web`: builds the four demos, and serves them and an emulator until it is stopped. */
import { buildDemos } from './build.js';
import { serveDemos } from './serve.js';

console.log('Building the demos. The first time, their packages are installed, which takes a minute or two.');
await buildDemos();
const { url } = await serveDemos(Number(process.env['PORT'] ?? 4173));
console.log(`Open ${url} in two windows. Ctrl-C ends it.`);
