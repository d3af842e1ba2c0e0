import type { AdminFrame } from '../../lib/emulator/console/protocol.js';
import { type Line, lineOf } from './frames.js';

/** Empty texts let everything through. */
export interface Filter {
  /** Its id as a whole. */
  readonly connection: string;
  readonly action: string;
  /** A part of the name of a channel or topic, in any case. */
  readonly channel: string;
  /** A part of the frame as JSON, in any case. */
  readonly text: string;
}

/** A time in which the server told of fewer frames than all, in milliseconds since the epoch. */
export interface Unheard {
  /** Id of the one connection whose frames were told; undefined where none were. */
  readonly butOf: string | undefined;
  readonly since: number;
  /** Undefined while it lasts. */
  readonly until: number | undefined;
}

/** The log of frames: bounded, whatever comes. */
export interface Log {
  /** Lines that have ever come. */
  readonly count: number;
  readonly all: readonly Line[];
  /** Those of `all` that the filter lets through; while it is paused, those of then. */
  readonly shown: readonly Line[];
  /** Lines that have left `shown` at its beginning: a list that is scrolled moves by as many. */
  readonly gone: number;
  readonly filter: Filter;
  readonly isPaused: boolean;
  /** Frames that came while it is paused. */
  readonly held: number;
  /** Frames that the server left out. */
  readonly leftOut: number;
  /** Times in which not all frames were told, oldest first. */
  readonly unheard: readonly Unheard[];
  /** Actions that have come and are none of Ably. */
  readonly methods: readonly string[];
}

/** Lines that are kept. */
export const kept = 5000;

export const emptyLog: Log = {
  count: 0,
  all: [],
  shown: [],
  gone: 0,
  filter: { connection: '', action: '', channel: '', text: '' },
  isPaused: false,
  held: 0,
  leftOut: 0,
  unheard: [],
  methods: [],
};

/** Says which lines a filter lets through. */
function passes({ connection, action, channel, text }: Filter): (line: Line) => boolean {
  const [wanted, named] = [text.toLowerCase(), channel.toLowerCase()];
  return (line) =>
    (connection === '' || line.frame.connection === connection) &&
    (action === '' || line.action === action) &&
    (named === '' || line.channel.toLowerCase().includes(named)) &&
    (wanted === '' || JSON.stringify(line.frame.frame).toLowerCase().includes(wanted));
}

/** Bounds of the names in the choice of actions: a client may send any method. */
const mostMethods = 50;

function methodsOf(known: readonly string[], lines: readonly Line[]): readonly string[] {
  const fresh = new Set(lines.filter(({ frame }) => frame.server === 'relay').map(({ action }) => action));
  for (const method of known) fresh.delete(method);
  return fresh.size === 0 ? known : [...known, ...fresh].slice(0, mostMethods).sort();
}

/** Adds frames at the end, and forgets as many at the beginning as are too many. */
export function withFrames(log: Log, frames: readonly AdminFrame[], leftOut: number): Log {
  const lines = frames.map((frame, at) => lineOf(frame, log.count + at + 1));
  const next = {
    ...log,
    count: log.count + frames.length,
    all: [...log.all, ...lines].slice(-kept),
    leftOut: log.leftOut + leftOut,
    methods: methodsOf(log.methods, lines),
  };
  if (log.isPaused) return { ...next, held: log.held + frames.length };
  const shown = [...log.shown, ...lines.filter(passes(log.filter))];
  const over = Math.max(0, shown.length - kept);
  return { ...next, shown: over === 0 ? shown : shown.slice(over), gone: log.gone + over };
}

const refiltered = (log: Log): Log => ({
  ...log,
  shown: log.all.filter(passes(log.filter)),
  gone: 0,
  held: 0,
});

/** Shows what this filter lets through, of all that is kept. */
export const withFilter = (log: Log, filter: Partial<Filter>): Log =>
  refiltered({ ...log, filter: { ...log.filter, ...filter } });

/** Holds the log still, or goes on with all that has come since. */
export const paused = (log: Log, isPaused: boolean): Log => {
  if (isPaused === log.isPaused) return log;
  return isPaused ? { ...log, isPaused } : refiltered({ ...log, isPaused });
};

/** Forgets all lines, and keeps the filter, and what is not told just now. */
export const cleared = ({ count, filter, isPaused, unheard }: Log): Log => ({
  ...{ ...emptyLog, count, filter, isPaused },
  unheard: unheard.filter(({ until }) => until === undefined),
});

const mostUnheard = 100;

/** From now on frames of this connection alone are told, or those of all; without a connection to the server none are. */
export function heard(log: Log, of: 'all' | 'none' | { readonly connection: string }, at: number): Log {
  const ended = log.unheard
    .map((time) => (time.until === undefined ? { ...time, until: at } : time))
    .filter(({ since, until }) => since !== until);
  if (of === 'all') return { ...log, unheard: ended };
  const butOf = of === 'none' ? undefined : of.connection;
  return { ...log, unheard: [...ended, { butOf, since: at, until: undefined }].slice(-mostUnheard) };
}

/** The times in which frames that the log would show were not told. Those that follow each other are one. */
export function unheardIn({ unheard, filter }: Log): readonly { since: number; until: number | undefined }[] {
  const times: { since: number; until: number | undefined }[] = [];
  for (const { butOf, since, until } of unheard) {
    if (filter.connection !== '' && butOf === filter.connection) continue;
    const before = times.at(-1);
    if (before?.until === since) before.until = until;
    else times.push({ since, until });
  }
  return times;
}
