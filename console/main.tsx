import { render } from 'preact';
import {
  asapScheduler,
  asyncScheduler,
  catchError,
  defer,
  distinctUntilChanged,
  map,
  merge,
  mergeMap,
  type Observable,
  observeOn,
  of,
  scan,
  share,
  Subject,
} from 'rxjs';
import type { AdminCommand } from '../lib/emulator/console/protocol.js';
import { perFrame } from '../lib/view/per-frame.js';
import { type ConsoleEvent, reduce } from './state/reduce.js';
import { type ConsoleState, initial } from './state/state.js';
import { type Asked, streamOf } from './stream.js';
import type { Acts } from './view/acts.js';
import { App } from './view/app.js';

const root = document.querySelector('#console');
if (!root) throw new Error('The page has no place for the console: serve index.html as it was built.');

const url = new URL('stream', location.href);
url.protocol = url.protocol.replace('http', 'ws');

const acted$ = new Subject<ConsoleEvent>();
const commands$ = new Subject<AdminCommand>();
const copies$ = new Subject<{ readonly text: string; readonly name: string }>();

/** Goes to the state first, so that the answer finds its request. */
const asked$: Observable<Asked> = commands$.pipe(
  observeOn(asapScheduler), // a state asks, too
  map((command, index) => ({ id: index + 1, command })),
  share(),
);

const failed = {
  type: 'noted',
  text: 'The browser allows no copying here. Choose a frame, and copy its text by hand.',
  isError: true,
} as const;
const copied$ = copies$.pipe(
  mergeMap(({ text, name }) =>
    defer(() => navigator.clipboard.writeText(text)).pipe(
      map(() => ({ type: 'noted', text: `Copied ${name}.`, isError: false }) as const),
      catchError(() => of(failed)),
    ),
  ),
);

const state$ = merge(
  acted$,
  copied$,
  asked$.pipe(map((asked): ConsoleEvent => ({ type: 'asked', ...asked }))),
  streamOf({ url: url.href, asked$, scheduler: asyncScheduler }),
).pipe(scan(reduce, initial), share());

/** The connections to watch, from each beginning of the stream on. */
const watchedIn = ({ link, chosen }: ConsoleState): string | undefined =>
  link === 'connected' ? (chosen.connection ?? 'all') : undefined;

const act = (event: ConsoleEvent): void => acted$.next(event);
const acts: Acts = {
  ask: (command) => commands$.next(command),
  choose: (chosen) => act({ type: 'chose', chosen }),
  filter: (filter) => act({ type: 'filtered', filter }),
  pause: (isPaused) => act({ type: 'paused', isPaused }),
  clear: () => act({ type: 'cleared' }),
  calm: () => act({ type: 'calmed' }),
  copy: (text, name) => copies$.next({ text, name }),
};

state$.pipe(perFrame(() => true)).subscribe((state) => render(<App state={state} acts={acts} />, root));
state$.pipe(map(watchedIn), distinctUntilChanged()).subscribe((watched) => {
  if (watched !== undefined) acts.ask({ do: 'watch', connections: watched === 'all' ? 'all' : [watched] });
});
render(<App state={initial} acts={acts} />, root);
