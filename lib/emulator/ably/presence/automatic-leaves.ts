import { type Observable, tap } from 'rxjs';
import { randomText } from '../../../rx/clock.js';
import { alarms } from '../../host/alarms.js';
import type { App } from '../auth/apps.js';
import type { Channel } from '../channels/channel.js';
import type { Channels } from '../channels/channels.js';
import { depart } from './change-presence.js';
import type { Settings } from '../settings.js';
import type { Remembered } from '../connections/resumable-sessions.js';

/** The leaving of those who do not say it themselves. */
export interface Departures {
  /** The transport is gone: the connection's members leave in so many ms, unless it comes back. */
  readonly expect: (state: Remembered, ms: number) => void;
  readonly cancel: (state: Remembered) => void;
  /** The connection's members leave now: on one channel, or wherever they are. */
  readonly now: (state: Remembered, channel?: Channel) => void;
  /** Must be subscribed to: one timer for all connections. */
  readonly tidying$: Observable<unknown>;
}

export function departuresOf({ scheduler, random }: Settings, channels: (app: App) => Channels): Departures {
  const alarm = alarms<Remembered>(scheduler);
  const leave = ({ id, app, presentOn }: Remembered, channel: Channel): void => {
    if (!presentOn.delete(channel)) return;
    channels(app).use(channel, () => depart(channel, id, `${randomText(10, random)}:0`));
  };
  const all = (state: Remembered): void => [...state.presentOn].forEach((channel) => leave(state, channel));
  return {
    expect: (state, ms) => {
      if (state.presentOn.size > 0) alarm.set(state, scheduler.now() + ms);
    },
    cancel: alarm.delete,
    now: (state, channel) => {
      if (channel) {
        leave(state, channel);
        return;
      }
      alarm.delete(state);
      all(state);
    },
    tidying$: alarm.ringing$.pipe(tap(all)),
  };
}
