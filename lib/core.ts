import { LightClient } from './ably/client/light-client.js';
import type { CoreOptions } from './ably/client/options.js';
import { platform } from './socket/platform.js';

/**
 * A client with only what it is given: it connects with a key, resumes, subscribes and detaches. Everything else is a
 * feature in its options (`presence`, `annotations`, `schemas`, `deltas(vcdiff)`, `fallbacks()`, `recovery(…)`,
 * `auth: tokenAuth(…)`), or a function of a channel or a client (`publish(channel, …)`, `historyOf(channel)`,
 * `ping(client)` …), so that a bundle contains what is used. Constructing one opens nothing. Throws an ErrorInfo that
 * names the option which is wrong.
 *
 * @example
 * ```ts
 * const client = createClient({ key: 'app.key:secret' });
 * client.channel('chat').messages$.subscribe({
 *   next: ({ name, data }) => console.log(name, data),
 *   error: (error) => console.error(error.message),
 * });
 * ```
 */
export const createClient = (options: CoreOptions): LightClient => new LightClient(options, platform);

export type { LightClient } from './ably/client/light-client.js';
export type { CoreOptions } from './ably/client/options.js';
export { CoreChannel } from './ably/channel/channel.js';
export { fallbacks, type FallbackOptions } from './ably/client/fallbacks.js';
export { recovery, type RecoveryOptions } from './ably/client/recovery.js';
export {
  createRecoveryKey,
  edit,
  type EditOptions,
  filterMessages,
  ping,
  publish,
  setOptions,
  streamOf,
  withHistory,
} from './ably/client/functions.js';
export { getMessage, getMessageVersions, historyOf, time } from './ably/edge/past.js';
export { deltas } from './ably/messages/delta.js';
export { schemas } from './ably/messages/schemas.js';
export { publishAll, type PublishAllOptions } from './ably/messages/publish-all.js';
export { publishTo, type PublishToOptions } from './ably/messages/publish-to.js';
export { ErrorInfo } from './ably/wire/error-info.js';
export type { ChannelStateChange, Discontinuity } from './ably/channel/changes.js';
export type { ChannelOptions, EventSchemas } from './ably/channel/options.js';
export type { ChannelProperties } from './ably/channel/record.js';
export type { ChannelStateName } from './ably/channel/state.js';
export type { ConnectionStateChange, CoreConnection } from './ably/client/connection.js';
export type { ClientAuth, ClientFeature } from './ably/client/features.js';
export type { ChangedMessage, MessageOperation, UpdateDeleteResult } from './ably/messages/edit.js';
export type { MessageFilter } from './ably/messages/filter.js';
export type { HistoryParams } from './ably/messages/history.js';
export type { PublishOptions } from './ably/messages/publish.js';
export type { HistoryDepth } from './ably/messages/replay.js';
export type { InputsOf, OutputsOf } from './ably/messages/schemas.js';
export type { StreamOptions } from './ably/messages/stream.js';
export type { Page, Paged } from './ably/rest/pages.js';
export type { MessageAction } from './ably/wire/actions.js';
export type { Cipher } from './ably/wire/encodings.js';
export type { AnyEvents, EventName, MessageOf, OutgoingData, OutgoingOf } from './ably/wire/event-types.js';
export type { ChannelMode } from './ably/wire/flags.js';
export type { PublishResult } from './ably/wire/frames.js';
export type { Message, MessageVersion } from './ably/wire/message.js';
export type { OutgoingMessage } from './ably/wire/outgoing.js';
export type { Codec } from './codec/codec.js';
export type { ConnectionStateName } from './connection/changes.js';
export type { Log, LogEvent, LogLevel } from './base/log.js';
export type { Lifecycle, WebSocketCtor } from './socket/types.js';
