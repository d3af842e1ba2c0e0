import { defer, map, type Observable } from 'rxjs';
import type { RequestFunction } from './request.js';
import { unexpectedResponse } from './unexpected.js';

/** RSC16: milliseconds since the epoch, as the server has it; asked on each subscription. */
export const serverTime = (ask: RequestFunction): Observable<number> =>
  defer(() => ask({ method: 'GET', path: '/time' })).pipe(
    map(({ content }) => {
      if (Array.isArray(content) && typeof content[0] === 'number') return content[0];
      throw unexpectedResponse('time');
    }),
  );
