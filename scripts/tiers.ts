/** Decides by its path alone to which tier a spec file belongs. `scripts/specs.ts` runs the tiers, `spec/tiers.spec.ts` holds them. */
import { readdirSync } from 'node:fs';
import { posix, sep } from 'node:path';

export const tiers = ['unit', 'slow', 'e2e'] as const;
export type Tier = (typeof tiers)[number];

/** Hold the client, the emulator and the official clients against each other, over real sockets. */
export const e2e: readonly RegExp[] = [/^spec\/(e2e|interop)\//];

/** Compute for long, or start processes. Those that take longest come first, since files are dealt out in this order. */
export const slow: readonly RegExp[] = [
  /\/chaos\.spec\.ts$/,
  /\/cli\.spec\.ts$/,
  /\.property\.spec\.ts$/,
  /\.process\.spec\.ts$/,
  /\/lint\.spec\.ts$/,
  /\/mocha-hooks\.spec\.ts$/,
];

/** Live random lives: `npm run soak` runs them far more often. */
export const soaked: readonly RegExp[] = [/\/chaos\.spec\.ts$/, /\.property\.spec\.ts$/];

const matches = (file: string, patterns: readonly RegExp[]): boolean =>
  patterns.some((pattern) => pattern.test(file));

/** The first tier that a file, named from the root of the repository, fits; `unit` takes all that the others leave. */
export function tierOf(file: string): Tier {
  if (matches(file, e2e)) return 'e2e';
  return matches(file, slow) ? 'slow' : 'unit';
}

/** The spec files below `folder`, in the order in which they are dealt out. */
export function specFiles(folder = 'spec'): readonly string[] {
  const rank = (file: string): number => slow.findIndex((pattern) => pattern.test(file));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => posix.join(folder, ...file.split(sep)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The files as they are dealt to so many hands, one after the other. */
export const dealt = (files: readonly string[], hands: number): readonly (readonly string[])[] =>
  Array.from({ length: hands }, (_, hand) => files.filter((_, at) => at % hands === hand));
