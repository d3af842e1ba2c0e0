import { defer, map, type Observable } from 'rxjs';
import type { RequestFunction } from './request.js';
import { unexpectedResponse } from './errors.js';

/** RSC16: the server's time in milliseconds since the epoch; requested on each subscription. Errors with an ErrorInfo. */
export const serverTime = (ask: RequestFunction): Observable<number> =>
  defer(() => ask({ method: 'GET', path: '/time' })).pipe(
    map(({ content }) => {
      if (Array.isArray(content) && typeof content[0] === 'number') return content[0];
      throw unexpectedResponse('time');
    }),
  );
