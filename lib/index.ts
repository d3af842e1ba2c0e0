import { AblyClient } from './ably/client.js';
import type { ClientOptions } from './ably/client-options.js';
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
export type { MessageReference, RealtimeAnnotations } from './ably/channel/annotations.js';
export type { ChannelProperties } from './ably/channel/cell.js';
export type { DeriveOptions } from './ably/channel/derived.js';
export type { MessageFilter } from './ably/channel/filter.js';
export type { HistoryParams } from './ably/channel/history.js';
export type { ChangedMessage, MessageOperation, UpdateDeleteResult } from './ably/channel/mutate.js';
export type { ChannelOptions } from './ably/channel/options.js';
export type { Past } from './ably/channel/past.js';
export type { ChannelStateChange, Discontinuity } from './ably/channel/changes.js';
export type { RealtimeChannel } from './ably/channel/channel.js';
export type {
  AnyEvents,
  EventName,
  MessageOf,
  OutgoingArguments,
  OutgoingData,
  OutgoingName,
  OutgoingOf,
} from './ably/channel/events.js';
export type { FlowOptions } from './ably/channel/flow.js';
export type { HoldOptions, Standing } from './ably/channel/hold.js';
export type {
  PresenceFilter,
  PresenceOptions,
  PresenceParams,
  RealtimePresence,
} from './ably/channel/presence.js';
export { publishAll, type PublishAllOptions } from './ably/channel/publish-all.js';
export { publishTo, type PublishToOptions } from './ably/channel/publish-to.js';
export type { PublishOptions } from './ably/channel/publish.js';
export type { EventSchemas, InputsOf, OutputsOf } from './ably/channel/schemas.js';
export type { StreamOptions } from './ably/channel/stream.js';
export type { ChannelStateName } from './ably/channel/state.js';
export type { RealtimeConnection } from './ably/connection.js';
export type { ConnectionStateChange } from './ably/connection-changes.js';
export type { Members } from './ably/presence/members.js';
export type { PresenceChange } from './ably/presence/presence-set.js';
export type { ConnectionStateName } from './connection/changes.js';
export type { Log, LogEvent, LogLevel } from './log.js';
export type { QueueLimits } from './ably/outbox/outbox.js';
export type { ClientOptions } from './ably/client-options.js';
export type { Page, Paged } from './ably/rest/pages.js';
export { Annotation } from './ably/wire/annotation.js';
export type { AnnotationAction, OutgoingAnnotation } from './ably/wire/annotation.js';
export type { MessageAction } from './ably/wire/actions.js';
export type { Cipher } from './ably/wire/encodings.js';
export { ErrorInfo } from './ably/wire/error-info.js';
export type { ChannelMode } from './ably/wire/flags.js';
export type { Auth } from './ably/tokens/auth.js';
export type {
  BatchResult,
  RevocationOptions,
  RevocationResult,
  RevocationTarget,
} from './ably/tokens/revoke.js';
export type { PublishResult } from './ably/wire/frames.js';
export { type DecodingOptions, Message, type MessageVersion } from './ably/wire/message.js';
export type { OutgoingMessage } from './ably/wire/outgoing.js';
export { type PresenceAction, PresenceMessage } from './ably/wire/presence-message.js';
export type { Codec, Data } from './codec/codec.js';
export { json } from './codec/json.js';
export type { VcdiffDecoder } from './codec/vcdiff-decoder.js';
export type { LimitOptions } from './flow/limits.js';
export type { Overflow } from './rx/bounds.js';
export type { Lifecycle, WebSocketCtor, WebSocketLike } from './socket/address.js';
