import type { Diary, Entry, Publish } from './diary.js';
import type { Accepted } from './witness.js';

type Witness = ReadonlyMap<string, readonly Accepted[]>;

/** What is wrong with a life, in words; and what is allowed, counted. */
export interface Verdict {
  readonly problems: readonly string[];
  /** Publishes that arrived more than once, as they may after a resume that failed on a server that forgets their ids. */
  readonly duplicates: number;
}

/** Holds what clients saw and did against what the server accepted; `forgets`: whether it may forget ids meanwhile. */
export function judge(witness: Witness, diaries: readonly Diary[], forgets = false): Verdict {
  const problems: string[] = [];
  let duplicates = 0;
  for (const [index, diary] of diaries.entries()) {
    const received = [...witness].flatMap(([channel, accepted]) =>
      holes(accepted, diary.entries.get(channel) ?? []).map(
        (hole) => `client ${index}, channel ${channel}: ${hole}`,
      ),
    );
    if (!forgets)
      for (const { channel, entries, isOver } of diary.joined)
        for (const hole of holes(witness.get(channel) ?? [], entries, isOver))
          problems.push(`client ${index}, with the past of channel ${channel}: ${hole}`);
    const sent = published(witness, diary, forgets);
    problems.push(...received, ...sent.problems.map((problem) => `client ${index}: ${problem}`));
    duplicates += sent.duplicates;
  }
  return { problems, duplicates };
}

/**
 * Exactly once and in order, or a mark before the hole; after a mark nothing is missing from there on, up to the end where
 * it is not over.
 */
function holes(accepted: readonly Accepted[], entries: readonly Entry[], isOver = false): string[] {
  const found: string[] = [];
  const places = new Map(accepted.map(({ serial }, index) => [serial, index]));
  const dataAt = (index: number): string => accepted[index]?.data ?? 'nothing';
  let next = Infinity; // where the next message may come from, at the latest
  let floor = 0;
  for (const entry of entries) {
    if (entry.type === 'mark') {
      next = Math.max(floor, entry.at);
      continue;
    }
    const place = places.get(entry.serial);
    if (place === undefined) {
      found.push(`received ${entry.serial}, which the server never accepted`);
      continue;
    }
    if (place < floor) found.push(`received "${dataAt(place)}" again, after "${dataAt(floor - 1)}"`);
    if (place > next) found.push(`missed "${dataAt(next)}" up to "${dataAt(place)}", and was not told`);
    floor = next = place + 1;
  }
  if (next < accepted.length && !isOver) found.push(`missed the end, from "${dataAt(next)}" on`);
  return found;
}

function published(witness: Witness, { publishes }: Diary, forgets: boolean): Verdict {
  const problems: string[] = [];
  const byData = new Map(publishes.map((publish) => [publish.data, publish]));
  const numbers = new Map(publishes.map((publish, number) => [publish, number]));
  const serials = new Map<Publish, string[]>(publishes.map((publish) => [publish, []]));
  for (const accepted of witness.values()) {
    let last = -1;
    for (const { data, serial } of accepted) {
      const publish = byData.get(data);
      if (!publish) continue;
      const earlier = serials.get(publish) ?? [];
      const number = numbers.get(publish) ?? 0;
      if (earlier.length === 0 && number < last && !publish.error)
        problems.push(`"${data}" was accepted after "${publishes[last]?.data}"`);
      if (earlier.length === 0) last = Math.max(last, number);
      earlier.push(serial);
    }
  }
  for (const [{ data, settled, serials: answered, isUncertain, isLast, error }, accepted] of serials) {
    if (settled !== 1) problems.push(`the publish of "${data}" has settled ${settled} times`);
    if (accepted.length > 1 && !(isUncertain && forgets))
      problems.push(`"${data}" was accepted ${accepted.length} times`);
    if (answered && accepted.length === 0) problems.push(`"${data}" is acknowledged, and was not accepted`);
    if (answered && accepted.length > 0 && !accepted.includes(answered[0] ?? ''))
      problems.push(`"${data}" is acknowledged under the serial of something else`);
    if (error && !error.uncertain && accepted.length > 0)
      problems.push(`"${data}" was rejected as what had not arrived (${error.code}), and was accepted`);
    if (error && isLast) problems.push(`"${data}" was rejected when all was calm: ${error.message}`);
    if (error && error.code === undefined) problems.push(`"${data}" was rejected without a code`);
  }
  return { problems, duplicates: [...serials.values()].filter(({ length }) => length > 1).length };
}
