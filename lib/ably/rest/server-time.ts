import { defer, map, type Observable } from 'rxjs';
import { ErrorInfo } from '../wire/error-info.js';
import type { Ask } from './request.js';

/** RSC16: milliseconds since the epoch, as the server has it; asked on each subscription. */
export const serverTime = (ask: Ask): Observable<number> =>
  defer(() => ask({ method: 'GET', path: '/time' })).pipe(
    map(({ content }) => {
      if (Array.isArray(content) && typeof content[0] === 'number') return content[0];
      throw new ErrorInfo('The server did not say what time it is.', { code: 50000 });
    }),
  );
