import type { SchedulerLike } from 'rxjs';
import type { CallId } from './incoming.js';

/** What the ids of pushes look like. */
export interface PushIdFormat {
  /** 15 digits are `ms << 8 | counter`, as of the hosted relay; 19 are more than a double can hold. */
  readonly digits: 15 | 19;
  readonly as: 'number' | 'string';
}

/** A time since when ids have as many digits as they have today, also where the scheduler's time begins at 0. */
const recently = 1_700_000_000_000;

/** Strictly increasing. */
export function pushIds({ digits, as }: PushIdFormat, scheduler: SchedulerLike): () => CallId {
  const perMs = digits === 15 ? 256n : 1_000_000n;
  let last = 0n;
  return () => {
    const now = scheduler.now();
    const first = BigInt(Math.floor(now < recently ? now + recently : now)) * perMs;
    last = first > last ? first : last + 1n;
    return { digits: last.toString(), quoted: as === 'string' };
  };
}
