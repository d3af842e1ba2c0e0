import { AblyClient } from './ably/client/client.js';
import type { ClientOptions } from './ably/client/options.js';
import { platform } from './socket/platform.js';

/**
 * A client of Ably Realtime, or of anything compatible, in which everything that moves is an Observable. Constructing one
 * opens nothing (but for `autoConnect: true`): the first subscriber, the first publish or `connect()` does.
 */
export class RealtimeClient extends AblyClient {
  /** `options`, or just a key or a token (RSC1a). Throws an ErrorInfo that names the option which is wrong. */
  constructor(options: ClientOptions | string) {
    super(options, platform);
  }
}

export {
  type AuthCallback,
  type AuthOptions,
  StopRetrying,
  type TokenListener,
} from './ably/auth/auth-options.js';
export {
  type Capability,
  type TokenAnswer,
  TokenDetails,
  type TokenParams,
  TokenRequest,
} from './ably/auth/token.js';
export type { RealtimeAnnotations } from './ably/annotations/annotations.js';
export type { ChannelProperties } from './ably/channel/record.js';
export type { DeriveOptions } from './ably/messages/derived.js';
export type { MessageFilter } from './ably/messages/filter.js';
export type { HistoryParams } from './ably/messages/history.js';
export type {
  ChangedMessage,
  MessageOperation,
  MessageReference,
  UpdateDeleteResult,
} from './ably/messages/edit.js';
export type { ChannelOptions, EventSchemas } from './ably/channel/options.js';
export type { HistoryDepth } from './ably/messages/replay.js';
export type { ChannelStateChange, Discontinuity } from './ably/channel/changes.js';
export type { RealtimeChannel } from './ably/client/channel.js';
export type {
  AnyEvents,
  EventName,
  MessageOf,
  OutgoingArguments,
  OutgoingData,
  OutgoingName,
  OutgoingOf,
} from './ably/wire/event-types.js';
export type { FlowOptions } from './ably/messages/pacing.js';
export type { HoldOptions, PresenceStatus } from './ably/presence/keep-present.js';
export type {
  PresenceFilter,
  PresenceOptions,
  PresenceParams,
  RealtimePresence,
} from './ably/presence/presence.js';
export { publishAll, type PublishAllOptions } from './ably/messages/publish-all.js';
export { publishTo, type PublishToOptions } from './ably/messages/publish-to.js';
export type { PublishOptions } from './ably/messages/publish.js';
export type { InputsOf, OutputsOf } from './ably/messages/schemas.js';
export type { StreamOptions } from './ably/messages/stream.js';
export type { ChannelStateName } from './ably/channel/state.js';
export type { RealtimeConnection } from './ably/client/connection.js';
export type { ConnectionStateChange } from './ably/client/connection.js';
export type { Members } from './ably/presence/members.js';
export type { PresenceChange } from './ably/presence/presence-map.js';
export type { ConnectionStateName } from './connection/changes.js';
export type { Log, LogEvent, LogLevel } from './base/log.js';
export type { QueueLimits } from './ably/outbox/options.js';
export type { ClientOptions } from './ably/client/options.js';
export type { Page, Paged } from './ably/rest/pages.js';
export { Annotation } from './ably/wire/annotation.js';
export type { AnnotationAction, OutgoingAnnotation } from './ably/wire/annotation.js';
export type { MessageAction } from './ably/wire/actions.js';
export type { Cipher } from './ably/wire/encodings.js';
export { ErrorInfo } from './ably/wire/error-info.js';
export type { ChannelMode } from './ably/wire/flags.js';
export type { Auth } from './ably/auth/auth.js';
export type {
  BatchResult,
  RevocationOptions,
  RevocationResult,
  RevocationTarget,
} from './ably/auth/revoke.js';
export type { PublishResult } from './ably/wire/frames.js';
export { type DecodingOptions, Message, type MessageVersion } from './ably/wire/message.js';
export type { OutgoingMessage } from './ably/wire/outgoing.js';
export { type PresenceAction, PresenceMessage } from './ably/wire/presence-message.js';
export type { Codec, Data } from './codec/codec.js';
export { json } from './codec/json.js';
export type { VcdiffDecoder } from './codec/vcdiff-decoder.js';
export type { LimitOptions } from './flow/limits.js';
export type { Overflow } from './base/overflow.js';
export type { Lifecycle, WebSocketCtor, WebSocketLike } from './socket/types.js';
