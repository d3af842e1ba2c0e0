import {
  concat,
  defer,
  distinctUntilChanged,
  filter,
  map,
  type Observable,
  of,
  ReplaySubject,
  share,
  switchMap,
  take,
  takeWhile,
} from 'rxjs';
import { callable } from '../../options/validators.js';
import type { CoreChannel } from '../channel/channel.js';
import { type ChannelRecord, recordOf } from '../channel/port.js';
import { check } from '../check-options.js';
import { serialOf } from '../messages/edit.js';
import { messageOn } from '../messages/history.js';
import { standingOf } from '../messages/replay.js';
import type { MessageOf } from '../wire/event-types.js';
import type { Message } from '../wire/message.js';
import { folding } from './fold-messages.js';
import type { Repair } from './repair.js';

/** One message, as it changes. */
export interface MessageStream<M> {
  readonly serial: string;
  /** The whole message, at first and after each change. */
  readonly message$: Observable<M>;
  /** The whole of its data, at first and after each change of them. */
  readonly data$: Observable<M extends { readonly data: infer Data } ? Data : never>;
}

/** When a message is at its end. */
export interface MessageOfOptions<M> {
  /** Whether a version is the last one: it is emitted, and the stream completes. Never where it is left out. */
  readonly until?: ((message: M) => boolean) | undefined;
}

/**
 * One message of a channel, by its serial or as it was received, while it is edited or appended to: whole at each step, as
 * an answer that is streamed. A message that was received whole is emitted at once, and what the server has by now after
 * that. Subscribers share one lease and one request; a further one gets the current version at once. Reads the message
 * anew where changes may have been missed. Completes after `until`, when it is deleted, and on `dispose()`; errors when the
 * channel or a request fails, as with 40400 where there is no such message. Throws 40003 on what has no serial, and 40000
 * on a wrong option.
 *
 * @example
 * ```ts
 * const answer = messageOf(channel, serial, { until: ({ extras }) => isLast(extras) });
 * answer.data$.subscribe({ next: draw, complete: done });
 * ```
 */
export function messageOf<Events extends object>(
  channel: CoreChannel<Events>,
  message: string | Pick<Message, 'serial'>,
  options?: MessageOfOptions<MessageOf<Events>>,
): MessageStream<MessageOf<Events>> {
  const serial = serialOf(message);
  check(options ?? {}, { until: callable });
  const record = recordOf(channel);
  const messages$: Observable<unknown> = channel.messages$;
  const current$ = defer(() =>
    (messages$ as Observable<Message>).pipe(
      filter((each) => each.serial === serial),
      folding({ count: 1, age: Infinity }, repairOfOne(record, serial)),
      map((found) => found.get(serial)),
      takeWhile((found) => found !== undefined),
    ),
  );
  const known$ = isWhole(message) ? concat(of(message), current$) : current$;
  const isOver = options?.until as ((message: Message) => boolean) | null | undefined;
  const message$ = known$.pipe(
    takeWhile((found) => !isOver?.(found), true),
    share({ connector: () => new ReplaySubject<Message>(1), resetOnComplete: false }),
  );
  const data$ = message$.pipe(
    map(({ data }) => data),
    distinctUntilChanged(),
  );
  const stream: unknown = { serial, message$, data$ };
  return stream as MessageStream<MessageOf<Events>>; // the user's word, or a schema's
}

/** Whether it is a received message with all of its data; those of an append are but a part. */
const isWhole = (message: string | Partial<Message>): message is Message =>
  typeof message === 'object' && (message.action === 'message.create' || message.action === 'message.update');

/** Reads one message alone, once the channel is attached, so that no change comes between. */
function repairOfOne(record: ChannelRecord, serial: string): Repair {
  const now$ = standingOf(record).pipe(
    take(1),
    switchMap(() => messageOn(record, serial)),
  );
  return { past$: now$, gap$: record.host.gapsOf(record), missed: () => now$, get: () => now$ };
}
