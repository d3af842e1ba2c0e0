import {
  catchError,
  defaultIfEmpty,
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  type Observable,
  switchMap,
  take,
  takeWhile,
  tap,
} from 'rxjs';
import { resting } from '../channel/lease.js';
import type { ChannelRecord } from '../channel/port.js';
import { historyUntil, messageOn } from '../messages/history.js';
import { type HistoryDepth, largestPage, standingOf } from '../messages/replay.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { Message } from '../wire/message.js';

/** Reads what messages are by now, where a stream of them alone cannot tell it. Messages come newest first. */
export interface Repair<M extends Message = Message> {
  /** The past, which comes before anything that is live. */
  readonly past$: Observable<M>;
  /** Emits when messages may have been missed, before any that comes after the gap. */
  readonly gap$: Observable<unknown>;
  /** All that there is from the message of this serial on, or that came since the beginning where none is known. */
  readonly missed: (since: string | undefined) => Observable<M>;
  /** One message; none where it cannot be had. */
  readonly get: (serial: string) => Observable<M>;
}

/** How much of the past comes first, and how many messages are kept. */
export interface RepairOptions {
  readonly history: HistoryDepth;
  readonly count: number;
}

/** RTL12, RTL18, RTL10b: reads the history of a channel, for one subscription. */
export function repairOn(record: ChannelRecord, { history, count }: RepairOptions): Repair {
  let floor: string | undefined; // where the channel stood at first; not to be compared with serials of messages
  const stood$ = standingOf(record).pipe(
    take(1),
    tap((serial) => (floor ??= serial)),
    ignoreElements(),
  );
  /** So many messages that are there, up to where the channel stands, as long as they are wanted. */
  const read = (most: number, isWanted: (serial: string) => boolean): Observable<Message> =>
    standingOf(record).pipe(
      take(1),
      switchMap((serial) => {
        if (serial === undefined || most === 0) return EMPTY;
        let left = most;
        const newestFirst$ = historyUntil(record, serial, { limit: Math.min(most, largestPage) });
        const past$ = newestFirst$.pipe(
          takeWhile(
            ({ serial: each, action }) =>
              (each === undefined || isWanted(each)) && (action === 'message.delete' || (left -= 1) >= 0),
          ),
        );
        return resting(record, `past ${record.name}`, past$);
      }),
    );
  /** The serial of the last message before the floor; an empty one where there is none. */
  const lastBefore = (end: string): Observable<string> =>
    resting(record, `past ${record.name}`, historyUntil(record, end, { limit: 1 })).pipe(
      take(1),
      map(({ serial = '' }) => serial),
      defaultIfEmpty(''),
    );
  const depth = history === 'untilAttach' ? count : Math.min(history, count);
  return {
    past$: depth === 0 ? EMPTY : read(depth, () => true),
    gap$: merge(stood$, record.host.gapsOf(record)),
    missed: (since) => {
      if (since !== undefined) return read(count, (serial) => serial >= since);
      if (floor === undefined) return EMPTY;
      return lastBefore(floor).pipe(switchMap((last) => read(count, (serial) => serial > last)));
    },
    get: (serial) => messageFound(record, serial),
  };
}

/** RSL11: a message as it is now; none where the server has none, or does not give it. */
export const messageFound = (record: ChannelRecord, serial: string): Observable<Message> =>
  defer(() => messageOn(record, serial)).pipe(
    catchError((error: unknown) => {
      const { statusCode } = error as ErrorInfo;
      if (statusCode >= 400 && statusCode < 500) return EMPTY;
      throw error;
    }),
  );
