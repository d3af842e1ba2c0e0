import { from, map, type Observable, type SchedulerLike, switchMap } from 'rxjs';
import { timeoutFirst } from '../../rx/timeout-first.js';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { ErrorInfo } from '../wire/error-info.js';

export interface ConnectivitySettings {
  readonly fetch: typeof globalThis.fetch;
  /** REC3a: answers `yes`. */
  readonly connectivityCheckUrl: string;
  /** Milliseconds of a connection attempt; the check may take half of it. */
  readonly realtimeRequestTimeout: number;
  readonly scheduler: SchedulerLike;
}

/**
 * RTN17j: emits once where the network is there, and errors with 80003 where it is not, or where no answer comes in half the
 * time of an attempt. Unsubscribing aborts the request. The error names the URL, because an app may have to allow it.
 */
export const checkConnectivity = ({
  fetch,
  connectivityCheckUrl,
  realtimeRequestTimeout,
  scheduler,
}: ConnectivitySettings): Observable<void> =>
  withAbortSignal((signal) => {
    const noNetwork = (): ErrorInfo =>
      new ErrorInfo(
        `There seems to be no network: ${connectivityCheckUrl} did not answer "yes". The client retries by itself.`,
        { code: 80003 },
      );
    return from(fetch(connectivityCheckUrl, { signal })).pipe(
      switchMap((response) => from(response.text()).pipe(map((text) => response.ok && text.includes('yes')))),
      map((isThere) => {
        if (!isThere) throw noNetwork();
      }),
      timeoutFirst(realtimeRequestTimeout / 2, scheduler, noNetwork),
    );
  });
