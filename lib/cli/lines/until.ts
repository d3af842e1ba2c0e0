import { defer, firstValueFrom, from, map, merge, type Observable } from 'rxjs';

/** The values up to the moment at which `end$` emits, also where the next one has been waited for. `end$` repeats that it has emitted. */
export const until = <T>(values: AsyncIterable<T>, end$: Observable<unknown>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]: () => {
    const iterator = values[Symbol.asyncIterator]();
    const ended$ = end$.pipe(map((): IteratorResult<T> => ({ done: true, value: undefined })));
    return {
      next: () =>
        firstValueFrom(
          merge(
            ended$,
            defer(() => from(iterator.next())),
          ),
        ),
      return: async (value?: unknown): Promise<IteratorResult<T>> => {
        iterator.return?.().then(undefined, () => undefined); // waits for what is being read, which may never come
        return Promise.resolve({ done: true, value });
      },
    };
  },
});
