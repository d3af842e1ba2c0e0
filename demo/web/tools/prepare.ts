/**
 * `npm run build:demos`: installs what the demos need, and builds them. Apart from the tools that serve them, which need those
 * packages when they are loaded.
 */
import { buildDemos } from './build.js';

console.log('Building the demos. The first time, their packages are installed, which takes a minute or two.');
await buildDemos();
