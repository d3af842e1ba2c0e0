import type { Observable } from 'rxjs';
import { toAsyncIterable } from '../../rx/paced/to-async-iterable.js';
import { check } from '../check-options.js';
import { limitKinds, type LimitOptions } from '../../flow/limits.js';
import type { Log } from '../../base/log.js';
import { warnFields } from '../../options/unknown-options.js';
import { abortSignal, boundsOf } from './limits.js';

/** How much may wait between two steps of an iteration, and what ends it. */
export interface StreamOptions<T> extends LimitOptions<T> {
  /** Ends the iteration, and with it the lease, at once: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Messages for `for await`. Throws 40000. */
export const streamOf = <T>(
  messages$: Observable<T>,
  options: StreamOptions<T>,
  log: Log,
): AsyncIterable<T> => {
  check(options, { signal: abortSignal });
  warnFields(options, { ...limitKinds, signal: 0 }, log, 'the options of a stream');
  return toAsyncIterable(messages$, {
    ...boundsOf(options, 'messages wait to be read'),
    signal: options.signal,
  });
};
