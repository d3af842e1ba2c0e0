/** Everybody was dropped at once: how many are there again, and when. */
export interface Storm {
  readonly server: 'ably' | 'relay';
  /** Connections before it. */
  readonly before: number;
  /** Milliseconds since the epoch of the first count. */
  readonly since: number | undefined;
  readonly counts: readonly { readonly after: number; readonly count: number }[];
  /** Whether fewer than before were seen, without which nobody can have come back. */
  readonly hasDipped: boolean;
  /** Milliseconds until as many as before were there again. */
  readonly back: number | undefined;
}

/** Milliseconds that are plotted. */
export const watched = 60_000;

export const stormOf = (server: 'ably' | 'relay', before: number): Storm => ({
  server,
  before,
  since: undefined,
  counts: [],
  hasDipped: false,
  back: undefined,
});

/** A storm with one more count; the same when it is over. */
export function stormAt(storm: Storm, at: number, count: number): Storm {
  const since = storm.since ?? at;
  const after = at - since;
  if (after > watched || (storm.back !== undefined && after > storm.back + 2000)) return storm;
  const hasDipped = storm.hasDipped || count < storm.before;
  const isBack = hasDipped && count >= storm.before;
  return {
    ...storm,
    since,
    hasDipped,
    back: storm.back ?? (isBack ? after : undefined),
    counts: [...storm.counts, { after, count }],
  };
}

/** Says how far they have come back. */
export function wordsOf({ before, back, counts, hasDipped }: Storm): string {
  const count = counts.at(-1)?.count ?? 0;
  const after = `after ${((back ?? 0) / 1000).toFixed(1)} s.`;
  if (back !== undefined)
    return before === 1 ? `The one connection was back ${after}` : `All ${before} were back ${after}`;
  if (hasDipped) return `${count} of ${before} ${count === 1 ? 'is' : 'are'} back.`;
  return before === 1 ? 'Dropping the one connection.' : `Dropping ${before} connections.`;
}
