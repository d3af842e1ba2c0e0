import type { CoreChannel } from '../ably/channel/channel.js';
import type { ChannelOptions } from '../ably/channel/options.js';
import type { CoreConnection } from '../ably/client/connection.js';

/** A client of either kind: `RealtimeClient`, or what `createClient` makes. */
export interface AnyClient {
  readonly connection: CoreConnection;
  channel(name: string, options?: ChannelOptions): CoreChannel;
}

/** A channel, or the name of one; `undefined` or `null` where there is none yet: nothing is shown then, and no lease taken. */
export type ChannelOrName<Events extends object> = string | CoreChannel<Events> | null | undefined;
