/**
 * `npm run spec-points -- [section]`: which points of Ably's client specification (6.1) have a spec, by the titles of the
 * specs, and which have none. The ids come from spec/spec-points.json. A point also counts as specified by its children.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const spec = new URL('../spec/', import.meta.url).pathname;
const sections = Object.entries(
  JSON.parse(readFileSync(join(spec, 'spec-points.json'), 'utf8')) as Readonly<Record<string, string>>,
).map(([section, ids]) => [section, ids.split(' ')] as const);

/** The ids in front of the colon of every title. */
const titled = new Set(
  readdirSync(spec, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap((file) => [
      ...readFileSync(join(spec, file), 'utf8').matchAll(
        /\b(?:it|describe)\(\s*['"`]((?:[A-Z]{2,4}\d+\w*(?:, )?)+):/g,
      ),
    ])
    .flatMap(([, ids = '']) => ids.split(', ')),
);
const isChildOf = (id: string, parent: string): boolean =>
  id !== parent && id.startsWith(parent) && /\d$/.test(parent) !== /^\d/.test(id.slice(parent.length));

const known = new Set(sections.flatMap(([, ids]) => ids));
const only = process.argv[2]?.toLowerCase() ?? '';
let [specified, all] = [0, 0];
for (const [section, ids] of sections.filter(([name]) => name.toLowerCase().includes(only))) {
  const has = (id: string): boolean =>
    titled.has(id) || ids.some((child) => isChildOf(child, id) && has(child));
  const covered = ids.filter(has);
  specified += covered.length;
  all += ids.length;
  console.log(`\n${section}: ${covered.length} of ${ids.length}`);
  if (covered.length > 0) console.log(`  with a spec: ${covered.join(' ')}`);
  if (covered.length < ids.length) console.log(`  without one: ${ids.filter((id) => !has(id)).join(' ')}`);
}
const unknown = [...titled].filter((id) => !known.has(id));
if (unknown.length > 0) console.log(`\nin titles, but not in the list: ${unknown.sort().join(' ')}`);
console.log(`\n${specified} of ${all} points have a spec.`);
