import { map, type Observable, Subject } from 'rxjs';
import { readOnly } from '../rx/read-only.js';

/** Frames that clients sent: as they are until words are asked for, and never more than the latest. */
export interface Sent<F> {
  readonly add: (frame: F) => void;
  readonly words: () => readonly string[];
  readonly words$: Observable<string>;
  readonly end: () => void;
}

const most = 1000;

export function sentFrames<F>(wordsOf: (frame: F) => string): Sent<F> {
  const frames: F[] = [];
  const added$ = new Subject<F>();
  return {
    add: (frame) => {
      if (frames.push(frame) > most) frames.shift();
      added$.next(frame);
    },
    words: () => frames.map(wordsOf),
    words$: readOnly(added$.pipe(map(wordsOf))),
    end: () => added$.complete(),
  };
}
