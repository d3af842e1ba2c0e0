import { defer, map, type Observable, throwError } from 'rxjs';
import type { CoreChannel } from '../channel/channel.js';
import { recordOf } from '../channel/port.js';
import type { ChannelMetrics } from '../wire/channel-metrics.js';
import { ErrorInfo } from '../wire/error-info.js';

export type { ChannelMetrics };

/**
 * CHO2a, CHM: the occupancy of a channel with the param `occupancy: 'metrics'`, when it is attached and after each change:
 * those metrics alone that the param asks for. Hot, replays nothing. Subscribing is a lease; errors when the channel fails,
 * and with 40000 on a channel without the param; completes on `dispose()`.
 *
 * @example
 * ```ts
 * const channel = client.channel('chat', { params: { occupancy: 'metrics' } });
 * occupancyOf(channel).subscribe(({ connections }) => show(`${connections} here`));
 * ```
 */
export const occupancyOf = <Events extends object>(
  channel: CoreChannel<Events>,
): Observable<Partial<ChannelMetrics>> =>
  defer(() => {
    const { name, settings } = recordOf(channel);
    if (settings.params?.['occupancy'] === undefined) return throwError(() => unasked(name));
    const messages$: Observable<unknown> = (channel as CoreChannel).messages('[meta]occupancy');
    return (messages$ as Observable<{ readonly data: OccupancyData | undefined }>).pipe(
      map(({ data }) => data?.metrics ?? {}),
    );
  });

/** CHO2 */
interface OccupancyData {
  readonly metrics: Partial<ChannelMetrics>;
}

const unasked = (name: string): ErrorInfo =>
  new ErrorInfo(
    `Channel "${name}" is not told its occupancy. Get it with the param: client.channel(name, { params: { occupancy: 'metrics' } }).`,
    { code: 40000 },
  );
