import { type Observable, type SchedulerLike, tap } from 'rxjs';
import { expiringSet } from '../../host/expiring-set.js';
import type { Channel } from '../channels/channel.js';
import { metricsOf } from './metrics.js';

/** In ms: how long changes of occupancy are gathered before anybody is told. */
const gatherTime = 100;

/** Tells those who want to know that others have come or gone. */
export interface OccupancyWatch {
  /** The occupancy of the channel may have changed. */
  readonly check: (channel: Channel) => void;
  /** Must be subscribed to. */
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
