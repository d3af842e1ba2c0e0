import { type Observable, tap } from 'rxjs';
import { randomText } from '../../../rx/clock.js';
import { alarms } from '../../host/alarms.js';
import type { App } from '../auth/apps.js';
import type { Channel } from '../channels/channel.js';
import type { Channels } from '../channels/channels.js';
import { leaveAll } from './change-presence.js';
import type { Settings } from '../settings.js';
import type { ResumableSession } from '../connections/resumable-sessions.js';

/** Leaves of members whose connection is gone. */
export interface AutomaticLeaves {
  /** Makes the connection's members leave in so many ms, unless it is resumed. */
  readonly schedule: (state: ResumableSession, ms: number) => void;
  readonly cancel: (state: ResumableSession) => void;
  /** Makes the connection's members leave now, on one channel or on all. */
  readonly leaveNow: (state: ResumableSession, channel?: Channel) => void;
  /** Runs one timer for all connections while it is subscribed. */
  readonly cleanup$: Observable<unknown>;
}

export function automaticLeaves(
  { scheduler, random }: Settings,
  channels: (app: App) => Channels,
): AutomaticLeaves {
  const alarm = alarms<ResumableSession>(scheduler);
  const leave = ({ id, app, presentOn }: ResumableSession, channel: Channel): void => {
    if (!presentOn.delete(channel)) return;
    channels(app).use(channel, () => leaveAll(channel, id, `${randomText(10, random)}:0`));
  };
  const all = (state: ResumableSession): void =>
    [...state.presentOn].forEach((channel) => leave(state, channel));
  return {
    schedule: (state, ms) => {
      if (state.presentOn.size > 0) alarm.set(state, scheduler.now() + ms);
    },
    cancel: alarm.delete,
    leaveNow: (state, channel) => {
      if (channel) {
        leave(state, channel);
        return;
      }
      alarm.delete(state);
      all(state);
    },
    cleanup$: alarm.due$.pipe(tap(all)),
  };
}
