import { defer, EMPTY, fromEvent, map, merge, type Observable } from 'rxjs';
import type { Lifecycle } from './types.js';

/** What a page tells of itself, as long as somebody listens; nothing where there is no page. */
export const pageLifecycle$: Observable<Lifecycle> = defer(() => {
  if (typeof window === 'undefined' || typeof document === 'undefined') return EMPTY;
  const told = (target: EventTarget, event: string, tell: () => Lifecycle): Observable<Lifecycle> =>
    fromEvent(target, event).pipe(map(tell));
  return merge(
    told(window, 'online', () => 'online'),
    told(window, 'offline', () => 'offline'),
    told(document, 'visibilitychange', () => (document.visibilityState === 'hidden' ? 'hidden' : 'visible')),
    told(document, 'freeze', () => 'frozen'),
    told(document, 'resume', () => 'resumed'),
  );
});
