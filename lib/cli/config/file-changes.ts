import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { debounceTime, Observable, type SchedulerLike } from 'rxjs';

/** Milliseconds of silence after which a file counts as written: editors write in several steps. */
const silence = 100;

/** Emits when a file has been written or replaced, which takes a look at its folder. Errors where that cannot be watched. */
export const fileChanges = (file: string, scheduler: SchedulerLike): Observable<void> =>
  new Observable<void>((subscriber) => {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === null || name === basename(file)) subscriber.next();
    });
    watcher.on('error', (error) => {
      subscriber.error(error);
    });
    return () => {
      watcher.close();
    };
  }).pipe(debounceTime(silence, scheduler));
