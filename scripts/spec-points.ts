/**
 * `npm run spec-points -- [section]`: which points of Ably's client specification (6.1) have a spec, by the titles of the
 * specs, and which have none. The ids come from spec/spec-points.json, with what is left out and why. A point that has
 * children is specified when all of them are. Specs of the emulator count apart: they say nothing of the client.
 */
import { readFileSync } from 'node:fs';
import { titledPoints } from './spec-titles.js';

const { 'left out': leftOut, ...lists } = JSON.parse(
  readFileSync(new URL('../spec/spec-points.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>> & { readonly 'left out': Readonly<Record<string, string>> };
const sections = Object.entries(lists as Readonly<Record<string, string>>).map(
  ([section, ids]) => [section, ids.split(' ')] as const,
);

const { client, emulator } = titledPoints();
const isChildOf = (id: string, parent: string): boolean =>
  id !== parent && id.startsWith(parent) && /\d$/.test(parent) !== /^\d/.test(id.slice(parent.length));

/** Whether a point has a spec by these titles. */
function has(id: string, ids: readonly string[], titled: (id: string) => boolean): boolean {
  const children = ids.filter((child) => isChildOf(child, id));
  return children.length > 0 ? children.every((child) => has(child, ids, titled)) : titled(id);
}

const only = process.argv[2]?.toLowerCase() ?? '';
let [specified, byEmulator, all] = [0, 0, 0];
for (const [section, ids] of sections.filter(([name]) => name.toLowerCase().includes(only))) {
  const covered = ids.filter((id) => has(id, ids, (point) => client.has(point)));
  const others = ids.filter(
    (id) => !covered.includes(id) && has(id, ids, (point) => client.has(point) || emulator.has(point)),
  );
  const missing = ids.filter((id) => !covered.includes(id) && !others.includes(id));
  specified += covered.length;
  byEmulator += others.length;
  all += ids.length;
  console.log(`\n${section}: ${covered.length} of ${ids.length}`);
  if (covered.length > 0) console.log(`  with a spec: ${covered.join(' ')}`);
  if (others.length > 0) console.log(`  only of the emulator: ${others.join(' ')}`);
  if (missing.length > 0) console.log(`  without one: ${missing.join(' ')}`);
}
console.log('\nLeft out:');
for (const [what, why] of Object.entries(leftOut)) console.log(`  ${what}: ${why}.`);
const known = new Set(sections.flatMap(([, ids]) => ids));
const unknown = [...client, ...emulator].filter((id) => !known.has(id));
if (unknown.length > 0)
  console.log(`\nin titles, but not in the list: ${[...new Set(unknown)].sort().join(' ')}`);
console.log(`\n${specified} of ${all} points have a spec; of ${byEmulator} more only the emulator has one.`);
