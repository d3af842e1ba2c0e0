import { platform } from '../socket/platform.js';
import { RelayPeer } from './client.js';
import type { RelayOptions } from './relay-options.js';

/**
 * A client of the WalletConnect relay, or of anything that speaks its protocol, in which everything that moves is an
 * Observable. Constructing one opens nothing (but for `autoConnect: true`): the first subscriber, `subscribe`, `publish`
 * or `connect()` does.
 */
export class RelayClient extends RelayPeer {
  /** Throws a RelayError that names the option which is wrong. */
  constructor(options: RelayOptions) {
    super(options, platform);
  }
}

export type { ConnectionChange, ConnectionStateName } from '../connection/changes.js';
export type { ConnectionView } from '../connection/connection-view.js';
export type { LimitOptions } from '../flow/limits.js';
export type { PaceOptions } from '../flow/pace.js';
export type { Log, LogEvent, LogLevel } from '../base/log.js';
export type { Overflow } from '../base/overflow.js';
export type { Lifecycle, WebSocketCtor, WebSocketLike } from '../socket/types.js';
export type { SeedStorage } from './auth/seed.js';
export type { FailureReason } from './calls/state.js';
export type { RelayChannel } from './channel.js';
export { type IdSource, payloadId } from './json-rpc/ids.js';
export type { DedupeLimits } from './inbox/inbox.js';
export type { IdFormat } from './json-rpc/requests.js';
export type { MessageListener } from './inbox/listeners.js';
export type { RelayMessage } from './message.js';
export { messageId, type WithMessageId, withMessageId } from './message-id.js';
export { PublishError } from './publish/publish-error.js';
export type { PublishOptions, PublishSubject } from './publish/publish-params.js';
export { publishTo, type PublishToOptions } from './publish/publish-to.js';
export type { PublishResult, QueueLimits } from './publish/publisher.js';
export { RequestError } from './publish/request-error.js';
export type { RequestOptions } from './publish/request-params.js';
export { RelayError } from './relay-error.js';
export type { RelayOptions } from './relay-options.js';
export type { TopicStateName } from './topics/state.js';
