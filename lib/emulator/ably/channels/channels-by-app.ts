import { filter, from, merge, mergeMap, type Observable, Subject, takeUntil } from 'rxjs';
import type { App } from '../auth/apps.js';
import type { Settings } from '../settings.js';
import { type Channels, channelsOf } from './channels.js';
import type { Namespaces } from './namespaces.js';

/** The channels of each app. */
export interface ChannelsByApp {
  /** Those of an app that was removed are there for as long as its sessions are. Throws a TypeError on a foreign app. */
  readonly of: (app: App) => Channels;
  /** `namespaces` are those of the app alone. Default: those of the settings. */
  readonly add: (app: App, namespaces?: Namespaces) => void;
  /** Stops the timers of an app's channels. */
  readonly remove: (app: App) => void;
  /** Runs the timers of all channels while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

export function channelsByApp(settings: Settings): ChannelsByApp {
  const byApp = new WeakMap<App, Channels>();
  const [added$, removed$] = [new Subject<App>(), new Subject<App>()];
  const find = (app: App): Channels => {
    const found = byApp.get(app);
    if (found) return found;
    throw new TypeError(`The app ${app.id} is not of this emulator.`);
  };
  const initial = [...settings.apps.values()];
  for (const app of initial) byApp.set(app, channelsOf(settings));
  return {
    of: find,
    add: (app, namespaces) => {
      byApp.set(app, channelsOf(settings, namespaces));
      added$.next(app);
    },
    remove: (app) => removed$.next(app),
    cleanup$: merge(from(initial), added$).pipe(
      mergeMap((app) =>
        find(app).cleanup$.pipe(takeUntil(removed$.pipe(filter((removed) => removed === app)))),
      ),
    ),
  };
}
