import { from, map, type Observable, switchMap } from 'rxjs';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import type { Settings } from '../client/settings.js';
import { ErrorInfo } from '../wire/error-info.js';

/**
 * RTN17j: emits once where the internet is there, and errors where it is not, or does not say so in half the time that the
 * attempt has; unsubscribing aborts the request. The error names the address that was asked, because an app may have to
 * allow it.
 */
export const checkConnectivity = ({
  fetch,
  connectivityCheckUrl,
  realtimeRequestTimeout,
  scheduler,
}: Settings): Observable<void> =>
  withAbortSignal((signal) => {
    const refused = (): ErrorInfo =>
      new ErrorInfo(
        `There seems to be no internet: ${connectivityCheckUrl} did not answer "yes". It is tried again by itself.`,
        { code: 80003 },
      );
    return from(fetch(connectivityCheckUrl, { signal })).pipe(
      switchMap((response) => from(response.text()).pipe(map((text) => response.ok && text.includes('yes')))),
      map((isThere) => {
        if (!isThere) throw refused();
      }),
      timeoutFirst(realtimeRequestTimeout / 2, scheduler, refused),
    );
  });
