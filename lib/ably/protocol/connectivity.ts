import { defer, map, type Observable, switchMap } from 'rxjs';
import type { Settings } from '../settings.js';
import { ErrorInfo } from '../wire/error-info.js';

/**
 * RTN17j: emits once where the internet is there, and errors where it is not; unsubscribing gives the question up. The
 * error names the address that was asked, because an app may have to allow it.
 */
export const checked = ({
  fetch,
  connectivityCheckUrl,
}: Pick<Settings, 'fetch' | 'connectivityCheckUrl'>): Observable<void> =>
  defer(() => fetch(connectivityCheckUrl)).pipe(
    switchMap((response) => response.text()),
    map((text) => {
      if (text.includes('yes')) return;
      throw new ErrorInfo(
        `There seems to be no internet: ${connectivityCheckUrl} did not answer "yes". The primary host is tried again by itself.`,
        { code: 80003, statusCode: 400 },
      );
    }),
  );
