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
import { precededBy } from '../../rx/replay-then-live.js';
import type { Kind } from '../../options/validators.js';
import { check } from '../check-options.js';
import type { Message } from '../wire/message.js';
import type { Cell } from '../channel/record.js';
import type { Channels } from '../channel/channels.js';
import { type HistoryParams, historyUntil } from './history.js';
import type { ChannelServices } from '../channel/services.js';

/** How much of the past comes before what is live: so many of the messages that are wanted, or all that the server still has. */
export type Past = number | 'untilAttach';

/** The most that the server has in a page. */
const largestPage = 1000;

const extent: Kind = [
  (past) => past === 'untilAttach' || (Number.isInteger(past) && Number(past) >= 0),
  'a whole number of messages, or "untilAttach"',
];

interface Joined {
  readonly cell: Cell;
  readonly channels: Channels;
  readonly services: ChannelServices;
  readonly past: Past;
  /** `undefined`: all of them are. */
  readonly isWanted: ((message: Message) => boolean) | undefined;
}

/**
 * Past and live messages in one, without a gap and without doubles: the history up to where the channel stood when its
 * subscriber came (or when it was attached for it), then what has come since. Errors when the history cannot be had.
 */
export const joined = (live$: Observable<Message>, wanted: Joined): Observable<Message> =>
  defer(() => {
    const { cell, channels } = wanted;
    check({ history: wanted.past }, { history: extent });
    const begun = cell.underWay;
    const later$ = begun ? live$.pipe(skipWhile(() => cell.underWay === begun)) : live$; // the history has all of it
    const before$ = cell.state.name === 'attached' ? of(cell.channelSerial) : EMPTY;
    const standing$ = concat(before$, channels.answersOf(cell).pipe(map(() => cell.channelSerial))); // the first is an ATTACHED
    const past$ = standing$.pipe(
      take(1),
      switchMap((serial) => (serial === undefined ? EMPTY : pastUntil(serial, wanted))),
    );
    return later$.pipe(precededBy(past$));
  });

/**
 * Oldest first. A certain number has to be read from the newest on, until so many are found, and turned round. Where not all
 * are wanted, pages are as large as can be: however rare those are, it takes no more requests than all of the past does.
 */
function pastUntil(serial: string, { cell, services, past, isWanted }: Joined): Observable<Message> {
  const read = (params: HistoryParams): Observable<Message> => {
    const all$ = historyUntil(cell, services, serial, params);
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
