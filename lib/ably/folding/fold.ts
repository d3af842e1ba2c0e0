import { defer, NEVER, type Observable } from 'rxjs';
import { flag, isObject, type Validator } from '../../options/validators.js';
import type { CoreChannel } from '../channel/channel.js';
import { recordOf } from '../channel/port.js';
import { check, fieldsOf } from '../check-options.js';
import { extent, type HistoryDepth } from '../messages/replay.js';
import type { MessageOf } from '../wire/event-types.js';
import type { Message } from '../wire/message.js';
import { boundKinds, boundsOf, folding, usual } from './fold-messages.js';
import type { Bounds, FoldedMessages } from './folding.js';
import { ownMessages } from './own-messages.js';
import { type Repair, repairOn } from './repair.js';

/** Which messages are shown. */
export interface FoldOptions {
  /** How many of the past come first, or as many as are kept (`'untilAttach'`); none where it is left out. */
  readonly history?: HistoryDepth | undefined;
  /**
   * How many messages are kept, and how many milliseconds older than the newest they may be; 1,000 of any age by default.
   * The server's clock counts.
   */
  readonly keep?: Partial<Bounds> | undefined;
  /** Whether messages that this client publishes on the channel show at once, with how far they have come. */
  readonly own?: boolean | undefined;
}

const kinds = {
  history: extent,
  keep: [isObject, 'an object'] satisfies Validator,
  own: flag,
} as const;

/**
 * The messages of a channel as they are by now, by their serials and in the order of these: with their updates, appends and
 * sums of annotations, without those that were deleted. Emits the past first where there is `history`, at once where there
 * is none, and then after each change another map, in which unchanged messages are the same objects.
 *
 * Subscribing is a lease. Where messages may have been missed (an attach that was not resumed), it reads them from the
 * history before it goes on, and shows what was there until then; so no text ever lacks a part in its middle. It does so
 * with the beginning of a message that is appended to, too. Goes on through reconnects; errors when the channel fails, when a
 * request does, and with 40000 on a wrong option; completes on `dispose()` and `releaseChannel()`.
 *
 * With `own`, a message that is published by this client shows at once, last, under the id with which it is sent: its
 * `sending` is `pending`, then `sent`, or `failed` with the error and `retry()`. Its echo takes its place, and has no
 * `sending`; the order is then the server's.
 *
 * @example
 * ```ts
 * fold(channel, { history: 50, own: true }).subscribe((messages) => {
 *   for (const { id, data, sending } of messages.values()) draw(id, data, sending?.state);
 * });
 * ```
 */
export function fold<Events extends object, Outgoing extends object>(
  channel: CoreChannel<Events, Outgoing>,
  options?: FoldOptions,
): Observable<FoldedMessages<MessageOf<Events>>> {
  const folded$: Observable<unknown> = defer(() => {
    const record = recordOf(channel);
    const { log } = record.host.client;
    const given = fieldsOf(options, kinds, log, 'the options of fold()');
    check(given, kinds);
    const { keep, own } = given;
    const history = given.history ?? 0;
    fieldsOf(keep, boundKinds, log, 'the option "keep" of fold()');
    const bounds = boundsOf(keep, history === 'untilAttach' ? usual : Math.max(usual, history));
    const repair = repairOn(record, { history, count: bounds.count });
    const messages$: Observable<unknown> = channel.messages$;
    const own$ = own ? record.host.client.use(ownMessages).of(record) : NEVER;
    return (messages$ as Observable<Message>).pipe(folding(bounds, repair, own$));
  });
  return folded$ as Observable<FoldedMessages<MessageOf<Events>>>; // the user's word, or a schema's
}

/**
 * RTL12, RTL10b: reads what was missed on a channel, for `foldMessages` over a stream of its messages. No I/O before that
 * is subscribed to. `count` messages are read at most, 1,000 where nothing is said. Throws 40000 on a wrong option.
 *
 * @example
 * ```ts
 * channel.messages$.pipe(foldMessages({ repair: repairOf(channel) })).subscribe(show);
 * ```
 */
export function repairOf<Events extends object>(
  channel: CoreChannel<Events>,
  options?: Partial<Pick<Bounds, 'count'>>,
): () => Repair<MessageOf<Events> & Message> {
  const record = recordOf(channel);
  check(options ?? {}, { count: boundKinds.count });
  const count = options?.count ?? usual;
  const make: unknown = () => repairOn(record, { history: 0, count });
  return make as () => Repair<MessageOf<Events> & Message>; // the user's word, or a schema's
}
