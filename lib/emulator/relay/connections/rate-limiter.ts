import type { SchedulerLike } from 'rxjs';
import type { RateLimit } from '../settings.js';

/** Says of each frame whether it is one too many; a window begins with its first frame. */
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
