import {
  defer,
  EMPTY,
  filter,
  firstValueFrom,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  type Observable,
  take,
  tap,
  throwIfEmpty,
} from 'rxjs';
import type { CoreChannel } from '../channel/channel.js';
import { asksAnew, type ChannelOptions, type ChannelSettings } from '../channel/options.js';
import { type ChannelRecord, recordOf } from '../channel/port.js';
import { ErrorInfo } from '../wire/error-info.js';
import {
  type Change,
  type ChangedMessage,
  editOn,
  type MessageOperation,
  type UpdateDeleteResult,
} from '../messages/edit.js';
import { checkFilter, type MessageFilter, matcherFor } from '../messages/filter.js';
import type { Params } from '../messages/history.js';
import { publishArguments, publishOn, type PublishOptions } from '../messages/publish.js';
import { type HistoryDepth, replay } from '../messages/replay.js';
import { type StreamOptions, streamOf as iterate } from '../messages/stream.js';
import type {
  EventName,
  MessageOf,
  OutgoingArguments,
  OutgoingData,
  OutgoingName,
  OutgoingOf,
} from '../wire/event-types.js';
import type { PublishResult } from '../wire/frames.js';
import type { OutgoingMessage } from '../wire/outgoing.js';
import type { CoreConnection } from './connection.js';
import { contextOf, type CoreClient } from './core-client.js';
import { recoveryKeyOf } from './recovery.js';
import { pingOf } from './pings.js';

type AnyClient = CoreClient<CoreChannel, CoreConnection>;

/**
 * RTL6: publishes one message (by name and payload, or as an object) or several in one frame. Resolves with their serials
 * on ACK. Rejects on NACK, on loss (RTN7e), over `maxMessageSize` (40009), with another clientId (40012), where a schema
 * refuses the payload (40013), and where the connection's state does not allow it (80000, 80002, 80003, 80017). The error is
 * `uncertain` where the server may have the messages. Takes no lease and does not attach (RTL6c5); is sent again after a
 * reconnect (RTN19a). A rejection that is not awaited shows on `errors$`.
 *
 * @example
 * ```ts
 * await publish(channel, 'greeting', { text: 'hello' });
 * await publish(channel, [{ name: 'a', data: 1 }, { name: 'b', data: 2 }], { signal });
 * ```
 */
export function publish<Events extends object, Outgoing extends object, Name extends OutgoingName<Outgoing>>(
  channel: CoreChannel<Events, Outgoing>,
  name: Name,
  ...data: OutgoingArguments<OutgoingData<Outgoing, Name>>
): Promise<PublishResult>;
export function publish<Events extends object, Outgoing extends object>(
  channel: CoreChannel<Events, Outgoing>,
  messages: OutgoingOf<Outgoing> | readonly OutgoingOf<Outgoing>[],
  options?: PublishOptions,
): Promise<PublishResult>;
export function publish(
  channel: CoreChannel,
  subject: string | null | OutgoingMessage | readonly OutgoingMessage[],
  second?: unknown,
  third?: unknown,
): Promise<PublishResult> {
  const record = recordOf(channel);
  return publishOn(record, ...publishArguments(record.host.client.log, subject, second, third));
}

/** Notes on a change, and parameters for the server. */
export interface EditOptions {
  readonly operation?: MessageOperation;
  readonly params?: Params;
}

/**
 * RTL32: updates a message (what is given replaces what was there), deletes it (its serial stays), or appends `data` to
 * its own. Resolves on ACK with the version's serial; rejects as `publish` does, and where the message has no serial. A
 * loss of the session before the ACK is `uncertain`.
 *
 * @example
 * ```ts
 * await edit(channel, 'update', { serial, data: 'mended' });
 * ```
 */
export const edit = <Events extends object, Outgoing extends object>(
  channel: CoreChannel<Events, Outgoing>,
  change: 'update' | 'delete' | 'append',
  message: ChangedMessage,
  { operation, params }: EditOptions = {},
): Promise<UpdateDeleteResult> =>
  editOn(recordOf(channel), message, { change: `message.${change}` satisfies Change, operation, params });

/**
 * RTL16: gives a channel other options from now on. Where it is attached and `params` or `modes` change, the server is
 * asked for them and the channel stays attached meanwhile, so that no message is missed; after a reconnect it is asked
 * again. Resolves when they are granted, at once where the server need not be asked. Rejects with 40000 on a wrong option,
 * with 90007 without an answer in time, and where the channel is detached, suspended or fails first (its reason, or 90000).
 */
export const setOptions = <Events extends object, Outgoing extends object>(
  channel: CoreChannel<Events, Outgoing>,
  options: ChannelOptions,
): Promise<void> => setOptionsOf(recordOf(channel), options);

/**
 * Every message of a channel, in order, for `for await`. Each iteration takes a lease when it asks for its first message,
 * and gives it back when it is left or `signal` is aborted, which throws the signal's reason. Up to `buffer` messages wait;
 * one too many ends it with 80030 after those, or is dropped, as `overflow` says. Goes on through reconnects; throws the
 * ErrorInfo when the channel fails, ends on `dispose()`. Throws 40000 on a wrong option.
 *
 * @example
 * ```ts
 * for await (const { data } of streamOf(channel, { buffer: 100, overflow: 'dropOldest' })) console.log(data);
 * ```
 */
export const streamOf = <Events extends object>(
  channel: CoreChannel<Events>,
  options: StreamOptions<MessageOf<Events>> = {},
): AsyncIterable<MessageOf<Events>> => {
  const { log } = recordOf(channel).host.client;
  return iterate(channel.messages$, options, log);
};

/**
 * RTL22: the messages of a channel that meet all fields of a filter. Hot, replays nothing; subscribing is a lease. Goes on
 * through reconnects; errors when the channel fails, completes on `dispose()`.
 *
 * @example
 * ```ts
 * filterMessages(channel, { refTimeserial: message.serial, refType: 'reaction' }).subscribe(show);
 * ```
 */
export const filterMessages = <Events extends object>(
  channel: CoreChannel<Events>,
  wanted: MessageFilter,
): Observable<MessageOf<Events>> =>
  defer(() => {
    checkFilter(wanted, recordOf(channel).host.client.log);
    const isWanted = matcherFor(wanted);
    return channel.messages$.pipe(filter((message: MessageOf<Events>) => isWanted(message)));
  });

/**
 * RTL10b: so many messages of the past, or all that the server still has (`'untilAttach'`), oldest first, and then the live
 * ones, without a gap and without doubles. `names` filters both. Subscribing is a lease. What is missed in a reconnect is
 * read from the history and comes at its place. Errors when the channel fails, when a request for the history does, and
 * with 40000 on a wrong depth; completes on `dispose()`.
 *
 * @example
 * ```ts
 * withHistory(channel, 50, 'greeting').subscribe(({ data }) => console.log(data));
 * ```
 */
export function withHistory<Events extends object>(
  channel: CoreChannel<Events>,
  history: HistoryDepth,
  names?: EventName<Events> | readonly EventName<Events>[],
): Observable<MessageOf<Events>> {
  const record = recordOf(channel);
  const isWanted = names == null ? undefined : matcherFor(names);
  const replayed$: Observable<unknown> = replay(channel.messages(names), {
    record,
    depth: history,
    isWanted,
  });
  return replayed$ as Observable<MessageOf<Events>>; // the user's word, or a schema's
}

/**
 * RTN13: resolves with the milliseconds to the server and back; waits for the connection where one is under way (RTN13d).
 * Rejects where the connection is, or becomes, initialized, suspended, closing, closed or failed (80000, RTN13b), and
 * without an answer in `realtimeRequestTimeout` (50003, RTN13c).
 */
export const ping = (client: AnyClient): Promise<number> => firstValueFrom(pingOf(contextOf(client)));

/**
 * RTN16g: a key for the feature `recovery` of another client, of this moment; `null` while there is no session to go on
 * with (RTN16g2). A secret.
 */
export const createRecoveryKey = (client: AnyClient): string | null => recoveryKeyOf(contextOf(client));

/** RTL16a: whether these settings are granted by an ATTACHED that is still to come. */
const isGrantedLater = ({ state, settings: before }: ChannelRecord, now: ChannelSettings): boolean => {
  const isAsked = asksAnew(before, now);
  const isAttaching = state.name === 'attaching';
  if (isAsked) return isAttaching || state.name === 'attached';
  return (isAttaching || isAsking(state)) && (now.params !== undefined || now.modes !== undefined);
};

const isAsking = (state: ChannelRecord['state']): boolean =>
  state.name === 'attaching' || (state.name === 'attached' && state.reconfiguring !== undefined);

/**
 * RTL16, RTL16a: completes when the server has granted the new settings, which is at once where it need not be asked.
 * Errors when the channel is detached, suspended or fails first, and when the server does not answer in time.
 */
const reconfigure = (record: ChannelRecord, settings: ChannelSettings): Observable<never> =>
  defer(() => {
    const { host } = record;
    const over = host.isOver(record) && host.whyNotAttachable(record);
    if (over) throw over;
    const confirmed$ = host.confirmationsOf(record).pipe(
      filter(() => !isAsking(record.state)), // or else others have been asked for meanwhile, and these with them
      tap((error) => {
        if (error) throw error;
      }),
    );
    const left$ = host.changesOf(record).pipe(
      filter(({ current }) => ['detached', 'suspended', 'failed'].includes(current)),
      map(({ reason, current }): never => {
        throw reason ?? ungranted(record, current);
      }),
    );
    const requested$ = defer(() => {
      const isLater = isGrantedLater(record, settings);
      host.reconfigure(record, settings);
      return isLater ? EMPTY : [undefined];
    });
    return merge(confirmed$, left$, requested$).pipe(
      take(1),
      throwIfEmpty(() => ungranted(record, 'disposed of')),
      ignoreElements(),
    );
  });

const ungranted = ({ name }: ChannelRecord, found: string): ErrorInfo =>
  new ErrorInfo(
    `The new options of channel "${name}" have not been granted: it is ${found}. Set them again.`,
    {
      code: 90000,
    },
  );

/** RTL16: gives a channel other options from now on; see `channel.setOptions()`. */
export async function setOptionsOf(record: ChannelRecord, options: ChannelOptions): Promise<void> {
  const settings = record.host.settingsOf(options);
  await lastValueFrom(reconfigure(record, settings), { defaultValue: undefined });
}
