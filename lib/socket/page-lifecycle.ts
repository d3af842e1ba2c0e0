import { defer, EMPTY, filter, fromEvent, map, merge, type Observable } from 'rxjs';
import type { Lifecycle } from './types.js';

/** Emits signs of the page while subscribed; completes at once where there is no page. */
export const pageLifecycle$: Observable<Lifecycle> = defer(() => {
  if (typeof window === 'undefined' || typeof document === 'undefined') return EMPTY;
  const on = (target: EventTarget, event: string, sign: () => Lifecycle): Observable<Lifecycle> =>
    fromEvent(target, event).pipe(map(sign));
  return merge(
    on(window, 'online', () => 'online'),
    on(window, 'offline', () => 'offline'),
    on(document, 'visibilitychange', () => (document.visibilityState === 'hidden' ? 'hidden' : 'visible')),
    on(document, 'freeze', () => 'frozen'),
    on(document, 'resume', () => 'resumed'),
    fromEvent<PageTransitionEvent>(window, 'pagehide').pipe(
      filter(({ persisted }) => !persisted), // or else it may come back
      map(() => 'terminated' as const),
    ),
  );
});
