import type { ContestantName } from './contestants/contestant.js';
import type { Format, Speciality } from './messages.js';
import type { Lane, Processes } from './processes.js';
import type { Samples } from './samples.js';

export interface Run {
  readonly processes: Processes;
  readonly who: readonly ContestantName[];
  readonly rounds: number;
  /** Holds all rows to that number of rounds, also those that usually take fewer or more. */
  readonly isExact: boolean;
  /** 1, or less for a quick look. */
  readonly scale: number;
}

/** Rounds of a row that takes a number of its own, unless one is asked for; a quick look takes no more than it takes of others. */
export const roundsOf = ({ rounds, isExact, scale }: Run, usually: number): number =>
  isExact ? rounds : scale < 1 ? Math.min(rounds, usually) : usually;

/** The lanes as they come in that round: backwards in every other one, so that none always comes first. */
export const inTurn = <L>(lanes: readonly L[], round: number): readonly L[] =>
  round % 2 === 0 ? lanes : [...lanes].reverse();

export async function inRounds<L>(lanes: readonly L[], rounds: number, work: (lane: L) => Promise<unknown>) {
  for (let round = 0; round < rounds; round += 1) for (const lane of inTurn(lanes, round)) await work(lane);
}

/** Measures every lane in turn, again and again, so that what disturbs the machine disturbs all; warms up first. */
export async function interleaved<L extends { readonly contestant: ContestantName }, T>(
  lanes: readonly L[],
  rounds: number,
  work: (lane: L) => Promise<T>,
) {
  const results = new Map<L, T[]>(lanes.map((lane) => [lane, []]));
  await inRounds(lanes, 1, work);
  await inRounds(lanes, rounds, async (lane) => results.get(lane)?.push(await work(lane)));
  return (of: (result: T) => number, chosen: readonly L[] = lanes): Samples =>
    Object.fromEntries(chosen.map((lane) => [lane.contestant, (results.get(lane) ?? []).map(of)]));
}

/**
 * One lane each, to the server, or to the port `at`. The bare loop always speaks JSON, which costs it less: a MessagePack
 * client has to be measured by that.
 */
export async function lanesOf(
  { processes, who }: Run,
  spoken: Format,
  speciality?: Speciality,
  at?: number,
): Promise<readonly Lane[]> {
  const starts: (() => Promise<Lane>)[] = [];
  for (const contestant of who) {
    const format = contestant === 'bare' ? 'json' : spoken;
    const port = at ?? (await processes.listen(format));
    starts.push(() => processes.lane(contestant, { port, format, speciality }));
  }
  return Promise.all(starts.map((start) => start()));
}

/** A count, or less of it for a quick look. */
export const each = (run: Run, count: number, multipleOf = 10): number =>
  Math.max(multipleOf, Math.round((count * run.scale) / multipleOf) * multipleOf);
