/** Milliseconds without a call after which calls are rare again. */
const rareAfter = 10_000;
/** Calls in a row that need not wait. */
const free = 3;
/** Milliseconds before the first call that waits; doubles from call to call. */
const first = 125;
const most = 5000;

/**
 * Spaces calls that come in quick succession: gives the milliseconds that each has to wait, none for some in a row, then
 * longer from call to call. What is called by chance is not slowed down, and what is called in a loop does no harm.
 */
export function spacingOf(now: () => number, longest = most): () => number {
  let [last, count] = [-Infinity, 0];
  return () => {
    const at = now();
    count = at - last > rareAfter ? 1 : count + 1;
    const gap = count > free ? Math.min(first * 2 ** (count - free - 1), longest, most) : 0;
    const rest = Math.max(0, Math.min(last + gap - at, longest)); // also where the clock was set back
    last = at + rest;
    return rest;
  };
}
