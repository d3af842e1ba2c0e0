import type { SchedulerLike } from 'rxjs';
import type { CallId } from './incoming.js';

/** Form of the ids of pushes. */
export interface PushIdFormat {
  /** 15 digits are `ms << 8 + counter`, as those of the hosted relay; a double cannot hold 19. */
  readonly digits: 15 | 19;
  readonly as: 'number' | 'string';
}

/** A time in ms, added where the scheduler's time begins at 0, so that ids have as many digits as today. */
const recently = 1_700_000_000_000;

/** Returns strictly increasing ids. */
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
