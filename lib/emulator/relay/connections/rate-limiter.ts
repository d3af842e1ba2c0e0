import type { SchedulerLike } from 'rxjs';
import type { RateLimit } from '../settings.js';

/** Returns a function that is true for each frame over the limit; a window begins with its first frame. */
export function rateLimiter(limit: RateLimit | undefined, scheduler: SchedulerLike): () => boolean {
  let [begun, count] = [-Infinity, 0];
  return () => {
    if (!limit) return false;
    const now = scheduler.now();
    if (now - begun >= limit.per) [begun, count] = [now, 0];
    count += 1;
    return count > limit.messages;
  };
}
