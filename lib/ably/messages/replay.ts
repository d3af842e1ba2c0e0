import {
  concat,
  defer,
  EMPTY,
  filter,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  shareReplay,
  skipWhile,
  switchMap,
  take,
  takeWhile,
  tap,
  toArray,
} from 'rxjs';
import { replayThenLive } from '../../rx/replay-then-live.js';
import type { Validator } from '../../options/validators.js';
import { check } from '../check-options.js';
import type { Message } from '../wire/message.js';
import { resting } from '../channel/lease.js';
import type { ChannelRecord } from '../channel/port.js';
import { type HistoryParams, historyUntil } from './history.js';

/** How much of the past comes before what is live: so many of the messages that are wanted, or all that the server still has. */
export type HistoryDepth = number | 'untilAttach';

/** The most that the server has in a page. */
export const largestPage = 1000;

export const extent: Validator = [
  (depth) => depth === 'untilAttach' || (Number.isInteger(depth) && Number(depth) >= 0),
  'a whole number of messages, or "untilAttach"',
];

interface ReplayOptions {
  readonly record: ChannelRecord;
  readonly depth: HistoryDepth;
  /** `undefined`: all of them are. */
  readonly isWanted: ((message: Message) => boolean) | undefined;
}

/**
 * Past and live messages in one, without a gap and without doubles: the history up to where the channel stood when its
 * subscriber came (or when it was attached for it), then what has come since. What the server could not pass on while the
 * history was being read is read from there as well, and comes at its place. Errors when the history cannot be had;
 * completes with the channel, at once.
 */
export const replay = (live$: Observable<Message>, wanted: ReplayOptions): Observable<Message> =>
  defer(() => {
    const { record } = wanted;
    check({ history: wanted.depth }, { history: extent });
    const begun = record.delivering;
    const rested = (past$: Observable<Message>) => resting(record, `past ${record.name}`, past$);
    const read = new Newest();
    const arrived = new Newest();
    let isStanding = false;
    const later$ = begun ? live$.pipe(skipWhile(() => record.delivering === begun)) : live$; // the history has all of it
    const history$ = standingOf(record).pipe(
      take(1),
      tap(() => {
        isStanding = true;
      }),
      switchMap((serial) => (serial === undefined ? EMPTY : rested(replayUntil(serial, wanted)))),
      tap(read.note),
    );
    let isOpen = false; // a hole whose end is not known before the next ATTACHED
    const holes$ = record.host.gapsOf(record).pipe(
      filter(() => isStanding && !isOpen),
      map(() => {
        isOpen = true;
        const end$ = standingOf(record).pipe(
          take(1),
          map((serial = '') => ({ serial, known: arrived.serial })),
          tap(() => (isOpen = false)),
          shareReplay({ bufferSize: 1, refCount: true }),
        );
        const missed$ = end$.pipe(
          switchMap(({ serial, known }) =>
            rested(since(known > read.serial ? known : read.serial, serial, wanted)),
          ),
          tap(read.note),
        );
        return { end$, missed$ };
      }),
      mergeMap(({ end$, missed$ }) => merge(of(missed$), end$.pipe(ignoreElements()))), // heard from now on, read in its turn
    );
    return later$.pipe(tap(arrived.note), replayThenLive(history$, holes$));
  });

/** The newest serial of messages; serials are in the order of their texts. */
class Newest {
  serial = '';
  readonly note = ({ serial = '' }: Message): void => {
    if (serial > this.serial) this.serial = serial;
  };
}

/** Where the channel stands, as soon as it is attached and at each ATTACHED. */
export const standingOf = (record: ChannelRecord): Observable<string | undefined> =>
  concat(
    defer(() => (record.state.name === 'attached' ? of(record.channelSerial) : EMPTY)),
    record.host.confirmationsOf(record).pipe(map(() => record.channelSerial)),
  ); // the first is an ATTACHED

/** All that came after the message `known`, up to where the channel stood at `serial`, oldest first. */
const since = (known: string, serial: string, { record, isWanted }: ReplayOptions): Observable<Message> =>
  historyUntil(record, serial, { limit: largestPage }).pipe(
    takeWhile((message) => message.serial !== undefined && message.serial > known),
    filter((message) => isWanted?.(message) ?? true),
    oldestFirst,
  );

const oldestFirst = (newestFirst$: Observable<Message>): Observable<Message> =>
  newestFirst$.pipe(
    toArray(),
    switchMap((newestFirst) => from(newestFirst.reverse())),
  );

/**
 * Oldest first. A certain number has to be read from the newest on, until so many are found, and turned round. Where not all
 * are wanted, pages are as large as can be: however rare those are, it takes no more requests than all of the past does.
 */
function replayUntil(serial: string, { record, depth, isWanted }: ReplayOptions): Observable<Message> {
  const read = (params: HistoryParams): Observable<Message> => {
    const all$ = historyUntil(record, serial, params);
    return isWanted ? all$.pipe(filter(isWanted)) : all$;
  };
  if (depth === 'untilAttach') return read({ direction: 'forwards', limit: largestPage });
  return read({ limit: isWanted ? largestPage : Math.min(depth, largestPage) }).pipe(
    take(depth),
    oldestFirst,
  );
}
