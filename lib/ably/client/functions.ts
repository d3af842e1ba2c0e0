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
import type { MessageReference } from '../annotations/annotations.js';
import { type CoreChannel, recordOf } from '../channel/channel.js';
import { asksAnew, type ChannelOptions, type ChannelSettings } from '../channel/options.js';
import type { ChannelRecord } from '../channel/port.js';
import { ErrorInfo } from '../wire/error-info.js';
import { http } from '../http.js';
import {
  type Change,
  type ChangedMessage,
  editOn,
  type MessageOperation,
  serialOf,
  type UpdateDeleteResult,
} from '../messages/edit.js';
import { checkFilter, type MessageFilter, matcherFor } from '../messages/filter.js';
import { type HistoryParams, historyOn, messageOn, type Params, versionsOn } from '../messages/history.js';
import { publishArguments, publishOn, type PublishOptions } from '../messages/publish.js';
import { type HistoryDepth, replay } from '../messages/replay.js';
import { type StreamOptions, streamOf as iterate } from '../messages/stream.js';
import type { Paged } from '../rest/pages.js';
import { serverTime } from '../rest/server-time.js';
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

/** RTL6: publishes on a channel, as `RealtimeChannel.publish` does: by name and payload, one message, or several in one frame. */
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
): Promise<PublishResult> {
  return publishOn(recordOf(channel), ...publishArguments(subject, second));
}

/** RTL10: the history of a channel, as `RealtimeChannel.history` gives it. */
export function historyOf<Events extends object>(
  channel: CoreChannel<Events>,
  params: HistoryParams = {},
): Paged<MessageOf<Events>> {
  const found: Paged<unknown> = historyOn(recordOf(channel), params);
  return found as Paged<MessageOf<Events>>; // the user's word, or a schema's
}

/** RTL28: a message as it is now, as `RealtimeChannel.getMessage` gives it. */
export async function getMessage<Events extends object>(
  channel: CoreChannel<Events>,
  message: MessageReference,
): Promise<MessageOf<Events>> {
  const found: unknown = await lastValueFrom(messageOn(recordOf(channel), serialOf(message)));
  return found as MessageOf<Events>; // the user's word, or a schema's
}

/** RTL31: the versions of a message, as `RealtimeChannel.getMessageVersions` gives them. */
export function getMessageVersions<Events extends object>(
  channel: CoreChannel<Events>,
  message: MessageReference,
  params: Params = {},
): Paged<MessageOf<Events>> {
  const found: Paged<unknown> = versionsOn(recordOf(channel), () => serialOf(message), params);
  return found as Paged<MessageOf<Events>>; // the user's word, or a schema's
}

/** Notes on a change, and parameters for the server. */
export interface EditOptions {
  readonly operation?: MessageOperation;
  readonly params?: Params;
}

/**
 * RTL32: updates, deletes or appends to a message, as `RealtimeChannel.updateMessage`, `deleteMessage` and `appendMessage`
 * do.
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

/** RTL16: gives a channel other options from now on, as `RealtimeChannel.setOptions` does. */
export const setOptions = <Events extends object, Outgoing extends object>(
  channel: CoreChannel<Events, Outgoing>,
  options: ChannelOptions,
): Promise<void> => setOptionsOf(recordOf(channel), options);

/** The messages of a channel for `for await`, as `RealtimeChannel.stream` gives them. */
export const streamOf = <Events extends object>(
  channel: CoreChannel<Events>,
  options: StreamOptions<MessageOf<Events>> = {},
): AsyncIterable<MessageOf<Events>> => iterate(channel.messages$, options, recordOf(channel).host.client.log);

/** RTL22: the messages of a channel that meet a filter. Leases, errors and completion as with `messages$`. */
export const filterMessages = <Events extends object>(
  channel: CoreChannel<Events>,
  wanted: MessageFilter,
): Observable<MessageOf<Events>> =>
  defer(() => {
    checkFilter(wanted, recordOf(channel).host.client.log);
    const isWanted = matcherFor(wanted);
    return channel.messages$.pipe(filter((message: MessageOf<Events>) => isWanted(message)));
  });

/** The past of a channel and then its live messages, as `RealtimeChannel.messages(names, { history })` joins them. */
export function withHistory<Events extends object>(
  channel: CoreChannel<Events>,
  history: HistoryDepth,
  names?: EventName<Events> | readonly EventName<Events>[],
): Observable<MessageOf<Events>> {
  const isWanted = names === undefined ? undefined : matcherFor(names);
  const replayed$: Observable<unknown> = replay(channel.messages(names), {
    record: recordOf(channel),
    depth: history,
    isWanted,
  });
  return replayed$ as Observable<MessageOf<Events>>; // the user's word, or a schema's
}

/** RTN13: milliseconds to the server and back; waits for the connection where one is under way (RTN13d). */
export const ping = (client: AnyClient): Promise<number> => firstValueFrom(pingOf(contextOf(client)));

/** RSC16: the server's time, in milliseconds since the epoch; over HTTP, so that it needs no connection. */
export function time(client: AnyClient): Promise<number> {
  const context = contextOf(client);
  return firstValueFrom(merge(context.disposed$, serverTime(context.use(http).request)));
}

/** RTN16g: a key for the feature `recovery` of another client; `null` where there is nothing to go on with. A secret. */
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
      statusCode: 400,
    },
  );

/** RTL16: gives a channel other options from now on; see `channel.setOptions()`. */
export async function setOptionsOf(record: ChannelRecord, options: ChannelOptions): Promise<void> {
  const settings = record.host.settingsOf(options);
  await lastValueFrom(reconfigure(record, settings), { defaultValue: undefined });
}
