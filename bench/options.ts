import { parseArgs } from 'node:util';
import { faultOfBaseline, hasBaseline } from './builds.js';
import { type ContestantName, contestants } from './contestants/contestant.js';

export interface Options {
  readonly json: boolean;
  /** Whether docs/numbers.md is made anew, with the rows that are measured. */
  readonly write: boolean;
  readonly only: string;
  readonly who: readonly ContestantName[];
  readonly rounds: number;
  /** Says that the number of rounds was asked for, so that it holds for all rows. */
  readonly isExact: boolean;
  /** Each begins with new processes, so that the luck of one process does not decide. */
  readonly sittings: number;
  /** 1, or less for a quick look, which every row takes in few rounds. */
  readonly scale: number;
}

/** Throws an error that says which option is wrong. */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      contestants: { type: 'string' },
      without: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      sittings: { type: 'string', default: '1' },
    },
  });
  if (values.write && (values.quick || values.contestants !== undefined || values.without.length > 0))
    throw new Error('--write takes whole measurements: leave --quick, --contestants and --without out.');
  return {
    json: values.json,
    write: values.write,
    only: values.only,
    who: whoOf(values.contestants ?? (values.quick ? quickly() : undefined), values.without),
    rounds: countOf('rounds', values.rounds ?? (values.quick ? '2' : '5')),
    isExact: values.rounds !== undefined,
    sittings: countOf('sittings', values.sittings),
    scale: values.quick ? 0.1 : 1,
  };
}

function countOf(option: string, given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--${option} is "${given}". Give a whole number from 1 on.`);
}

/** The contestants of a quick look: the mended one tells the least of them. */
const quickly = (): string =>
  contestants.filter((name) => name !== 'mended' && (name !== 'before' || hasBaseline)).join();

/** Lists the contestants that were asked for, or all that can be measured. */
function whoOf(asked: string | undefined, without: readonly string[]): readonly ContestantName[] {
  const names = asked?.split(',').map((name) => name.trim());
  const isContestant = (name: string): boolean => (contestants as readonly string[]).includes(name);
  const unknown = [...(names ?? []), ...without].filter((name) => !isContestant(name));
  if (unknown.length > 0)
    throw new Error(
      `There is no contestant "${unknown.join('", "')}". Choose from ${contestants.join(', ')}.`,
    );
  const isChosen = (name: ContestantName): boolean =>
    names?.includes(name) ?? (name !== 'before' || hasBaseline);
  const who = contestants.filter((name) => isChosen(name) && !without.includes(name));
  if (!who.includes('before')) return who;
  if (!hasBaseline)
    throw new Error('"before" needs a build. Set BENCH_BASELINE to a folder that holds a built rx-realtime.');
  const fault = faultOfBaseline();
  if (fault !== undefined) throw new Error(fault);
  return who;
}
