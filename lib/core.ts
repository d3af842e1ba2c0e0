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
export * from './ably/client/functions.js';
export { deltas } from './ably/messages/delta.js';
export { schemas } from './ably/messages/schemas.js';
export { publishAll, type PublishAllOptions } from './ably/messages/publish-all.js';
export { publishTo, type PublishToOptions } from './ably/messages/publish-to.js';
export { ErrorInfo } from './ably/wire/error-info.js';
