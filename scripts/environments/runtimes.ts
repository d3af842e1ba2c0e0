import type { Cell } from './cell.js';
import { asCommonJs, asModule, hello } from './programs.js';

const place = `${process.platform}-${process.arch}`;
const files = { 'main.mjs': asModule, 'main.cjs': asCommonJs };

const node = (version: string): Cell => ({
  kind: 'Runtime',
  name: `Node ${version}`,
  packages: { [`node-${place}`]: version },
  files,
  runs: ['main.mjs', 'main.cjs'].map((file) => [`node_modules/node-${place}/bin/node`, file]),
  says: hello,
  note: 'import and require',
});

/** Node by npm's own packages of it, Bun and Deno by theirs. */
export const runtimes: readonly Cell[] = [
  ...['20.20.2', '22.23.5', '24.22.3', '26.12.1'].map(node),
  {
    kind: 'Runtime',
    name: 'Bun 1.4.4',
    packages: { [`@oven/bun-${place}`]: '1.4.4' },
    files,
    runs: ['main.mjs', 'main.cjs'].map((file) => [`node_modules/@oven/bun-${place}/bin/bun`, file]),
    says: hello,
    note: 'import and require',
  },
  {
    kind: 'Runtime',
    name: 'Deno 2.9.6',
    packages: { [`@deno/${place}-glibc`]: '2.9.6' },
    files,
    runs: [[`node_modules/@deno/${place}-glibc/deno`, 'run', '--node-modules-dir=manual', '-A', 'main.mjs']],
    says: hello,
  },
];
