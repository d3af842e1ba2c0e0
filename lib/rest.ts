import { RestClient, type RestOptions } from './ably/edge/rest-client.js';

/**
 * RSC1: a client without a connection, for functions at the edge, jobs and servers: with a key, or with tokens
 * (`auth: tokenAuth(…)` of `rx-realtime/auth`). Its functions (`publish(channel, …)`, `historyOf(channel)`, `stats(client)` …)
 * take the clients and channels of a connection as well. Makes no request by itself, and needs `fetch` alone. Throws an
 * ErrorInfo that names the option which is wrong.
 *
 * @example
 * ```ts
 * const client = createRest({ key: 'app.key:secret' });
 * await publish(client.channel('chat'), 'greeting', { text: 'hello' });
 * ```
 */
export const createRest = (options: RestOptions): RestClient => new RestClient(options);

export type { RestChannel, RestChannelOptions, RestClient, RestOptions } from './ably/edge/rest-client.js';
export { annotate, deleteAnnotation, getAnnotations } from './ably/edge/annotate.js';
export {
  batchPresence,
  type BatchPresenceResult,
  batchPublish,
  type BatchPublishResult,
  type BatchPublishSpec,
} from './ably/edge/batch.js';
export { edit, publish, type RestEditOptions, type RestPublishOptions } from './ably/edge/change.js';
export { getMessage, getMessageVersions, historyOf, time } from './ably/edge/past.js';
export { membersOf, type MembersParams, presenceHistoryOf } from './ably/edge/presence.js';
export { type HttpPaginatedResponse, request, type RequestOptions } from './ably/edge/request.js';
export { type Stats, stats, type StatsParams, type StatsUnit } from './ably/edge/stats.js';
export { type ChannelDetails, statusOf } from './ably/edge/status.js';
export type { ChannelMetrics } from './ably/wire/channel-metrics.js';
export { createTokenRequest, requestToken, revokeTokens } from './ably/edge/tokens.js';
export { ErrorInfo } from './ably/wire/error-info.js';
export type {
  BatchResult,
  RevocationOptions,
  RevocationResult,
  RevocationTarget,
} from './ably/auth/revoke.js';
export type { AuthOptions } from './ably/auth/auth-options.js';
export type { Capability, TokenDetails, TokenParams, TokenRequest } from './ably/auth/token.js';
export type {
  ChangedMessage,
  MessageOperation,
  MessageReference,
  UpdateDeleteResult,
} from './ably/messages/edit.js';
export type { HistoryParams } from './ably/messages/history.js';
export type { Page, Paged } from './ably/rest/pages.js';
export type { Annotation, OutgoingAnnotation } from './ably/wire/annotation.js';
export type { Cipher } from './ably/wire/encodings.js';
export type { PublishResult } from './ably/wire/frames.js';
export type { Message } from './ably/wire/message.js';
export type { OutgoingMessage } from './ably/wire/outgoing.js';
export type { PresenceMessage } from './ably/wire/presence-message.js';
export type { Codec } from './codec/codec.js';
export type { Log, LogEvent, LogLevel } from './base/log.js';
