import { firstValueFrom, lastValueFrom } from 'rxjs';
import type { Holder } from '../../base/described.js';
import { type ChannelFace, channelIn, clientIn, type HttpContext } from '../channel/port.js';
import { http } from '../http.js';
import { type MessageReference, serialOf } from '../messages/edit.js';
import { type HistoryParams, historyOn, messageOn, type Params, versionsOn } from '../messages/history.js';
import type { Paged } from '../rest/pages.js';
import { serverTime } from '../rest/server-time.js';
import type { MessageOf } from '../wire/event-types.js';

/**
 * RTL10: the history of a channel, newest first unless `direction` says otherwise. Cold: asks for a page when the one
 * before it has been taken, so that `take(5)` costs one request; `page()` gives the first page by itself. Goes over HTTP,
 * takes no lease and is not touched by a reconnect. Completes after the oldest message; errors with the ErrorInfo of a
 * request that failed, with 90000 for `untilAttach` where the channel is not attached, and with 40010 where its name
 * cannot be used in a path.
 */
export function historyOf<Events extends object>(
  channel: ChannelFace<Events>,
  params?: HistoryParams,
): Paged<MessageOf<Events>> {
  const found: Paged<unknown> = historyOn(channelIn(channel), params);
  return found as Paged<MessageOf<Events>>; // the user's word, or a schema's
}

/**
 * RTL28: resolves with a message as it is now, by its serial or by itself; over HTTP, without a lease. Rejects with 40003
 * where the argument has no serial, and with the ErrorInfo of the request where there is no such message.
 */
export async function getMessage<Events extends object>(
  channel: ChannelFace<Events>,
  message: MessageReference,
): Promise<MessageOf<Events>> {
  const found: unknown = await lastValueFrom(messageOn(channelIn(channel), serialOf(message)));
  return found as MessageOf<Events>; // the user's word, or a schema's
}

/** RTL31: the versions of a message, oldest first, page by page. Cold; completes and errors as `historyOf` does. */
export function getMessageVersions<Events extends object>(
  channel: ChannelFace<Events>,
  message: MessageReference,
  params?: Params,
): Paged<MessageOf<Events>> {
  const found: Paged<unknown> = versionsOn(channelIn(channel), () => serialOf(message), params);
  return found as Paged<MessageOf<Events>>; // the user's word, or a schema's
}

/**
 * RSC16: resolves with the server's time, in milliseconds since the epoch; over HTTP, so that it needs no connection.
 * Rejects with the ErrorInfo of the request, and on `dispose()`.
 */
export function time(client: Holder<HttpContext>): Promise<number> {
  const context = clientIn(client);
  return firstValueFrom(serverTime(context.use(http).request));
}
