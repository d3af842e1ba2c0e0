import type * as Ably from 'ably';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { Connect } from './contestant.js';
import { connectBy } from './official.js';

/** The helpers that esbuild writes for spreads where it compiles for ES2017: they define one property after the other. */
const helpers = [
  [/^var __spreadValues = \(a, b\) => \{\n[^]*?^\};$/m, 'var __spreadValues = Object.assign;'],
  [/^var __spreadProps = .*;$/m, 'var __spreadProps = Object.assign;'],
] as const;

/** The installed build of the official client with `Object.assign` for its spreads; it is made here and kept nowhere. */
function mended(): typeof Ably {
  const require = createRequire(import.meta.url);
  const file = require.resolve('ably');
  const code = helpers.reduce(
    (text, [helper, better]) => {
      if (!helper.test(text)) throw new Error(`${file} has no ${helper.source}: look how it spreads now.`);
      return text.replace(helper, better);
    },
    readFileSync(file, 'utf8'),
  );
  const module = { exports: {} as typeof Ably };
  const run = compileFunction(code, ['exports', 'require', 'module'], { filename: file }) as (
    ...args: readonly unknown[]
  ) => void;
  run(module.exports, createRequire(file), module);
  return module.exports;
}

const { Realtime } = mended();

/** The client as the official one would be if it were built for ES2018: a margin over that one lasts. */
export const connect: Connect = (place) => connectBy(Realtime, place);
