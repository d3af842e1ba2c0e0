import { type Observable, type SchedulerLike, tap } from 'rxjs';
import { expiringSet } from '../../host/expiring-set.js';
import type { Channel } from '../channels/channel.js';
import { metricsOf } from './metrics.js';

/** Time in ms for which changes of occupancy are gathered before they are sent. */
const gatherTime = 100;

/** Notifies attachments of changed occupancy. */
export interface OccupancyWatch {
  /** Schedules a notification, because the occupancy may have changed. */
  readonly check: (channel: Channel) => void;
  /** Sends notifications while it is subscribed. */
  readonly notifications$: Observable<unknown>;
}

export function occupancyWatch(scheduler: SchedulerLike): OccupancyWatch {
  const pending = new Set<Channel>();
  const waiting = expiringSet<Channel>(gatherTime, scheduler);
  return {
    check: (channel) => {
      if (pending.has(channel) || !channel.watched) return;
      pending.add(channel);
      waiting.add(channel);
    },
    notifications$: waiting.expired$.pipe(
      tap((channel) => {
        pending.delete(channel);
        if (!channel.watched) return;
        const metrics = metricsOf(channel);
        for (const { onOccupancy } of [...channel.subscribers]) onOccupancy?.(metrics);
      }),
    ),
  };
}
