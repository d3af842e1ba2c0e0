import {
  concat,
  defer,
  EMPTY,
  filter,
  from,
  map,
  type Observable,
  of,
  skipWhile,
  switchMap,
  take,
  toArray,
} from 'rxjs';
import { replayThenLive } from '../../rx/replay-then-live.js';
import type { Validator } from '../../options/validators.js';
import { check } from '../check-options.js';
import type { Message } from '../wire/message.js';
import type { ChannelRecord } from '../channel/port.js';
import { type HistoryParams, historyUntil } from './history.js';

/** How much of the past comes before what is live: so many of the messages that are wanted, or all that the server still has. */
export type HistoryDepth = number | 'untilAttach';

/** The most that the server has in a page. */
const largestPage = 1000;

const extent: Validator = [
  (past) => past === 'untilAttach' || (Number.isInteger(past) && Number(past) >= 0),
  'a whole number of messages, or "untilAttach"',
];

interface Joined {
  readonly record: ChannelRecord;
  readonly past: HistoryDepth;
  /** `undefined`: all of them are. */
  readonly isWanted: ((message: Message) => boolean) | undefined;
}

/**
 * Past and live messages in one, without a gap and without doubles: the history up to where the channel stood when its
 * subscriber came (or when it was attached for it), then what has come since. Errors when the history cannot be had.
 */
export const replay = (live$: Observable<Message>, wanted: Joined): Observable<Message> =>
  defer(() => {
    const { record } = wanted;
    check({ history: wanted.past }, { history: extent });
    const begun = record.delivering;
    const later$ = begun ? live$.pipe(skipWhile(() => record.delivering === begun)) : live$; // the history has all of it
    const before$ = record.state.name === 'attached' ? of(record.channelSerial) : EMPTY;
    const standing$ = concat(
      before$,
      record.host.confirmationsOf(record).pipe(map(() => record.channelSerial)),
    ); // the first is an ATTACHED
    const past$ = standing$.pipe(
      take(1),
      switchMap((serial) => (serial === undefined ? EMPTY : pastUntil(serial, wanted))),
    );
    return later$.pipe(replayThenLive(past$));
  });

/**
 * Oldest first. A certain number has to be read from the newest on, until so many are found, and turned round. Where not all
 * are wanted, pages are as large as can be: however rare those are, it takes no more requests than all of the past does.
 */
function pastUntil(serial: string, { record, past, isWanted }: Joined): Observable<Message> {
  const read = (params: HistoryParams): Observable<Message> => {
    const all$ = historyUntil(record, serial, params);
    return isWanted ? all$.pipe(filter(isWanted)) : all$;
  };
  if (past === 'untilAttach') return read({ direction: 'forwards', limit: largestPage });
  return read({ limit: isWanted ? largestPage : Math.min(past, largestPage) }).pipe(
    take(past),
    toArray(),
    map((newestFirst) => newestFirst.reverse()),
    switchMap((oldestFirst) => from(oldestFirst)),
  );
}
