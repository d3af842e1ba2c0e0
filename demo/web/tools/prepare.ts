/** Builds the demos for `npm run test:web`. */
import { buildDemos } from './build.js';

await buildDemos();
